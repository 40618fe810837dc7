//! Documents that keep to what their schema declares: an object that says nothing of other members has none that
//! somebody else gives a meaning to.
//!
//! Whoever writes documents by a schema doesn't put members into them that it doesn't speak of, although an open
//! object accepts them. So a member that is new in the other version breaks nobody, unless it is required.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Assertion, Body, Dialect, Keyword, Node, NodeId, Nodes, Schema, Undeclared};

/// All names of members that some schemas speak of.
pub(crate) fn names<'s>(schemas: impl IntoIterator<Item = &'s Schema>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen: Vec<*const Nodes> = Vec::new();
    for schema in schemas {
        let nodes = Arc::as_ptr(&schema.nodes);
        if seen.contains(&nodes) {
            continue;
        }
        seen.push(nodes);
        for keyword in schema.nodes.iter().flat_map(Node::keywords) {
            match &keyword.assertion {
                Assertion::Properties(named) => found.extend(named.iter().map(|(name, _)| name.clone())),
                other => found.extend(demanded(other).into_iter().map(str::to_owned)),
            }
        }
    }
    found
}

/// By node, the one for documents that have no undeclared members; itself where that makes no difference.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declaring(BTreeMap<NodeId, NodeId>);

impl Declaring {
    /// The node for documents that keep to what a node declares.
    pub(crate) fn of(&self, id: NodeId) -> NodeId {
        self.0.get(&id).copied().unwrap_or(id)
    }
}

/// Schemas over the nodes that there are, with those added that documents keep to which have none of the `names` where
/// they aren't declared.
pub(crate) fn declaring(schemas: Vec<Schema>, names: BTreeSet<String>) -> (Vec<Schema>, Declaring) {
    let Some(first) = schemas.first() else { return (Vec::new(), Declaring::default()) };
    let old = first.nodes.clone();
    let names = Arc::new(names);
    let roots: Vec<(NodeId, Dialect)> = schemas.iter().map(|schema| (schema.root, schema.dialect)).collect();
    // Nobody else has the nodes then, as a rule.
    drop(schemas);
    let mut places: BTreeSet<NodeId> = roots.iter().map(|(root, _)| *root).collect();
    for node in old.iter() {
        places.extend(node.keywords().iter().flat_map(|keyword| parts(&keyword.assertion)));
        places.extend(node.keywords().iter().flat_map(|keyword| alternatives(&keyword.assertion)).copied());
    }
    let absent: Vec<(NodeId, Absent)> =
        places.into_iter().filter_map(|id| Some((id, undeclared(&old, id, &names)?))).collect();
    // What has such a part somewhere is there twice: as it is written, and with that part.
    let mut copied: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    for id in having(&old, absent.iter().map(|(id, _)| *id)) {
        copied.insert(id, NodeId(old.len() + copied.len()));
    }
    let copy = |id: NodeId| copied.get(&id).copied().unwrap_or(id);
    let never = NodeId(old.len() + copied.len());
    let first_wrapper = never.0 + 1;
    let wrapped: BTreeMap<NodeId, NodeId> =
        absent.iter().enumerate().map(|(index, (id, _))| (*id, NodeId(first_wrapper + index))).collect();
    let mut added: Vec<Node> = Vec::with_capacity(copied.len() + wrapped.len());
    for id in copied.keys() {
        let mut node = old[id.0].clone();
        if let Body::Keywords(keywords) = &mut node.body {
            keywords.iter_mut().for_each(|keyword| redirect(&mut keyword.assertion, &wrapped, &copy));
        }
        added.push(node);
    }
    added.push(Node { pointer: String::new(), body: Body::Bool(false), notes: String::new() });
    for (id, absent) in absent {
        let pointer = old[id.0].pointer.clone();
        let keyword = |assertion| Keyword { pointer: pointer.clone(), assertion };
        let mut keywords =
            vec![keyword(Assertion::Ref(copy(id))), keyword(Assertion::Declared(absent.undeclared))];
        if !absent.hidden.is_empty() {
            let hidden = absent.hidden.into_iter().map(|name| (name, never)).collect();
            keywords.push(keyword(Assertion::Properties(hidden)));
        }
        let body = Body::Keywords(keywords);
        added.push(Node { body, notes: String::new(), pointer });
    }
    let mut declaring = copied.clone();
    declaring.extend(wrapped);
    let nodes = Arc::new(match Arc::try_unwrap(old) {
        Ok(nodes) => nodes.with(added),
        Err(shared) => Nodes::from(shared.to_vec()).with(added),
    });
    let over = |(root, dialect): (NodeId, Dialect)| Schema { nodes: nodes.clone(), root, dialect };
    (roots.into_iter().map(over).collect(), Declaring(declaring))
}

