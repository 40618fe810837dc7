//! Patterns of ECMA-262 mean what they mean elsewhere, and what can't run in linear time is refused with its place.

mod runs;

use proptest::prelude::*;
use serde_json::{Value, json};
use stipule_wire::Pattern;

/// A pattern as a static one, as generated code has it.
fn pattern(source: &str) -> Pattern {
    Pattern::new(Box::leak(source.to_owned().into_boxed_str()))
}

fn matches(source: &str, text: &str) -> bool {
    pattern(source).matches(text)
}

fn refused(source: &str) -> (usize, String) {
    let unsupported = Pattern::translate(source).expect_err(source);
    (unsupported.offset, unsupported.reason)
}

#[test]
fn a_pattern_may_match_anywhere_unless_it_is_anchored() {
    assert!(matches("b", "abc"));
    assert!(!matches("^b", "abc"));
    assert!(matches("^abc$", "abc"));
    assert!(!matches("^abc$", "abc\n"), "`$` is the very end");
    assert!(!matches("^b$", "a\nb\nc"), "`^` and `$` aren't those of lines");
    assert!(matches("", "anything"));
    assert!(matches("^$", "") && !matches("^$", "x"));
}

#[test]
fn classes_are_those_of_ascii_and_white_space_is_that_of_ecma() {
    assert!(matches(r"^\d$", "7") && !matches(r"^\d$", "٣"));
    assert!(matches(r"^\w$", "_") && !matches(r"^\w$", "é"));
    assert!(matches(r"^\W\D$", "éé"));
    for space in ["\t", "\u{B}", "\u{A0}", "\u{FEFF}", "\u{2028}", "\u{3000}"] {
        assert!(matches(r"^\s$", space) && !matches(r"^\S$", space), "{space:?}");
    }
    assert!(!matches(r"^\s$", "\u{85}"), "the next-line control isn't white space in ECMA-262");
    assert!(matches(r"^.$", "é") && matches("^.$", "\u{85}"));
    for end in ["\n", "\r", "\u{2028}", "\u{2029}"] {
        assert!(!matches("^.$", end), "{end:?}");
    }
}

#[test]
fn boundaries_are_those_of_ascii_words() {
    assert!(matches(r"\bcat\b", "a cat."));
    assert!(!matches(r"\bcat\b", "concat"));
    assert!(matches(r"\bcat\b", "écaté".replace('é', " ").as_str()) && matches(r"\bcat\b", "écaté"));
    assert!(matches(r"\Bat", "cat") && !matches(r"\Bat", "at"));
}

#[test]
fn escapes_name_characters() {
    assert!(matches(r"^\u00e9\xe9\u{1F600}\uD83D\uDE00$", "éé😀😀"));
    assert!(matches(r"^\cJ\t\n\v\f\r\0$", "\n\t\n\u{B}\u{C}\r\0"));
    assert!(matches(r"^\/\-\.\#\@\ \&$".replace(r"\ ", " ").as_str(), "/-.#@ &"));
    assert!(matches(r"^[\b]$", "\u{8}"));
    assert!(matches(r"^\p{Lu}\P{Lu}\p{L}$", "Aaé"));
    assert!(matches(r"^\p{Script=Greek}$", "λ") && !matches(r"^\p{Script=Greek}$", "l"));
}

#[test]
fn a_class_holds_what_it_says_though_regex_would_read_operators() {
    assert!(matches(r"^[a&&b]$", "&") && matches("^[a&&b]$", "a"));
    assert!(matches(r"^[a~~b]$", "~"));
    assert!(matches(r"^[a-]$", "-") && matches(r"^[-a]$", "-"));
    assert_eq!(refused(r"[a--]").0, 1, "from a to hyphen is no range");
    assert!(matches(r"^[[a]$", "["));
    assert!(matches(r"^[^[]$", "a") && !matches("^[^[]$", "["));
    assert!(matches(r"^[\w-]$", "-") && matches(r"^[\w-.]$", "-") && matches(r"^[+--]$", ","));
    assert!(matches(r"^[\]\\^-]$", "^") && matches(r"^[\]\\^-]$", "]"));
    assert!(matches(r"^[^]$", "\n") && !matches("[]", "a"));
    assert!(matches(r"^[\D5]$", "5") && matches(r"^[\D5]$", "x") && !matches(r"^[\D5]$", "6"));
    assert!(matches(r"^[^\D5]$", "6") && !matches(r"^[^\D5]$", "5"));
    assert!(matches(r"^[\S]$", "x") && !matches(r"^[^\S]$", "x"));
}

#[test]
fn groups_group_and_quantifiers_repeat() {
    assert!(matches(r"^(?<year>\d{4})-(?:\d\d)(x)?$", "2026-01"));
    assert!(matches(r"^(?<a>x)|(?<a>y)$", "y"), "one name in two alternatives");
    assert!(matches("^a{2,3}?b{1,}c{2}$", "aaabcc"));
    assert!(!matches("^a{2,3}$", "aaaa"));
}

