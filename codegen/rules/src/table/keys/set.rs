//! The texts that a segment may have, before the escape.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use stipule_ir::table::Codec;
use stipule_ir::types::EnumLiteral;
use stipule_wire::{Date, DateTime, Plain, Ulid, Uuid};

use super::integers::{self, Integers};
use super::numbers;
use crate::language::automaton::{Machine, walk};
use crate::language::texts::Texts;

/// The texts of a segment, before the escape. The escape is injective and leaves no `#`, so two segments are
/// written alike exactly when these are equal.
#[derive(Debug)]
pub(in crate::table) enum Set {
    /// One of these.
    Words(BTreeSet<String>),
    /// Whole numbers in their written form.
    Integers(Integers),
    /// A value in a form of its own.
    Form(Form),
    /// Text of a field.
    Text(Box<Texts>),
}

/// Forms that no limit narrows, but for the length of decimal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Form {
    Date,
    DateTime,
    Uuid,
    Ulid,
    /// Decimal numbers and doubles, of at most so many characters.
    Number(Option<u64>),
}

impl Form {
    fn admits(self, text: &str) -> bool {
        match self {
            Self::Date => Date::from_text(text).is_ok_and(|date| date.to_string() == text),
            Self::DateTime => DateTime::from_text(text).is_ok_and(|instant| instant.fixed_width() == text),
            Self::Uuid => Uuid::from_text(text).is_ok_and(|id| id.to_string() == text),
            Self::Ulid => Ulid::from_text(text).is_ok_and(|id| id.to_string() == text),
            Self::Number(most) => {
                most.is_none_or(|most| text.len() as u64 <= most) && numbers::parse(text).is_some()
            }
        }
    }

    fn machine(self) -> Option<&'static Machine> {
        static DATE: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\z"));
        static DATE_TIME: LazyLock<Option<Machine>> = LazyLock::new(|| {
            let date = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
            Machine::of(&format!(r"\A{date}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{{9}}Z\z"))
        });
        static UUID: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\z"));
        static ULID: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[0-7][0-9A-HJKMNP-TV-Z]{25}\z"));
        match self {
            Self::Date => DATE.as_ref(),
            Self::DateTime => DATE_TIME.as_ref(),
            Self::Uuid => UUID.as_ref(),
            Self::Ulid => ULID.as_ref(),
            Self::Number(_) => numbers::machine(),
        }
    }

    /// The first few that a proof shows.
    fn likely(self) -> Vec<String> {
        let numbered = |number: u32| match self {
            Self::Date => format!("2026-0{number}-02"),
            Self::DateTime => format!("2026-0{number}-02T03:04:05.678901234Z"),
            Self::Uuid => format!("018f3a52-0000-7000-8000-00000000000{number}"),
            Self::Ulid => format!("01KE1Y0000000000000000000{number}"),
            Self::Number(_) => format!("a1{number}"),
        };
        (1..=9).map(numbered).collect()
    }

    /// Fewest and most characters, which are bytes.
    pub(super) fn lengths(self) -> (u64, Option<u64>) {
        match self {
            Self::Date => (10, Some(10)),
            Self::DateTime => (30, Some(30)),
            Self::Uuid => (36, Some(36)),
            Self::Ulid => (26, Some(26)),
            Self::Number(most) => (1, most),
        }
    }
}

/// Some texts of a set.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::table) struct Words {
    /// Up to as many as were wanted.
    pub(in crate::table) list: Vec<String>,
    /// Whether there are no others.
    pub(in crate::table) complete: bool,
}

impl Set {
    /// Exactly one text.
    pub(in crate::table) fn word(text: &str) -> Self {
        Self::Words(BTreeSet::from([text.to_owned()]))
    }

    /// The numbers of shards.
    pub(in crate::table) fn shards(count: u32) -> Self {
        Self::Words((0..count).map(|number| number.to_string()).collect())
    }

    /// Whether the segment may have this text. Yes where that can't be decided: a rule must not miss a collision.
    pub(in crate::table) fn admits(&self, text: &str) -> bool {
        match self {
            Self::Words(words) => words.contains(text),
            Self::Integers(integers) => integers.admits(text),
            Self::Form(form) => form.admits(text),
            Self::Text(texts) => texts.admits(text),
        }
    }

    /// Fewest and most characters.
    fn lengths(&self) -> (u64, Option<u64>) {
        let of = |text: &String| u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        match self {
            Self::Words(words) => (words.iter().map(of).min().unwrap_or(0), words.iter().map(of).max()),
            Self::Integers(_) => (integers::LENGTH, Some(integers::LENGTH)),
            Self::Form(form) => form.lengths(),
            Self::Text(texts) => (texts.least, texts.most),
        }
    }

