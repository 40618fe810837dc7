//! Members that tell objects apart at once: required, and of a few values only.

use std::collections::BTreeMap;

use crate::formula::{Arena, Literal, Node, ValueId};

/// Longest chain of recursion and nesting that is looked through for the values.
const DEEPEST: usize = 4;

/// Which values members have, as far as an enumeration says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags {
    members: BTreeMap<String, Tag>,
}

#[derive(Clone, Debug, Default)]
struct Tag {
    required: bool,
    /// Sorted.
    values: Option<Vec<ValueId>>,
}

impl Tags {
    /// A member must be there; false if it can't be.
    pub(super) fn require(&mut self, name: &str) -> bool {
        let tag = self.members.entry(name.to_owned()).or_default();
        tag.required = true;
        tag.is_possible()
    }

    /// A member that is there has one of these values; false if it must be there and can't be.
    pub(super) fn narrow(&mut self, name: &str, values: &[ValueId]) -> bool {
        let tag = self.members.entry(name.to_owned()).or_default();
        match &mut tag.values {
            Some(known) => known.retain(|value| values.binary_search(value).is_ok()),
            None => tag.values = Some(values.to_vec()),
        }
        tag.is_possible()
    }

    pub(super) fn required(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|tag| tag.required)
    }

    /// Whether a member has none of these values.
    pub(super) fn exclude(&self, name: &str, values: &[ValueId]) -> bool {
        let known = self.members.get(name).and_then(|tag| tag.values.as_ref());
        known.is_some_and(|known| known.iter().all(|value| values.binary_search(value).is_err()))
    }
}

impl Tag {
    fn is_possible(&self) -> bool {
        !self.required || self.values.as_ref().is_none_or(|values| !values.is_empty())
    }
}

/// The values that a literal lists, sorted: there may be others that it refuses besides.
pub(super) fn values(arena: &Arena, literal: Literal) -> Option<&[ValueId]> {
    listed(arena, literal, DEEPEST)
}

fn listed(arena: &Arena, literal: Literal, depth: usize) -> Option<&[ValueId]> {
    if !literal.is_positive() || depth == 0 {
        return None;
    }
    match arena.node(literal) {
        Node::Enum(values) => Some(values),
        Node::All(parts) => parts.iter().find_map(|part| listed(arena, *part, depth - 1)),
        Node::Slot(slot) => listed(arena, arena.bound(*slot), depth - 1),
        _ => None,
    }
}

/// Values of members, by name.
pub(super) type Marks<'a> = BTreeMap<&'a str, &'a [ValueId]>;

/// Whether a member tells two kinds of objects apart.
pub(super) fn differ(one: &Marks<'_>, two: &Marks<'_>) -> bool {
    one.iter().any(|(name, values)| {
        two.get(name).is_some_and(|others| values.iter().all(|value| others.binary_search(value).is_err()))
    })
}

/// Members that every object of a formula has, with the values that they may have; nothing of what others than
/// objects may satisfy.
pub(super) fn marks(arena: &Arena, literal: Literal) -> Marks<'_> {
    let mut found = Marks::new();
    let mut required: Vec<&str> = Vec::new();
    let mut objects = false;
    let mut open = vec![(literal, DEEPEST)];
    while let Some((literal, depth)) = open.pop() {
        if !literal.is_positive() || depth == 0 {
            continue;
        }
        match arena.node(literal) {
            Node::All(parts) => open.extend(parts.iter().map(|part| (*part, depth - 1))),
            Node::Slot(slot) => open.push((arena.bound(*slot), depth - 1)),
            Node::Kinds(kinds) => objects |= *kinds == crate::value::Kinds::only(crate::value::Kind::Object),
            Node::Required(name) => required.push(name),
            Node::Member(name, schema) => {
                if let Some(values) = values(arena, *schema) {
                    found.insert(name.as_str(), values);
                }
            }
            _ => {}
        }
    }
    found.retain(|name, _| objects && required.contains(name));
    found
}
