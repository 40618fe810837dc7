//! How a type is written at a place: which path, which form, which imports.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use stipule_ir::types::{Bound, Field, Limits, List, Map, Newtype, Scalar, TypeKind};
use stipule_ir::{Name, TypeId};

use super::{Edge, Types};
use crate::rust::{ident, tight};

/// Which form of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// Exactly the contract.
    Closed,
    /// Keeps what the contract may come to say later.
    Open,
}

/// Types as they are written in one file; remembers what the file has to import.
pub(crate) struct Paths<'t, 'c> {
    pub(crate) types: &'t Types<'c>,
    /// The module of the model that the file is, if it is one.
    own: Option<String>,
    form: Form,
    modules: RefCell<BTreeSet<(Form, String)>>,
    wire: RefCell<BTreeSet<&'static str>>,
    std: RefCell<BTreeSet<&'static str>>,
}

impl<'t, 'c> Paths<'t, 'c> {
    /// For a file of the model: types of its own module are written bare.
    pub(crate) fn in_model(types: &'t Types<'c>, module: &str, form: Form) -> Self {
        Self { own: Some(module.to_owned()), ..Self::outside(types, form) }
    }

    /// For a file of another crate.
    pub(crate) fn outside(types: &'t Types<'c>, form: Form) -> Self {
        let (modules, wire, std) = Default::default();
        Self { types, own: None, form, modules, wire, std }
    }

    /// Modules of the model that were written, with the form they were written in.
    pub(crate) fn modules(&self, form: Form) -> Vec<String> {
        let modules = self.modules.borrow();
        modules.iter().filter(|(of, _)| *of == form).map(|(_, module)| module.clone()).collect()
    }

