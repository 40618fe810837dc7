//! Where in the documents of a schema some keywords apply.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::finding::Side;
use crate::schema::{Assertion, Body, NodeId, Schema, Twins};
use crate::value::token;

/// Most places that are looked at for one schema.
const MOST: usize = 2_000;

/// Finds keywords, by their pointers, in schemas over the same nodes.
pub(crate) struct Places<'s> {
    schema: &'s Schema,
    /// By node, the keywords that it has itself: which, and the member that it is about if it is one.
    own: HashMap<NodeId, Vec<(usize, About<'s>)>>,
    /// Whether a node leads to one.
    leads: Vec<bool>,
    twins: &'s Twins,
    side: Side,
}

/// What a keyword is about.
#[derive(Clone, Copy, Debug)]
enum About<'s> {
    /// The value.
    Value,
    /// A member of it.
    Member(&'s str),
    /// Members or items that aren't told apart here.
    Others,
}

/// By keyword, its places; none where it applies and nobody can tell where.
type Found = BTreeMap<usize, BTreeSet<String>>;

impl<'s> Places<'s> {
    /// `side`: the version that the schema is of.
    pub(crate) fn new(schema: &'s Schema, wanted: &[&str], twins: &'s Twins, side: Side) -> Self {
        let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, pointer) in wanted.iter().enumerate() {
            known.entry(pointer).or_default().push(index);
        }
        let mut own: HashMap<NodeId, Vec<(usize, About<'s>)>> = HashMap::new();
        let mut add = |id: usize, pointer: &str, about: About<'s>| {
            for index in known.get(pointer).into_iter().flatten() {
                own.entry(NodeId(id)).or_default().push((*index, about));
            }
        };
        for (id, node) in schema.nodes.iter().enumerate() {
            if let Body::Bool(false) = node.body {
                add(id, &node.pointer, About::Others);
            }
            for keyword in node.keywords() {
                let about = match &keyword.assertion {
                    Assertion::Required(name) => About::Member(name),
                    _ => About::Value,
                };
                add(id, &keyword.pointer, about);
            }
        }
        let leads = leading(schema, own.keys().copied().collect());
        Places { schema, own, leads, twins, side }
    }

    /// The places in the documents of the schema with this root, where the other version has that one.
    pub(crate) fn of(&self, other: NodeId, root: NodeId) -> Found {
        let mut walk = Walk { places: self, found: Found::new(), around: Vec::new(), left: MOST };
        if !self.is_same(other, root) {
            walk.node(root, "");
        }
        if walk.left == 0 {
            // There are more than were looked at.
            walk.found.values_mut().for_each(BTreeSet::clear);
        }
        walk.found
    }

    fn is_same(&self, other: NodeId, here: NodeId) -> bool {
        match self.side {
            Side::Revision => self.twins.are(other, here),
            Side::Base => self.twins.are(here, other),
        }
    }
}

/// By node, whether it leads to one of some.
fn leading(schema: &Schema, mut open: Vec<NodeId>) -> Vec<bool> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); schema.nodes.len()];
    for (index, said) in schema.nodes.said().iter().enumerate() {
        said.parts.iter().for_each(|part| users[part.0].push(index));
    }
    let mut leads = vec![false; schema.nodes.len()];
    open.iter().for_each(|id| leads[id.0] = true);
    while let Some(id) = open.pop() {
        for user in &users[id.0] {
            if !std::mem::replace(&mut leads[*user], true) {
                open.push(NodeId(*user));
            }
        }
    }
    leads
}

struct Walk<'w, 's> {
    places: &'w Places<'s>,
    found: Found,
    /// Nodes that are being walked through.
    around: Vec<NodeId>,
    left: usize,
}

impl Walk<'_, '_> {
    fn node(&mut self, id: NodeId, instance: &str) {
        if self.left == 0 || !self.places.leads[id.0] || self.around.contains(&id) || self.around.len() > 200
        {
            return;
        }
        self.left -= 1;
        for (index, about) in self.places.own.get(&id).into_iter().flatten() {
            let found = self.found.entry(*index).or_default();
            match about {
                About::Value => found.insert(instance.to_owned()),
                About::Member(name) => found.insert(format!("{instance}/{}", token(name))),
                About::Others => false,
            };
        }
        self.around.push(id);
        let schema = self.places.schema;
        for keyword in schema.node(id).keywords() {
            self.parts(id, &keyword.assertion, instance);
        }
        self.around.pop();
    }

    fn parts(&mut self, of: NodeId, assertion: &Assertion, instance: &str) {
        let mut step = |part: NodeId, at: &str| {
            if !self.is_as_it_was(of, part) {
                self.node(part, at);
            }
        };
        match assertion {
            Assertion::Properties(named) => {
                named.iter().for_each(|(name, id)| step(*id, &format!("{instance}/{}", token(name))));
            }
            Assertion::PatternProperties(named) => {
                named.iter().for_each(|(_, id)| step(*id, &format!("{instance}/*")));
            }
            Assertion::AdditionalProperties { schema, .. } | Assertion::UnevaluatedProperties(schema) => {
                step(*schema, &format!("{instance}/*"));
            }
            Assertion::PrefixItems(ids) => {
                ids.iter().enumerate().for_each(|(index, id)| step(*id, &format!("{instance}/{index}")));
            }
            Assertion::Items { schema, .. }
            | Assertion::Contains { schema, .. }
            | Assertion::UnevaluatedItems(schema) => step(*schema, &format!("{instance}/0")),
            other => other.schemas().into_iter().for_each(|id| step(id, instance)),
        }
    }

    /// Whether the other version refers to the same from the same place: what is found there is of others.
    fn is_as_it_was(&self, of: NodeId, part: NodeId) -> bool {
        self.places.twins.kept(self.places.side, of, part)
    }
}
