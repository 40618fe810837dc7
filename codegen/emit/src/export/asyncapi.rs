//! Events as an AsyncAPI 3.0 document: a channel per event, who sends it, who receives it.

use stipule_ir::{Contract, Event};

use super::event::title;
use super::schema::{Dialect, Schemas};
use super::tree::Tree;
use super::words::typed;

/// Members of an envelope that are text.
const TEXTS: [(&str, &str); 9] = [
    ("id", "The same again when the event comes again."),
    ("name", "What happened."),
    ("source", "Who says so."),
    ("tenant", "Whose it is."),
    ("orderingKey", "Events of one key come in order where their consumer asks for that."),
    ("correlationId", "What everything that began with one request has in common."),
    ("causationId", "The request or the event that this one follows from."),
    ("traceId", "The trace (W3C) that it belongs to."),
    ("time", "When it happened."),
];

/// One document with every event of a contract.
pub fn asyncapi(contract: &Contract) -> Tree {
    let mut schemas = Schemas::new(&contract.types, Dialect::JsonSchema, "#/components/schemas/");
    for event in &contract.events {
        schemas.reserve(&format!("{}Envelope", title(event)));
    }
    let (mut channels, mut operations, mut messages) = (Tree::object(), Tree::object(), Tree::object());
    let mut envelopes = Vec::new();
    for event in &contract.events {
        let name = title(event);
        let address = format!("{}/{}", event.source, event.name.wire);
        let message = Tree::object().with("$ref", Tree::Text(format!("#/components/messages/{name}")));
        let channel = Tree::object().with("address", Tree::Text(address));
        let channel = channel.with("messages", Tree::object().with(&name, message));
        channels.set(&name, described(channel, event));
        messages.set(&name, message_of(event, &name));
        operations.set(&format!("send{name}"), operation("send", &name));
        for subscription in
            contract.subscriptions.iter().filter(|it| contract.event(it.event).name == event.name)
        {
            if subscription.versions.contains(&event.version) {
                let id = format!("{}{name}", subscription.name.type_name());
                let tag = Tree::object().with("name", Tree::text(&subscription.service.value));
                operations.set(
                    &format!("receive{id}"),
                    operation("receive", &name).with("tags", Tree::List(vec![tag])),
                );
            }
        }
        let payload = schemas.of(event.payload);
        envelopes.push((format!("{name}Envelope"), envelope(event, payload)));
    }
    let mut all = schemas.finish();
    envelopes.into_iter().for_each(|(name, schema)| all.set(&name, schema));
    let platform = &contract.platform;
    let title = platform.docs.title.clone().unwrap_or_else(|| platform.name.sentence());
    let mut info = Tree::object().with("title", Tree::text(title)).with("version", Tree::text("0.1.0"));
    if let Some(words) = &platform.docs.description {
        info.set("description", Tree::text(words));
    }
    let components = Tree::object().with("messages", messages).with("schemas", all);
    let document = Tree::object().with("asyncapi", Tree::text("3.0.0")).with("info", info);
    let document = document.with("defaultContentType", Tree::text("application/json"));
    document.with("channels", channels).with("operations", operations).with("components", components)
}

fn described(written: Tree, event: &Event) -> Tree {
    match event.docs.description.as_ref().or(event.docs.title.as_ref()) {
        Some(words) => written.with("description", Tree::text(words)),
        None => written,
    }
}

fn message_of(event: &Event, name: &str) -> Tree {
    let payload = Tree::object().with("$ref", Tree::Text(format!("#/components/schemas/{name}Envelope")));
    let correlation = Tree::object().with("location", Tree::text("$message.payload#/correlationId"));
    let message = Tree::object().with("name", Tree::text(&event.name.wire)).with("payload", payload);
    message.with("correlationId", correlation)
}

fn operation(action: &str, channel: &str) -> Tree {
    let reference = |to: String| Tree::object().with("$ref", Tree::Text(to));
    let message = reference(format!("#/channels/{channel}/messages/{channel}"));
    let operation = Tree::object().with("action", Tree::text(action));
    let operation = operation.with("channel", reference(format!("#/channels/{channel}")));
    operation.with("messages", Tree::List(vec![message]))
}

/// What travels: who, when and why around the payload.
fn envelope(event: &Event, payload: Tree) -> Tree {
    let mut properties = Tree::object();
    for (name, words) in TEXTS {
        let mut schema = typed("string").with("description", Tree::text(words));
        match name {
            "name" => schema.set("const", Tree::text(&event.name.wire)),
            "source" => schema.set("const", Tree::text(&event.source)),
            "time" => schema.set("format", Tree::text("date-time")),
            _ => {}
        }
        properties.set(name, schema);
    }
    let version = typed("integer").with("const", Tree::raw(u64::from(event.version)));
    properties.set("version", version);
    properties
        .set("seq", typed("integer").with("description", Tree::text("Counts the events of one aggregate.")));
    let id = typed("string");
    let name = typed("string").with("const", Tree::text(&event.aggregate.wire));
    let aggregate = typed("object").with("required", Tree::List(vec![Tree::text("name"), Tree::text("id")]));
    let aggregate = aggregate.with("properties", Tree::object().with("name", name).with("id", id));
    properties.set("aggregate", aggregate);
    properties.set("data", payload);
    let required = properties.members().iter().map(|(name, _)| Tree::text(name)).collect();
    typed("object").with("required", Tree::List(required)).with("properties", properties)
}
