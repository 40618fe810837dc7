//! Everything that a contract says, as one JSON document for pages that show it: the console of a running platform, the
//! reference documentation.
//!
//! Schemas stand once under `schemas` and are referred to as `#/schemas/Name`. Names are those of the wire.

mod event;
mod saga;
mod service;
mod table;

use stipule_ir::types::Docs;
use stipule_ir::{Contract, Platform};

use self::service::Functions;
use super::schema::{Dialect, Schemas};
use super::tree::Tree;
use crate::files::HEADER;
use crate::sdk;
use crate::types::{Home, Types};

/// The description of a contract.
pub fn description(contract: &Contract) -> Tree {
    let mut schemas = Schemas::new(&contract.types, Dialect::JsonSchema, "#/schemas/");
    let types = Types::of(contract, Home::Repository);
    let functions: Functions = sdk::functions(&types);
    let mut whole = Tree::object();
    whole.set("platform", platform(&contract.platform));
    whole.set("services", service::all(contract, &functions, &mut schemas));
    whole.set("events", event::all(contract, &mut schemas));
    whole.set("subscriptions", event::subscriptions(contract));
    whole.set("sagas", saga::all(contract, &mut schemas));
    whole.set("sockets", event::sockets(contract, &mut schemas));
    if let Some(table) = contract.tables.first() {
        whole.set("table", table::table(contract, table, &mut schemas));
    }
    whole.set("schemas", schemas.finish());
    whole
}

/// The description as JSON with a line per service, event, entity and so on: small, and a change of one shows as one.
pub fn description_text(contract: &Contract) -> String {
    let whole = description(contract);
    let members = whole.members().iter().map(|(key, value)| {
        let lines: Vec<String> = match value {
            Tree::List(items) => items.iter().map(compact).collect(),
            Tree::Map(members) => members.iter().map(member).collect(),
            other => return format!("{}:{}", quoted(key), compact(other)),
        };
        let [open, close] = if matches!(value, Tree::List(_)) { ["[", "]"] } else { ["{", "}"] };
        format!("{}:{open}\n{}\n{close}", quoted(key), lines.join(",\n"))
    });
    let said = quoted(&format!("{HEADER} contracts; do not edit"));
    format!("{{\n\"generated\":{said},\n{}\n}}\n", members.collect::<Vec<_>>().join(",\n"))
}

fn compact(tree: &Tree) -> String {
    match tree {
        Tree::Raw(raw) => raw.clone(),
        Tree::Text(text) => quoted(text),
        Tree::List(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(",")),
        Tree::Map(members) => format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(",")),
    }
}

fn member((key, value): &(String, Tree)) -> String {
    format!("{}:{}", quoted(key), compact(value))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn platform(platform: &Platform) -> Tree {
    let tenant = Tree::object()
        .with("name", Tree::text(&platform.tenant.name.wire))
        .with("claim", Tree::text(&platform.tenant.claim));
    let scopes = platform.token.scopes.iter().map(|(scope, meaning)| {
        Tree::object().with("name", Tree::text(&scope.value)).with("meaning", Tree::text(meaning))
    });
    documented(Tree::object().with("name", Tree::text(&platform.name.wire)), &platform.docs)
        .with("tenant", tenant)
        .with("scopes", Tree::List(scopes.collect()))
}

/// The same with what its words say.
fn documented(mut written: Tree, docs: &Docs) -> Tree {
    for (key, text) in [("title", &docs.title), ("description", &docs.description)] {
        if let Some(text) = text {
            written.set(key, Tree::text(text));
        }
    }
    if docs.deprecated {
        written.set("deprecated", Tree::raw(true));
    }
    written
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Tree {
    Tree::List(texts.into_iter().map(Tree::text).collect())
}
