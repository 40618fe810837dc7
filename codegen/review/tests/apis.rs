//! Two versions of an API: what is the same, what breaks whom, and one finding per root.

use serde_json::{Value, json};
use stipule_review::{
    Api, Dialect, Documents, Finding, Formats, OpenContent, Settings, Severity, compare_apis,
};

fn library() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Library", "version": "1"},
        "servers": [{"url": "https://api.example.org/v1"}],
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

fn settings() -> Settings {
    Settings { formats: Formats::Checked, open_content: OpenContent::Ignored, ..Settings::default() }
}

fn compared(base: &Value, revision: &Value) -> Vec<Finding> {
    let [base, revision] = [base, revision].map(|api| Documents::one(api, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    compare_apis(api(&base), api(&revision), &settings())
}

/// Rule, pointer and operations of each finding that matters, after an edit of the library.
fn found(edit: impl FnOnce(&mut Value)) -> Vec<(&'static str, String, Vec<String>)> {
    let base = library();
    let mut revision = base.clone();
    edit(&mut revision);
    matter(&compared(&base, &revision))
}

fn matter(found: &[Finding]) -> Vec<(&'static str, String, Vec<String>)> {
    let matter = found.iter().filter(|finding| finding.matters());
    matter
        .map(|finding| {
            let reaches = finding.reaches.iter().cloned().collect();
            (finding.rule.name, finding.pointer().to_owned(), reaches)
        })
        .collect()
}

fn one(rule: &'static str, pointer: &str, operation: &str) -> Vec<(&'static str, String, Vec<String>)> {
    vec![(rule, pointer.to_owned(), vec![operation.to_owned()])]
}

const BOOK: &str = "/components/schemas/Book";
const PATH: &str = "/paths/~1books~1{isbn}";
const GET: &str = "GET /books/{isbn}";
const PUT: &str = "PUT /books/{isbn}";

#[test]
fn nothing_changed_is_nothing_found() {
    let library = library();
    assert_eq!(compared(&library, &library), []);
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
fn a_path_that_moves_out_of_the_servers_is_where_it_was() {
    let moved = found(|api| {
        let item = api["paths"]["/books/{isbn}"].take();
        api["servers"] = json!([{"url": "https://api.example.org/"}]);
        api["paths"] = json!({"/v1/books/{isbn}": item});
    });
    assert_eq!(moved, []);
}

#[test]
fn a_value_more_breaks_readers_and_one_less_breaks_writers() {
    let more = found(|api| {
        api["components"]["schemas"]["Book"]["properties"]["state"]["enum"] =
            json!(["lent", "there", "lost"]);
    });
    assert_eq!(more, one("enum-value-added", &format!("{BOOK}/properties/state/enum"), GET));
    let less =
        found(|api| api["components"]["schemas"]["Book"]["properties"]["state"]["enum"] = json!(["there"]));
    assert_eq!(less, one("enum-value-removed", &format!("{BOOK}/properties/state/enum"), PUT));
}

#[test]
fn a_member_that_may_be_sent_is_safe_and_one_that_must_be_sent_breaks() {
    let shelf = |api: &mut Value| {
        api["components"]["schemas"]["Book"]["properties"]["shelf"] = json!({"type": "string"});
    };
    assert_eq!(found(shelf), []);
    let required = found(|api| {
        shelf(api);
        api["components"]["schemas"]["Book"]["required"] = json!(["title", "shelf"]);
    });
    assert_eq!(required, one("required-property-added", &format!("{BOOK}/required/1"), PUT));
}

#[test]
fn strictly_a_member_that_may_be_sent_breaks_whoever_sent_it_otherwise() {
    let base = library();
    let mut revision = base.clone();
    revision["components"]["schemas"]["Book"]["properties"]["shelf"] = json!({"type": "string"});
    let [before, after] = [&base, &revision].map(|api| Documents::one(api, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    let found = compare_apis(api(&before), api(&after), &Settings::default());
    let breaks: Vec<&Finding> = found.iter().filter(|finding| finding.severity == Severity::Break).collect();
    assert_eq!(breaks.len(), 1);
    assert_eq!(breaks[0].witness, Some(json!({"shelf": null, "title": "a"})));
}

#[test]
fn what_only_the_server_says_is_neither_required_nor_looked_at_in_requests() {
    let base = library();
    let mut with_id = base.clone();
    with_id["components"]["schemas"]["Book"]["properties"]["id"] =
        json!({"type": "string", "readOnly": true});
    with_id["components"]["schemas"]["Book"]["required"] = json!(["title", "id"]);
    assert_eq!(matter(&compared(&base, &with_id)), []);
    let mut other = with_id.clone();
    other["components"]["schemas"]["Book"]["properties"]["id"]["maxLength"] = json!(8);
    assert_eq!(matter(&compared(&with_id, &other)), [], "it is never sent, and what is read got narrower");
    let lost = matter(&compared(&with_id, &base));
    assert_eq!(lost, one("required-property-removed", &format!("{BOOK}/required/1"), GET));
}

#[test]
fn in_a_query_a_number_is_a_text() {
    let of = |schema: Value| {
        let mut api = library();
        api["paths"]["/books/{isbn}"]["get"]["parameters"] =
            json!([{"name": "limit", "in": "query", "schema": schema}]);
        api
    };
    let names = |before: Value, after: Value| -> Vec<&'static str> {
        matter(&compared(&of(before), &of(after))).into_iter().map(|(name, ..)| name).collect()
    };
    assert_eq!(names(json!({"type": "integer"}), json!({"type": "string"})), [] as [&str; 0]);
    assert_eq!(names(json!({"type": "boolean"}), json!({"type": "string"})), [] as [&str; 0]);
    assert_eq!(names(json!({"type": "string"}), json!({"type": "integer"})), ["type-narrowed"]);
    assert_eq!(names(json!({"enum": ["1", "2"]}), json!({"type": "integer"})), [] as [&str; 0]);
    assert_eq!(
        names(json!({"type": "integer"}), json!({"type": "string", "maxLength": 2, "minLength": 2})),
        ["type-changed"],
        "a number of one digit is too short, and `ab` is new"
    );
}

#[test]
fn what_is_required_of_callers_breaks_them() {
    let required = found(|api| {
        api["paths"]["/books/{isbn}"]["get"]["parameters"] =
            json!([{"name": "tenant", "in": "query", "required": true, "schema": {"type": "string"}}]);
    });
    assert_eq!(required, one("required-parameter-added", &format!("{PATH}/get/parameters/0"), GET));
    let body = found(|api| api["paths"]["/books/{isbn}"]["put"]["requestBody"]["required"] = json!(true));
    assert_eq!(body, one("request-body-became-required", &format!("{PATH}/put/requestBody/required"), PUT));
}

#[test]
fn what_is_gone_is_found() {
    let operation = found(|api| {
        api["paths"]["/books/{isbn}"].as_object_mut().unwrap().remove("put");
    });
    assert_eq!(operation, one("operation-removed", &format!("{PATH}/put"), PUT));
    let path = found(|api| api["paths"] = json!({}));
    assert_eq!(
        path,
        [("path-removed", PATH.to_owned(), vec![GET.to_owned(), PUT.to_owned()])],
        "a path is one finding, whatever it holds"
    );
    let status = found(|api| {
        api["paths"]["/books/{isbn}"]["put"]["responses"] = json!({"200": {"description": ""}});
    });
    let mut names: Vec<&str> = status.iter().map(|(rule, ..)| *rule).collect();
    names.sort_unstable();
    assert_eq!(names, ["success-status-added", "success-status-removed"]);
}

#[test]
fn authorisation_asked_for_breaks_callers_without() {
    let narrowed = found(|api| api["security"] = json!([{"oauth": ["books:read"]}]));
    assert_eq!(
        narrowed,
        [("authentication-required", "/security".to_owned(), vec![GET.to_owned(), PUT.to_owned()])]
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
    let found = compared(&base, &revision);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule.name, "min-length-added");
    assert_eq!(found[0].reaches.len(), 500, "those that write books");
}

#[test]
fn schemas_may_be_in_other_files() {
    let api = |reference: &str| {
        json!({"openapi": "3.1.0", "paths": {"/books": {"get": {"responses": {"200": {
            "description": "", "content": {"application/json": {"schema": {"$ref": reference}}},
        }}}}}})
    };
    let book =
        |kind: &str| json!({"$defs": {"Book": {"type": "object", "properties": {"pages": {"type": kind}}}}});
    let files = |kind: &str| {
        Documents::files([
            ("http/library.yaml".to_owned(), api("../types/book.yaml#/$defs/Book")),
            ("types/book.yaml".to_owned(), book(kind)),
        ])
    };
    let (base, revision) = (files("integer"), files("number"));
    let at = base.pointer_of("http/library.yaml");
    let found =
        compare_apis(Api { documents: &base, at: &at }, Api { documents: &revision, at: &at }, &settings());
    assert_eq!(
        matter(&found),
        one("type-widened", "/types~1book.yaml/$defs/Book/properties/pages/type", "GET /books")
    );
}

#[test]
fn odd_documents_are_compared_without_a_fault() {
    for odd in [
        json!({"openapi": "3.0.0"}),
        json!({"openapi": "3.0.0", "paths": null}),
        json!({"openapi": "3.0.0", "paths": {"/a": null, "x-b": {"get": {}}, "/c": {"get": []}}}),
        json!({"openapi": "3.0.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}),
        json!({"openapi": "3.0.0", "paths": {"/a/{b}/{b}": {"get": {"parameters": [{}, null, {"in": "path"}], "responses": {"200": null}}}}}),
        json!({"openapi": "3.1.0", "servers": [{}, {"url": ":::"}], "security": [null, {}], "components": {"securitySchemes": {"a": null}}}),
    ] {
        compared(&odd, &library());
        compared(&library(), &odd);
        assert_eq!(compared(&odd, &odd), [], "{odd}");
    }
}

#[test]
fn what_subscribers_get_and_answer_is_told_from_responses_and_requests() {
    let hook = |text: Value, answer: Value| {
        let json = |schema: Value| json!({"application/json": {"schema": schema}});
        json!({"post": {
            "parameters": [{"name": "retry", "in": "header", "schema": {"type": "integer"}}],
            "requestBody": {"content": json(json!({"type": "object", "properties": {"title": text}}))},
            "responses": {"200": {"description": "", "content": json(answer)}},
        }})
    };
    let with = |text: Value, answer: Value| {
        let mut api = library();
        let hook = hook(text, answer);
        api["paths"]["/books/{isbn}"]["put"]["callbacks"] = json!({"lent": {"{$request.body#/url}": hook}});
        api["webhooks"] = json!({ "returned": hook });
        api
    };
    let base = with(json!({"type": "string", "maxLength": 5}), json!({"type": "object"}));
    let revision =
        with(json!({"type": "string", "maxLength": 9}), json!({"type": "object", "required": ["seen"]}));
    let found = compared(&base, &revision);
    let flows: Vec<(&str, Vec<&str>)> = found
        .iter()
        .filter(|finding| finding.severity == Severity::Break)
        .map(|finding| (finding.rule.name, finding.flows.iter().map(|flow| flow.as_str()).collect()))
        .collect();
    let (get, answer) =
        (("max-length-raised", vec!["notification"]), ("required-property-added", vec!["answer"]));
    assert_eq!(flows, [get.clone(), answer.clone(), get, answer]);
}