    fn likely(&self) -> Vec<String> {
        match self {
            Self::Words(words) => words.iter().cloned().collect(),
            Self::Integers(integers) => integers.likely(),
            Self::Form(form) => form.likely(),
            Self::Text(texts) => texts.likely(),
        }
    }

    /// Automata that accept at least its texts; `None` where one is too large.
    fn machines(&self) -> Option<Vec<&Machine>> {
        match self {
            Self::Words(_) => Some(Vec::new()),
            Self::Integers(_) => Some(vec![integers::machine()?]),
            Self::Form(form) => Some(vec![form.machine()?]),
            Self::Text(texts) => texts.machines(),
        }
    }
}

/// Up to `wanted` texts that all of these sets have, at least one set.
pub(in crate::table) fn words(sets: &[&Set], wanted: usize) -> Words {
    let admitted = |text: &String| sets.iter().all(|set| set.admits(text));
    let finite = sets.iter().filter_map(|set| if let Set::Words(words) = set { Some(words) } else { None });
    if let Some(fewest) = finite.min_by_key(|words| words.len()) {
        let mut list: Vec<String> = fewest.iter().filter(|text| admitted(text)).cloned().collect();
        let complete = list.len() <= wanted;
        list.truncate(wanted);
        return Words { list, complete };
    }
    let numbers: Vec<&Integers> =
        sets.iter().filter_map(|set| if let Set::Integers(it) = set { Some(it) } else { None }).collect();
    if numbers.len() == sets.len() {
        return integers::words(&numbers, wanted);
    }
    let least = sets.iter().map(|set| set.lengths().0).max().unwrap_or(0);
    let most = sets.iter().filter_map(|set| set.lengths().1).min();
    if most.is_some_and(|most| most < least) {
        return Words { list: Vec::new(), complete: true };
    }
    let mut list: Vec<String> = Vec::new();
    let likely = sets.iter().flat_map(|set| set.likely());
    for text in likely.filter(admitted) {
        if list.len() < wanted && !list.contains(&text) {
            list.push(text);
        }
    }
    if list.len() == wanted {
        return Words { list, complete: false };
    }
    by_automata(sets, (least, most), wanted, list)
}

/// Texts that are tried beyond those wanted: what automata accept, formats and calendars may refuse.
const SPARE: usize = 32;

/// Longest text that is looked for by automata.
const LONGEST: u64 = 4096;

fn by_automata(
    sets: &[&Set],
    (least, most): (u64, Option<u64>),
    wanted: usize,
    mut list: Vec<String>,
) -> Words {
    static ANY: LazyLock<Option<Machine>> = LazyLock::new(|| Machine::of(""));
    let machines: Option<Vec<Vec<&Machine>>> = sets.iter().map(|set| set.machines()).collect();
    let (Some(machines), Some(any)) = (machines, ANY.as_ref()) else {
        return Words { list, complete: false };
    };
    if least > LONGEST {
        return Words { list, complete: false };
    }
    let mut machines = machines.concat();
    if machines.is_empty() {
        machines.push(any);
    }
    let walked = walk(&machines, least, most, 2 * wanted + SPARE);
    let found_none = walked.complete && walked.words.is_empty();
    for text in walked.words {
        if list.len() < wanted && !list.contains(&text) && sets.iter().all(|set| set.admits(&text)) {
            list.push(text);
        }
    }
    // One byte stands for all that no machine tells apart: a text that is refused says nothing of its likes.
    Words { complete: found_none && list.is_empty(), list }
}

/// The value that a codec writes as this text.
pub(in crate::table) fn literal(codec: Codec, text: &str) -> EnumLiteral {
    match codec {
        Codec::Integer => EnumLiteral::Integer(integers::parse(text).unwrap_or_default()),
        Codec::Boolean => EnumLiteral::Boolean(text == "true"),
        Codec::Decimal => EnumLiteral::String(numbers::parse(text).unwrap_or_default()),
        Codec::Number => {
            let number = numbers::parse(text).unwrap_or_default();
            // A literal has no fractions.
            number.parse().map_or(EnumLiteral::String(number), EnumLiteral::Integer)
        }
        Codec::Text
        | Codec::PlainText
        | Codec::Date
        | Codec::DateTime
        | Codec::Uuid
        | Codec::Ulid
        | Codec::EnumText
        | Codec::EnumRank => EnumLiteral::String(text.to_owned()),
    }
}

