//! Whether a value satisfies a formula: for the few values that an `enum` leaves, and for names.

use serde_json::Value;

use super::arena::{Arena, Literal, Node};
use crate::decimal::Decimal;
use crate::pattern::Patterns;
use crate::value::{Kind, canonical, characters};

/// Deepest nesting of formulas; beyond it nothing is said.
const DEEPEST: usize = 300;

impl Arena {
    /// Whether a value satisfies a literal; `None` where something that isn't understood decides.
    pub(crate) fn holds(&self, literal: Literal, value: &Value, patterns: &Patterns) -> Option<bool> {
        Holding { arena: self, patterns, left: std::cell::Cell::new(20_000) }.literal(literal, value, 0)
    }
}

struct Holding<'a> {
    arena: &'a Arena,
    patterns: &'a Patterns,
    left: std::cell::Cell<u32>,
}

impl Holding<'_> {
    fn literal(&self, literal: Literal, value: &Value, depth: usize) -> Option<bool> {
        let left = self.left.get();
        if depth > DEEPEST || left == 0 {
            return None;
        }
        self.left.set(left - 1);
        let holds = self.node(self.arena.node(literal), value, depth + 1);
        if literal.is_positive() { holds } else { holds.map(|holds| !holds) }
    }

    fn node(&self, node: &Node, value: &Value, depth: usize) -> Option<bool> {
        match node {
            Node::True => Some(true),
            Node::Kinds(kinds) => Some(kinds.contains(Kind::of(value))),
            Node::Enum(values) => Some(self.arena.is_among(values, value)),
            Node::All(parts) => self.all(parts.iter().map(|part| (*part, value)), depth),
            Node::One(parts) => {
                let mut holding = 0;
                for part in parts {
                    if self.literal(*part, value, depth)? {
                        holding += 1;
                    }
                }
                Some(holding == 1)
            }
            Node::Slot(slot) => self.literal(self.arena.bound(*slot), value, depth),
            Node::Opaque(_) => None,
            _ => match value {
                Value::Number(number) => number_holds(node, Decimal::of(number)),
                Value::String(text) => self.text(node, text),
                Value::Array(items) => self.items(node, items, depth),
                Value::Object(members) => self.members(node, members, depth),
                Value::Null | Value::Bool(_) => Some(true),
            },
        }
    }

    fn all<'v>(&self, each: impl Iterator<Item = (Literal, &'v Value)>, depth: usize) -> Option<bool> {
        let mut sure = true;
        for (literal, value) in each {
            match self.literal(literal, value, depth) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => sure = false,
            }
        }
        sure.then_some(true)
    }

    fn text(&self, node: &Node, text: &str) -> Option<bool> {
        match node {
            Node::MinLength(least) => Some(characters(text) >= *least),
            Node::MaxLength(most) => Some(characters(text) <= *most),
            Node::Pattern(pattern) => self.patterns.matches(pattern, text),
            Node::Format(format) => Some(format.accepts(text)),
            _ => Some(true),
        }
    }

    fn items(&self, node: &Node, items: &[Value], depth: usize) -> Option<bool> {
        let count = items.len() as u64;
        match node {
            Node::MinItems(least) => Some(count >= *least),
            Node::MaxItems(most) => Some(count <= *most),
            Node::UniqueItems => {
                let mut texts: Vec<String> = items.iter().map(canonical).collect();
                texts.sort_unstable();
                Some(texts.windows(2).all(|pair| pair[0] != pair[1]))
            }
            Node::Item(index, schema) => {
                items.get(*index).map_or(Some(true), |item| self.literal(*schema, item, depth))
            }
            Node::Rest(from, schema) => self.all(items.iter().skip(*from).map(|item| (*schema, item)), depth),
            Node::ContainsMin(bound, schema) | Node::ContainsMax(bound, schema) => {
                let mut holding = 0;
                for item in items {
                    holding += u64::from(self.literal(*schema, item, depth)?);
                }
                let least = matches!(node, Node::ContainsMin(..));
                Some(if least { holding >= *bound } else { holding <= *bound })
            }
            _ => Some(true),
        }
    }

    fn members(&self, node: &Node, members: &serde_json::Map<String, Value>, depth: usize) -> Option<bool> {
        let count = members.len() as u64;
        match node {
            Node::MinProperties(least) => Some(count >= *least),
            Node::MaxProperties(most) => Some(count <= *most),
            Node::Required(name) => Some(members.contains_key(name)),
            Node::Member(name, schema) => {
                members.get(name).map_or(Some(true), |value| self.literal(*schema, value, depth))
            }
            Node::Names(schema) => {
                let names: Vec<Value> = members.keys().map(|name| Value::String(name.clone())).collect();
                self.all(names.iter().map(|name| (*schema, name)), depth)
            }
            Node::Matching(pattern, schema) => {
                let mut applies = Vec::new();
                for (name, value) in members {
                    if self.patterns.matches(pattern, name)? {
                        applies.push((*schema, value));
                    }
                }
                self.all(applies.into_iter(), depth)
            }
            Node::Others { names, patterns, schema } => {
                let mut applies = Vec::new();
                for (name, value) in members.iter().filter(|(name, _)| !names.contains(name)) {
                    let mut matched = false;
                    for pattern in patterns {
                        matched |= self.patterns.matches(pattern, name)?;
                    }
                    if !matched {
                        applies.push((*schema, value));
                    }
                }
                self.all(applies.into_iter(), depth)
            }
            _ => Some(true),
        }
    }
}

fn number_holds(node: &Node, number: Option<Decimal>) -> Option<bool> {
    let number = number?;
    match node {
        Node::Integral => Some(number.is_integer()),
        Node::AtLeast { bound, strict } => Some(if *strict { number > *bound } else { number >= *bound }),
        Node::AtMost { bound, strict } => Some(if *strict { number < *bound } else { number <= *bound }),
        Node::MultipleOf(divisor) => number.is_multiple_of(*divisor),
        _ => Some(true),
    }
}
