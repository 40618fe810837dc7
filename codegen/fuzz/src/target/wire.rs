//! What a server reads from strangers.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use stipule_wire::{
    Any, Date, DateTime, Decimal, Email, Json, Limits, Pattern, Posture, Reason, Ulid, Uri, Uuid, decode,
};

use super::Check;
use crate::corpus::{Input, contracts, files};

pub(super) fn json() -> Vec<Input> {
    let mut found = super::reader::json();
    found.extend(files("tests/cases", &[".json"]));
    found.into_iter().map(|input| Input { name: "wire".to_owned(), bytes: input.bytes }).collect()
}

pub(super) fn check_json() -> Check {
    Box::new(|input| {
        let other = serde_json::from_slice::<serde_json::Value>(&input.bytes);
        let json = match Json::parse(&input.bytes, Limits::default()) {
            Ok(json) => json,
            Err(fault) => {
                let is_syntax = fault.reason == Reason::Syntax;
                assert!(!(is_syntax && other.is_ok()), "another reader takes this: {fault}");
                return;
            }
        };
        assert!(other.is_ok(), "another reader refuses this");
        let value: Any = decode(&json, Posture::Closed).expect("anything is any value");
        assert_eq!(value, json, "a copy differs");
        let written = serde_json::to_vec(&json).expect("JSON can be written");
        let again = Json::parse(&written, Limits::default()).expect("what was written can be read");
        assert_eq!(again, json, "written and read again it differs");
    })
}

pub(super) fn scalars() -> Vec<Input> {
    let texts = [
        "2024-02-29",
        "2024-02-29T23:59:60.123456789+05:30",
        "0001-01-01T00:00:00Z",
        "-12.3400",
        "1e-20",
        "0.1",
        "reader.name+tag@library.example",
        "urn:isbn:0451450523",
        "https://[2001:db8::1]:80/a%20b?c#d",
        "123e4567-e89b-12d3-a456-426614174000",
        "^[A-Z][a-z0-9_-]{1,63}(?:\\.[a-z]+)*$",
        "^\\p{L}+\\s\\d{3}$",
        "[\\u4e00-\\u9fa5^\\]x]+|(a|b){2,}?",
    ];
    let mut found: Vec<Input> = texts.iter().map(|text| Input::new("scalar", text)).collect();
    for contract in contracts() {
        let text = contract.text();
        let patterns = text.lines().filter_map(|line| line.split_once("pattern: "));
        found.extend(
            patterns.map(|(_, pattern)| Input::new("scalar", pattern.trim_matches(['"', '\'', '}']))),
        );
    }
    found
}

pub(super) fn check_scalars() -> Check {
    Box::new(|input| {
        let text = input.text();
        same_again::<Date>(&text);
        same_again::<DateTime>(&text);
        same_again::<Decimal>(&text);
        same_again::<Email>(&text);
        same_again::<Ulid>(&text);
        same_again::<Uri>(&text);
        same_again::<Uuid>(&text);
        if let Err(refusal) = Pattern::translate(&text) {
            assert!(refusal.offset <= text.len(), "the refusal points beyond the pattern");
        }
    })
}

fn same_again<T: FromStr<Err: Display> + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        match written.parse::<T>() {
            Ok(again) => assert_eq!(again, value, "{text:?} written and read again differs"),
            Err(refusal) => panic!("{text:?} is written as {written:?}, which is refused: {refusal}"),
        }
    }
}
