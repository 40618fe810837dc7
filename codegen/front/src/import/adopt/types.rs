//! What a contract can't say of a type.

use std::collections::BTreeSet;

use stipule_ir::types::{Access, EnumLiteral, Field, Scalar, Struct, Union};
use stipule_ir::{Service, Span, TypeId, TypeKind};

use super::{Adoption, named};
use crate::usage;

impl Adoption {
    /// Widens the types that are left, wherever it has to be.
    pub(super) fn types(&mut self, service: &Service) {
        let roots = service.operations.iter().flat_map(named).collect();
        let reached = usage::reachable(&self.types, roots);
        let all: Vec<TypeId> =
            self.types.iter().map(|(id, _)| id).filter(|id| reached[id.0 as usize]).collect();
        for id in all {
            self.widen(id);
        }
    }

    fn widen(&mut self, id: TypeId) {
        let ty = self.types.get(id).clone();
        let place = start(&ty.span);
        if self.types.check(id).is_some() {
            let message = "rules that only JSON Schema can say are left out".to_owned();
            self.say(&place, message, "check them where the value is used");
        }
        let kind = match ty.kind {
            TypeKind::Scalar(Scalar::Bytes) => {
                self.say_once(&place, "bytes as text are text".to_owned(), "decode them where they are used");
                TypeKind::Scalar(Scalar::String)
            }
            TypeKind::Newtype(mut newtype) if newtype.base == Scalar::Bytes => {
                self.say_once(&place, "bytes as text are text".to_owned(), "decode them where they are used");
                newtype.base = Scalar::String;
                TypeKind::Newtype(newtype)
            }
            TypeKind::Enum(list) => {
                let kinds: BTreeSet<_> = list.values.iter().map(|value| kind_of(&value.value)).collect();
                if kinds.len() > 1 {
                    let message = "values of several kinds: any value is taken".to_owned();
                    self.say(&place, message, "write values of one kind");
                    TypeKind::Scalar(Scalar::Any)
                } else {
                    TypeKind::Enum(list)
                }
            }
            TypeKind::Struct(object) => TypeKind::Struct(self.object(object)),
            TypeKind::Union(union) => TypeKind::Union(self.union(union, &place)),
            other => other,
        };
        self.types.get_mut(id).kind = kind;
    }

    fn object(&mut self, mut object: Struct) -> Struct {
        for field in &mut object.fields {
            if field.access == Access::Both {
                continue;
            }
            let side = if field.access == Access::Read { "who answers" } else { "who asks" };
            let message = format!("only {side} sends `{}`: both sides may", field.name);
            let help = "write one schema for requests and one for responses";
            self.say(&field.span, message, help);
            field.access = Access::Both;
            field.required = false;
        }
        object
    }

    /// A discriminator that some branch doesn't promise tells nothing.
    fn union(&mut self, mut union: Union, place: &Span) -> Union {
        let Some(tag) = &union.tag else { return union };
        let promises = union.variants.iter().all(|variant| {
            let field = self.field(variant.ty, tag);
            field.is_some_and(|field| {
                field.required && !field.nullable && self.may_be(field.ty, &variant.tags)
            })
        });
        if !promises {
            let message = format!("not every branch has `{tag}`: branches are told apart by trying");
            self.say(place, message, "require the property in every branch");
            union.tag = None;
            union.variants.iter_mut().for_each(|variant| variant.tags.clear());
        }
        union
    }

    fn field(&self, id: TypeId, wire: &str) -> Option<&Field> {
        let TypeKind::Struct(object) = &self.types.get(id).kind else { return None };
        object.fields.iter().find(|field| field.name.wire == wire)
    }

    /// Whether a type has all of these texts among its values.
    fn may_be(&self, id: TypeId, texts: &[String]) -> bool {
        match &self.types.get(id).kind {
            TypeKind::Scalar(Scalar::String) => true,
            TypeKind::Enum(list) => texts
                .iter()
                .all(|text| list.values.iter().any(|value| value.value == EnumLiteral::String(text.clone()))),
            _ => false,
        }
    }
}

fn kind_of(literal: &EnumLiteral) -> u8 {
    match literal {
        EnumLiteral::String(_) => 0,
        EnumLiteral::Integer(_) => 1,
        EnumLiteral::Boolean(_) => 2,
    }
}

/// The beginning of a place: a whole schema is too much to show.
fn start(span: &Span) -> Span {
    Span { end: span.start, ..span.clone() }
}
