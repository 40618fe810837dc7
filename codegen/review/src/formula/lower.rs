//! From a schema as it is written to a formula.

use std::collections::{HashMap, HashSet};

use super::arena::{Arena, Literal, Node};
use super::classes::{Classes, Read};
use crate::evaluate::Waived;
use crate::schema::{Assertion, Body, Checks, Keyword, NodeId, Schema};
use crate::value::{Kind, Kinds};

/// Deepest nesting of schemas that is lowered, references counted.
const DEEPEST: usize = 250;

/// Lowers the nodes of one schema.
#[derive(Debug)]
pub(crate) struct Lowering<'a> {
    pub(super) arena: &'a mut Arena,
    pub(super) schema: &'a Schema,
    waived: &'a Waived,
    checks: Checks,
    classes: &'a Classes,
    /// By class, so that what two schemas have in common is lowered once.
    states: &'a mut States,
    /// Where parts are taken to be those of another schema.
    taken: Option<Taken<'a>>,
    /// Nodes that were lowered with those parts.
    fresh: HashMap<NodeId, State>,
    pub(super) depth: usize,
}

/// Parts of a schema that are taken to be parts of another one, which is lowered already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken<'a> {
    pub(crate) parts: &'a HashMap<NodeId, NodeId>,
    /// The nodes that speak of the value itself and have such parts.
    pub(crate) within: &'a HashSet<NodeId>,
    /// The classes of the other schema.
    pub(crate) classes: &'a Classes,
}

static NOTHING: Waived = Waived::new();

/// How far each class of nodes is.
pub(crate) type States = HashMap<usize, State>;

/// How far a node is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State {
    /// Being lowered; the slot if somebody referred to it meanwhile.
    Open(Option<(usize, Literal)>),
    Done(Literal),
}

impl<'a> Lowering<'a> {
    /// Lowers a whole schema, taking some keywords (by pointer) to hold. Two schemas whose classes were made together
    /// share their `states`.
    pub(crate) fn lower(
        arena: &'a mut Arena,
        (schema, waived, checks): Read<'a>,
        classes: &'a Classes,
        states: &'a mut States,
    ) -> Literal {
        let (taken, fresh) = (None, HashMap::new());
        let mut lowering =
            Lowering { arena, schema, waived, checks, classes, states, taken, fresh, depth: 0 };
        lowering.node(schema.root)
    }

    /// Lowers what a schema says of the value itself; some of its parts are taken to be those of another schema.
    pub(crate) fn lower_taking(
        arena: &'a mut Arena,
        (schema, waived, checks): Read<'a>,
        classes: &'a Classes,
        states: &'a mut States,
        taken: Taken<'a>,
    ) -> Literal {
        let (taken, fresh) = (Some(taken), HashMap::new());
        let mut lowering =
            Lowering { arena, schema, waived, checks, classes, states, taken, fresh, depth: 0 };
        lowering.body(schema.root)
    }

    pub(super) fn node(&mut self, id: NodeId) -> Literal {
        if let Some(taken) = self.taken {
            if let Some(part) = taken.parts.get(&id) {
                return match self.states.get(&taken.classes[part.0]) {
                    Some(State::Done(literal)) => *literal,
                    _ => self.arena.opaque(""),
                };
            }
            if !taken.within.contains(&id) {
                // As it is written.
                let waived = std::mem::replace(&mut self.waived, &NOTHING);
                self.taken = None;
                let literal = self.node(id);
                (self.waived, self.taken) = (waived, Some(taken));
                return literal;
            }
        }
        match self.state(id) {
            Some(State::Done(literal)) => return literal,
            Some(State::Open(Some((_, literal)))) => return literal,
            Some(State::Open(None)) => {
                let (slot, literal) = self.arena.slot();
                self.set(id, State::Open(Some((slot, literal))));
                return literal;
            }
            None => {}
        }
        if self.depth > DEEPEST {
            return self.arena.opaque("");
        }
        self.set(id, State::Open(None));
        self.depth += 1;
        let literal = self.body(id);
        self.depth -= 1;
        if let Some(State::Open(Some((slot, _)))) = self.set(id, State::Done(literal)) {
            self.arena.bind(slot, literal);
        }
        literal
    }

