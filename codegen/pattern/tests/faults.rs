//! What a refused pattern is told: where, why, and the way out.

use stipule_pattern::{Fault, Pattern};

fn faults(text: &str) -> Vec<String> {
    let errors = Pattern::compile(text).expect_err("refused");
    errors
        .iter()
        .map(|error| format!("{}:{} {} {}", error.line, error.column, error.pointer, error.reason()))
        .collect()
}

#[test]
fn a_fault_says_where_it_stands() {
    assert_eq!(
        faults("{\n  \"shelf\": {\n    \"row\": 5\n  }\n}"),
        ["3:12 /shelf/row \"row\" must be an object or a list"]
    );
    assert_eq!(faults(r#"{"a/b": [{"numeric": [">", "5"]}]}"#), ["1:28 /a~1b/0/numeric > needs a number"]);
    assert_eq!(faults("{\"a\": [1,]}"), ["1:10  not JSON: ']' can't stand here"]);
}

#[test]
fn all_faults_are_told_at_once() {
    let text = r#"{"a": [], "b": {"c": [{"prefix": 1}, {"cidr": "x"}]}, "d": {}}"#;
    assert_eq!(
        faults(text),
        [
            "1:7 /a an empty list can never match",
            "1:34 /b/c/0/prefix prefix needs a string",
            "1:47 /b/c/1/cidr \"x\" is no block of addresses: it needs exactly one slash",
            "1:60 /d an empty object tests nothing",
        ]
    );
}

#[test]
fn a_misspelt_operator_is_answered_with_the_nearest() {
    for (wrong, right) in [
        ("prefixes", "prefix"),
        ("Exists", "exists"),
        ("equals_ignore_case", "equals-ignore-case"),
        ("anythingbut", "anything-but"),
        ("wildcrad", "wildcard"),
    ] {
        let errors = Pattern::compile(&format!("{{\"a\":[{{{wrong:?}:\"x\"}}]}}")).expect_err("refused");
        assert_eq!(errors[0].way_out(), format!("did you mean {right:?}?"), "{wrong}");
    }
    let errors = Pattern::compile(r#"{"a":[{"regex":"x"}]}"#).expect_err("refused");
    assert!(errors[0].way_out().starts_with("use prefix, suffix"), "{}", errors[0]);
}

#[test]
fn what_the_service_takes_but_may_not_mean_is_a_caution() {
    let cautions = |text: &str| -> Vec<Fault> {
        let pattern = Pattern::compile(text).expect("accepted");
        let cautions: Vec<Fault> = pattern.cautions().iter().map(|caution| caution.fault.clone()).collect();
        assert_eq!(Pattern::compile_strict(text).is_err(), !cautions.is_empty());
        cautions
    };
    assert_eq!(cautions(r#"{"a": ["x"], "b": [{"numeric": ["<", 5e9]}]}"#), []);
    assert_eq!(cautions(r#"{"a": {"b": ["x"]}, "a.b": ["y"]}"#), [Fault::Repeated("a.b".into())]);
    assert_eq!(
        cautions(r#"{"a": [{"numeric": ["<", 5000000001]}]}"#),
        [Fault::Undocumented("5000000001".into())]
    );
    assert_eq!(cautions(r#"{"$or": ["x"]}"#), [Fault::OrIsAField]);
    assert_eq!(cautions(r#"{"a": [{"exactly": "x"}]}"#), [Fault::UndocumentedOperator("exactly")]);
    let long = format!("{{\"a\":[\"{}\"]}}", "x".repeat(2048));
    assert!(matches!(cautions(&long)[..], [Fault::OverQuota(_)]));
}

#[test]
fn wildcards_are_refused_where_the_service_is_known_to_refuse_them() {
    // From reports of patterns that were accepted or refused as too complex.
    let accepted = [
        r#"{"a":[{"wildcard":"arn:aws:events:us-east-1:*:event-bus/*"}]}"#,
        r#"{"a":[{"wildcard":"/Users/*/dir/dir/dir/dir/dir/doc.txt"}]}"#,
        r#"{"a":[{"anything-but":{"wildcard":["*/init/*","*/dir/*"]}}]}"#,
        r#"{"a":[{"wildcard":"*.bif"},{"wildcard":"*.tiff"},{"wildcard":"*.tif"},{"wildcard":"*.svs"}]}"#,
        r#"{"a":[{"wildcard":"*:stack/One/*"},{"wildcard":"*:stack/Two/*"},{"wildcard":"*:stack/Six/*"}]}"#,
    ];
    let refused = [
        r#"{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}"#,
        r#"{"a":[{"wildcard":"*/datasync/*.tif"},{"wildcard":"*/datasync/*.svs"},{"wildcard":"*/datasync/*.bif"}]}"#,
        r#"{"a":[{"wildcard":"*:k/A/*"},{"wildcard":"*:k/B/*"},{"wildcard":"*:k/C/*"},{"wildcard":"*:k/D/*"}]}"#,
        r#"{"$or":[{"a":[{"wildcard":"*:k/A/*"},{"wildcard":"*:k/B/*"}]},{"a":[{"wildcard":"*:k/C/*"},{"wildcard":"*:k/D/*"}]}]}"#,
    ];
    for text in accepted {
        assert!(Pattern::compile(text).is_ok(), "{text}");
    }
    for text in refused {
        let errors = Pattern::compile(text).expect_err(text);
        assert!(errors.iter().all(|error| error.fault == Fault::TooComplex), "{text}");
    }
}
