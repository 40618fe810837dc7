//! What every emitter knows about the model's types: their names, where they live, which forms they have.

mod containment;
mod default;
mod forms;
mod text;
mod traits;
mod written;

use std::collections::BTreeSet;

use stipule_ir::types::{Declaration, Field, Newtype, Scalar, TypeKind};
use stipule_ir::{Contract, Name, Type, TypeId};

pub(crate) use containment::Edge;
pub(crate) use default::{default_value, literal};
pub(crate) use text::{form_fields, is_plain, shape, style};
pub(crate) use written::{Form, Paths, Presence, integer_bounds, integer_range};

use containment::{Boxes, endless};
use forms::Forms;
use traits::Traits;

/// Where the types live, and who shares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// In a crate of their own, in a closed form for writers and an open one for readers.
    Repository,
    /// In the module `types` of the crate that uses them, in one form for both sides: how strict it is read is decided
    /// when it is.
    Import,
}

/// The types of a contract with everything that is decided about them once.
pub(crate) struct Types<'c> {
    pub(crate) contract: &'c Contract,
    pub(crate) home: Home,
    forms: Forms,
    boxes: Boxes,
    traits: Traits,
    /// Lists, maps and tuples that are items of their own because they hold themselves.
    endless: BTreeSet<TypeId>,
}

impl<'c> Types<'c> {
    pub(crate) fn of(contract: &'c Contract, home: Home) -> Self {
        let types = &contract.types;
        Self {
            contract,
            home,
            forms: Forms::of(types),
            boxes: Boxes::of(types),
            traits: Traits::of(types),
            endless: endless(types),
        }
    }

    pub(crate) fn get(&self, id: TypeId) -> &'c Type {
        self.contract.types.get(id)
    }

    pub(crate) fn kind(&self, id: TypeId) -> &'c TypeKind {
        &self.get(id).kind
    }

    pub(crate) fn declaration(&self, id: TypeId) -> Option<&'c Declaration> {
        self.get(id).declaration.as_ref()
    }

    /// Whether the type has an open form of its own: read by somebody, and with a choice inside that may grow.
    pub(crate) fn has_open_form(&self, id: TypeId) -> bool {
        !self.is_shared() && self.forms.has_open(id)
    }

    /// Whether both sides share one form.
    pub(crate) fn is_shared(&self) -> bool {
        self.home == Home::Import
    }

    /// The path that modules of types are below.
    pub(crate) fn model(&self) -> String {
        match self.home {
            Home::Repository => format!("{}_model", self.contract.platform.name.plain_field()),
            Home::Import => "crate".to_owned(),
        }
    }

    /// Whether somebody reads the type from us.
    pub(crate) fn is_read(&self, id: TypeId) -> bool {
        self.forms.is_read(id)
    }

    /// Whether the type is an item of its own rather than another name for something.
    pub(crate) fn is_nominal(&self, id: TypeId) -> bool {
        let named = matches!(
            self.kind(id),
            TypeKind::Struct(_)
                | TypeKind::Enum(_)
                | TypeKind::Union(_)
                | TypeKind::Newtype(_)
                | TypeKind::Multipart(_)
        );
        (named || self.is_endless(id)) && self.declaration(id).is_some()
    }

    /// Whether the type is a list, map or tuple that holds itself, and therefore a struct around one.
    pub(crate) fn is_endless(&self, id: TypeId) -> bool {
        self.endless.contains(&id)
    }

    /// Whether a value at this place must be boxed to have a size.
    pub(crate) fn is_boxed(&self, edge: Edge) -> bool {
        self.boxes.contains(edge)
    }

    /// Whether values compare with total equality: no floating-point number inside.
    pub(crate) fn is_eq(&self, id: TypeId) -> bool {
        self.traits.is_eq(id)
    }

    /// Whether a field's value must not show. Personal text hides itself; personal numbers can't.
    pub(crate) fn hides(&self, field: &Field) -> bool {
        let number =
            |newtype: &Newtype| matches!(newtype.base, Scalar::Int32 | Scalar::Int64 | Scalar::Float64);
        let kind = self.kind(field.ty);
        field.personal || matches!(kind, TypeKind::Newtype(it) if it.personal && number(it))
    }

    /// Whether a value can be made from nothing: every part may be absent or empty.
    pub(crate) fn has_default(&self, id: TypeId) -> bool {
        self.traits.has_default(id)
    }

    /// Declared types in the order of the contract.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (TypeId, &'c Type, &'c Declaration)> {
        let types = self.contract.types.iter();
        types.filter_map(|(id, ty)| ty.declaration.as_ref().map(|declaration| (id, ty, declaration)))
    }

    /// Modules of the model in the order in which their first type stands, each with its types.
    pub(crate) fn modules(&self) -> Vec<Module<'c>> {
        let mut modules: Vec<Module<'c>> = Vec::new();
        for (id, ty, declaration) in self.declared() {
            let name = module_name(&declaration.module);
            match modules.iter_mut().find(|module| module.name == name) {
                Some(module) => module.types.push((id, ty, declaration)),
                None => {
                    let types = vec![(id, ty, declaration)];
                    modules.push(Module { name, types });
                }
            }
        }
        modules
    }
}

/// A module of the model: the declarations of one document.
pub(crate) struct Module<'c> {
    pub(crate) name: String,
    pub(crate) types: Vec<(TypeId, &'c Type, &'c Declaration)>,
}

/// The module of a document, never one of the names that generated files use bare.
pub(crate) fn module_name(name: &Name) -> String {
    const TAKEN: &[&str] = &[
        "open",
        "std",
        "core",
        "alloc",
        "serde",
        "stipule_wire",
        "stipule_runtime",
        "stipule_client",
        "http",
    ];
    let name = name.module();
    if TAKEN.contains(&name.as_str()) { format!("{name}_") } else { name }
}
