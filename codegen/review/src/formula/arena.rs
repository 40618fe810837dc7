//! The nodes of formulas, each stored once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::decimal::Decimal;
use crate::format::Format;
use crate::value::{Kind, Kinds, canonical, same};

/// A node or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Literal(u32);

impl Literal {
    /// What every value satisfies.
    pub(crate) const TRUE: Literal = Literal(0);
    /// What no value satisfies.
    pub(crate) const FALSE: Literal = Literal(1);

    /// Whether the node itself is meant, not its negation.
    pub(crate) fn is_positive(self) -> bool {
        self.0 & 1 == 0
    }

    fn index(self) -> usize {
        (self.0 >> 1) as usize
    }
}

impl std::ops::Not for Literal {
    type Output = Literal;

    fn not(self) -> Literal {
        Literal(self.0 ^ 1)
    }
}

/// A value that is stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ValueId(pub(crate) usize);

/// What a node asserts; about values of other kinds it says nothing, except for those that say what kinds there may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    True,
    Kinds(Kinds),
    /// One of these values, of whatever kind; sorted.
    Enum(Vec<ValueId>),
    Integral,
    AtLeast {
        bound: Decimal,
        strict: bool,
    },
    AtMost {
        bound: Decimal,
        strict: bool,
    },
    MultipleOf(Decimal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    Format(Format),
    /// The item at an index, if there is one.
    Item(usize, Literal),
    /// All items from an index on.
    Rest(usize, Literal),
    /// At least so many items that satisfy something.
    ContainsMin(u64, Literal),
    /// At most so many items that satisfy something.
    ContainsMax(u64, Literal),
    UniqueItems,
    MinItems(u64),
    MaxItems(u64),
    /// The member of a name, if there is one.
    Member(String, Literal),
    /// All members whose name matches.
    Matching(String, Literal),
    /// All members whose name is none of these and matches none of these patterns.
    Others {
        names: Vec<String>,
        patterns: Vec<String>,
        schema: Literal,
    },
    Names(Literal),
    Required(String),
    MinProperties(u64),
    MaxProperties(u64),
    /// All of them; says nothing about kinds by itself, but its parts may.
    All(Vec<Literal>),
    /// Exactly one of them.
    One(Vec<Literal>),
    /// A formula that was not known when it was referred to: recursion.
    Slot(usize),
    /// Something that isn't understood.
    Opaque(String),
}

/// All nodes of a comparison.
#[derive(Debug)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    known: HashMap<Node, u32>,
    slots: Vec<Literal>,
    values: Vec<Value>,
    known_values: HashMap<String, ValueId>,
    /// Sets of names that were asked for.
    known_names: Vec<(Arc<BTreeSet<String>>, Literal)>,
}

impl Default for Arena {
    fn default() -> Self {
        Arena {
            nodes: vec![Node::True],
            known: HashMap::from([(Node::True, 0)]),
            slots: Vec::new(),
            values: Vec::new(),
            known_values: HashMap::new(),
            known_names: Vec::new(),
        }
    }
}

impl Arena {
    /// The node that a literal affirms or denies.
    pub(crate) fn node(&self, literal: Literal) -> &Node {
        &self.nodes[literal.index()]
    }

    /// The literal that affirms a node.
    pub(crate) fn add(&mut self, node: Node) -> Literal {
        if let Some(known) = self.known.get(&node) {
            return Literal(known << 1);
        }
        let id = u32::try_from(self.nodes.len()).expect("the budget ends long before 2^31 nodes");
        self.nodes.push(node.clone());
        self.known.insert(node, id);
        Literal(id << 1)
    }