    /// Names of `stipule_wire` that were written.
    pub(crate) fn wire_names(&self) -> Vec<&'static str> {
        self.wire.borrow().iter().copied().collect()
    }

    /// What was written of the standard library, as paths below `std`.
    pub(crate) fn std_paths(&self) -> Vec<&'static str> {
        self.std.borrow().iter().copied().collect()
    }

    /// `use std::…` lines.
    pub(crate) fn std_imports(&self) -> TokenStream {
        let lines = self.std.borrow();
        let lines = lines.iter().map(|path| crate::rust::tokens(&format!("use std::{path};")));
        quote!(#(#lines)*)
    }

    /// A name of `stipule_wire`, remembered.
    pub(crate) fn wire(&self, name: &'static str) -> TokenStream {
        self.wire.borrow_mut().insert(name);
        let name = ident(name);
        quote!(#name)
    }

    fn std(&self, path: &'static str, name: &str) -> TokenStream {
        self.std.borrow_mut().insert(path);
        let name = ident(name);
        quote!(#name)
    }

    /// The type in the form of this file.
    pub(crate) fn of(&self, id: TypeId) -> TokenStream {
        self.in_form(id, self.form)
    }

    /// As [`of`](Self::of), as text.
    pub(crate) fn text(&self, id: TypeId) -> String {
        tight(&self.of(id))
    }

    /// The type in a form.
    pub(crate) fn in_form(&self, id: TypeId, form: Form) -> TokenStream {
        let form = if self.types.is_shared() { Form::Closed } else { form };
        match self.types.declaration(id) {
            Some(declaration) => self.declared(&declaration.module, &declaration.name, form),
            None => self.in_place(id, form),
        }
    }

    fn declared(&self, module: &Name, name: &Name, form: Form) -> TokenStream {
        let name = ident(&name.type_name());
        let module = super::module_name(module);
        if self.own.as_deref() == Some(module.as_str()) && form == self.form {
            return quote!(#name);
        }
        self.modules.borrow_mut().insert((form, module.clone()));
        let module = ident(&module);
        match (form, &self.own) {
            (Form::Open, None) => quote!(open::#module::#name),
            _ => quote!(#module::#name),
        }
    }

    /// What the type is, without regard to its own name.
    pub(crate) fn in_place(&self, id: TypeId, form: Form) -> TokenStream {
        match self.types.kind(id) {
            TypeKind::Scalar(scalar) => self.scalar(*scalar),
            TypeKind::Newtype(newtype) => self.limited(newtype),
            TypeKind::List(list) => self.list(list, form),
            TypeKind::Map(map) => self.map(map, form),
            TypeKind::Tuple(items) => {
                let items = items.iter().enumerate().map(|(place, item)| {
                    let inner = self.in_form(*item, form);
                    self.boxed(Edge { from: id, place }, inner)
                });
                quote!((#(#items,)*))
            }
            TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::Multipart(_) => {
                unreachable!("lowering declares every struct, enum and union, and bodies of parts")
            }
        }
    }

    pub(crate) fn scalar(&self, scalar: Scalar) -> TokenStream {
        match scalar {
            Scalar::Boolean => quote!(bool),
            Scalar::Int32 => quote!(i32),
            Scalar::Int64 => quote!(i64),
            Scalar::Float64 => quote!(f64),
            Scalar::String => quote!(String),
            Scalar::Uuid => self.wire("Uuid"),
            Scalar::Ulid => self.wire("Ulid"),
            Scalar::Date => self.wire("Date"),
            Scalar::DateTime => self.wire("DateTime"),
            Scalar::Email => self.wire("Email"),
            Scalar::Uri => self.wire("Uri"),
            Scalar::Decimal => self.wire("Decimal"),
            Scalar::Bytes => self.wire("Base64"),
            Scalar::Any => self.wire("Any"),
            Scalar::Null => quote!(()),
        }
    }

    /// A scalar whose limits are part of its type: `Text<1, 80>`, `Ranged<0, 100>`.
    fn limited(&self, newtype: &Newtype) -> TokenStream {
        let limits = &newtype.limits;
        match newtype.base {
            Scalar::String if limits.pattern.is_none() => {
                if limits == &Limits::default() {
                    return quote!(String);
                }
                let text = self.wire("Text");
                let (min, max) = bounds(limits.min_length, limits.max_length);
                quote!(#text<#min, #max>)
            }
            Scalar::Int32 | Scalar::Int64 if limits.multiple_of.is_none() => {
                let ranged = self.wire("Ranged");
                let (min, max) = integer_range(newtype.base, limits);
                quote!(#ranged<#min, #max>)
            }
            other if limits == &Limits::default() => self.scalar(other),
            _ => unreachable!("lowering declares scalars whose limits no type of the wire carries"),
        }
    }

    fn list(&self, list: &List, form: Form) -> TokenStream {
        let item = self.in_form(list.item, form);
        let item = if list.nullable_items { quote!(Option<#item>) } else { item };
        let (min, max) = bounds(list.min_items, list.max_items);
        if list.unique {
            let name = self.wire("UniqueVec");
            quote!(#name<#item, #min, #max>)
        } else if list.min_items.unwrap_or(0) > 0 || list.max_items.is_some() {
            let name = self.wire("BoundedVec");
            quote!(#name<#item, #min, #max>)
        } else {
            quote!(Vec<#item>)
        }
    }

    fn map(&self, map: &Map, form: Form) -> TokenStream {
        let key = map.key.map_or_else(|| quote!(String), |key| self.in_form(key, form));
        let value = self.in_form(map.value, form);
        let value = if map.nullable_values { quote!(Option<#value>) } else { value };
        if map.min_properties.unwrap_or(0) > 0 || map.max_properties.is_some() {
            let name = self.wire("BoundedMap");
            let (min, max) = bounds(map.min_properties, map.max_properties);
            quote!(#name<#key, #value, #min, #max>)
        } else {
            let name = self.std("collections::BTreeMap", "BTreeMap");
            quote!(#name<#key, #value>)
        }
    }

    /// A map with free text as keys.
    pub(crate) fn map_of(&self, value: TypeId) -> TokenStream {
        let (map, value) = (self.std("collections::BTreeMap", "BTreeMap"), self.of(value));
        quote!(#map<String, #value>)
    }

    /// The type of a field, with what absence and null make of it.
    pub(crate) fn field(&self, edge: Edge, field: &Field) -> TokenStream {
        let inner = self.boxed(edge, self.of(field.ty));
        match Presence::of(field) {
            Presence::Always | Presence::OrDefault => inner,
            Presence::OrNull | Presence::OrAbsent => quote!(Option<#inner>),
            Presence::OrEither => {
                let patch = self.wire("Patch");
                quote!(#patch<#inner>)
            }
        }
    }

    /// The type in a box where the place leads back to the type it stands in.
    pub(crate) fn boxed(&self, edge: Edge, inner: TokenStream) -> TokenStream {
        if self.types.is_boxed(edge) { quote!(Box<#inner>) } else { inner }
    }
}

/// Whether a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Required.
    Always,
    /// Required, may be null.
    OrNull,
    /// Optional.
    OrAbsent,
    /// Optional, and the contract says what it means when absent.
    OrDefault,
    /// Optional, may be null: three states.
    OrEither,
}

impl Presence {
    pub(crate) fn of(field: &Field) -> Self {
        match (field.required, field.nullable) {
            (true, false) => Presence::Always,
            (true, true) => Presence::OrNull,
            (false, true) => Presence::OrEither,
            (false, false) if field.default.is_some() => Presence::OrDefault,
            (false, false) => Presence::OrAbsent,
        }
    }
}

fn bounds(min: Option<u64>, max: Option<u64>) -> (TokenStream, TokenStream) {
    let min = Literal::u64_unsuffixed(min.unwrap_or(0));
    // Beyond 32 bits no value reaches the limit, and WebAssembly's `usize` can't hold it.
    let max = match max.filter(|max| *max <= u64::from(u32::MAX)) {
        Some(max) => {
            let max = Literal::u64_unsuffixed(max);
            quote!(#max)
        }
        None => quote!({ usize::MAX }),
    };
    (quote!(#min), max)
}

/// Both ends of an integer's range, inclusive.
pub(crate) fn integer_bounds(base: Scalar, limits: &Limits) -> std::ops::RangeInclusive<i64> {
    let (least, most) =
        if base == Scalar::Int32 { (i64::from(i32::MIN), i64::from(i32::MAX)) } else { (i64::MIN, i64::MAX) };
    let min = limits.minimum.as_ref().map_or(least, |bound| integer(bound, 1).max(least));
    let max = limits.maximum.as_ref().map_or(most, |bound| integer(bound, -1).min(most));
    min..=max
}

/// As [`integer_bounds`], as const arguments.
pub(crate) fn integer_range(base: Scalar, limits: &Limits) -> (TokenStream, TokenStream) {
    let range = integer_bounds(base, limits);
    (const_integer(*range.start()), const_integer(*range.end()))
}

/// An integer as a const argument; the extremes by name.
fn const_integer(value: i64) -> TokenStream {
    match value {
        i64::MIN => quote!({ i64::MIN }),
        i64::MAX => quote!({ i64::MAX }),
        value => {
            let value = Literal::i64_unsuffixed(value);
            quote!(#value)
        }
    }
}

/// The nearest integer inside a bound; `inward` is the step away from an exclusive one.
fn integer(bound: &Bound, inward: i64) -> i64 {
    let value = match bound.value.parse::<i64>() {
        Ok(value) => value,
        Err(_) => return fractional(bound, inward),
    };
    if bound.exclusive { value.saturating_add(inward) } else { value }
}

/// A bound written with a fraction or an exponent, or beyond 64 bits.
fn fractional(bound: &Bound, inward: i64) -> i64 {
    let value = bound.value.parse::<f64>().unwrap_or(0.0);
    let rounded = if inward > 0 { value.ceil() } else { value.floor() };
    // `as` saturates, which is what a bound beyond the type means.
    let whole = rounded as i64;
    if bound.exclusive && rounded == value { whole.saturating_add(inward) } else { whole }
}
