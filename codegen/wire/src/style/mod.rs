//! How values of several parts travel as text: in paths, queries, headers, cookies and forms.
//!
//! Source: OpenAPI 3.1, «Style Values» and «Encoding Object»; RFC 6570. What OpenAPI leaves open is done as most
//! servers do: objects inside of others go as JSON, or in brackets where the style has those.

mod form;
mod read;
mod tree;
mod write;

pub use form::{read_form, write_form};
pub use read::{Pairs, Unescape, read, read_one};
pub use write::{Escape, pairs, text};

/// How a parameter is written. `explode` gives each item or property a place of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b,c`; objects `k,v,l,w`, or `k=v,l=w`.
    Simple {
        /// Whether properties are pairs.
        explode: bool,
    },
    /// `.a.b`; objects `.k.v`, or `.k=v`.
    Label {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `;name=a,b`, or `;name=a;name=b`.
    Matrix {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `name=a,b`, or `name=a&name=b`; objects `name=k,v`, or `k=v&l=w`.
    Form {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `name=a b`: a list in one value, parted by blanks.
    SpaceDelimited,
    /// `name=a|b`: a list in one value, parted by bars.
    PipeDelimited,
    /// `name[k]=v&name[l][m]=w`.
    DeepObject,
    /// One JSON document as text.
    Json,
}

/// What kind of value is expected, since text doesn't tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value without parts.
    Value,
    /// A list.
    List,
    /// An object with these properties; with none listed, any.
    Object(&'static [&'static str]),
}

/// A property of a form that isn't written as a single value or a repeated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormField {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub style: Style,
    /// What it is.
    pub shape: Shape,
}
