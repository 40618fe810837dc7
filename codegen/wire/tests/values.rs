//! Values built in code: limits hold there too, and text forms read back.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use stipule_wire::{
    Any, BoundedMap, BoundedVec, Code, Decode, Decoder, Fault, Invalid, Json, Plain, Posture, Ranged, Text,
    UniqueVec, decode, from_slice, write_tagged,
};

stipule_wire::number_newtype! {
    /// Kilograms.
    pub struct Weight(f64) { min: -1.0, below: 30.0 }
}

stipule_wire::personal_newtype! {
    /// What a reader is called.
    pub struct ReaderName(String) { min: 2, pattern: "^[A-Z]" }
}

fn code<T>(result: Result<T, Fault>) -> Option<Code> {
    result.err().map(|fault| fault.code)
}

#[test]
fn text_counts_code_points() {
    assert!(Text::<2, 2>::new("😀é").is_ok());
    assert_eq!(code(Text::<2, 2>::new("😀")), Some(Code::Length));
    assert_eq!(code(Text::<0, 2>::new("abc")), Some(Code::Length));
    assert_eq!(Text::<1, 9>::new("shelf").map(|text| text.len()), Ok(5), "it derefs to str");
    assert_eq!(Text::<0, 9>::default(), "");
    assert_eq!(format!("{:>4}|", Text::<0, 9>::new("ab").expect("it is short")), "  ab|");
}

#[test]
fn messages_say_what_is_allowed() {
    let said = |result: Result<(), Fault>| result.expect_err("it is refused").to_string();
    assert_eq!(said(Text::<1, 1>::new("").map(drop)), "must have exactly 1 character");
    assert_eq!(said(Text::<2, { usize::MAX }>::new("").map(drop)), "must have at least 2 characters");
    assert_eq!(said(BoundedVec::<u8, 0, 1>::new(vec![1, 2]).map(drop)), "must have at most 1 item");
    assert_eq!(said(Ranged::<1, { i64::MAX }>::new(0).map(drop)), "must be at least 1");
    assert_eq!(said(Ranged::<{ i64::MIN }, 9>::new(10).map(drop)), "must be at most 9");
    assert_eq!(said(Weight::new(30.0).map(drop)), "must be at least -1 and below 30");
}

#[test]
fn lists_stay_within_their_limits() {
    let mut list = BoundedVec::<i32, 0, 2>::default();
    assert_eq!(list.push(1).and_then(|()| list.push(2)), Ok(()));
    assert_eq!(code(list.push(3)), Some(Code::Items));
    assert_eq!(list.iter().sum::<i32>(), 3);
    assert_eq!(Vec::from(list), [1, 2]);
    let mut unique = UniqueVec::<i32, 1, 3>::new(vec![1, 2]).expect("they differ");
    assert_eq!(code(unique.push(2)), Some(Code::Unique));
    assert_eq!(unique.push(3), Ok(()));
    assert_eq!(code(UniqueVec::<i32, 1, 3>::new(vec![1, 1])), Some(Code::Unique));
    assert_eq!(code(UniqueVec::<i32, 1, 3>::new(vec![])), Some(Code::Items));
}

#[test]
fn maps_stay_within_their_limits() {
    let mut map = BoundedMap::<&str, i32, 1, 2>::new(BTreeMap::from([("a", 1), ("b", 2)])).expect("two fit");
    assert_eq!(map.insert("b", 3), Ok(Some(2)));
    assert_eq!(code(map.insert("c", 3)), Some(Code::Properties));
    assert_eq!(map.get("b"), Some(&3));
    assert_eq!(code(BoundedMap::<&str, i32, 1, 2>::new(BTreeMap::new())), Some(Code::Properties));
}

#[test]
fn doubles_with_a_name_are_totally_ordered() {
    let weights = [0.0, -0.0, 1.5].map(|value| Weight::new(value).expect("it is within the limits"));
    assert_eq!(weights.into_iter().collect::<HashSet<_>>().len(), 2, "there is one zero");
    assert!(weights[1] < weights[2]);
    for value in [f64::NAN, f64::INFINITY, -1.5, 30.0] {
        assert_eq!(code(Weight::new(value)), Some(Code::Range), "{value}");
    }
}

#[test]
fn personal_data_is_limited_and_hidden() {
    let name = ReaderName::new("Ada").expect("it fits");
    assert_eq!(format!("{:?}", Some(name.clone())), "Some(ReaderName(redacted))");
    assert_eq!(name.to_text(), "Ada");
    let both = decode::<ReaderName>(&"x".into(), Posture::Closed).expect_err("two rules are broken");
    assert_eq!(both.list.iter().map(|v| v.code).collect::<Vec<_>>(), [Code::Length, Code::Pattern]);
}

#[test]
fn text_forms_of_parameters_are_strict() {
    assert_eq!(i64::from_text("-7"), Ok(-7));
    assert_eq!(bool::from_text("true"), Ok(true));
    assert_eq!(f64::from_text("1e2"), Ok(100.0));
    for text in ["", "+1", " 1", "1 ", "0x1", "1.0", "-"] {
        assert_eq!(code(i64::from_text(text)), Some(Code::Type), "{text:?}");
    }
    for text in ["", "+1", ".5", "5.", "inf", "NaN", " 1", "1\n", "1e999", "\"1\""] {
        assert_eq!(code(f64::from_text(text)), Some(Code::Type), "{text:?}");
    }
    assert_eq!(code(i32::from_text("3000000000")), Some(Code::Range));
    assert_eq!(code(u32::from_text("-1")), Some(Code::Range));
    for value in [0.1, -2.5e-9, 1e300] {
        assert_eq!(f64::from_text(&value.to_text()), Ok(value));
    }
}

/// Written with a tag that its own type doesn't have.
struct Tagged<T>(T);

impl<T: Serialize> Serialize for Tagged<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_tagged(serializer, "kind", "map", &self.0)
    }
}

#[test]
fn a_tag_is_written_first_and_once() {
    let map = BTreeMap::from([("kind", 0), ("scale", 5)]);
    assert_eq!(serde_json::to_string(&Tagged(map)).ok().as_deref(), Some(r#"{"kind":"map","scale":5}"#));
    assert!(serde_json::to_string(&Tagged(5)).is_err(), "an integer has no room for a tag");
}

/// A reader's union that keeps what it doesn't know.
#[derive(Debug, PartialEq)]
enum Kept {
    Number(i64),
    Unknown(Any),
}

impl Decode for Kept {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        d.exactly_one(json).variant("Number", Self::Number).or_keep(Self::Unknown)
    }
}

#[test]
fn a_reader_keeps_an_unknown_alternative_and_a_server_refuses_it() {
    assert_eq!(decode(&7.into(), Posture::Open), Ok(Kept::Number(7)));
    assert_eq!(decode(&"x".into(), Posture::Open), Ok(Kept::Unknown("x".into())));
    assert!(decode::<Kept>(&"x".into(), Posture::Closed).is_err());
}

/// A `Decode` that forgets to say why.
#[derive(Debug)]
struct Silent;

impl Decode for Silent {
    fn decode(_: &Json<'_>, _: &mut Decoder) -> Option<Self> {
        None
    }
}

#[test]
fn a_refusal_without_a_reason_is_still_a_refusal() {
    let Err(Invalid::Violations(violations)) = from_slice::<Silent>(b"1", Posture::Closed) else {
        panic!("it is refused");
    };
    assert_eq!(violations.to_string(), "is not valid [type]");
}
