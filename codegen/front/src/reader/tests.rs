//! Places, values and refusals of the reader, and that no input makes it panic.

use proptest::prelude::*;
use stipule_ir::{Diagnostics, FileId, Source};

use super::{Node, Value, pointer, read};
use crate::testing::cases;

fn document(path: &str, text: &str) -> Node {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let mut diagnostics = Diagnostics::new();
    let node = read(FileId(0), &source, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    node.unwrap()
}

fn yaml(text: &str) -> Node {
    document("a.yaml", text)
}

/// The text that the span of the value at `pointer` covers.
fn covered<'t>(text: &'t str, root: &Node, pointer: &str) -> &'t str {
    let span = &root.at(pointer).unwrap().span;
    assert_eq!(&*span.pointer, pointer);
    &text[span.start as usize..span.end as usize]
}

#[test]
fn lines_too_far_left_are_faults_all_at_once_and_read_as_meant() {
    let text =
        "\u{feff}é:\n  - in: [\n  a,\n  b\n  ]\n    text: \"ö one\n  two\"\n    last: 'it''s\nall'\nend: x\n";
    let source = Source { path: "a.yaml".to_owned(), text: text.to_owned() };
    let mut diagnostics = Diagnostics::new();
    let root = read(FileId(0), &source, &mut diagnostics).expect("it is read");
    for (pointer, expected) in [
        ("/é/0/in/1", "b"),
        ("/é/0/in", "[\n  a,\n  b\n  ]"),
        ("/é/0/text", "\"ö one\n  two\""),
        ("/é/0/last", "'it''s\nall'"),
        ("/end", "x"),
    ] {
        assert_eq!(covered(text, &root, pointer), expected, "{pointer}");
    }
    let value = |pointer: &str| root.at(pointer).unwrap().value.clone();
    assert_eq!(value("/é/0/text"), Value::String("ö one two".to_owned()));
    assert_eq!(value("/é/0/last"), Value::String("it's all".to_owned()));
    assert!(diagnostics.has_errors());
    let found = diagnostics.sorted();
    assert!(found.iter().all(|it| it.code == "SYN013"), "{found:?}");
    let lines: Vec<usize> =
        found.iter().map(|it| text[..it.primary.span.start as usize].matches('\n').count() + 1).collect();
    assert_eq!(lines, [3, 4, 5, 6, 8]);
}

#[test]
fn spans_are_bytes_whatever_stands_before_them() {
    let text =
        "\u{feff}# é comment 😀\nké: ü😀 x  # ö\r\nb:\t'é'\r\nlist:\r\n- 1\r\n-   ä b\r\nflow: [é, {ñ: ö}]\n";
    let root = yaml(text);
    for (pointer, expected) in [
        ("/ké", "ü😀 x"),
        ("/b", "'é'"),
        ("/list/1", "ä b"),
        ("/flow", "[é, {ñ: ö}]"),
        ("/flow/1/ñ", "ö"),
        ("", text.trim_start_matches("\u{feff}# é comment 😀\n").trim_end()),
    ] {
        assert_eq!(covered(text, &root, pointer), expected, "{pointer}");
    }
    let key = &root.entry("ké").unwrap().key.span;
    assert_eq!(&text[key.start as usize..key.end as usize], "ké");
}

#[test]
fn block_scalars_are_covered_from_their_first_line_to_their_last_letter() {
    let text = "a: |\n  é one\n  two\n\nb: >-\n  fold\n  ed # no comment\n\n# comment\nc: 1\n";
    let root = yaml(text);
    assert_eq!(covered(text, &root, "/a"), "é one\n  two");
    assert_eq!(covered(text, &root, "/b"), "fold\n  ed # no comment");
    assert_eq!(root.get("a").unwrap().as_str(), Some("é one\ntwo\n"));
    assert_eq!(root.get("b").unwrap().as_str(), Some("fold ed # no comment"));
}

#[test]
fn block_collections_end_with_their_last_value() {
    let text = "a:\n  x: 1\n\n  # comment\nb:\n  - 1\n  -\n    - 2\n\nc: {}\n";
    let root = yaml(text);
    assert_eq!(covered(text, &root, "/a"), "x: 1");
    assert_eq!(covered(text, &root, "/b"), "- 1\n  -\n    - 2");
    assert_eq!(covered(text, &root, "/c"), "{}");
}

