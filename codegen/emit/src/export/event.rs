//! Events as JSON Schemas.

use stipule_ir::{Contract, Event};

use super::schema::{Dialect, Schemas};
use super::tree::Tree;

/// The name and the text of a file per event and version: the schema of what the event carries, with everything that it
/// refers to.
pub fn event_schemas(contract: &Contract) -> Vec<(String, Tree)> {
    contract.events.iter().map(|event| (file(event), schema(contract, event))).collect()
}

/// `order.placed.v1.schema.json`
fn file(event: &Event) -> String {
    format!("{}.v{}.schema.json", event.name.wire.to_lowercase(), event.version)
}

fn schema(contract: &Contract, event: &Event) -> Tree {
    let mut schemas = Schemas::new(&contract.types, Dialect::JsonSchema, "#/$defs/");
    let payload = schemas.declared(event.payload);
    let definitions = schemas.finish();
    let mut schema = Tree::object();
    schema.set("$schema", Tree::text("https://json-schema.org/draft/2020-12/schema"));
    let platform = contract.platform.name.kebab();
    schema.set("$id", Tree::Text(format!("urn:{platform}:event:{}:v{}", event.name.wire, event.version)));
    schema.set("title", Tree::text(title(event)));
    payload.members().iter().filter(|(key, _)| key != "title").for_each(|(key, value)| {
        schema.set(key, value.clone());
    });
    if !definitions.members().is_empty() {
        schema.set("$defs", definitions);
    }
    schema
}

/// `OrderPlaced`, and `OrderPlacedV2` for later versions: what generators call the type.
pub(super) fn title(event: &Event) -> String {
    let name = event.name.type_name();
    if event.version > 1 { format!("{name}V{}", event.version) } else { name }
}
