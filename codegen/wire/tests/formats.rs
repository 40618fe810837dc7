//! Formats agree with the `jsonschema` crate on what is valid, and what is valid survives being written.

mod runs;

use std::fmt::Debug;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use stipule_wire::{Date, DateTime, Decimal, Decode, Email, Plain, Posture, Uri, Uuid, decode};

fn format(name: &str) -> Validator {
    let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "format": name});
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is valid")
}

static UUID: LazyLock<Validator> = LazyLock::new(|| format("uuid"));
static DATE: LazyLock<Validator> = LazyLock::new(|| format("date"));
static DATE_TIME: LazyLock<Validator> = LazyLock::new(|| format("date-time"));
static EMAIL: LazyLock<Validator> = LazyLock::new(|| format("email"));
static URI: LazyLock<Validator> = LazyLock::new(|| format("uri"));

/// Asks both; what we accept must read back from its text form as the same value.
fn agree<T>(theirs: &Validator, text: &str) -> Result<(), TestCaseError>
where
    T: Plain + Decode + serde::Serialize + PartialEq + Debug,
{
    let ours = decode::<T>(&text.into(), Posture::Closed);
    prop_assert_eq!(ours.is_ok(), theirs.is_valid(&Value::from(text)), "{:?}: {:?}", text, ours);
    if let Ok(value) = ours {
        survives(&value, theirs)?;
    }
    Ok(())
}

fn survives<T>(value: &T, theirs: &Validator) -> Result<(), TestCaseError>
where
    T: Plain + serde::Serialize + PartialEq + Debug,
{
    let written = value.to_text();
    prop_assert_eq!(&T::from_text(&written).expect("we wrote it"), value);
    let json = serde_json::to_value(value).expect("it can be written");
    prop_assert!(theirs.is_valid(&json), "{} isn't valid", json);
    prop_assert_eq!(json.as_str(), Some(&*written));
    Ok(())
}

fn all<T>(theirs: &Validator, texts: &[&str])
where
    T: Plain + Decode + serde::Serialize + PartialEq + Debug,
{
    for text in texts {
        agree::<T>(theirs, text).unwrap_or_else(|difference| panic!("{difference}"));
    }
}

/// A valid text with one character changed, removed or added: where parsers differ if they differ.
fn slip(valid: impl Strategy<Value = String>, with: &'static str) -> impl Strategy<Value = String> {
    let replacement = prop::sample::select(with.chars().collect::<Vec<_>>());
    (valid, any::<prop::sample::Index>(), replacement, 0..4).prop_map(|(text, at, c, how)| {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        match how {
            0 => {}
            1 if at < chars.len() => chars[at] = c,
            2 if at < chars.len() => drop(chars.remove(at)),
            _ => chars.insert(at, c),
        }
        chars.into_iter().collect()
    })
}

fn date_text() -> impl Strategy<Value = String> {
    let year = prop_oneof![0..10_000, Just(1900), Just(2000), Just(2024)];
    (year, 0..14, 0..33).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

fn time_text() -> impl Strategy<Value = String> {
    let fraction = prop_oneof![Just(String::new()), r"\.[0-9]{1,12}"];
    let clock = prop_oneof![
        (0..25, 0..61, 0..62).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}")),
        (0..24, 0..60).prop_map(|(h, m)| format!("{h:02}:{m:02}:60")),
    ];
    let offset = prop_oneof![Just(String::from("Z")), Just(String::from("z")), "[+-][0-2][0-9]:[0-6][0-9]",];
    (clock, fraction, offset).prop_map(|(clock, fraction, offset)| clock + &fraction + &offset)
}

