//! The fields of an object, written to an item and read from one.

use stipule_ir::TypeId;
use stipule_ir::types::{Extra, Field, Struct};

use super::convert::Convert;
use crate::rust::Text;
use crate::types::{Edge, Presence};

/// An object whose fields are converted.
pub(super) struct Fields<'a> {
    pub(super) convert: &'a Convert<'a>,
    pub(super) id: TypeId,
    pub(super) object: &'a Struct,
}

impl Fields<'_> {
    /// Statements that put the fields of `value` into `item`; its free properties into an object of their own if
    /// `apart` names one, for beside keys they could forge some.
    pub(super) fn put(&self, text: &mut Text, item: &str, value: &str, apart: Option<&str>) {
        for (place, field) in self.object.fields.iter().enumerate() {
            let (wire, name) = (&field.name.wire, field.name.field());
            let edge = Edge { from: self.id, place };
            let (insert, attribute) = match self.attribute(edge, field, &format!("{value}.{name}")) {
                Attribute::Always(attribute) => ("put", attribute),
                Attribute::Maybe(attribute) => ("put_some", attribute),
            };
            text.code(1, &format!("{item}.{insert}({wire:?}, {attribute});"));
        }
        let Extra::Kept(ty) = self.object.extra else { return };
        let name = self.extra();
        match apart {
            Some(attribute) => {
                let to = self.convert.to(ty);
                text.code(1, &format!("{item}.put({attribute:?}, to::map(&{value}.{name}, {to}));"));
            }
            None => {
                let entry = self.convert.attribute(ty, "entry");
                text.code(1, &format!("for (name, entry) in &{value}.{name} {{"));
                text.code(2, &format!("{item}.insert(name.clone(), {entry});"));
                text.code(1, "}");
            }
        }
    }

    /// Most attributes that [`put`](Self::put) puts, apart or not, but for free properties among the others.
    pub(super) fn most(&self) -> usize {
        self.object.fields.len() + usize::from(matches!(self.object.extra, Extra::Kept(_)))
    }

    /// The attribute of one field.
    pub(super) fn attribute(&self, edge: Edge, field: &Field, place: &str) -> Attribute {
        let to = self.convert.to(field.ty);
        // A function for the type takes no reference to a box.
        let to = if self.convert.types.is_boxed(edge) { format!("|value| {to}(value)") } else { to };
        match Presence::of(field) {
            Presence::Always | Presence::OrDefault => {
                Attribute::Always(self.convert.attribute(field.ty, &format!("&{place}")))
            }
            Presence::OrNull => Attribute::Always(format!("to::nullable(&{place}, {to})")),
            Presence::OrAbsent => Attribute::Maybe(format!("{place}.as_ref().map({to})")),
            Presence::OrEither => Attribute::Maybe(format!("to::patch(&{place}, {to})")),
        }
    }

    /// `Ok(Ty { … })` read from `fields`; `apart` as in [`put`](Self::put).
    pub(super) fn read(&self, text: &mut Text, ty: &str, fields: &str, apart: Option<&str>) {
        text.code(1, &format!("Ok({ty} {{"));
        for place in 0..self.object.fields.len() {
            text.code(2, &self.read_one(place, fields));
        }
        if let Extra::Kept(value) = self.object.extra {
            let (from, name) = (self.convert.from(value), self.extra());
            let read = match apart {
                Some(attribute) => {
                    format!("defaulted({attribute:?}, |entries| from::map(entries, {from}), \"{{}}\")")
                }
                None => {
                    let names: Vec<_> =
                        self.object.fields.iter().map(|field| format!("{:?}", field.name.wire)).collect();
                    format!("rest(&[{}], {from})", names.join(", "))
                }
            };
            text.code(2, &format!("{name}: {fields}.{read}?,"));
        }
        text.code(1, "})");
    }

    /// `Ok(Self { … })` of the fields in these places, read from `fields`, in a method.
    pub(super) fn read_some(&self, text: &mut Text, places: &[usize]) {
        text.code(2, "Ok(Self {");
        for place in places {
            text.code(3, &self.read_one(*place, "fields"));
        }
        text.code(2, "})");
    }

    /// `name: fields.required("name", from::text)?,`
    fn read_one(&self, place: usize, fields: &str) -> String {
        let field = &self.object.fields[place];
        let (wire, name, from) = (&field.name.wire, field.name.field(), self.convert.from(field.ty));
        let boxed = self.convert.types.is_boxed(Edge { from: self.id, place });
        let from = if boxed { format!("|value| {from}(value).map(Box::new)") } else { from };
        let call = match Presence::of(field) {
            Presence::Always => "required",
            Presence::OrNull => "nullable",
            Presence::OrAbsent => "optional",
            Presence::OrEither => "patch",
            Presence::OrDefault => {
                let default = field.default.as_deref().unwrap_or("null");
                return format!("{name}: {fields}.defaulted({wire:?}, {from}, {default:?})?,");
            }
        };
        format!("{name}: {fields}.{call}({wire:?}, {from})?,")
    }

    /// An attribute name that no field has.
    pub(super) fn apart(&self) -> String {
        let mut name = "_more".to_owned();
        while self.object.fields.iter().any(|field| field.name.wire == name) {
            name.push('_');
        }
        name
    }

    /// The field with the properties beyond the declared ones.
    fn extra(&self) -> &'static str {
        let taken = self.object.fields.iter().any(|field| field.name.field() == "extra");
        if taken { "extra_" } else { "extra" }
    }
}

/// An attribute that is always there, or an `Option` of one.
pub(super) enum Attribute {
    Always(String),
    Maybe(String),
}
