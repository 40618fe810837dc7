//! Edits as people make them, and what is said about each.

use serde_json::{Value, json};
use stipule_review::{Dialect, Direction, Schema, Verdict, compare};

fn verdict(dialect: Dialect, base: &Value, revision: &Value) -> Verdict {
    let [base, revision] = [base, revision].map(|schema| Schema::read(schema, dialect));
    compare(&base, &revision, Direction::Backward)
}

/// Rule and pointer of each finding.
fn findings(dialect: Dialect, base: &Value, revision: &Value) -> Vec<(&'static str, String)> {
    let verdict = verdict(dialect, base, revision);
    verdict.findings().iter().map(|finding| (finding.rule.name, finding.pointer().to_owned())).collect()
}

#[track_caller]
fn breaks(base: &Value, revision: &Value, expected: &[(&str, &str)]) {
    let found = findings(Dialect::Draft2020, base, revision);
    let found: Vec<(&str, &str)> = found.iter().map(|(rule, pointer)| (*rule, pointer.as_str())).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn is_compatible(base: &Value, revision: &Value) {
    let verdict = verdict(Dialect::Draft2020, base, revision);
    assert_eq!(verdict.as_str(), "compatible", "{verdict:?}");
}

#[test]
fn every_root_is_one_finding() {
    let book =
        json!({"type": "object", "properties": {"pages": {"type": "integer"}, "isbn": {"type": "string"}}});
    let mut narrowed = book.clone();
    narrowed["properties"]["pages"]["minimum"] = json!(1);
    narrowed["properties"]["isbn"]["pattern"] = json!("^[0-9]{10}$");
    narrowed["required"] = json!(["isbn"]);
    let wrap = |book: Value| {
        json!({
            "type": "object",
            "properties": {"lent": {"$ref": "#/$defs/Book"}, "returned": {"$ref": "#/$defs/Book"}},
            "$defs": {"Book": book},
        })
    };
    let mut found = findings(Dialect::Draft2020, &wrap(book), &wrap(narrowed));
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("minimum-added", "/$defs/Book/properties/pages/minimum".to_owned()),
            ("pattern-added", "/$defs/Book/properties/isbn/pattern".to_owned()),
            ("property-became-required", "/$defs/Book/required/0".to_owned()),
        ]
    );
}

#[test]
fn patterns_are_compared_by_the_texts_they_match() {
    is_compatible(
        &json!({"type": "string", "pattern": "^[a-f]{3}$"}),
        &json!({"type": "string", "pattern": "^[a-z]+$", "maxLength": 3}),
    );
    breaks(
        &json!({"type": "string", "pattern": "^[a-z0-9]{3}$"}),
        &json!({"type": "string", "pattern": "^[a-z]+$"}),
        &[("pattern-narrowed", "/pattern")],
    );
}

#[test]
fn a_pattern_that_looks_behind_matters_only_if_it_changes() {
    let text = |pattern: &str| json!({"type": "string", "pattern": pattern});
    is_compatible(&text("(?<=a)b"), &text("(?<=a)b"));
    assert_eq!(verdict(Dialect::Draft2020, &text("(?<=a)b"), &text("(?<=a)c")).as_str(), "unknown");
}

#[test]
fn what_a_pattern_looks_ahead_for_at_the_start_is_decided() {
    let text = |pattern: &str| json!({"type": "string", "pattern": pattern});
    is_compatible(&text("^(?!internal-)[a-z-]+$"), &text("^[a-z-]+$"));
    is_compatible(&text("^(?!in)[a-z-]+$"), &text("^(?!internal-)[a-z-]+$"));
    let pattern = [("pattern-narrowed", "/pattern")];
    breaks(&text("^[a-z]+$"), &text("^(?!internal)[a-z]+$"), &pattern);
    breaks(&text("^(?!internal-)[a-z-]+$"), &text("^(?!in)[a-z-]+$"), &pattern);
    let named = |pattern: &str, of: &str| json!({"patternProperties": {pattern: {"type": of}}});
    is_compatible(&named("^(?!x-).+$", "integer"), &named("^(?!x).+$", "number"));
    let found = [("type-narrowed", "/patternProperties/^(?!x-).+$/type")];
    breaks(&named("^(?!x-).+$", "number"), &named("^(?!x-).+$", "integer"), &found);
}

