//! Schemas that many refer to, recursion and alternatives included: each is compared once, and a difference counts where
//! it shows.

use serde_json::{Map, Value, json};
use stipule_review::{
    Api, Confidence, Dialect, Direction, Documents, Finding, Formats, OpenContent, Schema, Settings, compare,
    compare_apis,
};

/// Kinds of blocks that a page is made of, each of which may have others within.
const KINDS: usize = 24;
const OPERATIONS: usize = 20;

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A block: most of them have blocks of any kind within. `marked`: a member says which kind it is.
fn block(kind: usize, marked: bool) -> Value {
    let own = format!("of_{kind}");
    let mut members = Map::new();
    if marked {
        members.insert("type".to_owned(), json!({"type": "integer", "enum": [kind]}));
    }
    members.insert(own.clone(), json!({"type": "string"}));
    members.insert("label".to_owned(), json!({"type": ["string", "null"], "maxLength": 80}));
    members.insert("inner".to_owned(), json!({"type": "array", "items": reference("Block")}));
    members.insert(
        "next".to_owned(),
        json!({"oneOf": [{"type": "null"}, reference(&format!("Block{}", (kind + 1) % KINDS))]}),
    );
    let required = if marked { json!(["type", own]) } else { json!([own]) };
    json!({"type": "object", "required": required, "properties": members, "additionalProperties": false})
}

fn pages(marked: bool) -> Value {
    let mut schemas = Map::new();
    let kinds: Vec<Value> = (0..KINDS).map(|kind| reference(&format!("Block{kind}"))).collect();
    schemas.insert("Block".to_owned(), json!({"oneOf": kinds}));
    for kind in 0..KINDS {
        schemas.insert(format!("Block{kind}"), block(kind, marked));
    }
    let mut paths = Map::new();
    for operation in 0..OPERATIONS {
        let body = json!({"type": "object", "properties": {
            "blocks": {"type": "array", "items": reference("Block")},
            "first": {"anyOf": [reference(&format!("Block{}", operation % KINDS)), {"type": "null"}]},
            "title": {"type": "string", "maxLength": operation + 1},
        }});
        let content = json!({"application/json": {"schema": body}});
        paths.insert(
            format!("/pages/{operation}"),
            json!({"post": {"requestBody": {"content": content}, "responses": {"200": {"description": "", "content": content}}}}),
        );
    }
    json!({
        "openapi": "3.1.0", "info": {"title": "Pages", "version": "1"},
        "paths": paths, "components": {"schemas": schemas},
    })
}

