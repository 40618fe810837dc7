//! Null where no optional field, item or value can hold it: a body, a place of a tuple, a further property.

use stipule_ir::types::{Declaration, Docs, Scalar, Type, Union, UnionVariant};
use stipule_ir::{Name, Span, TypeId, TypeKind};

use super::lowering::Lowering;
use super::schema::Site;

impl<'d> Lowering<'d> {
    /// The type of a schema whose null is part of the value: an enum of the two, where null is valid.
    pub(crate) fn lower_with_null(&mut self, site: &Site<'d>) -> TypeId {
        let used = self.part(site);
        if used.nullable { self.or_null(used.ty, site) } else { used.ty }
    }

    /// What is null anyway, or anything, needs no enum. Known when the types are.
    pub(super) fn unite_nulls(&mut self) {
        for (ty, both) in std::mem::take(&mut self.or_null) {
            let kind = self.get(ty).kind.clone();
            if let TypeKind::Scalar(Scalar::Null | Scalar::Any) = kind {
                let slot = self.types.get_mut(both);
                (slot.kind, slot.declaration) = (kind, None);
            }
        }
    }

    /// The enum of a type and null. One for each type, whoever asks.
    fn or_null(&mut self, ty: TypeId, site: &Site<'d>) -> TypeId {
        if let Some(known) = self.or_null.get(&ty) {
            return *known;
        }
        let (span, of) = (site.node.span.clone(), self.peel(site).site);
        let word = |text: &str| Name::new(text, span.clone());
        let value = if of.named { Name::new(of.name.wire.clone(), span.clone()) } else { word("value") };
        let null = self.scalar(Scalar::Null, &span);
        let variant = |name, ty| UnionVariant { name, ty, tags: Vec::new() };
        let mut variants = vec![variant(value, ty), variant(word("null"), null)];
        Name::distinguish(variants.iter_mut().map(|variant| &mut variant.name));
        let declaration = Declaration {
            name: of.name.join(&word("or null")),
            module: of.module.clone(),
            docs: Docs::default(),
            accepted: false,
            read: false,
        };
        let kind = TypeKind::Union(Union { tag: None, exactly_one: false, variants });
        let both = self.types.add(Type { declaration: Some(declaration), kind, span });
        self.or_null.insert(ty, both);
        both
    }

    fn scalar(&mut self, scalar: Scalar, span: &Span) -> TypeId {
        self.types.add(Type { declaration: None, kind: TypeKind::Scalar(scalar), span: span.clone() })
    }
}
