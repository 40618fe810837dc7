//! A value of each type: the first of its examples that keeps the type, or one that is made up.

mod scalar;
mod text;

use stipule_ir::types::{Docs, EnumLiteral, Field, List, Map, Struct};
use stipule_ir::{TypeId, TypeKind, TypeTable};
use stipule_wire::{Any, Json, Limits as JsonLimits};

use crate::admit::admits;

/// Deepest nesting of a value that is made up: recursive types end here.
const DEEPEST: usize = 8;

/// Most tries for the next item of a list without repetition.
const MOST_TURNS: u64 = 64;

/// Makes values of types. The same types make the same values.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'t> {
    types: &'t TypeTable,
}

impl<'t> Samples<'t> {
    /// Of the types of a contract.
    pub fn new(types: &'t TypeTable) -> Self {
        Self { types }
    }

    /// A value of the type; `None` when none was found, as for a pattern that hardly any text matches.
    pub fn of(&self, ty: TypeId) -> Option<Any> {
        self.value(ty, 0, 0)
    }

    /// Another value of the type each turn, as far as the type has several.
    pub fn nth(&self, ty: TypeId, turn: u64) -> Option<Any> {
        self.value(ty, turn, 0)
    }

    /// The example that the contract gives for the type, if it keeps the type.
    pub fn written(&self, ty: TypeId) -> Option<Any> {
        let docs = &self.types.get(ty).declaration.as_ref()?.docs;
        self.first_good(docs, ty, 0)
    }

    /// `turn` asks for another value of the same type, as far as the type has several.
    fn value(&self, ty: TypeId, turn: u64, depth: usize) -> Option<Any> {
        if depth > DEEPEST {
            return None;
        }
        let declared = self.types.get(ty);
        let written = declared.declaration.as_ref().and_then(|it| self.first_good(&it.docs, ty, turn));
        if written.is_some() {
            return written;
        }
        let made = match &declared.kind {
            TypeKind::Scalar(scalar) => scalar::sample(*scalar, &stipule_ir::types::Limits::default(), turn),
            TypeKind::Newtype(newtype) => scalar::sample(newtype.base, &newtype.limits, turn),
            TypeKind::Enum(declared) => {
                let many = declared.values.len().max(1) as u64;
                declared.values.get((turn % many) as usize).map(|value| literal(&value.value))
            }
            TypeKind::Struct(declared) => self.object(declared, turn, depth),
            TypeKind::Union(union) => {
                let variant = union.variants.first()?;
                let value = self.value(variant.ty, turn, depth + 1)?;
                Some(match (&union.tag, variant.tags.first()) {
                    (Some(tag), Some(said)) => tagged(value, tag, said),
                    _ => value,
                })
            }
            TypeKind::List(list) => self.list(list, turn, depth),
            TypeKind::Map(map) => self.map(map, turn, depth),
            TypeKind::Tuple(parts) => {
                let items: Option<Vec<Any>> =
                    parts.iter().map(|part| self.value(*part, turn, depth + 1)).collect();
                items.map(Json::Array)
            }
            TypeKind::Multipart(_) => None,
        };
        made.filter(|value| admits(self.types, ty, value))
    }

    fn first_good(&self, docs: &Docs, ty: TypeId, turn: u64) -> Option<Any> {
        let parsed = docs.examples.iter().filter_map(|text| parse(text));
        let mut good = parsed.filter(|value| admits(self.types, ty, value));
        good.nth(usize::try_from(turn).ok()?)
    }

    /// Every field that can be filled in; optional ones are left out where they lead too deep.
    fn object(&self, declared: &Struct, turn: u64, depth: usize) -> Option<Any> {
        let mut members = Vec::new();
        for field in &declared.fields {
            match self.field(field, turn, depth) {
                Some(value) => members.push((field.name.wire.clone(), value)),
                None if field.required && field.nullable => {
                    members.push((field.name.wire.clone(), Json::Null));
                }
                None if field.required => return None,
                None => {}
            }
        }
        Some(Json::Object(members.into_iter().collect()))
    }

    fn field(&self, field: &Field, turn: u64, depth: usize) -> Option<Any> {
        let told = self.first_good(&field.docs, field.ty, turn);
        let default =
            || field.default.as_deref().and_then(parse).filter(|it| admits(self.types, field.ty, it));
        told.or_else(|| self.value(field.ty, turn, depth + 1)).or_else(default)
    }

    fn list(&self, list: &List, turn: u64, depth: usize) -> Option<Any> {
        let least = list.min_items.unwrap_or(0);
        let wanted = least.max(1).min(list.max_items.unwrap_or(u64::MAX));
        let mut items: Vec<Any> = Vec::new();
        for next in turn..turn + wanted + MOST_TURNS {
            if items.len() as u64 == wanted {
                break;
            }
            // A type without a second value repeats itself where that is allowed.
            let item = self.value(list.item, next, depth + 1).or_else(|| self.value(list.item, 0, depth + 1));
            let Some(item) = item else { break };
            if !(list.unique && items.contains(&item)) {
                items.push(item);
            }
        }
        (items.len() as u64 >= least).then_some(Json::Array(items))
    }

    fn map(&self, map: &Map, turn: u64, depth: usize) -> Option<Any> {
        let least = map.min_properties.unwrap_or(0);
        let wanted = least.max(1).min(map.max_properties.unwrap_or(u64::MAX));
        let mut entries: Vec<(String, Any)> = Vec::new();
        for next in turn..turn + wanted + MOST_TURNS {
            if entries.len() as u64 == wanted {
                break;
            }
            let name = match map.key {
                Some(key) => self.value(key, next, depth + 1).and_then(|key| key.as_str().map(str::to_owned)),
                None => Some(format!("key{}", next + 1)),
            };
            let Some((name, value)) = name.zip(self.value(map.value, next, depth + 1)) else { break };
            if entries.iter().all(|(taken, _)| *taken != name) {
                entries.push((name, value));
            }
        }
        (entries.len() as u64 >= least).then(|| Json::Object(entries.into_iter().collect()))
    }
}

fn literal(value: &EnumLiteral) -> Any {
    match value {
        EnumLiteral::String(text) => Json::from(text.clone()),
        EnumLiteral::Integer(number) => Json::from(*number),
        EnumLiteral::Boolean(truth) => Json::from(*truth),
    }
}

fn tagged(value: Any, tag: &str, said: &str) -> Any {
    match value {
        Json::Object(mut members) => {
            members.insert(tag.to_owned(), Json::from(said.to_owned()));
            Json::Object(members)
        }
        other => other,
    }
}

fn parse(text: &str) -> Option<Any> {
    Json::parse(text.as_bytes(), JsonLimits::default()).ok().map(Json::into_owned)
}
