//! What the types of `unsaid-3.1.yaml` accept and refuse: the rules that no type can say.

use unsaid::types::{Contact, Counts, Order, Pair, Receipt, Tree};
use unsaid::wire::{Decode, Posture, from_slice};

/// The codes of what is wrong with a value, with their places.
fn faults<T: Decode>(text: &str) -> Vec<String> {
    match from_slice::<T>(text.as_bytes(), Posture::Closed) {
        Ok(_) => Vec::new(),
        Err(unsaid::wire::Invalid::Violations(all)) => {
            all.list.iter().map(|found| format!("{} {}", found.pointer, found.code)).collect()
        }
        Err(malformed) => panic!("{malformed}"),
    }
}

#[test]
fn conditions_and_dependencies_hold() {
    assert!(faults::<Order>(r#"{"kind": "own", "amount": 100}"#).is_empty());
    assert_eq!(faults::<Order>(r#"{"kind": "own", "amount": 101}"#), ["/amount range"]);
    assert_eq!(faults::<Order>(r#"{"kind": "gift", "amount": 101}"#), ["/address missing"]);
    assert_eq!(faults::<Order>(r#"{"kind": "own", "card": "c"}"#), ["/address missing"]);
    assert_eq!(faults::<Order>(r#"{"kind": "own", "card": "c", "address": "a", "amount": 1}"#), [" not"]);
    assert_eq!(faults::<Order>(r#"{"kind": "own", "amount": 13}"#), ["/amount not"]);
}

#[test]
fn patterns_that_look_ahead_are_run_as_several() {
    let coded = |code: &str| faults::<Order>(&format!(r#"{{"kind": "own", "code": "{code}"}}"#));
    assert!(coded("a-1").is_empty());
    assert_eq!(coded("abc"), ["/code pattern"]);
    assert_eq!(coded("x-1"), ["/code not"]);
    assert_eq!(coded("A1"), ["/code pattern"]);
    assert_eq!(coded("abcdefgh-1"), ["/code length"]);
}

#[test]
fn lists_contain_what_they_must() {
    assert!(faults::<Order>(r#"{"kind": "own", "codes": ["a", "first"]}"#).is_empty());
    assert_eq!(faults::<Order>(r#"{"kind": "own", "codes": ["a"]}"#), ["/codes contains"]);
    assert_eq!(faults::<Order>(r#"{"kind": "own", "codes": ["first", "first"]}"#), ["/codes contains"]);
    assert!(faults::<Pair>(r#"{"place": [1, "a", true]}"#).is_empty());
    assert_eq!(faults::<Pair>(r#"{"place": [1, 2]}"#), ["/place/1 type"]);
}

#[test]
fn values_of_several_kinds_are_listed() {
    for listed in ["1", "\"two\"", "[3]", "{\"four\": 4.0}", "5.5"] {
        assert!(faults::<Order>(&format!(r#"{{"kind": "own", "any": {listed}}}"#)).is_empty(), "{listed}");
    }
    assert_eq!(faults::<Order>(r#"{"kind": "own", "any": [4]}"#), ["/any enum"]);
}

#[test]
fn names_decide_what_values_are() {
    let labelled = |labels: &str| faults::<Order>(&format!(r#"{{"kind": "own", "labels": {labels}}}"#));
    assert!(labelled(r#"{"x-a": 1, "y-b": "abc"}"#).is_empty());
    assert_eq!(labelled(r#"{"x-a": "1"}"#), ["/labels/x-a type"]);
    assert_eq!(labelled(r#"{"y-a": "abcd"}"#), ["/labels/y-a length"]);
    assert_eq!(labelled(r#"{"z": 1}"#), ["/labels/z type"]);
    let counts: Counts = from_slice(br#"{"a": 1}"#, Posture::Closed).expect("it is valid");
    assert_eq!(counts["a"], 1);
}

#[test]
fn nothing_is_left_that_no_branch_looked_at() {
    assert!(faults::<Receipt>(r#"{"number": 1, "total": 2}"#).is_empty());
    assert!(faults::<Receipt>(r#"{"number": 1, "free": true}"#).is_empty());
    assert_eq!(faults::<Receipt>(r#"{"number": 1}"#).first().map(String::as_str), Some(" union"));
    assert_eq!(faults::<Receipt>(r#"{"number": 1, "total": 2, "more": 3}"#), ["/more type"]);
}

#[test]
fn one_of_two_properties_is_there() {
    assert!(faults::<Contact>(r#"{"mail": "m"}"#).is_empty());
    assert_eq!(faults::<Contact>(r#"{"mail": "m", "phone": "p"}"#), [" union"]);
    assert_eq!(faults::<Contact>(r#"{"mail": "m", "address": "a"}"#), ["/address property-name"]);
}

#[test]
fn rules_recur_with_their_types() {
    assert!(faults::<Tree>(r#"{"children": [{"children": [{"value": 1}]}], "value": 2}"#).is_empty());
    assert_eq!(faults::<Tree>(r#"{"children": [{}]}"#), [" not"]);
    assert!(faults::<Tree>(r#"{"children": [{"children": [{"value": 1}, {}]}]}"#).contains(&" not".to_owned()));
}

#[test]
fn a_reader_takes_what_it_does_not_know() {
    assert!(from_slice::<Order>(br#"{"kind": "own", "amount": 101}"#, Posture::Open).is_ok());
}
