//! What the parts of a table may refer to, and the diagnostics for names that aren't there.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::platform::PlatformService;
use stipule_ir::table::{EntityId, FieldRef, IndexId};
use stipule_ir::types::{EnumLiteral, Field, Scalar, Struct};
use stipule_ir::{
    Diagnostic, Diagnostics, Event, EventId, Sources, Span, Spanned, TypeId, TypeKind, TypeTable,
};

use crate::suggest;

/// Everything outside the table's file that it may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'k> {
    /// The files, for places inside a text.
    pub sources: &'k Sources,
    /// All types, complete.
    pub types: &'k TypeTable,
    /// All events.
    pub events: &'k [Event],
    /// All services.
    pub services: &'k [PlatformService],
    /// The type of each entity's schema, by the entity's name; those whose schema is at fault are missing.
    pub schemas: &'k BTreeMap<String, TypeId>,
}

/// Names of the table itself.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Every entity's name, with its id unless it is at fault.
    pub(super) entities: BTreeMap<String, Option<EntityId>>,
    /// Every index with its id.
    pub(super) indexes: BTreeMap<String, IndexId>,
    /// The indexes over fields.
    pub(super) native: BTreeSet<IndexId>,
    /// Entities and indexes between which the file gives a key, at fault or not.
    pub(super) keyed: BTreeSet<(String, String)>,
}

impl Names {
    /// The entity of this name. `None` with `TBL001`, or silently when the entity itself is at fault.
    pub(super) fn entity(&self, name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<EntityId> {
        if let Some(found) = self.entities.get(&name.value) {
            return *found;
        }
        let names: Vec<&str> = self.entities.keys().map(String::as_str).collect();
        let message = format!("there is no entity `{}`", name.value);
        let help = suggest::help(&name.value, &names);
        diagnostics.push(Diagnostic::error("TBL001", &name.span, message).help(help));
        None
    }

    /// The index of this name; `TBL003` otherwise.
    pub(super) fn index(&self, name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<IndexId> {
        let found = self.indexes.get(&name.value).copied();
        if found.is_none() {
            let names: Vec<&str> = self.indexes.keys().map(String::as_str).collect();
            let message = format!("there is no index `{}`", name.value);
            let help = suggest::help(&name.value, &names);
            diagnostics.push(Diagnostic::error("TBL003", &name.span, message).help(help));
        }
        found
    }
}

impl<'k> Surroundings<'k> {
    /// The struct of a type that was checked to be one.
    pub(super) fn fields(&self, ty: TypeId) -> &'k [Field] {
        match &self.types.get(ty).kind {
            TypeKind::Struct(Struct { fields, .. }) => fields,
            _ => &[],
        }
    }

    /// The field with this wire name; `TBL002` otherwise.
    pub(super) fn field(
        &self,
        ty: TypeId,
        name: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<FieldRef> {
        self.field_at(ty, &name.value, &name.span, diagnostics)
    }

    /// As [`field`](Self::field), for a name inside a longer text.
    pub(super) fn field_at(
        &self,
        ty: TypeId,
        name: &str,
        span: &Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<FieldRef> {
        let fields = self.fields(ty);
        let found = (0u32..).zip(fields).find(|(_, field)| field.name.wire == name);
        if found.is_none() {
            let owner =
                self.types.get(ty).declaration.as_ref().map_or("the entity", |d| d.name.wire.as_str());
            let names: Vec<&str> = fields.iter().map(|field| field.name.wire.as_str()).collect();
            let message = format!("`{owner}` has no field `{name}`");
            diagnostics.push(Diagnostic::error("TBL002", span, message).help(suggest::help(name, &names)));
        }
        found.map(|(at, _)| FieldRef(at))
    }

    /// The newest version of the event; `TBL020` otherwise.
    pub(super) fn event(&self, name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<EventId> {
        let found = (0u32..)
            .zip(self.events)
            .filter(|(_, event)| event.name.wire == name.value)
            .max_by_key(|(_, event)| event.version);
        if found.is_none() {
            let names: Vec<&str> = self.events.iter().map(|event| event.name.wire.as_str()).collect();
            let message = format!("there is no event `{}`", name.value);
            let help = suggest::help(&name.value, &names);
            diagnostics.push(Diagnostic::error("TBL020", &name.span, message).help(help));
        }
        found.map(|(id, _)| EventId(id))
    }

    /// Whether a type stands for a schema that is at fault: its own fault is known, and nothing follows from it.
    pub(super) fn is_faulty(&self, ty: TypeId, diagnostics: &Diagnostics) -> bool {
        let found = self.types.get(ty);
        matches!(found.kind, TypeKind::Scalar(Scalar::Any)) && diagnostics.has_error_within(&found.span)
    }

    /// Whether a type is an enum of texts.
    pub(super) fn is_text_enum(&self, ty: TypeId) -> bool {
        let TypeKind::Enum(declared) = &self.types.get(ty).kind else { return false };
        declared.values.iter().all(|value| matches!(value.value, EnumLiteral::String(_)))
    }

    /// The scalar under a type, whether it has limits or a name or neither.
    pub(super) fn scalar(&self, ty: TypeId) -> Option<Scalar> {
        match &self.types.get(ty).kind {
            TypeKind::Scalar(scalar) => Some(*scalar),
            TypeKind::Newtype(newtype) => Some(newtype.base),
            _ => None,
        }
    }
}
