//! All nodes of a document that were read together, with what each says itself.

use std::ops::Deref;
use std::sync::OnceLock;

use super::{Assertion, Body, Keyword, Node, NodeId};
use crate::value::canonical;

/// Nodes by their ids.
#[derive(Debug)]
pub(crate) struct Nodes {
    list: Vec<Node>,
    said: OnceLock<Vec<Said>>,
}

/// What a node says itself, and the nodes that it refers to in the order in which it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// Whether there is a format among it.
    pub(crate) formats: bool,
    pub(crate) parts: Vec<NodeId>,
}

impl From<Vec<Node>> for Nodes {
    fn from(list: Vec<Node>) -> Self {
        Nodes { list, said: OnceLock::new() }
    }
}

impl Deref for Nodes {
    type Target = [Node];

    fn deref(&self) -> &[Node] {
        &self.list
    }
}

impl Nodes {
    /// The same nodes and some more.
    pub(super) fn with(mut self, added: Vec<Node>) -> Self {
        if let Some(known) = self.said.get_mut() {
            known.extend(added.iter().map(|node| said(node, |_| false)));
        }
        self.list.extend(added);
        self
    }

    /// What each node says, found out once.
    pub(crate) fn said(&self) -> &[Said] {
        self.said.get_or_init(|| self.list.iter().map(|node| said(node, |_| false)).collect())
    }
}

/// What a node says where some keywords are taken to hold.
pub(crate) fn said(node: &Node, is_waived: impl Fn(&str) -> bool) -> Said {
    let mut said = Said { text: String::new(), formats: false, parts: Vec::new() };
    match &node.body {
        Body::Bool(value) => said.text = (*value || is_waived(&node.pointer)).to_string(),
        Body::Keywords(keywords) => {
            for Keyword { pointer, assertion } in keywords {
                said.text.push(if is_waived(pointer) { '-' } else { '+' });
                said.formats |= matches!(assertion, Assertion::Format(_));
                said.parts.extend(assertion.schemas());
                write(&mut said.text, assertion);
            }
        }
    }
    said
}

/// What an assertion says without the schemas it applies. Texts in it are written so that nothing after them can be
/// taken for a part of them.
fn write(out: &mut String, assertion: &Assertion) {
    use std::fmt::Write as _;
    // Writing to a text can't fail.
    let _ = match assertion {
        Assertion::Type { kinds, integral } => write!(out, "type{kinds:?}{integral};"),
        Assertion::Enum(values) => {
            out.push_str("enum");
            for value in values {
                let value = canonical(value);
                let _ = write!(out, "{}:{value}", value.len());
            }
            write!(out, ";")
        }
        Assertion::Format(format) => write!(out, "format{format:?};"),
        Assertion::PrefixItems(ids) => write!(out, "prefix{};", ids.len()),
        Assertion::AllOf(ids) => write!(out, "all{};", ids.len()),
        Assertion::AnyOf(ids) => write!(out, "any{};", ids.len()),
        Assertion::OneOf(ids) => write!(out, "one{};", ids.len()),
        Assertion::Items { from, .. } => write!(out, "items{from};"),
        Assertion::Contains { min, max, .. } => write!(out, "contains{min},{max:?};"),
        Assertion::Properties(named) => names(out, "members", named.iter().map(|(name, _)| name)),
        Assertion::PatternProperties(named) => names(out, "matching", named.iter().map(|(name, _)| name)),
        Assertion::DependentSchemas(named) => names(out, "dependent", named.iter().map(|(name, _)| name)),
        Assertion::AdditionalProperties { names: known, patterns, .. } => {
            let _ = names(out, "others", known);
            names(out, "and", patterns)
        }
        Assertion::If { then, otherwise, .. } => {
            write!(out, "if{}{};", then.is_some(), otherwise.is_some())
        }
        Assertion::PropertyNames(_) => write!(out, "names;"),
        Assertion::UnevaluatedItems(_) => write!(out, "leftitems;"),
        Assertion::UnevaluatedProperties(_) => write!(out, "left;"),
        Assertion::Not(_) => write!(out, "not;"),
        Assertion::Ref(_) => write!(out, "ref;"),
        Assertion::Required(name) => names(out, "required", [name]),
        Assertion::Pattern(pattern) => names(out, "pattern", [pattern]),
        // The names of a comparison are one set.
        Assertion::Declared(absent) => {
            let _ = write!(out, "declared{:p}", std::sync::Arc::as_ptr(&absent.names));
            names(out, "", &absent.known)
        }
        // What isn't written can't be told to be the same: never in one class with another.
        Assertion::Unsupported { written, .. } if written.is_empty() => {
            write!(out, "unknown{:p};", std::ptr::from_ref(written))
        }
        Assertion::Unsupported { written, .. } => names(out, "unsupported", [written]),
        other => write!(out, "{other:?};"),
    };
}

fn names<'n>(
    out: &mut String,
    keyword: &str,
    names: impl IntoIterator<Item = &'n String>,
) -> std::fmt::Result {
    use std::fmt::Write as _;
    out.push_str(keyword);
    for name in names {
        write!(out, "{}:{name}", name.len())?;
    }
    write!(out, ";")
}
