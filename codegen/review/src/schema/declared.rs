//! Documents that keep to what their schema declares: an object that says nothing of other members has none that
//! somebody else gives a meaning to.
//!
//! Whoever writes documents by a schema doesn't put members into them that it doesn't speak of, although an open
//! object accepts them. So a member that is new in the other version breaks nobody, unless it is required.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Assertion, Body, Keyword, Node, NodeId, Nodes, Schema};

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

/// Schemas over the same nodes, for documents that have none of the `names` where they aren't declared.
pub(crate) fn declaring(schemas: &[Schema], names: &BTreeSet<String>) -> Vec<Schema> {
    let Some(first) = schemas.first() else { return Vec::new() };
    let old = &first.nodes;
    let mut nodes = old.to_vec();
    let mut wrapped: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    let mut places: BTreeSet<NodeId> = schemas.iter().map(|schema| schema.root).collect();
    for node in old.iter() {
        places.extend(node.keywords().iter().flat_map(|keyword| parts(&keyword.assertion)));
    }
    for id in places {
        if let Some(absent) = undeclared(old, id, names) {
            let wrapper = NodeId(nodes.len());
            let pointer = old[id.0].pointer.clone();
            let keyword = |assertion| Keyword { pointer: pointer.clone(), assertion };
            let body = Body::Keywords(vec![
                keyword(Assertion::Ref(id)),
                keyword(Assertion::Declared(Arc::new(absent))),
            ]);
            nodes.push(Node { pointer: pointer.clone(), body });
            wrapped.insert(id, wrapper);
        }
    }
    for node in &mut nodes[..old.len()] {
        if let Body::Keywords(keywords) = &mut node.body {
            keywords.iter_mut().for_each(|keyword| redirect(&mut keyword.assertion, &wrapped));
        }
    }
    let nodes = Arc::new(Nodes::from(nodes));
    let root = |root: NodeId| wrapped.get(&root).copied().unwrap_or(root);
    let with =
        |schema: &Schema| Schema { nodes: nodes.clone(), root: root(schema.root), dialect: schema.dialect };
    schemas.iter().map(with).collect()
}

/// Of the names, those that a schema doesn't declare; `None` if it says what other members are, or that it is an
/// object with any members whatever.
fn undeclared(nodes: &[Node], id: NodeId, names: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let mut always = BTreeSet::new();
    let (mut lists, mut seen) = (false, BTreeSet::from([id]));
    let mut open = vec![(id, true)];
    while let Some((id, unconditional)) = open.pop() {
        for keyword in nodes[id.0].keywords() {
            match &keyword.assertion {
                Assertion::AdditionalProperties { .. } | Assertion::UnevaluatedProperties(_)
                    if unconditional =>
                {
                    return None;
                }
                Assertion::Properties(named) => {
                    lists |= !named.is_empty();
                    let listed = named.iter().filter(|_| unconditional);
                    always.extend(listed.map(|(name, _)| name.as_str()));
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
    let absent = |name: &&String| !always.contains(name.as_str());
    let absent: BTreeSet<String> = names.iter().filter(absent).cloned().collect();
    (lists && !absent.is_empty()).then_some(absent)
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

fn redirect(assertion: &mut Assertion, wrapped: &BTreeMap<NodeId, NodeId>) {
    let each = |id: &mut NodeId| {
        if let Some(wrapper) = wrapped.get(id) {
            *id = *wrapper;
        }
    };
    match assertion {
        Assertion::PrefixItems(ids) => ids.iter_mut().for_each(each),
        Assertion::Properties(named) | Assertion::PatternProperties(named) => {
            named.iter_mut().for_each(|(_, id)| each(id));
        }
        Assertion::Items { schema, .. }
        | Assertion::AdditionalProperties { schema, .. }
        | Assertion::UnevaluatedItems(schema)
        | Assertion::UnevaluatedProperties(schema) => each(schema),
        _ => {}
    }
}
