//! `contracts/sockets/<service>.yaml`: AsyncAPI 3.0, as far as it says what open sockets may listen to.
//!
//! A channel is a topic, and what is told on it goes from the platform to those who listen. How sockets are opened, and
//! how somebody starts and stops listening, is the same for all contracts and stands in none.
//!
//! Types are lowered before, like any other; [`schemas`] says which they are.

mod address;
mod message;
mod pages;

pub(crate) use pages::PAGES;

use std::collections::BTreeMap;

use stipule_ir::platform::Platform;
use stipule_ir::socket::{Connections, Socket, Topic};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId, TypeTable};

use crate::event::duration::duration;
use crate::rate::rate;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text};
use crate::suggest;

/// The extension with the scopes that a listener needs.
const SCOPES: &str = "x-stipule-scopes";
/// The extension with the number of parts that the listeners of a topic are in.
const SHARDS: &str = "x-stipule-shards";
/// The extension with how often something happens.
pub(super) const RATE: &str = "x-stipule-rate";
/// The extension with how many sockets there are.
const CONNECTIONS: &str = "x-stipule-connections";
/// The extension with the type of a parameter.
const TYPE: &str = "x-stipule-type";

/// Everything outside the file that it may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'k> {
    /// All types, complete.
    pub types: &'k TypeTable,
    /// None when it is at fault.
    pub platform: Option<&'k Platform>,
    /// The type of each schema that [`schemas`] named; those at fault are missing.
    pub schemas: &'k BTreeMap<String, TypeId>,
}

/// The schemas of a document, by what they are for (`order/orderId`, `orderUpdated`): references relative to its file.
pub fn schemas(document: &Node) -> Vec<(String, Spanned<String>)> {
    let mut found = Vec::new();
    let mut add = |what: String, node: Option<&Node>| {
        if let Some((node, text)) = node.and_then(|node| Some((node, node.as_str()?))) {
            found.push((what, Spanned::new(text.to_owned(), node.span.clone())));
        }
    };
    for channel in document.get("channels").and_then(Node::entries).unwrap_or_default() {
        for parameter in channel.value.get("parameters").and_then(Node::entries).unwrap_or_default() {
            let what = format!("{}/{}", channel.key.value, parameter.key.value);
            add(what, parameter.value.get(TYPE));
        }
    }
    for message in document.at("/components/messages").and_then(Node::entries).unwrap_or_default() {
        add(message.key.value.clone(), message.value.at("/payload/$ref"));
    }
    found
}

