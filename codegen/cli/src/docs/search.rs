//! What the search looks through: a title, a kind, an address and words of each thing that has a place in the site.

use serde_json::{Value, json};

use super::said::Said;

/// The index as a script, since pages that are opened from a folder may read nothing else.
pub(super) fn index(whole: Said<'_>) -> String {
    let mut all: Vec<Value> = Vec::new();
    let mut add = |title: &str, kind: &str, address: String, words: &str| {
        all.push(json!([title, kind, address, words]));
    };
    for service in whole.list("services") {
        let name = service.text("name");
        add(name, "service", format!("services/{name}.html"), service.text("description"));
        for operation in service.list("operations") {
            let id = operation.text("id");
            let words = format!(
                "{} {} {}",
                operation.text("method"),
                operation.text("path"),
                operation.text("title")
            );
            add(id, "endpoint", format!("services/{name}.html#{id}"), &words);
        }
    }
    let mut before = "";
    for event in whole.list("events") {
        let name = event.text("name");
        if name != before {
            add(name, "event", format!("events/{name}.html"), event.text("description"));
        }
        before = name;
    }
    for entity in whole.at("table").list("entities") {
        let name = entity.text("name");
        add(name, "entity", format!("entities/{name}.html"), entity.text("description"));
    }
    for saga in whole.list("sagas") {
        let name = saga.text("file");
        add(saga.text("name"), "saga", format!("sagas/{name}.html"), saga.text("description"));
        for step in saga.list("steps") {
            add(
                step.text("state"),
                "step",
                format!("sagas/{name}.html#{}", step.text("name")),
                step.text("description"),
            );
        }
    }
    for topic in whole.list("sockets") {
        add(topic.text("address"), "socket", "sockets.html".to_owned(), topic.text("description"));
    }
    for scope in whole.at("platform").list("scopes") {
        add(scope.text("name"), "scope", "glossary.html#scopes".to_owned(), scope.text("meaning"));
    }
    for (name, schema) in whole.at("schemas").members() {
        add(name, "type", format!("glossary.html#{name}"), schema.text("description"));
    }
    format!("self.STIPULE_INDEX = {};\n", Value::Array(all))
}