fn compared(base: &Value, revision: &Value, open_content: OpenContent) -> Vec<Finding> {
    let settings = Settings { formats: Formats::Checked, open_content, ..Settings::default() };
    let [base, revision] = [base, revision].map(|api| Documents::one(api, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    compare_apis(api(&base), api(&revision), &settings)
}

fn breaks(found: &[Finding]) -> Vec<(&'static str, &str, usize)> {
    let matter = found.iter().filter(|finding| finding.matters());
    matter.map(|finding| (finding.rule.name, finding.pointer(), finding.reaches.len())).collect()
}

#[test]
fn a_changed_component_is_one_finding_whichever_alternatives_lead_to_it() {
    for (marked, open_content) in
        [(true, OpenContent::Ignored), (true, OpenContent::Counted), (false, OpenContent::Ignored)]
    {
        let base = pages(marked);
        let mut revision = base.clone();
        revision["paths"].as_object_mut().unwrap().remove("/pages/7");
        for kind in [3, 17] {
            let required = &mut revision["components"]["schemas"][format!("Block{kind}")]["required"];
            required.as_array_mut().unwrap().push(json!("label"));
        }
        let found = compared(&base, &revision, open_content);
        let required =
            |kind: usize| format!("/components/schemas/Block{kind}/required/{}", if marked { 2 } else { 1 });
        let (three, seventeen) = (required(3), required(17));
        assert_eq!(
            breaks(&found),
            [
                ("path-removed", "/paths/~1pages~17", 1),
                ("property-became-required", seventeen.as_str(), OPERATIONS - 1),
                ("property-became-required", three.as_str(), OPERATIONS - 1),
            ],
            "marked: {marked}, {open_content:?}"
        );
        assert!(found.iter().all(|finding| finding.confidence != Confidence::Unknown));
    }
}

#[test]
fn a_difference_that_another_alternative_makes_up_for_is_none() {
    let short = json!({"type": "string", "maxLength": 5});
    let with = |text: Value| {
        json!({
            "$defs": {"text": text},
            "type": "array", "items": {"anyOf": [{"$ref": "#/$defs/text"}, short]},
        })
    };
    let made_up = backward(
        with(json!({"type": "string", "maxLength": 5})),
        with(json!({"type": "string", "maxLength": 3})),
    );
    assert_eq!(made_up.as_str(), "compatible", "{made_up:?}");
    let partly = backward(
        with(json!({"type": "string", "maxLength": 9})),
        with(json!({"type": "string", "maxLength": 3})),
    );
    assert_eq!(partly.as_str(), "incompatible");
    let witness = partly.findings()[0].witness.as_ref().and_then(|witness| witness[0].as_str()).map(str::len);
    assert!(witness.is_some_and(|length| (6..=9).contains(&length)), "{partly:?}");
}

#[test]
fn an_alternative_that_grows_into_another_one_breaks_what_both_accept_now() {
    let with = |most: u32| {
        json!({
            "$defs": {"small": {"type": "integer", "minimum": 0, "maximum": most}},
            "type": "object",
            "properties": {"count": {"oneOf": [{"$ref": "#/$defs/small"}, {"type": "integer", "minimum": 10}]}},
        })
    };
    let [base, revision] = [with(9), with(12)].map(|schema| Schema::read(&schema, Dialect::Draft2020));
    let verdict = compare(&base, &revision, Direction::Backward);
    let count = verdict.findings()[0].witness.as_ref().and_then(|witness| witness["count"].as_i64());
    assert!(count.is_some_and(|count| (10..=12).contains(&count)), "{verdict:?}");
}

#[test]
fn what_is_required_elsewhere_of_the_same_value_may_go() {
    let with = |required: Value| {
        json!({
            "$defs": {"named": {"type": "object", "properties": {"name": {"type": "string"}}, "required": required}},
            "type": "array",
            "items": {"allOf": [{"$ref": "#/$defs/named"}, {"required": ["name"]}]},
        })
    };
    let [base, revision] =
        [with(json!(["name"])), with(json!([]))].map(|schema| Schema::read(&schema, Dialect::Draft2020));
    assert_eq!(compare(&base, &revision, Direction::Full).as_str(), "compatible");
}

fn backward(base: Value, revision: Value) -> stipule_review::Verdict {
    let [base, revision] = [base, revision].map(|schema| Schema::read(&schema, Dialect::Draft2020));
    compare(&base, &revision, Direction::Backward)
}

#[test]
fn two_differences_each_of_which_the_other_alternative_makes_up_for_break_together() {
    let with = |one: &[u32], two: &[u32]| {
        json!({
            "$defs": {"one": {"enum": one}, "two": {"enum": two}},
            "type": "array", "items": {"anyOf": [{"$ref": "#/$defs/one"}, {"$ref": "#/$defs/two"}]},
        })
    };
    let all = &[0, 1, 2, 3, 4];
    // What one of them refuses the other still accepts, whichever document is looked at first.
    assert_eq!(backward(with(all, all), with(&[0, 4], all)).as_str(), "compatible");
    assert_eq!(backward(with(all, all), with(all, &[1, 3])).as_str(), "compatible");
    let together = backward(with(all, all), with(&[0, 4], &[1, 3]));
    assert_eq!(together.as_str(), "incompatible", "{together:?}");
    assert!(together.findings().iter().all(|finding| finding.witness == Some(json!([2]))), "{together:?}");
}

#[test]
fn a_difference_that_is_made_up_for_in_one_place_counts_in_another() {
    let with = |one: &str, two: &str, most: u32| {
        let text = json!({"type": "string", "maxLength": most});
        json!({
            "$defs": {one: text, two: text},
            "type": "object",
            "properties": {
                "a": {"anyOf": [{"$ref": format!("#/$defs/{one}")}, {"type": "string"}]},
                "deep": {"items": {"items": {"items": {"$ref": format!("#/$defs/{two}")}}}},
            },
        })
    };
    let verdict = backward(with("one", "two", 5), with("shared", "shared", 3));
    assert_eq!(verdict.as_str(), "incompatible", "{verdict:?}");
    let witness = verdict.findings()[0].witness.as_ref().unwrap();
    assert!(witness.pointer("/deep/0/0/0").is_some(), "{witness}");
}

#[test]
fn a_schema_that_is_its_own_part_in_two_places_stands_for_two() {
    let tree = |items: &str, others: &str, most: u32| {
        json!({
            "type": ["array", "object", "integer"], "maximum": most,
            "items": {"$ref": format!("#/$defs/{items}")},
            "additionalProperties": {"$ref": format!("#/$defs/{others}")},
        })
    };
    let base = json!({"$ref": "#/$defs/A", "$defs": {"A": tree("A", "B", 9), "B": tree("B", "A", 7)}});
    let with = |most: u32| json!({"$ref": "#/$defs/A", "$defs": {"A": tree("A", "A", most)}});
    assert_eq!(backward(base.clone(), with(9)).as_str(), "compatible");
    let narrowed = backward(base, with(8));
    let witness = narrowed.findings()[0].witness.as_ref().unwrap();
    assert_eq!(witness, &json!(9), "{narrowed:?}");
}