proptest! {
    #![proptest_config(runs::config())]

    #[test]
    fn uuids_agree(text in slip("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}".boxed(), "0gG-{} é")) {
        agree::<Uuid>(&UUID, &text)?;
    }

    #[test]
    fn uuids_survive(bytes in any::<[u8; 16]>()) {
        survives(&Uuid::from_bytes(bytes), &UUID)?;
    }

    #[test]
    fn dates_agree(text in slip(date_text(), "0129-/T é")) {
        agree::<Date>(&DATE, &text)?;
    }

    #[test]
    fn instants_agree(date in date_text(), time in time_text(), t in "[Tt ]") {
        let text = format!("{date}{t}{time}");
        // An instant that its offset moves out of the years 0 to 9999 can't be written in UTC: we refuse it.
        prop_assume!(!date.starts_with("0000-01-01") && !date.starts_with("9999-12-31"));
        agree::<DateTime>(&DATE_TIME, &text)?;
    }

    #[test]
    fn slips_in_instants_agree(
        text in slip((1..9999, time_text()).prop_map(|(y, t)| format!("{y:04}-06-30T{t}")), "0159-+:.,TZ é"),
    ) {
        agree::<DateTime>(&DATE_TIME, &text)?;
    }

    #[test]
    fn instants_survive(seconds in -62_167_219_200i64..253_402_300_800, nanos in 0u32..1_000_000_000) {
        let nanos = if nanos % 3 == 0 { nanos / 1_000_000 * 1_000_000 } else { nanos };
        let instant = DateTime::from_unix(seconds, nanos).expect("it is in range");
        survives(&instant, &DATE_TIME)?;
        prop_assert_eq!(DateTime::from_text(&instant.fixed_width()), Ok(instant));
    }

    #[test]
    fn instants_sort_as_their_fixed_width_texts(
        a in (-62_167_219_200i64..253_402_300_800, 0u32..1_000_000_000),
        b in (-62_167_219_200i64..253_402_300_800, 0u32..1_000_000_000),
    ) {
        let [a, b] = [a, b].map(|(s, n)| DateTime::from_unix(s, n).expect("it is in range"));
        prop_assert_eq!(a.fixed_width().len(), 30);
        prop_assert_eq!(a.cmp(&b), a.fixed_width().cmp(&b.fixed_width()));
    }

    #[test]
    fn emails_agree(text in slip(
        r#"([a-z0-9!#$%&'*+/=?^_`{|}~-]{1,6}(\.[a-z0-9-]{1,4}){0,2}|"[a-z .@\\-]{0,6}")@[a-zA-Z0-9-]{1,6}(\.[a-z0-9-]{1,4}){0,3}"#.boxed(),
        "a.@\"-_ \\()<>,;:[]é\t\u{7f}",
    )) {
        // The other implementation lets a display name stand before the address; RFC 5321 has none.
        prop_assume!(!text.contains(" <"));
        agree::<Email>(&EMAIL, &text)?;
    }

    #[test]
    fn emails_at_addresses_agree(text in slip(
        r"a@\[(IPv6:|ipv6:|)([0-9a-f]{0,4}:){0,8}([0-9]{1,3}\.){0,3}[0-9]{0,3}\]".boxed(), "[]:.@0g",
    )) {
        agree::<Email>(&EMAIL, &text)?;
    }

    #[test]
    fn uris_agree(text in slip(
        r"[a-z][a-z0-9+.-]{0,4}:(//([a-z:%]{0,4}@)?([a-z0-9.-]{0,8}|\[[0-9a-f:.]{0,12}\]|\[v[0-9a-f]\.[a-z:]{0,3}\])(:[0-9]{0,4})?)?(/[a-z0-9@:;=%._~-]{0,6}){0,3}(\?[a-z=&/?%41-]{0,6})?(#[a-z/?-]{0,4})?".boxed(),
        "a%/?#[]@:<>\" \\^`{|}é41",
    )) {
        agree::<Uri>(&URI, &text)?;
    }

    #[test]
    fn decimals_survive(text in r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,20})?", scale in 0u8..6, unscaled in any::<i64>()) {
        let decimal: Decimal = text.parse().expect("it is a decimal");
        prop_assert_eq!(decimal.to_string(), text);
        let scaled = Decimal::from_scaled(unscaled.into(), scale);
        prop_assert_eq!(scaled.to_scaled(scale), Some(unscaled.into()));
        prop_assert_eq!(scaled.to_string().parse::<Decimal>(), Ok(scaled));
    }

    #[test]
    fn decimals_order_as_their_numbers(a in any::<i32>(), b in any::<i32>(), places in (0u8..4, 0u8..4)) {
        let [x, y] = [(a, places.0), (b, places.1)].map(|(n, scale)| Decimal::from_scaled(n.into(), scale));
        let [p, q] = [(a, places.0), (b, places.1)].map(|(n, scale)| i64::from(n) * 10i64.pow(4 - u32::from(scale)));
        prop_assert_eq!(x.cmp(&y), p.cmp(&q));
        prop_assert_eq!(x == y, p == q);
    }
}