/// Lowers a document; `name` is that of its file. `None` when it is too broken to be judged.
pub fn lower(
    name: &str,
    document: &Node,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Socket> {
    let mut shape = Shape::of(document, "an AsyncAPI document", diagnostics)?;
    version(&mut shape, diagnostics)?;
    let docs = info(&mut shape, diagnostics);
    let service = Name::new(name, Span::start_of(document.span.file));
    is_service(&service, around.platform, diagnostics);
    let connections = connections(&mut shape, diagnostics);
    let messages = components(&mut shape, diagnostics);
    shape.required("channels", diagnostics);
    let channels = shape.mapping("channels", diagnostics).unwrap_or_default();
    let place = shape.place().clone();
    shape.finish(diagnostics);
    let mut messages = message::Messages::new(messages, around, diagnostics);
    let mut topics: Vec<Topic> = Vec::new();
    for channel in channels {
        if let Some(topic) = topic(channel, around, &mut messages, diagnostics) {
            address::refuse_overlap(&topic, &topics, diagnostics);
            topics.push(topic);
        }
    }
    messages.refuse_idle(diagnostics);
    if channels.is_empty() {
        let fault = Diagnostic::error("SOC003", &place, "there is nothing to listen to");
        diagnostics.push(fault.help("`channels: {book: {address: \"book/{bookId}\", …}}`"));
    }
    Some(Socket { service, docs, connections, topics, span: place })
}

/// `SOC001`
fn version(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let version = shape.required_text("asyncapi", diagnostics)?;
    if version.value == "3.0" || version.value.starts_with("3.0.") {
        return Some(());
    }
    let message = format!("AsyncAPI {} is not supported", version.value);
    diagnostics.push(Diagnostic::error("SOC001", &version.span, message).help("3.0.x is"));
    None
}

fn info(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Docs {
    let Some(entry) = shape.required("info", diagnostics) else { return Docs::default() };
    let Some(mut info) = Shape::under(entry, "`info`", diagnostics) else { return Docs::default() };
    let title = info.required_text("title", diagnostics).map(|text| text.value);
    info.required_text("version", diagnostics);
    let description = info.text("description", diagnostics).map(|text| text.value);
    info.finish(diagnostics);
    Docs { title, description, ..Docs::default() }
}

/// `SOC002`
fn is_service(name: &Name, platform: Option<&Platform>, diagnostics: &mut Diagnostics) {
    let Some(platform) = platform else { return };
    let known: Vec<&str> = platform.services.iter().map(|it| it.name.value.wire.as_str()).collect();
    if !known.contains(&name.wire.as_str()) {
        let message = format!("`{name}` is not a service of the platform");
        let help = suggest::help(&name.wire, &known);
        diagnostics.push(Diagnostic::error("SOC002", &name.span, message).help(help));
    }
}

/// `x-stipule-connections: {rate: 30000/d, open: 10m}`
fn connections(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Connections> {
    let entry = shape.entry(CONNECTIONS)?;
    let mut said = Shape::under(entry, "`x-stipule-connections`", diagnostics)?;
    said.required("rate", diagnostics);
    let rate = rate(&mut said, "rate", "SOC011", diagnostics);
    said.required("open", diagnostics);
    let open = duration(&mut said, "open", diagnostics);
    said.finish(diagnostics);
    Some(Connections { rate: rate?, open: open?.value })
}

fn components<'n>(shape: &mut Shape<'n>, diagnostics: &mut Diagnostics) -> &'n [Entry] {
    let Some(entry) = shape.required("components", diagnostics) else { return &[] };
    let Some(mut components) = Shape::under(entry, "`components`", diagnostics) else { return &[] };
    components.know("schemas");
    components.required("messages", diagnostics);
    let messages = components.mapping("messages", diagnostics).unwrap_or_default();
    components.finish(diagnostics);
    messages
}

fn topic(
    channel: &Entry,
    around: &Surroundings<'_>,
    known: &mut message::Messages<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Topic> {
    let mut shape = Shape::under(channel, "a channel", diagnostics)?;
    let address = shape.required_text("address", diagnostics);
    let docs = Docs {
        title: shape.text("title", diagnostics).map(|text| text.value),
        description: shape.text("description", diagnostics).map(|text| text.value),
        ..Docs::default()
    };
    let parameters = shape.mapping("parameters", diagnostics).unwrap_or_default();
    let scopes = scopes(&mut shape, around.platform, diagnostics);
    let shards = shape.whole_within(SHARDS, 1, 64, diagnostics).map_or(1, |it| it.value);
    let rate = rate(&mut shape, RATE, "SOC011", diagnostics);
    shape.required("messages", diagnostics);
    let told = shape.mapping("messages", diagnostics).unwrap_or_default();
    shape.finish(diagnostics);
    let messages: Vec<_> = told.iter().filter_map(|it| known.refer(it, diagnostics)).collect();
    if told.is_empty() {
        let fault = Diagnostic::error("SOC003", &channel.key.span, "nothing is told on the channel");
        diagnostics.push(fault.help("`messages: {bookLent: {$ref: \"#/components/messages/bookLent\"}}`"));
    }
    let address = address?;
    let parts = address::parts(&channel.key.value, &address, parameters, around, diagnostics)?;
    Some(Topic {
        name: Name::new(channel.key.value.clone(), channel.key.span.clone()),
        address,
        parts,
        scopes,
        shards,
        rate,
        messages,
        docs,
        span: channel.key.span.clone(),
    })
}

/// `SOC004`: who may listen is said, and with scopes that there are.
fn scopes(
    shape: &mut Shape<'_>,
    platform: Option<&Platform>,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<String>> {
    let items = shape.list(SCOPES, diagnostics).unwrap_or_default();
    if items.is_empty() {
        let message = "nobody says who may listen to the channel";
        let fault = Diagnostic::error("SOC004", shape.place(), message);
        diagnostics
            .push(fault.help(format!("`{SCOPES}: [\"books:read\"]`: the scopes that a listener needs")));
    }
    let mut found = Vec::new();
    for item in items {
        let Some(scope) = expect_text(item, "a scope", diagnostics) else { continue };
        if let Some(platform) = platform {
            let known: Vec<&str> = platform.token.scopes.iter().map(|(it, _)| it.value.as_str()).collect();
            if !known.contains(&scope.value.as_str()) {
                let message = format!("there is no scope `{}`", scope.value);
                let help = suggest::help(&scope.value, &known);
                diagnostics.push(Diagnostic::error("SOC004", &scope.span, message).help(help));
            }
        }
        found.push(scope);
    }
    found
}

/// `SOC007` between documents: a topic belongs to one channel of all.
pub(crate) fn find_repeated(sockets: &[Socket], diagnostics: &mut Diagnostics) {
    for (at, socket) in sockets.iter().enumerate() {
        for topic in &socket.topics {
            for other in &sockets[..at] {
                address::refuse_overlap(topic, &other.topics, diagnostics);
            }
        }
    }
}