/// The nodes that have one of some parts somewhere below them.
fn having(nodes: &Nodes, wanted: impl Iterator<Item = NodeId>) -> BTreeSet<NodeId> {
    let wanted: BTreeSet<NodeId> = wanted.collect();
    let mut users: Vec<Vec<NodeId>> = vec![Vec::new(); nodes.len()];
    let mut found = BTreeSet::new();
    for (index, node) in nodes.iter().enumerate() {
        for keyword in node.keywords() {
            keyword.assertion.schemas().into_iter().for_each(|part| users[part.0].push(NodeId(index)));
            if parts(&keyword.assertion).iter().any(|part| wanted.contains(part)) {
                found.insert(NodeId(index));
            }
        }
    }
    let mut open: Vec<NodeId> = found.iter().copied().collect();
    while let Some(id) = open.pop() {
        open.extend(users[id.0].iter().copied().filter(|user| found.insert(*user)));
    }
    found
}

/// Members that documents of a schema don't have.
struct Absent {
    /// Of the names, those that it doesn't declare.
    undeclared: Arc<Undeclared>,
    /// Those that it declares and that don't travel this way.
    hidden: BTreeSet<String>,
}

/// Nothing if it says what other members are, or that it is an object with any members whatever, and none is hidden.
fn undeclared(nodes: &[Node], id: NodeId, names: &Arc<BTreeSet<String>>) -> Option<Absent> {
    let mut always = BTreeSet::new();
    let mut hidden = BTreeSet::new();
    let (mut lists, mut says, mut seen) = (false, false, BTreeSet::from([id]));
    let mut open = vec![(id, true)];
    while let Some((id, unconditional)) = open.pop() {
        for keyword in nodes[id.0].keywords() {
            match &keyword.assertion {
                Assertion::AdditionalProperties { .. } | Assertion::UnevaluatedProperties(_) => {
                    says |= unconditional;
                }
                Assertion::Properties(named) => {
                    lists |= !named.is_empty();
                    let listed = named.iter().filter(|_| unconditional);
                    always.extend(listed.clone().map(|(name, _)| name.as_str()));
                    hidden.extend(listed.filter(|(_, id)| *id == NodeId(0)).map(|(name, _)| name.clone()));
                }
                other => always.extend(demanded(other)),
            }
            for (part, sure) in in_place(&keyword.assertion) {
                if seen.insert(part) {
                    open.push((part, unconditional && sure));
                }
            }
        }
    }
    let known: BTreeSet<String> =
        always.into_iter().filter(|name| names.contains(*name)).map(str::to_owned).collect();
    let undeclares = lists && !says && known.len() < names.len();
    // So it is with most; a comparison may have many names.
    if !undeclares && hidden.is_empty() {
        return None;
    }
    let known = if undeclares { known } else { names.as_ref().clone() };
    let undeclared = Arc::new(Undeclared { names: names.clone(), known });
    Some(Absent { undeclared, hidden })
}

/// Names that must be there without being listed.
fn demanded(assertion: &Assertion) -> Vec<&str> {
    match assertion {
        Assertion::Required(name) => vec![name.as_str()],
        Assertion::DependentRequired(dependent) => {
            let each = dependent.iter().flat_map(|(name, others)| std::iter::once(name).chain(others));
            each.map(String::as_str).collect()
        }
        Assertion::DependentSchemas(schemas) => schemas.iter().map(|(name, _)| name.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Schemas that apply to the value itself, and whether they always do.
fn in_place(assertion: &Assertion) -> Vec<(NodeId, bool)> {
    match assertion {
        Assertion::Ref(id) => vec![(*id, true)],
        Assertion::AllOf(ids) => ids.iter().map(|id| (*id, true)).collect(),
        Assertion::AnyOf(ids) | Assertion::OneOf(ids) => ids.iter().map(|id| (*id, false)).collect(),
        Assertion::If { condition, then, otherwise } => {
            std::iter::once(*condition).chain(*then).chain(*otherwise).map(|id| (id, false)).collect()
        }
        Assertion::DependentSchemas(schemas) => schemas.iter().map(|(_, id)| (*id, false)).collect(),
        _ => Vec::new(),
    }
}

/// Schemas that apply to parts of the value.
fn parts(assertion: &Assertion) -> Vec<NodeId> {
    match assertion {
        Assertion::PrefixItems(_)
        | Assertion::Properties(_)
        | Assertion::PatternProperties(_)
        | Assertion::Items { .. }
        | Assertion::AdditionalProperties { .. }
        | Assertion::UnevaluatedItems(_)
        | Assertion::UnevaluatedProperties(_) => assertion.schemas(),
        _ => Vec::new(),
    }
}

/// Alternatives, which documents may keep to one by one.
fn alternatives(assertion: &Assertion) -> &[NodeId] {
    match assertion {
        Assertion::AnyOf(ids) | Assertion::OneOf(ids) => ids,
        _ => &[],
    }
}

/// Parts are those that declare; whatever else is applied is a copy, if there is one.
fn redirect(assertion: &mut Assertion, wrapped: &BTreeMap<NodeId, NodeId>, copy: &impl Fn(NodeId) -> NodeId) {
    let is_part = !parts(assertion).is_empty();
    for id in assertion.schemas_mut() {
        *id = wrapped.get(id).copied().filter(|_| is_part).unwrap_or_else(|| copy(*id));
    }
}
