//! Enums.

use std::fmt::Write as _;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::types::{Declaration, Enum, EnumLiteral};

use super::union::free_variant;
use crate::rust::{Source, doc_lines, docs, ident};
use crate::types::{Form, Paths};

/// A call of the wire's macro for its kind of values; open sets of other than text are spelt out.
pub(super) fn item(paths: &Paths<'_, '_>, declaration: &Declaration, it: &Enum, form: Form) -> Source {
    let texts = it.values.iter().all(|value| matches!(value.value, EnumLiteral::String(_)));
    match (form, texts) {
        _ if paths.types.is_shared() => {
            let name = if texts { "shared_enum" } else { "shared_literals" };
            call(name, declaration, it, Some(&unknown(it)))
        }
        (Form::Closed, true) => {
            let mut source = call("closed_enum", declaration, it, None);
            if let Some(transitions) = &it.transitions {
                source.push(states(declaration, it, transitions));
            }
            source
        }
        (Form::Closed, false) => {
            let mut source = call("literal_enum", declaration, it, None);
            source.push(plain(paths, declaration, it));
            source
        }
        (Form::Open, true) => call("open_enum", declaration, it, Some(&unknown(it))),
        (Form::Open, false) => open_literals(paths, declaration, it).into(),
    }
}

/// The variant of an open enum for what the contract doesn't list.
fn unknown(it: &Enum) -> Ident {
    free_variant(it.values.iter().map(|value| value.name.variant()))
}

fn call(name: &str, declaration: &Declaration, it: &Enum, unknown: Option<&Ident>) -> Source {
    let mut text = format!("stipule_wire::{name}! {{\n{}", doc_lines(&declaration.docs, 4));
    // Those that are shared say so themselves.
    if name == "open_enum" {
        text.push_str("    #[non_exhaustive]\n");
    }
    let mut line = |args: std::fmt::Arguments<'_>| text.write_fmt(args).expect("a String takes any text");
    line(format_args!("    pub enum {} {{\n", declaration.name.type_name()));
    for value in &it.values {
        let docs = doc_lines(&value.docs, 8);
        let literal = match &value.value {
            EnumLiteral::String(text) => Literal::string(text).to_string(),
            EnumLiteral::Integer(integer) => integer.to_string(),
            EnumLiteral::Boolean(boolean) => boolean.to_string(),
        };
        line(format_args!("{docs}        {} = {literal},\n", value.name.variant()));
    }
    if let Some(unknown) = unknown {
        line(format_args!("        ..{unknown}\n"));
    }
    line(format_args!("    }}\n}}\n"));
    let mut source = Source::default();
    source.push_text(text);
    source
}

/// What states know of their way.
fn states(declaration: &Declaration, it: &Enum, transitions: &[Vec<usize>]) -> TokenStream {
    let name = ident(&declaration.name.type_name());
    let names: Vec<_> = it.values.iter().map(|value| ident(&value.name.variant())).collect();
    let next = transitions.iter().map(|following| {
        let following = following.iter().map(|at| &names[*at]);
        quote!(&[#(Self::#following),*])
    });
    quote! {
        impl #name {
            #[doc = " What may come after it, in the order of the contract; nothing where it is over."]
            pub const fn next(self) -> &'static [Self] {
                match self { #(Self::#names => #next,)* }
            }
            #[doc = " Whether it may become `other` in one step."]
            pub fn may_become(self, other: Self) -> bool { self.next().contains(&other) }
        }
    }
}

fn literal(value: &EnumLiteral) -> TokenStream {
    match value {
        EnumLiteral::String(text) => quote!(#text),
        EnumLiteral::Integer(integer) => {
            let integer = Literal::i64_unsuffixed(*integer);
            quote!(#integer)
        }
        EnumLiteral::Boolean(boolean) => quote!(#boolean),
    }
}

/// The text form of a set of integers or of booleans: such values may stand in a path or a query. Values of different
/// types have none, because `1` and `"1"` would be one.
fn plain(paths: &Paths<'_, '_>, declaration: &Declaration, it: &Enum) -> TokenStream {
    let text = |value: &EnumLiteral| match value {
        EnumLiteral::Integer(integer) => Some(integer.to_string()),
        EnumLiteral::Boolean(boolean) => Some(boolean.to_string()),
        EnumLiteral::String(_) => None,
    };
    let Some(texts) = it.values.iter().map(|value| text(&value.value)).collect::<Option<Vec<_>>>() else {
        return TokenStream::new();
    };
    let names: Vec<_> = it.values.iter().map(|value| ident(&value.name.variant())).collect();
    let name = ident(&declaration.name.type_name());
    let [plain, fault] = ["Plain", "Fault"].map(|name| paths.wire(name));
    quote! {
        impl #plain for #name {
            fn from_text(text: &str) -> Result<Self, #fault> {
                match text {
                    #(#texts => Ok(Self::#names),)*
                    _ => Err(#fault::not_listed(&[#(#texts),*])),
                }
            }
            fn to_text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(match self { #(Self::#names => #texts,)* })
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(&self.to_text()) }
        }
    }
}

/// An open set of integers, of booleans, or of values of different types.
fn open_literals(paths: &Paths<'_, '_>, declaration: &Declaration, it: &Enum) -> TokenStream {
    let (name, docs, unknown) =
        (ident(&declaration.name.type_name()), docs(&declaration.docs, ""), unknown(it));
    let [any, decode, decoder, json, literal_type] =
        ["Any", "Decode", "Decoder", "Json", "Literal"].map(|name| paths.wire(name));
    let variants = it.values.iter().map(|value| {
        let (docs, name) = (crate::rust::docs(&value.docs, ""), ident(&value.name.variant()));
        quote!(#docs #name,)
    });
    let names: Vec<_> = it.values.iter().map(|value| ident(&value.name.variant())).collect();
    let literals: Vec<_> = it.values.iter().map(|value| literal(&value.value)).collect();
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = " A value that this version of the contract doesn't know."]
            #unknown(#any),
        }
        impl #decode for #name {
            fn decode(json: &#json<'_>, d: &mut #decoder) -> Option<Self> {
                #(if #literal_type::from(#literals).matches(json) { return Some(Self::#names); })*
                #any::decode(json, d).map(Self::#unknown)
            }
        }
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(Self::#names => #literal_type::from(#literals).serialize(serializer),)*
                    Self::#unknown(other) => other.serialize(serializer),
                }
            }
        }
        stipule_wire::serde_through_decode!(#name);
    }
}
