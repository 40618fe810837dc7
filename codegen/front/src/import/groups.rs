//! Operations by their tag: a module, a handle and a trait each.

use std::collections::BTreeMap;

use stipule_ir::types::Docs;
use stipule_ir::{Name, Service};

use crate::openapi::Draft;
use crate::reader::Node;

/// What operations without a tag belong to.
const UNTAGGED: &str = "api";

/// One draft per tag, in the order in which their first operations stand; and the words about the whole.
pub(super) fn split(draft: Draft, root: &Node) -> (Docs, Vec<Draft>) {
    let (service, loose) = draft.into_parts();
    let mut groups: Vec<Draft> = Vec::new();
    let mut places: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for (operation, loose) in service.operations.into_iter().zip(loose) {
        let tag = loose.tag.as_ref().map_or(UNTAGGED, |tag| tag.value.as_str());
        let name = Name::new(tag, operation.span.clone());
        let at = *places.entry((name.module(), loose.inbound)).or_insert_with(|| {
            let group = Service {
                name,
                docs: words(root, tag),
                version: service.version.clone(),
                operations: Vec::new(),
                inbound: loose.inbound,
                servers: service.servers.clone(),
                span: service.span.clone(),
            };
            groups.push(Draft::new(group));
            groups.len() - 1
        });
        groups[at].push(operation, loose);
    }
    // Modules of a client that have nothing to do with a tag.
    let mut taken: Vec<Name> =
        ["servers", "schemes", "transport"].map(|word| Name::new(word, service.span.clone())).into();
    Name::distinguish(taken.iter_mut().chain(groups.iter_mut().map(Draft::name_mut)));
    (service.docs, groups)
}

/// What the document says of a tag.
fn words(root: &Node, tag: &str) -> Docs {
    let tags = root.get("tags").and_then(Node::items).unwrap_or_default();
    let found = tags.iter().find(|item| item.get("name").and_then(Node::as_str) == Some(tag));
    let description = found.and_then(|item| item.get("description")).and_then(Node::as_str);
    Docs { title: None, description: description.map(str::to_owned), ..Docs::default() }
}