#[test]
fn conditions_on_members_are_followed() {
    is_compatible(
        &json!({"oneOf": [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "book"}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "film"}}},
        ]}),
        &json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["book", "film", "map"]}}}),
    );
    breaks(
        &json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}),
        &json!({"type": "object", "properties": {"a": {"type": "string"}}, "patternProperties": {"^b": {"maximum": 3}}}),
        &[("maximum-added", "/patternProperties/^b/maximum")],
    );
}

#[test]
fn what_nothing_speaks_of_is_followed_through_alternatives() {
    let open = json!({
        "type": "object",
        "anyOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"properties": {"b": true}}],
        "unevaluatedProperties": false,
    });
    let mut closed = open.clone();
    closed["anyOf"][1] = json!({"properties": {"c": true}});
    breaks(&open, &closed, &[("property-removed-from-closed-object", "/unevaluatedProperties")]);
    is_compatible(&open, &json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}}));
}

#[test]
fn the_dialect_says_what_a_keyword_means() {
    let nullable = json!({"type": "string", "nullable": true});
    let plain = json!({"type": "string"});
    assert_eq!(findings(Dialect::OpenApi30, &nullable, &plain), [("null-refused", "/type".to_owned())]);
    assert_eq!(findings(Dialect::Draft2020, &nullable, &plain), []);
    let exclusive = json!({"type": "number", "minimum": 0, "exclusiveMinimum": true});
    let inclusive = json!({"type": "number", "minimum": 0});
    assert_eq!(
        findings(Dialect::OpenApi30, &inclusive, &exclusive),
        [("minimum-raised", "/minimum".to_owned())]
    );
    let dated = json!({"type": "string", "format": "date"});
    assert_eq!(findings(Dialect::Draft7, &plain, &dated), [("format-added", "/format".to_owned())]);
    assert_eq!(findings(Dialect::Draft2020, &plain, &dated), []);
}

#[test]
fn unique_items_are_counted() {
    is_compatible(
        &json!({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true}),
        &json!({"type": "array", "maxItems": 2}),
    );
    breaks(
        &json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": true}),
        &json!({"type": "array", "maxItems": 2}),
        &[("max-items-added", "/maxItems")],
    );
}

#[test]
fn no_schema_makes_it_panic_or_run_forever() {
    let mut deep = json!({"type": "string"});
    for _ in 0..110 {
        deep = json!({"items": deep});
    }
    let wide: Vec<Value> =
        (0..60).map(|index| json!({"properties": {format!("p{index}"): {"minimum": index}}})).collect();
    for hostile in [
        json!(null),
        json!({"type": 3, "minimum": "x", "required": [1], "enum": {}, "items": 5, "pattern": "("}),
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}], "not": {"$ref": "#"}}),
        json!({"anyOf": [{"$ref": "#/anyOf/1"}, {"$ref": "#/anyOf/0"}]}),
        json!({"minItems": u64::MAX, "minLength": u64::MAX, "minProperties": u64::MAX}),
        json!({"minContains": u64::MAX, "contains": {"const": 1}}),
        json!({"minimum": 1e308, "maximum": -1e308, "multipleOf": 1e-300}),
        json!({"multipleOf": 0}),
        json!({"pattern": "^(a{1,100}){1,100}$"}),
        json!({"oneOf": wide.clone(), "unevaluatedProperties": false}),
        json!({"not": {"oneOf": wide}}),
        json!({"required": ["a"], "properties": {"a": {"$ref": "#"}}}),
        deep,
    ] {
        for other in [json!({}), json!({"type": "object"}), json!(false), hostile.clone()] {
            verdict(Dialect::Draft2020, &hostile, &other);
            verdict(Dialect::Draft2020, &other, &hostile);
            verdict(Dialect::OpenApi30, &other, &hostile);
        }
    }
}
