//! From tokens to text.

use proc_macro2::{Ident, Span, TokenStream};

use super::{Text, spacing};

/// A Rust file in parts, in order.
#[derive(Default)]
pub(crate) struct Source {
    parts: Vec<Part>,
}

enum Part {
    /// Laid out by the printer.
    Tokens(TokenStream),
    /// Laid out already: see [`Text`], and calls of macros, which the printer would run together.
    Text(String),
}

impl Source {
    /// Adds items.
    pub(crate) fn push(&mut self, items: TokenStream) {
        self.parts.push(Part::Tokens(items));
    }

    /// Adds items that are laid out already.
    pub(crate) fn push_text(&mut self, items: String) {
        self.parts.push(Part::Text(items));
    }

    /// Adds items, if there are any.
    pub(crate) fn extend(&mut self, items: Option<Text>) {
        self.parts.extend(items.map(|items| Part::Text(items.into_string())));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn append(&mut self, other: Source) {
        self.parts.extend(other.parts);
    }
}

impl From<TokenStream> for Source {
    fn from(items: TokenStream) -> Self {
        Self { parts: vec![Part::Tokens(items)] }
    }
}

impl From<Text> for Source {
    fn from(items: Text) -> Self {
        Self { parts: vec![Part::Text(items.into_string())] }
    }
}

/// A file as text: tokens parsed (which proves that they are Rust), printed, spaced; text as it is, parsed too in
/// debug builds, where every emitter is tested.
///
/// # Panics
/// When a part isn't Rust; the message shows it, with the path of the file it was meant for.
pub(crate) fn format(path: &str, source: Source) -> String {
    let mut out = String::new();
    for part in source.parts {
        let text = match part {
            Part::Tokens(tokens) if tokens.is_empty() => continue,
            Part::Tokens(tokens) => {
                // What isn't Rust is shown where it is tested for: a copy takes as long as some emitters.
                let shown = cfg!(debug_assertions).then(|| tokens.to_string());
                let file = checked(path, syn::parse2(tokens), || shown.unwrap_or_default());
                spacing::space(&prettyplease::unparse(&file))
            }
            Part::Text(text) => {
                if cfg!(debug_assertions) {
                    checked(path, syn::parse_str(&text), || text.clone());
                }
                text
            }
        };
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&text);
    }
    out
}

fn checked(path: &str, parsed: syn::Result<syn::File>, shown: impl FnOnce() -> String) -> syn::File {
    match parsed {
        Ok(file) => file,
        Err(error) => panic!("the text for `{path}` is not Rust: {error}\n{}", shown()),
    }
}

/// An identifier from one of the forms of `stipule_ir::Name`; understands `r#type`.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Rust written as text.
///
/// # Panics
/// When it doesn't lex: a fault of an emitter.
pub(crate) fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error| panic!("`{text}` doesn't lex as Rust: {error}"))
}