    fn state(&self, id: NodeId) -> Option<State> {
        match self.taken {
            Some(_) => self.fresh.get(&id).copied(),
            None => self.states.get(&self.classes[id.0]).copied(),
        }
    }

    fn set(&mut self, id: NodeId, state: State) -> Option<State> {
        match self.taken {
            Some(_) => self.fresh.insert(id, state),
            None => self.states.insert(self.classes[id.0], state),
        }
    }

    fn body(&mut self, id: NodeId) -> Literal {
        let schema = self.schema;
        let node = schema.node(id);
        match &node.body {
            Body::Bool(true) => Literal::TRUE,
            Body::Bool(false) if self.waived.contains(&node.pointer) => Literal::TRUE,
            Body::Bool(false) => Literal::FALSE,
            Body::Keywords(keywords) => {
                let mut parts = Vec::new();
                for keyword in keywords {
                    if !self.is_waived(keyword) {
                        parts.push(self.keyword(id, keyword));
                    }
                }
                self.arena.all(parts)
            }
        }
    }

    pub(super) fn is_waived(&self, keyword: &Keyword) -> bool {
        !self.waived.is_empty() && self.waived.contains(&keyword.pointer)
    }

    fn keyword(&mut self, of: NodeId, keyword: &Keyword) -> Literal {
        match &keyword.assertion {
            Assertion::Type { kinds, integral } => {
                let kinds = self.arena.kinds(*kinds);
                let integral = if *integral { self.arena.add(Node::Integral) } else { Literal::TRUE };
                self.arena.all([kinds, integral])
            }
            Assertion::Enum(values) => self.arena.values(values),
            Assertion::AllOf(ids) => {
                let parts: Vec<Literal> = ids.iter().map(|id| self.node(*id)).collect();
                self.arena.all(parts)
            }
            Assertion::AnyOf(ids) => {
                let parts: Vec<Literal> = ids.iter().map(|id| self.node(*id)).collect();
                self.arena.any(parts)
            }
            Assertion::OneOf(ids) => {
                let parts: Vec<Literal> = ids.iter().map(|id| self.node(*id)).collect();
                self.arena.one(parts)
            }
            Assertion::Not(id) => !self.node(*id),
            Assertion::Ref(id) => self.node(*id),
            Assertion::If { condition, then, otherwise } => {
                let condition = self.node(*condition);
                let then = then.map_or(Literal::TRUE, |id| self.node(id));
                let otherwise = otherwise.map_or(Literal::TRUE, |id| self.node(id));
                let when = self.arena.any([!condition, then]);
                let unless = self.arena.any([condition, otherwise]);
                self.arena.all([when, unless])
            }
            Assertion::UnevaluatedItems(schema) => self.unevaluated_items(of, *schema),
            Assertion::UnevaluatedProperties(schema) => self.unevaluated_members(of, *schema),
            Assertion::Declared(absent) => self.declared(of, absent),
            Assertion::Unsupported { written, .. } => self.arena.opaque(written),
            other => self.of_kind(other),
        }
    }

    /// Keywords that say something about one kind of values.
    fn of_kind(&mut self, assertion: &Assertion) -> Literal {
        let node = match assertion {
            Assertion::AtLeast { bound, strict } => Node::AtLeast { bound: *bound, strict: *strict },
            Assertion::AtMost { bound, strict } => Node::AtMost { bound: *bound, strict: *strict },
            Assertion::MultipleOf(divisor) => Node::MultipleOf(*divisor),
            Assertion::MinLength(0) | Assertion::MinItems(0) | Assertion::MinProperties(0) => Node::True,
            Assertion::MinLength(least) => Node::MinLength(*least),
            Assertion::MaxLength(most) => Node::MaxLength(*most),
            Assertion::Pattern(pattern) if pattern.is_empty() => Node::True,
            Assertion::Pattern(pattern) => Node::Pattern(pattern.clone()),
            Assertion::Format(format) if !self.checks.include(*format) => Node::True,
            Assertion::Format(format) => Node::Format(*format),
            Assertion::UniqueItems => Node::UniqueItems,
            Assertion::MinItems(least) => Node::MinItems(*least),
            Assertion::MaxItems(most) => Node::MaxItems(*most),
            Assertion::Required(name) => Node::Required(name.clone()),
            Assertion::MinProperties(least) => Node::MinProperties(*least),
            Assertion::MaxProperties(most) => Node::MaxProperties(*most),
            Assertion::PrefixItems(ids) => {
                let items =
                    ids.iter().enumerate().map(|(index, id)| (index, self.node(*id))).collect::<Vec<_>>();
                let parts: Vec<Literal> =
                    items.into_iter().map(|(index, schema)| self.item(index, schema)).collect();
                return self.arena.all(parts);
            }
            Assertion::Items { from, schema } => {
                let schema = self.node(*schema);
                return self.rest(*from, schema);
            }
            Assertion::Contains { schema, min, max } => return self.contains(*schema, *min, *max),
            other => return self.of_members(other),
        };
        self.arena.add(node)
    }

