//! Documents made by following a schema loosely: many are valid, some nearly. They search for witnesses where the
//! solver gives up, and for counterexamples to what it proves.

use serde_json::{Map, Value, json};

use crate::decimal::Decimal;
use crate::schema::{Assertion, Body, Node, NodeId, Schema};
use crate::value::{Kind, Kinds};

/// Deepest nesting of a document.
const DEEPEST: usize = 6;

/// Most values that a schema is followed for in one document: one that refers to itself in many places would make
/// documents without end.
const LARGEST: usize = 400;

/// Makes documents; the same seed makes the same ones.
#[derive(Clone, Debug)]
pub struct Generator<'s> {
    schema: &'s Schema,
    /// Values that are near to what schemas tell apart.
    pool: Vec<Value>,
    names: Vec<String>,
    state: u64,
    /// Values that the document may still be made of.
    left: usize,
}

impl<'s> Generator<'s> {
    /// `near`: schemas whose constants and bounds are worth trying.
    pub fn new(schema: &'s Schema, near: &[&Schema], seed: u64) -> Self {
        let mut generator = Generator {
            schema,
            pool: vec![
                json!(null),
                json!(true),
                json!(0),
                json!(1),
                json!(-1.5),
                json!(""),
                json!("a"),
                json!([]),
                json!({}),
            ],
            names: vec!["extra".to_owned()],
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            left: 0,
        };
        for assertion in near.iter().flat_map(|schema| schema.nodes.iter()).flat_map(Node::keywords) {
            generator.learn(&assertion.assertion);
        }
        generator
    }

    /// The next document.
    pub fn document(&mut self) -> Value {
        self.left = LARGEST;
        self.value(self.schema.root, 0)
    }

