//! From tokens to text.

use proc_macro2::{Ident, Span, TokenStream};

use super::spacing;

/// Tokens of a whole file as text: parsed (which proves that it is Rust), printed, spaced.
///
/// # Panics
/// When the tokens aren't Rust; the message shows them, with the path of the file they were meant for.
pub(crate) fn format(path: &str, items: TokenStream) -> String {
    let shown = items.clone();
    let file = match syn::parse2::<syn::File>(items) {
        Ok(file) => file,
        Err(error) => panic!("the text for `{path}` is not Rust: {error}\n{shown}"),
    };
    spacing::space(&prettyplease::unparse(&file))
}

/// An identifier from one of the forms of `stipule_ir::Name`; understands `r#type`.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// A path such as `model::orders::Order` or `crate::Problem`.
pub(crate) fn path(text: &str) -> TokenStream {
    type_tokens(text)
}

/// A type written as text: `Vec<Option<Line>>`.
///
/// # Panics
/// When it doesn't lex: a fault of an emitter.
pub(crate) fn type_tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error| panic!("`{text}` doesn't lex as Rust: {error}"))
}