    fn item(&mut self, index: usize, schema: Literal) -> Literal {
        self.arena.add(match schema {
            Literal::TRUE => Node::True,
            Literal::FALSE => Node::MaxItems(index as u64),
            schema => Node::Item(index, schema),
        })
    }

    pub(super) fn rest(&mut self, from: usize, schema: Literal) -> Literal {
        self.arena.add(match schema {
            Literal::TRUE => Node::True,
            Literal::FALSE => Node::MaxItems(from as u64),
            schema => Node::Rest(from, schema),
        })
    }

    fn contains(&mut self, schema: NodeId, min: u64, max: Option<u64>) -> Literal {
        let schema = self.node(schema);
        let least = match (min, schema) {
            (0, _) => Node::True,
            (min, Literal::TRUE) => Node::MinItems(min),
            (min, schema) => Node::ContainsMin(min, schema),
        };
        let most = match (max, schema) {
            (None, _) => Node::True,
            (Some(max), Literal::TRUE) => Node::MaxItems(max),
            (Some(max), schema) => Node::ContainsMax(max, schema),
        };
        let (least, most) = (self.arena.add(least), self.arena.add(most));
        self.arena.all([least, most])
    }

    fn of_members(&mut self, assertion: &Assertion) -> Literal {
        let mut parts = Vec::new();
        match assertion {
            Assertion::Properties(named) => {
                for (name, id) in named {
                    let schema = self.node(*id);
                    if schema != Literal::TRUE {
                        parts.push(self.arena.add(Node::Member(name.clone(), schema)));
                    }
                }
            }
            Assertion::PatternProperties(named) => {
                for (pattern, id) in named {
                    let schema = self.node(*id);
                    if schema != Literal::TRUE {
                        parts.push(self.arena.add(Node::Matching(pattern.clone(), schema)));
                    }
                }
            }
            Assertion::AdditionalProperties { names, patterns, schema } => {
                let schema = self.node(*schema);
                parts.push(self.others(names.clone(), patterns.clone(), schema));
            }
            Assertion::PropertyNames(id) => {
                let schema = self.node(*id);
                if schema != Literal::TRUE {
                    parts.push(self.arena.add(Node::Names(schema)));
                }
            }
            Assertion::DependentRequired(dependent) => {
                for (name, others) in dependent {
                    let present = self.arena.add(Node::Required(name.clone()));
                    for other in others {
                        let other = self.arena.add(Node::Required(other.clone()));
                        parts.push(self.arena.any([!present, other]));
                    }
                }
            }
            Assertion::DependentSchemas(schemas) => {
                let object = self.arena.kinds(Kinds::only(Kind::Object));
                for (name, id) in schemas {
                    let schema = self.node(*id);
                    let present = self.arena.add(Node::Required(name.clone()));
                    parts.push(self.arena.any([!object, !present, schema]));
                }
            }
            _ => {}
        }
        self.arena.all(parts)
    }

    /// All members that neither names nor patterns speak of.
    pub(super) fn others(&mut self, names: Vec<String>, patterns: Vec<String>, schema: Literal) -> Literal {
        if schema == Literal::TRUE {
            return schema;
        }
        let sorted = |mut texts: Vec<String>| {
            texts.sort_unstable();
            texts.dedup();
            texts
        };
        self.arena.add(Node::Others { names: sorted(names), patterns: sorted(patterns), schema })
    }
}