/// The text from which a shard is drawn, for a value that a codec writes as this text.
pub(in crate::table) fn plain_text(codec: Codec, text: &str) -> String {
    match codec {
        Codec::Integer => integers::parse(text).unwrap_or_default().to_string(),
        Codec::DateTime => match DateTime::from_text(text) {
            Ok(instant) => instant.to_text().into_owned(),
            Err(_) => text.to_owned(),
        },
        Codec::Text
        | Codec::PlainText
        | Codec::Decimal
        | Codec::Number
        | Codec::Boolean
        | Codec::Date
        | Codec::Uuid
        | Codec::Ulid
        | Codec::EnumText
        | Codec::EnumRank => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::texts::Format;
    use stipule_ir::types::{Limits, Scalar};

    fn text(base: Scalar, pattern: Option<&str>, most: Option<u64>) -> Set {
        let limits = Limits { pattern: pattern.map(str::to_owned), max_length: most, ..Limits::default() };
        Set::Text(Box::new(Texts::of(base, &limits)))
    }

    /// Sets with texts that each of them has.
    fn sets() -> Vec<(Set, Vec<&'static str>)> {
        let some = |words: &[&str]| Set::Words(words.iter().map(|word| (*word).to_owned()).collect());
        let plain = |pattern| text(Scalar::String, Some(pattern), None);
        let instant = "2026-01-02T03:04:05.678901234Z";
        vec![
            (some(&["HEAD"]), vec!["HEAD"]),
            (some(&["OPEN", "HEAD", "2026-05-06"]), vec!["OPEN", "HEAD", "2026-05-06"]),
            (Set::shards(4), vec!["0", "3"]),
            (
                text(Scalar::String, None, None),
                vec!["", "HEAD", "open", "0", "3", "10000000000000000009", instant],
            ),
            (text(Scalar::String, Some("^[A-Z]+$"), Some(4)), vec!["HEAD", "LINE", "OPEN"]),
            (text(Scalar::Email, None, None), vec!["a@b.example"]),
            (text(Scalar::Uri, None, Some(9)), vec!["a:", "urn:x"]),
            (plain("^[a-z]+$"), vec!["open", "line"]),
            (plain("^[1-3]$"), vec!["3"]),
            (plain("^[0-9]{20}$"), vec!["10000000000000000009", "00000000000000000000"]),
            (plain("^2025"), vec!["2025-01-01", "2025-01-01T00:00:00.000000000Z"]),
            (plain("^[0-9a-f-]{36}$"), vec!["018f3a52-0000-7000-8000-000000000001"]),
            (plain("x@y"), vec!["x@y", "ax@y.example"]),
            (
                Set::Integers(Integers::of(Scalar::Int64, &Limits::default())),
                vec!["10000000000000000009", "00000000000000000000"],
            ),
            (Set::Form(Form::Date), vec!["2026-05-06", "2025-01-01"]),
            (Set::Form(Form::DateTime), vec![instant, "2025-01-01T00:00:00.000000000Z"]),
            (Set::Form(Form::Uuid), vec!["018f3a52-0000-7000-8000-000000000001"]),
            (Set::Form(Form::Ulid), vec!["01ARZ3NDEKTSV4RRFFQ69G5FAV"]),
            (plain("^[0-9A-Z]{26}$"), vec!["01ARZ3NDEKTSV4RRFFQ69G5FAV"]),
            (Set::Form(Form::Number(Some(5))), vec!["0", "a15", "-a14~"]),
            (Set::Form(Form::Number(None)), vec!["0", "a15", "-Z78765~"]),
            (plain("^-Z.*~$"), vec!["-Z78765~"]),
            (some(&["000", "001", "002"]), vec!["002"]),
        ]
    }

    #[test]
    fn sets_with_a_common_text_are_never_called_apart() {
        let all = sets();
        for (one, of_one) in &all {
            assert!(of_one.iter().all(|text| one.admits(text)), "{one:?} has all of {of_one:?}");
            for (two, _) in &all {
                let common = of_one.iter().find(|text| two.admits(text));
                let found = words(&[one, two], 1);
                assert!(common.is_none() || !found.list.is_empty(), "{one:?} and {two:?} have {common:?}");
                assert!(found.list.iter().all(|text| one.admits(text) && two.admits(text)), "{found:?}");
                assert_eq!(
                    found.list.is_empty(),
                    words(&[two, one], 1).list.is_empty(),
                    "{one:?} and {two:?}"
                );
            }
        }
    }

    #[test]
    fn sets_without_a_common_text_are_known_to_have_none() {
        let all = sets();
        for (at, (one, _)) in all.iter().enumerate() {
            for (two, _) in &all[..at] {
                let found = words(&[one, two], 1);
                // Of formats automata know an outline only.
                let outlined = |set: &Set| matches!(set, Set::Text(it) if it.format != Format::Any);
                let known = !found.list.is_empty() || found.complete;
                assert!(known || outlined(one) && outlined(two), "{one:?} and {two:?}");
            }
        }
    }

    #[test]
    fn as_many_texts_as_are_wanted_are_found_where_there_are_as_many() {
        for (set, _) in sets() {
            let found = words(&[&set], 40);
            let different: BTreeSet<&String> = found.list.iter().collect();
            assert_eq!(different.len(), found.list.len(), "{set:?}");
            assert!(found.list.len() == 40 || found.list.len() <= 4, "{set:?}: {found:?}");
        }
    }
}
