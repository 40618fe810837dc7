use serde_json::{Value, json};

use super::*;

fn library() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Library", "version": "1"},
        "paths": {
            "/books/{isbn}": {
                "parameters": [{"name": "isbn", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {
                    "operationId": "readBook",
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
                        "404": {"description": ""},
                    },
                },
                "put": {
                    "operationId": "writeBook",
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
                    "responses": {"204": {"description": ""}},
                },
            },
        },
        "components": {"schemas": {"Book": {
            "type": "object", "required": ["title"],
            "properties": {"title": {"type": "string"}, "state": {"enum": ["lent", "there"]}},
        }}},
    })
}

/// Rule, pointer and operations of each finding, after an edit of the library.
fn found(edit: impl FnOnce(&mut Value)) -> Vec<(&'static str, String, Vec<String>)> {
    let base = library();
    let mut revision = base.clone();
    edit(&mut revision);
    compare_apis(&base, &revision, &Settings::default())
        .into_iter()
        .map(|root| (root.finding.code.name, root.finding.pointer, root.operations.into_iter().collect()))
        .collect()
}

fn one(rule: &'static str, pointer: &str, operation: &str) -> Vec<(&'static str, String, Vec<String>)> {
    vec![(rule, pointer.to_owned(), vec![operation.to_owned()])]
}

const BOOK: &str = "/components/schemas/Book";
const PATH: &str = "/paths/~1books~1{isbn}";

#[test]
fn nothing_changed_is_nothing_found() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn a_renamed_variable_of_a_path_is_the_same_operation() {
    let renamed = found(|api| {
        let mut item = api["paths"]["/books/{isbn}"].take();
        item["parameters"][0]["name"] = json!("number");
        api["paths"] = json!({"/books/{number}": item});
    });
    assert_eq!(renamed, []);
}

#[test]
fn a_value_more_breaks_readers_and_one_less_breaks_writers() {
    let more = found(|api| {
        api["components"]["schemas"]["Book"]["properties"]["state"]["enum"] =
            json!(["lent", "there", "lost"]);
    });
    assert_eq!(more, one("enum-narrowed", &format!("{BOOK}/properties/state/enum"), "get /books/{isbn}"));
    let less =
        found(|api| api["components"]["schemas"]["Book"]["properties"]["state"]["enum"] = json!(["there"]));
    assert_eq!(less, one("enum-narrowed", &format!("{BOOK}/properties/state/enum"), "put /books/{isbn}"));
}

#[test]
fn what_is_required_of_callers_breaks_them() {
    let required = found(|api| {
        api["paths"]["/books/{isbn}"]["get"]["parameters"] =
            json!([{"name": "tenant", "in": "query", "required": true, "schema": {"type": "string"}}]);
    });
    assert_eq!(
        required,
        one("required-parameter-added", &format!("{PATH}/get/parameters/0"), "get /books/{isbn}")
    );
    let body = found(|api| api["paths"]["/books/{isbn}"]["put"]["requestBody"]["required"] = json!(true));
    assert_eq!(
        body,
        one("request-body-became-required", &format!("{PATH}/put/requestBody/required"), "put /books/{isbn}")
    );
}

#[test]
fn what_is_gone_is_found() {
    let operation = found(|api| {
        api["paths"]["/books/{isbn}"].as_object_mut().unwrap().remove("put");
    });
    assert_eq!(operation, one("operation-removed", &format!("{PATH}/put"), "put /books/{isbn}"));
    let status = found(|api| {
        api["paths"]["/books/{isbn}"]["put"]["responses"] = json!({"200": {"description": ""}});
    });
    assert_eq!(
        status.iter().map(|(rule, _, _)| *rule).collect::<Vec<_>>(),
        ["success-status-removed", "status-added"]
    );
}

#[test]
fn authorisation_asked_for_breaks_callers_without() {
    let narrowed = found(|api| api["security"] = json!([{"oauth": ["books:read"]}]));
    assert_eq!(
        narrowed,
        [(
            "security-narrowed",
            "/security".to_owned(),
            vec!["get /books/{isbn}".to_owned(), "put /books/{isbn}".to_owned()]
        )]
    );
}

#[test]
fn a_changed_type_that_a_thousand_operations_share_is_one_finding() {
    let mut base = library();
    let item = base["paths"]["/books/{isbn}"].take();
    base["paths"] =
        (0..500).map(|index| (format!("/branches/{index}/books/{{isbn}}"), item.clone())).collect();
    let mut revision = base.clone();
    revision["components"]["schemas"]["Book"]["properties"]["title"]["minLength"] = json!(1);
    let roots = compare_apis(&base, &revision, &Settings::default());
    assert_eq!(roots.len(), 1);
    assert_eq!(roots[0].finding.code.name, "min-length-raised");
    assert_eq!(roots[0].operations.len(), 500, "those that write books");
}

#[test]
fn every_rule_has_its_own_number() {
    let mut ids: Vec<&str> = codes().map(|code| code.id).collect();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(ids.is_sorted());
}