#[test]
fn what_cannot_run_in_linear_time_is_refused_with_its_place() {
    assert_eq!(refused("a(?=b)").0, 1);
    assert!(refused("a(?=b)").1.contains("look-ahead"));
    assert!(refused("(?!b)").1.contains("look-ahead"));
    assert!(refused("(?<=b)").1.contains("look-behind"));
    assert!(refused("(?<!b)").1.contains("look-behind"));
    assert_eq!(refused(r"(a)b\1"), (4, refused(r"(a)\1").1));
    assert!(refused(r"(?<n>a)\k<n>").1.contains("back reference"));
    assert!(refused("(a{1000}){1000}").1.contains("too much"));
}

#[test]
fn what_is_no_pattern_is_refused_with_its_place() {
    let faults = [
        ("(a", 0),
        ("a)", 1),
        ("[a", 0),
        ("a[", 1),
        ("*", 0),
        ("a**", 2),
        ("^*", 1),
        ("a{2,1}", 1),
        ("a{,2}", 1),
        ("a{", 1),
        ("{", 0),
        ("}", 0),
        ("]", 0),
        ("(?<1>a)", 0),
        ("(?i:a)", 0),
        ("(?#a)", 0),
        (r"\", 0),
        (r"\q", 0),
        (r"\cé", 0),
        (r"\x1", 0),
        (r"\u12", 0),
        (r"\uD800", 0),
        (r"\u{}", 0),
        (r"\u{110000}", 0),
        (r"\p", 0),
        (r"\p{", 0),
        (r"\p{\}", 0),
        (r"\00", 0),
        ("[z-a]", 1),
        (r"[\1]", 1),
        (r"[\B]", 1),
        (r"\b+", 2),
        ("a|+", 2),
        (r"\xé", 0),
        (r"\ué", 0),
        ("a{99999999999}", 1),
    ];
    for (source, offset) in faults {
        assert_eq!(refused(source).0, offset, "{source}: {}", refused(source).1);
    }
    assert!(refused(r"\p{Nonsense}").1.contains("property"), "{}", refused(r"\p{Nonsense}").1);
}

/// Pieces that both engines know, put together at random.
fn source() -> impl Strategy<Value = String> {
    let class = r"\[\^?([a-c0-9_.,&~\[-]|\\d|\\w|\\s|\\S|\\D|\\W|\\-|\\\]|a-c|0-9){1,4}\]";
    let atom = prop_oneof![
        4 => r"[a-c0-9 _éλ-]",
        1 => prop::sample::select(vec![r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\.", r"\/", r"\-", r"\$", ".", r"\n", r"\u00e9"])
            .prop_map(str::to_owned),
        2 => class,
    ];
    let quantifier = prop::sample::select(vec!["", "", "", "?", "*", "+", "{1,2}", "{2}", "{1,}", "*?"]);
    let piece = (atom, quantifier.clone()).prop_map(|(atom, quantifier)| atom + quantifier);
    let sequence = piece.prop_recursive(2, 8, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|pieces| pieces.concat()),
            (inner.clone(), inner.clone(), quantifier.clone())
                .prop_map(|(a, b, quantifier)| format!("({a}|{b}){quantifier}")),
            (inner, quantifier.clone()).prop_map(|(a, quantifier)| format!("(?:{a}){quantifier}")),
        ]
    });
    (any::<bool>(), sequence, any::<bool>()).prop_map(|(start, body, end)| {
        [if start { "^" } else { "" }, &body, if end { "$" } else { "" }].concat()
    })
}

proptest! {
    #![proptest_config(runs::config())]

    #[test]
    fn patterns_match_what_jsonschema_says_they_match(
        source in source(),
        texts in prop::collection::vec("[a-d0-9 _é.,&~\\[\\]\n\u{A0}-]{0,6}", 8),
    ) {
        let Ok(theirs) = jsonschema::validator_for(&json!({"pattern": source})) else {
            return Err(TestCaseError::reject("not a pattern over there"));
        };
        let translated = Pattern::translate(&source);
        prop_assert!(translated.is_ok(), "{}: {:?}", source, translated);
        let ours = pattern(&source);
        for text in texts {
            let expected = theirs.is_valid(&Value::from(text.as_str()));
            prop_assert_eq!(ours.matches(&text), expected, "{} on {:?}", source, text);
        }
    }

    #[test]
    fn any_text_is_translated_or_refused(source in r"[a-c\\\[\](){}?*+|^$.,:<>=!0-9dwsbBpukx&~é-]{0,12}") {
        match Pattern::translate(&source) {
            Ok(translated) => prop_assert!(regex::Regex::new(&translated).is_ok()),
            Err(unsupported) => prop_assert!(unsupported.offset <= source.len()),
        }
    }
}