    /// All of the literals.
    pub(crate) fn all(&mut self, literals: impl IntoIterator<Item = Literal>) -> Literal {
        let mut flat = Vec::new();
        for literal in literals {
            match self.node(literal) {
                Node::All(parts) if literal.is_positive() => flat.extend_from_slice(parts),
                _ => flat.push(literal),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        flat.retain(|literal| *literal != Literal::TRUE);
        // A literal sorts right beside its negation.
        if flat.contains(&Literal::FALSE) || flat.windows(2).any(|pair| pair[0] == !pair[1]) {
            return Literal::FALSE;
        }
        match flat.as_slice() {
            [] => Literal::TRUE,
            [single] => *single,
            _ => self.add(Node::All(flat)),
        }
    }

    /// At least one of the literals.
    pub(crate) fn any(&mut self, literals: impl IntoIterator<Item = Literal>) -> Literal {
        let denied: Vec<Literal> = literals.into_iter().map(|literal| !literal).collect();
        !self.all(denied)
    }

    /// Exactly one of the literals.
    pub(crate) fn one(&mut self, mut literals: Vec<Literal>) -> Literal {
        literals.retain(|literal| *literal != Literal::FALSE);
        literals.sort_unstable();
        match literals.as_slice() {
            [] => Literal::FALSE,
            [single] => *single,
            _ => self.add(Node::One(literals)),
        }
    }

    /// Values of these kinds.
    pub(crate) fn kinds(&mut self, kinds: Kinds) -> Literal {
        if kinds == Kinds::ALL { Literal::TRUE } else { self.add(Node::Kinds(kinds)) }
    }

    /// One of these values.
    pub(crate) fn values<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) -> Literal {
        let mut ids: Vec<ValueId> = values.into_iter().map(|value| self.value_id(value)).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { Literal::FALSE } else { self.add(Node::Enum(ids)) }
    }

    /// One of these names.
    pub(crate) fn names(&mut self, names: &Arc<BTreeSet<String>>) -> Literal {
        if let Some((_, known)) = self.known_names.iter().find(|(known, _)| Arc::ptr_eq(known, names)) {
            return *known;
        }
        let values: Vec<Value> = names.iter().map(|name| Value::String(name.clone())).collect();
        let literal = self.values(&values);
        self.known_names.push((names.clone(), literal));
        literal
    }

    /// Whether a value is one of some.
    pub(crate) fn is_among(&self, ids: &[ValueId], value: &Value) -> bool {
        match ids {
            [] => false,
            [id] => same(self.value(*id), value),
            _ => self.known_values.get(&canonical(value)).is_some_and(|id| ids.binary_search(id).is_ok()),
        }
    }

    fn value_id(&mut self, value: &Value) -> ValueId {
        let text = canonical(value);
        if let Some(known) = self.known_values.get(&text) {
            return *known;
        }
        let id = ValueId(self.values.len());
        self.values.push(value.clone());
        self.known_values.insert(text, id);
        id
    }

    /// A stored value.
    pub(crate) fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// A literal to be told later what it stands for.
    pub(crate) fn slot(&mut self) -> (usize, Literal) {
        let slot = self.slots.len();
        self.slots.push(Literal::TRUE);
        (slot, self.add(Node::Slot(slot)))
    }

    /// Says what a slot stands for.
    pub(crate) fn bind(&mut self, slot: usize, literal: Literal) {
        self.slots[slot] = literal;
    }

    /// What a slot stands for.
    pub(crate) fn bound(&self, slot: usize) -> Literal {
        self.slots[slot]
    }

    /// Something that nothing is known about, but that it is the same wherever it is written the same. Nothing is
    /// written of what can't be compared.
    pub(crate) fn opaque(&mut self, written: &str) -> Literal {
        let name = if written.is_empty() { format!("{}", self.nodes.len()) } else { written.to_owned() };
        self.add(Node::Opaque(name))
    }

    /// The only kind that a node says anything about, if there is one.
    pub(crate) fn kind(node: &Node) -> Option<Kind> {
        Some(match node {
            Node::Integral | Node::AtLeast { .. } | Node::AtMost { .. } | Node::MultipleOf(_) => Kind::Number,
            Node::MinLength(_) | Node::MaxLength(_) | Node::Pattern(_) | Node::Format(_) => Kind::String,
            Node::Item(..)
            | Node::Rest(..)
            | Node::ContainsMin(..)
            | Node::ContainsMax(..)
            | Node::UniqueItems
            | Node::MinItems(_)
            | Node::MaxItems(_) => Kind::Array,
            Node::Member(..)
            | Node::Matching(..)
            | Node::Others { .. }
            | Node::Names(_)
            | Node::Required(_)
            | Node::MinProperties(_)
            | Node::MaxProperties(_) => Kind::Object,
            Node::True
            | Node::Kinds(_)
            | Node::Enum(_)
            | Node::All(_)
            | Node::One(_)
            | Node::Slot(_)
            | Node::Opaque(_) => return None,
        })
    }
}