#[test]
fn aliases_repeat_the_value_with_pointers_of_their_own() {
    let text = "a: &x\n  b: [1, 2]\nc: *x\nd: {e: *x}\n";
    let root = yaml(text);
    assert_eq!(covered(text, &root, "/c"), "*x");
    assert_eq!(covered(text, &root, "/c/b/1"), "2");
    assert_eq!(covered(text, &root, "/d/e/b"), "[1, 2]");
    assert_eq!(root.at("/d/e").unwrap().to_json(), r#"{"b":[1,2]}"#);
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let root =
        yaml("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nuse: {<<: [*b, *m], x: 0}\nquoted: {'<<': 1}\n");
    assert_eq!(root.get("use").unwrap().to_json(), r#"{"x":0,"y":2,"z":4}"#);
    assert_eq!(root.get("quoted").unwrap().to_json(), r#"{"<<":1}"#);
    assert_eq!(&*root.at("/use/z").unwrap().span.pointer, "/use/z");
}

#[test]
fn keys_are_text_as_written() {
    let root = yaml("200: a\ntrue: b\n~: c\n'x/y~': d\n1.50: e\n2026-01-02: f\n");
    let keys: Vec<&str> = root.entries().unwrap().iter().map(|entry| entry.key.value.as_str()).collect();
    assert_eq!(keys, ["200", "true", "~", "x/y~", "1.50", "2026-01-02"]);
    assert_eq!(&*root.get("x/y~").unwrap().span.pointer, "/x~1y~0");
}

#[test]
fn scalars_follow_the_core_schema_and_times_stay_text() {
    let root = yaml("[yes, True, null, '1', 2026-01-02T03:04:05Z, !!str 7, 0x1F, 1.0, -0.5e3, ~, !!int 7]");
    let expected = r#"["yes",true,null,"1","2026-01-02T03:04:05Z","7",31,1.0,-0.5e3,null,7]"#;
    assert_eq!(root.to_json(), expected);
}

#[test]
fn json_and_yaml_read_the_same_tree() {
    let text = r#"{"a": [1, -2.5e+3, "x\"\\\/\b\f\n\r\t\u00e9"], "b": {"c": null, "d": true}, "é": {}}"#;
    let (json, yaml) = (document("a.json", text), yaml(text));
    assert_eq!(json.to_json(), yaml.to_json());
    for pointer in ["", "/a", "/a/1", "/b/c", "/é"] {
        assert_eq!(json.at(pointer).unwrap().span, yaml.at(pointer).unwrap().span, "{pointer}");
    }
}

#[test]
fn json_joins_surrogate_pairs() {
    assert_eq!(document("a.json", r#""\ud83d\ude00""#).as_str(), Some("😀"));
}

#[test]
fn json_refuses_what_is_not_json() {
    for text in [
        "01",
        "1.",
        "-",
        "+1",
        ".5",
        "1e",
        "nul",
        "'a'",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"a\nb\"",
        "\"\u{1}\"",
        "[1 2]",
        "{\"a\" 1}",
        "{a: 1}",
        "[1,]",
        "[,]",
        "1 2",
        "\"",
        "{",
        "/* */",
        "\u{feff}",
    ] {
        let source = Source { path: "a.json".to_owned(), text: text.to_owned() };
        let mut diagnostics = Diagnostics::new();
        read(FileId(0), &source, &mut diagnostics);
        assert!(diagnostics.has_errors(), "{text:?}");
    }
}

/// Every span lies within the text, on characters, and within that of its parent unless it comes from an anchor.
fn check_spans(text: &str, node: &Node, at: &str) {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    assert!(text.get(start..end).is_some(), "{:?}", node.span);
    assert_eq!(&*node.span.pointer, at);
    match &node.value {
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                check_spans(text, item, &format!("{at}/{index}"));
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                let span = &entry.key.span;
                assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
                check_spans(text, &entry.value, &pointer::child(at, &entry.key.value));
            }
        }
        _ => {}
    }
}

fn survives(path: &str, text: &str) {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let mut diagnostics = Diagnostics::new();
    match read(FileId(0), &source, &mut diagnostics) {
        Some(node) => check_spans(text, &node, ""),
        None => assert!(diagnostics.has_errors(), "{text:?}"),
    }
    for found in diagnostics.iter() {
        let at = found.primary.span.start as usize;
        assert!(text.is_char_boundary(at), "{found:?}");
    }
}

/// Pieces from which documents, and things that are almost documents, are made.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("  "),
        Just("    "),
        Just("\t"),
        Just("- "),
        Just("? "),
        Just(": "),
        Just("a"),
        Just("é"),
        Just("😀"),
        Just("key: "),
        Just("&a "),
        Just("*a"),
        Just("<<: *a"),
        Just("!!str "),
        Just("!t "),
        Just("|\n"),
        Just(">-\n"),
        Just("'"),
        Just("\""),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("# c"),
        Just("---\n"),
        Just("...\n"),
        Just("%YAML 1.2\n"),
        Just("1"),
        Just("-0.5e3"),
        Just("012"),
        Just("~"),
        Just("\\u00e9"),
        Just("\u{feff}"),
        Just("\u{85}"),
        Just("\u{2028}"),
        Just("\0"),
        Just("x: 1\n"),
        Just("//"),
        Just("/*"),
        Just("null"),
        Just("true"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_text_makes_the_reader_panic(text in pieces(), other in ".{0,60}") {
        for path in ["a.yaml", "a.json"] {
            survives(path, &text);
            survives(path, &other);
        }
    }

    #[test]
    fn values_survive_being_written_and_read(keys in prop::collection::btree_set("[^\\p{Cc}]{0,6}", 0..5), text in "[^\\p{Cc}]{0,12}", number in any::<i64>()) {
        let values: Vec<String> = keys
            .iter()
            .map(|key| format!("{}:[{},{number}]", json_text(key), json_text(&text)))
            .collect();
        let written = format!("{{{}}}", values.join(","));
        let node = document("a.json", &written);
        prop_assert_eq!(node.to_json(), written.clone());
        check_spans(&written, &node, "");
    }
}

fn json_text(text: &str) -> String {
    let span = stipule_ir::Span::start_of(FileId(0));
    Node { value: Value::String(text.to_owned()), span }.to_json()
}
