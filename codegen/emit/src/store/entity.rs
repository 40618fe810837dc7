//! `entity/<name>.rs`: keys and items of one entity.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::table::{Entity, FieldRef, IndexKey, Normalize, Unique, When};
use stipule_ir::types::{EnumLiteral, Field, Scalar, TypeKind};

use super::convert::Convert;
use super::fields::Fields;
use super::imports::Imports;
use super::key;
use super::scene::{Scene, free};
use super::value::{self, Value};
use crate::rust::{ident, paragraphs};
use crate::store::doc;
use crate::types::{Form, Paths, Presence};

/// The module over all of them.
pub(super) fn library(scene: &Scene<'_>) -> TokenStream {
    let about = doc::inner("Keys and items, one module per entity.");
    let modules = scene.table.entities.iter().map(|entity| {
        let (doc, name) = (paragraphs(&format!("`{}`.", entity.name)), Scene::module(entity));
        quote!(#doc pub mod #name;)
    });
    quote!(#about #(#modules)*)
}

/// The file of one entity.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>, entity: &Entity) -> TokenStream {
    let paths = Paths::outside(scene.types, Form::Closed);
    let it = Part { scene, convert, paths: &paths, entity };
    let about = doc::inner(&it.about());
    let items: Vec<_> = [it.constant(), it.primary_key(), it.key_of()]
        .into_iter()
        .chain(entity.index_keys.iter().map(|key| it.index_key(key)))
        .chain(entity.unique.iter().map(|unique| it.lock(unique)))
        .chain([it.item(), it.read()])
        .collect();
    let items = quote!(#(#items)*);
    let imports = Imports::of(scene, &paths, &items);
    quote!(#about #imports #items)
}

struct Part<'a> {
    scene: &'a Scene<'a>,
    convert: &'a Convert<'a>,
    paths: &'a Paths<'a, 'a>,
    entity: &'a Entity,
}

impl Part<'_> {
    fn about(&self) -> String {
        let key = key::templates(self.scene, self.entity, &self.entity.key);
        format!("Keys and items of `{}`, stored under {key}.", self.entity.name)
    }

    /// The type of the values.
    fn ty(&self) -> TokenStream {
        self.paths.of(self.entity.ty)
    }

    /// The argument with the value: `loan`.
    fn subject(&self) -> Ident {
        let tenant = ident("tenant");
        free(&self.entity.name.field(), [&tenant, &ident("version"), &ident("item"), &ident("fields")])
    }

    fn constant(&self) -> TokenStream {
        let name = &self.entity.name.wire;
        quote! {
            #[doc = " What its items have in common."]
            pub static ENTITY: Entity = Entity { name: #name, table: &TABLE };
        }
    }

    fn primary_key(&self) -> TokenStream {
        let fields = key::fields_of(&self.entity.key);
        let names = self.names(&fields);
        let tenant = free("tenant", &names);
        let arguments = fields.iter().zip(&names).map(|(field, name)| {
            let ty = value::argument(self.paths, self.scene.field(self.entity, *field).ty);
            quote!(#name: #ty)
        });
        let value_of = |field: FieldRef| {
            let name = ident(&self.scene.field(self.entity, field).name.field());
            value::of_argument(self.scene.types, self.scene.field(self.entity, field).ty, &name)
        };
        let key = key::primary(self.scene, self.entity, &self.entity.key, &quote!(#tenant), &value_of);
        let doc = paragraphs(&format!("{}.", key::templates(self.scene, self.entity, &self.entity.key)));
        let many = many_arguments(fields.len() + 1);
        quote! {
            #doc
            #many
            pub fn key(#tenant: &str, #(#arguments),*) -> PrimaryKey { #key }
        }
    }

    fn names(&self, fields: &[FieldRef]) -> Vec<Ident> {
        fields.iter().map(|field| ident(&self.scene.field(self.entity, *field).name.field())).collect()
    }

    fn key_of(&self) -> TokenStream {
        let (ty, subject) = (self.ty(), self.subject());
        let fields = key::fields_of(&self.entity.key);
        let arguments = fields.iter().map(|field| {
            let declared = self.scene.field(self.entity, *field);
            let name = ident(&declared.name.field());
            pass(self.scene, declared.ty, &quote!(#subject.#name))
        });
        let unused = fields.is_empty();
        let subject = if unused { quote!(_: &#ty) } else { quote!(#subject: &#ty) };
        quote! {
            #[doc = " The key of a value."]
            pub fn key_of(tenant: &str, #subject) -> PrimaryKey { key(tenant, #(#arguments),*) }
        }
    }

    /// The key in an index, from its fields and of a value: an `Option` if not every value is in it.
    fn index_key(&self, index_key: &IndexKey) -> TokenStream {
        let index = self.scene.index(index_key.index);
        let (name, of) = (ident(&index.name.field()), index_of(&index.name));
        let fields = deciding(index_key);
        let names = self.names(&fields);
        let tenant = free("tenant", &names);
        let arguments = fields.iter().zip(&names).map(|(field, name)| {
            let declared = self.scene.field(self.entity, *field);
            let ty = match may_be_absent(declared) {
                true => {
                    let ty = self.paths.of(declared.ty);
                    quote!(Option<&#ty>)
                }
                false => value::argument(self.paths, declared.ty),
            };
            quote!(#name: #ty)
        });
        let optional = fields.iter().zip(&names);
        let optional = optional.filter(|(field, _)| may_be_absent(self.scene.field(self.entity, **field)));
        let unwraps = optional.map(|(_, name)| quote!(let #name = #name?;));
        let unwraps: Vec<_> = unwraps.collect();
        let value_of = |field: FieldRef| self.argument_value(field);
        let key = key::primary(self.scene, self.entity, &index_key.key, &quote!(#tenant), &value_of);
        let tests: Vec<_> = index_key.when.iter().map(|when| self.test(when)).collect();
        let body = match (tests.is_empty(), unwraps.is_empty()) {
            (true, true) => key,
            (true, false) => quote!(#(#unwraps)* Some(#key)),
            (false, _) => {
                let test = match tests.as_slice() {
                    [test] => test.clone(),
                    tests => quote!((#(#tests)&&*)),
                };
                quote!(#(#unwraps)* #test.then(|| #key))
            }
        };
        let sparse = !tests.is_empty() || !unwraps.is_empty();
        let result = if sparse { quote!(Option<PrimaryKey>) } else { quote!(PrimaryKey) };
        let doc = paragraphs(&self.index_doc(index_key));
        let of_doc = paragraphs(&format!("The key of a value in `{}`.", index.name));
        let (ty, subject) = (self.ty(), self.subject());
        let passed = fields.iter().map(|field| self.passed(*field, &quote!(#subject)));
        let argument = if fields.is_empty() { quote!(_) } else { quote!(#subject) };
        let many = many_arguments(fields.len() + 1);
        quote! {
            #doc
            #many
            pub fn #name(#tenant: &str, #(#arguments),*) -> #result { #body }
            #of_doc
            pub fn #of(tenant: &str, #argument: &#ty) -> #result { #name(tenant, #(#passed),*) }
        }
    }

    /// The value of an argument, after those that may be absent are known to be there.
    fn argument_value(&self, field: FieldRef) -> Value {
        let declared = self.scene.field(self.entity, field);
        let name = ident(&declared.name.field());
        match may_be_absent(declared) {
            true => Value::Borrowed(quote!(#name)),
            false => value::of_argument(self.scene.types, declared.ty, &name),
        }
    }

    fn passed(&self, field: FieldRef, subject: &TokenStream) -> TokenStream {
        let declared = self.scene.field(self.entity, field);
        let name = ident(&declared.name.field());
        pass_field(self.scene, declared, &quote!(#subject.#name))
    }

    fn index_doc(&self, index_key: &IndexKey) -> String {
        let index = self.scene.index(index_key.index);
        let key = key::templates(self.scene, self.entity, &index_key.key);
        let mut doc = format!("In `{}`: {key}", index.name);
        let conditions: Vec<String> = index_key
            .when
            .iter()
            .map(|when| {
                let values: Vec<String> = when.values.iter().map(shown).collect();
                format!("`{}` is {}", self.scene.field(self.entity, when.field).name, values.join(" or "))
            })
            .collect();
        if !conditions.is_empty() {
            doc.push_str(&format!(", while {}", conditions.join(" and ")));
        }
        doc.push('.');
        doc
    }

    /// Whether a field has one of the values of a sparse index.
    fn test(&self, when: &When) -> TokenStream {
        let declared = self.scene.field(self.entity, when.field);
        let value = self.argument_value(when.field);
        let receiver = value.receiver();
        match self.scene.types.kind(declared.ty) {
            TypeKind::Enum(it) => {
                let ty = self.paths.of(declared.ty);
                let listed = it.values.iter().filter(|value| when.values.contains(&value.value));
                let patterns = listed.map(|value| {
                    let variant = ident(&value.name.variant());
                    quote!(#ty::#variant)
                });
                quote!(matches!(#receiver, #(#patterns)|*))
            }
            TypeKind::Scalar(Scalar::Boolean) => {
                let wanted = |truth| when.values.contains(&EnumLiteral::Boolean(truth));
                let copied = value.copied();
                match (wanted(true), wanted(false)) {
                    (true, true) => quote!(true),
                    (true, false) => copied,
                    (false, _) => quote!(!#copied),
                }
            }
            // Text and integers, with whatever limits: compared as what they are underneath.
            _ => {
                let inner = match value::is_integer(self.scene.types, declared.ty) {
                    true => value::integer(self.scene.types, declared.ty, &value),
                    false => value::text(self.scene.types, declared.ty, &value),
                };
                let patterns = when.values.iter().map(literal);
                quote!(matches!(#inner, #(#patterns)|*))
            }
        }
    }

    /// The key of the lock that keeps a field unique.
    fn lock(&self, unique: &Unique) -> TokenStream {
        let declared = self.scene.field(self.entity, unique.field);
        let (name, ty, subject) = (lock_name(self.scene, self.entity, unique), self.ty(), self.subject());
        let place = ident(&declared.name.field());
        let (owner, field) = (&self.entity.name.wire, &declared.name.wire);
        let text = value::text(self.scene.types, declared.ty, &Value::Place(quote!(#subject.#place)));
        let text = match unique.normalize {
            Normalize::Exact => text,
            Normalize::Lowercase => quote!(&#text.to_lowercase()),
        };
        let doc = paragraphs(&format!("The key of the lock that keeps `{}` unique.", declared.name));
        quote! {
            #doc
            pub fn #name(tenant: &str, #subject: &#ty) -> PrimaryKey {
                unique_lock(tenant, #owner, #field, #text)
            }
        }
    }

    fn item(&self) -> TokenStream {
        let (ty, subject) = (self.ty(), self.subject());
        let fields = self.fields();
        let puts = fields.put(&ident("item"), &quote!(#subject), Some(&fields.apart()));
        let version = self.entity.version.then(|| quote!(, version: u64));
        let with_version = self.entity.version.then(|| quote!(.with_version(version)));
        let indexes = self.entity.index_keys.iter().map(|key| {
            let index = self.scene.index(key.index);
            let (constant, name) = (ident(&index.name.constant()), index_of(&index.name));
            quote!(.with_index(&#constant, #name(tenant, #subject)))
        });
        quote! {
            #[doc = " The item of a value, with its keys in every index that it is in."]
            pub fn item(tenant: &str, #subject: &#ty #version) -> Item {
                let mut item = ENTITY.item(&key_of(tenant, #subject)) #with_version #(#indexes)*;
                #puts
                item
            }
        }
    }

    fn fields(&self) -> Fields<'_> {
        Fields { convert: self.convert, id: self.entity.ty, object: self.scene.object(self.entity.ty) }
    }

    fn read(&self) -> TokenStream {
        let ty = self.ty();
        let fields = self.fields();
        let value = fields.read(&ty, &ident("fields"), Some(&fields.apart()));
        let (result, call) = if self.entity.version {
            (quote!(Stored<#ty>), quote!(read_versioned))
        } else {
            (ty.clone(), quote!(read))
        };
        quote! {
            #[doc = " The value of a stored item."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " [`StoreFailure::Corrupt`] when the item doesn't fit."]
            pub fn read(item: &Item) -> Result<#result, StoreFailure> {
                ENTITY.#call(item, value)
            }
            fn value(fields: Fields<'_>) -> Result<#ty, Misfit> { Ok(#value) }
        }
    }
}

/// For functions with more arguments than clippy likes.
pub(super) fn many_arguments(count: usize) -> Option<TokenStream> {
    /// As many as clippy lets a function have.
    const MOST: usize = 7;
    let reason = "one for each field of the key";
    (count > MOST).then(|| quote!(#[allow(clippy::too_many_arguments, reason = #reason)]))
}

/// `gsi1pk` and `gsi1sk`.
pub(super) fn index_attributes(index: &stipule_ir::Name) -> [String; 2] {
    ["pk", "sk"].map(|part| format!("{}{part}", index.wire))
}

/// `email_lock`.
pub(super) fn lock_name(scene: &Scene<'_>, entity: &Entity, unique: &Unique) -> Ident {
    ident(&format!("{}_lock", scene.field(entity, unique.field).name.plain_field()))
}

/// `gsi1_of`: the key of a value.
pub(super) fn index_of(index: &stipule_ir::Name) -> Ident {
    ident(&format!("{}_of", index.plain_field()))
}

/// The fields that decide about the key in an index, each once.
pub(super) fn deciding(index_key: &IndexKey) -> Vec<FieldRef> {
    let mut fields = key::fields_of(&index_key.key);
    for when in &index_key.when {
        if !fields.contains(&when.field) {
            fields.push(when.field);
        }
    }
    fields
}

/// Whether a value may lack the field.
fn may_be_absent(field: &Field) -> bool {
    !matches!(Presence::of(field), Presence::Always | Presence::OrDefault)
}

/// The argument that the key function of an index takes for a field at a place.
pub(super) fn pass_field(scene: &Scene<'_>, field: &Field, place: &TokenStream) -> TokenStream {
    match Presence::of(field) {
        Presence::Always | Presence::OrDefault => pass(scene, field.ty, place),
        Presence::OrNull | Presence::OrAbsent => quote!(#place.as_ref()),
        Presence::OrEither => quote!(#place.as_ref().into_option()),
    }
}

/// The argument that a function takes for a value at a place.
pub(super) fn pass(scene: &Scene<'_>, ty: stipule_ir::TypeId, place: &TokenStream) -> TokenStream {
    match scene.types.kind(ty) {
        TypeKind::Scalar(Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64) => place.clone(),
        _ => quote!(&#place),
    }
}

fn literal(value: &EnumLiteral) -> TokenStream {
    match value {
        EnumLiteral::String(text) => quote!(#text),
        EnumLiteral::Integer(integer) => {
            let integer = proc_macro2::Literal::i64_unsuffixed(*integer);
            quote!(#integer)
        }
        EnumLiteral::Boolean(boolean) => quote!(#boolean),
    }
}

fn shown(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => format!("`{text}`"),
        EnumLiteral::Integer(integer) => format!("`{integer}`"),
        EnumLiteral::Boolean(boolean) => format!("`{boolean}`"),
    }
}