    /// A number below `limit` (at least 1).
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit.max(1)
    }

    fn learn(&mut self, assertion: &Assertion) {
        let number = |decimal: Decimal| decimal.to_number().map(Value::Number);
        match assertion {
            Assertion::Enum(values) => self.pool.extend(values.iter().cloned()),
            Assertion::AtLeast { bound, .. }
            | Assertion::AtMost { bound, .. }
            | Assertion::MultipleOf(bound) => {
                self.pool.extend(number(*bound));
                let near = number(*bound).and_then(|value| value.as_f64());
                self.pool.extend(near.into_iter().flat_map(|near| [beside(near, 1.0), beside(near, -1.0)]));
            }
            Assertion::MinLength(length) | Assertion::MaxLength(length) if *length < 200 => {
                let length = *length as usize;
                self.pool.push(json!("a".repeat(length)));
                self.pool.push(json!("a".repeat(length + 1)));
                self.pool.push(json!("b".repeat(length.saturating_sub(1))));
            }
            Assertion::Format(format) => {
                self.pool.extend(format.samples().iter().map(|sample| json!(sample)));
            }
            Assertion::Pattern(pattern) => self.pool.push(json!(pattern.trim_matches(['^', '$']))),
            Assertion::Required(name) => self.names.push(name.clone()),
            Assertion::Properties(named) | Assertion::DependentSchemas(named) => {
                self.names.extend(named.iter().map(|(name, _)| name.clone()));
            }
            _ => {}
        }
    }

    fn value(&mut self, id: NodeId, depth: usize) -> Value {
        if depth > DEEPEST || self.left == 0 || self.below(25) == 0 {
            return self.pooled(Kinds::ALL);
        }
        self.left -= 1;
        let mut said = Vec::new();
        self.gather(id, 0, &mut said);
        let mut kinds = Vec::from(Kind::ALL);
        for assertion in &said {
            match assertion {
                Assertion::Enum(values) if !values.is_empty() && self.below(12) > 0 => {
                    let index = self.below(values.len());
                    return values[index].clone();
                }
                Assertion::Type { kinds: allowed, .. } => kinds.retain(|kind| allowed.contains(*kind)),
                _ => {}
            }
        }
        if kinds.is_empty() {
            return self.pooled(Kinds::ALL);
        }
        match kinds[self.below(kinds.len())] {
            Kind::Array => self.array(&said, depth),
            Kind::Object => self.object(&said, depth),
            kind => self.pooled(Kinds::only(kind)),
        }
    }

    fn name(&mut self) -> String {
        let index = self.below(self.names.len());
        self.names[index].clone()
    }

    fn pooled(&mut self, kinds: Kinds) -> Value {
        for _ in 0..40 {
            let index = self.below(self.pool.len());
            if kinds.contains(Kind::of(&self.pool[index])) {
                return self.pool[index].clone();
            }
        }
        let text = ["a", "b", "abc", "1", "A-1"][self.below(5)];
        if kinds.contains(Kind::String) { json!(text) } else { json!(self.below(20)) }
    }

    /// What a schema says about the value itself, with one branch of each alternative.
    fn gather(&mut self, id: NodeId, depth: usize, said: &mut Vec<&'s Assertion>) {
        let schema = self.schema;
        let Body::Keywords(keywords) = &schema.node(id).body else { return };
        if depth > 20 || said.len() > 200 {
            return;
        }
        for keyword in keywords {
            match &keyword.assertion {
                Assertion::Ref(id) => self.gather(*id, depth + 1, said),
                Assertion::AllOf(ids) => {
                    for id in ids {
                        self.gather(*id, depth + 1, said);
                    }
                }
                Assertion::AnyOf(ids) | Assertion::OneOf(ids) if !ids.is_empty() => {
                    let index = self.below(ids.len());
                    self.gather(ids[index], depth + 1, said);
                }
                Assertion::If { condition, then, otherwise } => {
                    let holds = self.below(2) == 0;
                    let branch = if holds {
                        Some(*condition).into_iter().chain(*then)
                    } else {
                        None.into_iter().chain(*otherwise)
                    };
                    for id in branch {
                        self.gather(id, depth + 1, said);
                    }
                }
                other => said.push(other),
            }
        }
    }

    fn array(&mut self, said: &[&'s Assertion], depth: usize) -> Value {
        let (mut least, mut most) = (0, 4);
        for assertion in said {
            match assertion {
                Assertion::MinItems(bound) => least = least.max((*bound).min(50) as usize),
                Assertion::MaxItems(bound) => most = most.min((*bound).min(50) as usize),
                _ => {}
            }
        }
        let length = if least < most { least + self.below(most - least + 2) } else { least };
        let mut items = Vec::new();
        for index in 0..length {
            let mut schema = None;
            for assertion in said {
                match assertion {
                    Assertion::PrefixItems(ids) => schema = ids.get(index).copied().or(schema),
                    Assertion::Items { from, schema: rest } if index >= *from => {
                        schema = schema.or(Some(*rest));
                    }
                    Assertion::Contains { schema: contained, .. } if self.below(2) == 0 => {
                        schema = Some(*contained);
                    }
                    _ => {}
                }
            }
            items.push(match schema {
                Some(id) => self.value(id, depth + 1),
                None => self.pooled(Kinds::ALL),
            });
        }
        Value::Array(items)
    }

    fn object(&mut self, said: &[&'s Assertion], depth: usize) -> Value {
        let mut members = Map::new();
        for assertion in said {
            if let Assertion::Properties(named) = assertion {
                for (name, id) in named {
                    let required =
                        said.iter().any(|other| matches!(other, Assertion::Required(known) if known == name));
                    let often = if required { 19 } else { 9 };
                    if self.below(20) < often && (required || self.left > 0) {
                        members.insert(name.clone(), self.value(*id, depth + 1));
                    }
                }
            }
        }
        for assertion in said {
            match assertion {
                Assertion::Required(name) if !members.contains_key(name) && self.below(12) > 0 => {
                    members.insert(name.clone(), self.pooled(Kinds::ALL));
                }
                Assertion::AdditionalProperties { schema, .. } if self.below(3) == 0 => {
                    let name = self.name();
                    if !members.contains_key(&name) {
                        members.insert(name, self.value(*schema, depth + 1));
                    }
                }
                _ => {}
            }
        }
        if self.below(4) == 0 {
            let name = self.name();
            if !members.contains_key(&name) {
                members.insert(name, self.pooled(Kinds::ALL));
            }
        }
        Value::Object(members)
    }
}

/// So far from a number; a whole number as such, which draft 4 tells from one with a fraction of nothing.
fn beside(number: f64, distance: f64) -> Value {
    let found = number + distance;
    if found.fract() == 0.0 && found.abs() < 1e15 { json!(found as i64) } else { json!(found) }
}