#[test]
fn known_cases_agree() {
    // 1800 and 2200 are multiples of 200, which doesn't make them leap years.
    all::<Date>(&DATE, &["1800-02-29", "2100-02-29", "2200-02-29", "2400-02-29", "0004-02-29"]);
    all::<Uuid>(&UUID, &["67e55044-10b1-426f-9247-bb680e5fe0c8", "67E55044-10B1-426F-9247-BB680E5FE0C8"]);
    all::<Uuid>(&UUID, &["67e5504410b1426f9247bb680e5fe0c8", "{67e55044-10b1-426f-9247-bb680e5fe0c8}", ""]);
    all::<Date>(
        &DATE,
        &["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-02-29", "2026-1-01", "٢٠٢٦-01-01"],
    );
    all::<DateTime>(
        &DATE_TIME,
        &["1998-12-31T23:59:60Z", "1998-12-31T23:58:60Z", "1998-12-31T15:59:60.123-08:00"],
    );
    all::<DateTime>(
        &DATE_TIME,
        &["2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "2026-01-02T03:04Z", "2026-01-02T24:00:00Z"],
    );
    all::<DateTime>(
        &DATE_TIME,
        &["9999-12-31T23:59:59.999999999Z", "0000-01-01T00:00:00Z", "2026-01-02T03:04:05+2400"],
    );
    all::<Email>(
        &EMAIL,
        &["a@b", "\"\"@b.c", "\"a b\"@c", "\"@c", "a@b.", "a@-b", "a..b@c", ".a@c", "a@b@c", "é@b", "a@é.fr"],
    );
    all::<Email>(
        &EMAIL,
        &["a@xn--bcher-kva.example", "a@xn--", "a@ab--c", "a@xn--ls8h.la", "a@xn--X", "a@b_c"],
    );
    all::<Email>(&EMAIL, &[&format!("{}@b", "a".repeat(64)), &format!("{}@b", "a".repeat(65))]);
    all::<Email>(&EMAIL, &[&format!("a@{}b", "abc.".repeat(63)), &format!("a@{}bc", "abc.".repeat(63))]);
    all::<Email>(&EMAIL, &["a@[127.0.0.1]", "a@[IPv6:::1]", "a@[::1]", "a@[]", "a@[256.0.0.1]"]);
    all::<Uri>(
        &URI,
        &[
            "http://a",
            "a:",
            "a",
            "//a",
            "",
            ":",
            "http://[::1]:80/",
            "http://[::1",
            "http://a b",
            "urn:isbn:0",
        ],
    );
    all::<Uri>(
        &URI,
        &["http://[v1.a]", "http://[fe80::1%25en0]", "mailto:a@b", "http://a@b@c", "http://a:b:c", "x:#a#b"],
    );
}

#[test]
fn instants_that_leave_the_calendar_are_refused() {
    for text in ["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"] {
        assert!(DateTime::from_text(text).is_err(), "{text}");
    }
}
