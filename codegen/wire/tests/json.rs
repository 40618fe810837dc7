//! Reading JSON: what is doubtful is refused with its place, and nothing hostile brings us down.

mod runs;

use proptest::prelude::*;
use stipule_wire::{Json, Limits, Reason};

fn refused(text: &str) -> (Reason, String, String) {
    let malformed = Json::parse(text.as_bytes(), Limits::default()).expect_err(text);
    (malformed.reason, malformed.pointer, malformed.message)
}

fn reason(text: &[u8]) -> Reason {
    Json::parse(text, Limits::default()).expect_err("it is refused").reason
}

#[test]
fn a_duplicate_name_is_refused_where_it_stands() {
    let (reason, pointer, message) = refused(r#"{"shelves": [{"a/b": 1, "a/b": 2}]}"#);
    assert_eq!(reason, Reason::DuplicateKey);
    assert_eq!(pointer, "/shelves/0/a~1b");
    assert_eq!(message, "duplicate name in an object");
}

#[test]
fn a_duplicate_name_is_found_in_a_large_object_and_behind_an_escape() {
    let mut members: Vec<String> = (0..1000).map(|n| format!("\"n{n}\": {n}")).collect();
    assert!(Json::parse(format!("{{{}}}", members.join(",")).as_bytes(), Limits::default()).is_ok());
    members.push("\"n\\u0037\": 0".into());
    let (reason, pointer, _) = refused(&format!("{{{}}}", members.join(",")));
    assert_eq!((reason, pointer.as_str()), (Reason::DuplicateKey, "/n7"));
}

#[test]
fn a_syntax_error_has_line_column_and_pointer() {
    let malformed = Json::parse(b"{\n  \"a\": [1, 2,\n  x]}", Limits::default()).expect_err("it is refused");
    assert_eq!((malformed.line, malformed.column, malformed.pointer.as_str()), (3, 3, "/a/2"));
    assert_eq!(malformed.to_string(), "expected value at line 3, column 3 (/a/2)");
}

#[test]
fn what_strict_json_forbids_is_refused() {
    let forbidden: [&[u8]; 18] = [
        b"",
        b" ",
        b"\xEF\xBB\xBF1",
        b"1 2",
        b"[1,]",
        b"{\"a\":1,}",
        b"{a:1}",
        b"'a'",
        b"01",
        b"+1",
        b".5",
        b"NaN",
        b"1e999",
        b"\"\\ud800\"",
        b"\"\\udc00\\ud800\"",
        b"\"\xFF\"",
        b"\"a\nb\"",
        b"nul",
    ];
    for text in forbidden {
        assert_eq!(reason(text), Reason::Syntax, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn depth_and_size_have_limits() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Json::parse(nested(64).as_bytes(), Limits::default()).is_ok());
    assert_eq!(refused(&nested(65)).0, Reason::TooDeep);
    assert!(Json::parse(nested(126).as_bytes(), Limits { depth: 1000, ..Limits::default() }).is_ok());
    let deepest = nested(127);
    let deepest = Json::parse(deepest.as_bytes(), Limits { depth: 1000, ..Limits::default() });
    assert_eq!(deepest.expect_err("it is refused").reason, Reason::TooDeep);
    let limits = Limits { values: 4, ..Limits::default() };
    assert!(Json::parse(b"[1, 2, 3]", limits).is_ok());
    assert_eq!(Json::parse(b"[1, 2, 3, 4]", limits).expect_err("it is refused").reason, Reason::TooMany);
}

#[test]
fn hostile_documents_end_quickly() {
    for (open, times) in
        [("[", 10_000_000), ("{\"a\":", 1_000_000), ("[[],", 1_000_000), ("[{\"\":", 1_000_000)]
    {
        assert_eq!(reason(open.repeat(times).as_bytes()), Reason::TooDeep);
    }
    assert_eq!(reason(("[".to_owned() + &"1,".repeat(1_000_000)).as_bytes()), Reason::TooMany);
    assert_eq!(reason(("\"".to_owned() + &"\\u0041".repeat(1_000_000)).as_bytes()), Reason::Syntax);
}

#[test]
fn text_without_escapes_borrows_from_the_input() {
    let Ok(Json::Array(items)) = Json::parse(br#"["plain", "esc\u0061ped"]"#, Limits::default()) else {
        panic!("it is an array");
    };
    assert!(matches!(&items[0], Json::String(std::borrow::Cow::Borrowed("plain"))));
    assert!(matches!(&items[1], Json::String(std::borrow::Cow::Owned(text)) if text == "escaped"));
}

#[test]
fn equality_is_that_of_json() {
    let json = |text: &'static str| Json::parse(text.as_bytes(), Limits::default()).expect(text);
    assert_eq!(json("[1, 100, -0]"), json("[1.0, 1e2, 0]"));
    assert_eq!(json(r#"{"a": 1, "b": 2}"#), json(r#"{"b": 2, "a": 1.0}"#));
    assert_ne!(json("9007199254740993"), json("9007199254740992.0"));
    assert_ne!(json("18446744073709551615"), json("18446744073709551616"));
    assert_ne!(json(r#"{"a": 1}"#), json(r#"{"a": 1, "b": null}"#));
    assert_ne!(json("1"), json("true"));
}

/// Any `serde_json::Value` of moderate depth.
fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1000i32..1000).prop_map(|n| Value::from(f64::from(n) / 4.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn hash(json: &Json<'_>) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(json)
}

proptest! {
    #![proptest_config(runs::config())]

    #[test]
    fn a_document_survives_every_way_there_and_back(value in value()) {
        let text = value.to_string();
        let parsed = Json::parse(text.as_bytes(), Limits::default()).expect("serde_json wrote it");
        prop_assert_eq!(&parsed, &Json::from(value));
        let written = parsed.to_text();
        prop_assert_eq!(&Json::parse(written.as_bytes(), Limits::default()).expect("we wrote it"), &parsed);
        prop_assert_eq!(&Json::from(serde_json::Value::from(parsed.clone())), &parsed);
        prop_assert_eq!(&serde_json::from_str::<Json<'_>>(&written).expect("we wrote it"), &parsed);
        prop_assert_eq!(hash(&parsed.to_any()), hash(&parsed));
    }

    #[test]
    fn any_bytes_are_read_or_refused_as_serde_json_does(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
        match Json::parse(&bytes, Limits::default()) {
            Ok(_) => prop_assert!(theirs),
            Err(malformed) if malformed.reason == Reason::Syntax => prop_assert!(!theirs),
            Err(_) => {}
        }
    }

    #[test]
    fn json_like_text_is_read_or_refused_as_serde_json_does(
        text in r#"[\[\]{},:0-9.eE+\-"a\\u \ntruefalsnl]{0,16}"#,
    ) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        match Json::parse(text.as_bytes(), Limits::default()) {
            Ok(_) => prop_assert!(theirs),
            Err(malformed) if malformed.reason == Reason::Syntax => prop_assert!(!theirs),
            Err(_) => {}
        }
    }
}
