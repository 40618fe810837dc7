//! Documents made to hurt: a bounded answer in a bounded time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use stipule_wire::{Any, Code, Decode, Decoder, Json, Limits, Posture, UniqueVec, Violations, decode};

/// A union of two alternatives that both go deeper on the same property.
#[derive(Debug)]
enum Maze {
    Left { _next: Box<Maze> },
    Right { _next: Box<Maze> },
}

struct Way(Box<Maze>);

impl Decode for Way {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let next = o.required("next");
        o.refuse_rest();
        next.map(Way)
    }
}

impl Decode for Maze {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        d.exactly_one(json)
            .variant("Left", |Way(next)| Self::Left { _next: next })
            .variant("Right", |Way(next)| Self::Right { _next: next })
            .finish()
    }
}

fn parse(text: &str) -> Json<'_> {
    Json::parse(text.as_bytes(), Limits::default()).expect("it is JSON")
}

/// Generous for a slow machine, and still far from what the naive way would take.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn alternatives_within_alternatives_end() {
    let text = "{\"next\":".repeat(60) + "1" + &"}".repeat(60);
    for posture in [Posture::Closed, Posture::Open] {
        let start = Instant::now();
        let violations = decode::<Maze>(&parse(&text), posture).expect_err("it never ends well");
        assert!(violations.list.iter().any(|v| v.code == Code::Complexity), "{violations}");
        assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
    }
}

#[test]
fn a_document_that_is_wrong_everywhere_gets_a_bounded_answer() {
    let text = format!("[{}]", vec!["\"x\""; 5000].join(","));
    let violations = decode::<Vec<i64>>(&parse(&text), Posture::Closed).expect_err("it is wrong");
    assert_eq!(violations.list.len(), Violations::MOST);
    assert!(violations.truncated);
    assert!(violations.to_string().ends_with("; and more than these 100"));
    assert_eq!(violations.list[99].pointer, "/99");
}

#[test]
fn many_equal_and_many_different_items_are_compared_quickly() {
    let start = Instant::now();
    let equal = format!("[{}]", vec!["{\"a\":[1,2]}"; 40_000].join(","));
    let violations =
        decode::<UniqueVec<Any, 0, 100_000>>(&parse(&equal), Posture::Closed).expect_err("all are equal");
    assert_eq!(violations.list.len(), 1);
    let different: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let different = format!("[{}]", different.join(","));
    assert!(decode::<UniqueVec<Any, 0, 100_000>>(&parse(&different), Posture::Closed).is_ok());
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

#[test]
fn a_name_without_end_is_cut_in_the_answer() {
    let text = format!("{{\"{}\": 1}}", "x".repeat(1_000_000));
    let violations =
        decode::<BTreeMap<String, bool>>(&parse(&text), Posture::Closed).expect_err("1 is no boolean");
    assert!(violations.list[0].pointer.len() < 300);
}

#[test]
fn messages_never_repeat_the_value() {
    let secret = "\"s3cret\"";
    let faults = [
        decode::<i64>(&parse(secret), Posture::Closed).expect_err("text"),
        decode::<stipule_wire::Uuid>(&parse(secret), Posture::Closed).expect_err("no uuid"),
        decode::<stipule_wire::Text<0, 2>>(&parse(secret), Posture::Closed).expect_err("too long"),
        decode::<stipule_wire::Email>(&parse(secret), Posture::Closed).expect_err("no address"),
    ];
    for fault in faults {
        assert!(!fault.to_string().contains("s3cret"), "{fault}");
    }
}
