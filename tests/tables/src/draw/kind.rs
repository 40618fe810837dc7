//! What fields can be: schemas, each with values that try the limits of keys.

use std::sync::LazyLock;

use regex::Regex;
use stipule_ir::types::EnumLiteral;

/// A schema and some of its values.
#[derive(Debug)]
pub struct Kind {
    /// In YAML, on one line.
    pub schema: &'static str,
    /// Whether keys may hold it.
    pub in_keys: bool,
    /// Whether an index may be over it.
    pub in_native: bool,
    /// Whether shards may be drawn from it.
    pub in_shards: bool,
    /// Whether it is an enum of texts, which has ranks.
    pub ranked: bool,
    /// Whether there are few values, so that `when` can name one.
    pub few: bool,
    /// Whether it is a whole number.
    pub whole: bool,
    /// Values, at least two.
    pub values: Vec<EnumLiteral>,
}

/// Texts that look like literals, delimiters, escapes, numbers, dates and each other's beginnings.
const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "x",
    "y",
    "ab",
    "abc",
    "zz",
    "HEAD",
    "LINE",
    "ITEM",
    "A",
    "B",
    "AA",
    "AAA",
    "OPEN",
    "PAID",
    "DONE",
    "LOCK",
    "INBOX",
    "IDEM",
    "SEQ",
    "0",
    "1",
    "2",
    "3",
    "7",
    "9",
    "10",
    "11",
    "#",
    "##",
    "$",
    "$$",
    "a#b",
    "a#",
    "#a",
    "$#",
    "$c",
    "$d",
    "a$c",
    "x$",
    "a b",
    " ",
    "A#HEAD",
    "HEAD#",
    "LINE#1",
    "1#2",
    "1#",
    "é",
    "日本",
    "📚",
    "\u{0}",
    "\u{7f}",
    "~",
    "!",
    "\"",
    "%",
    "&",
    "10000000000000000007",
    "10000000000000000001",
    "09223372036854775807",
    "2026-01-02",
    "2026-03-04",
    "2025-12-31",
    "2026-01-02T03:04:05.000000000Z",
    "018f3a52-0000-7000-8000-000000000001",
    "true",
    "00",
    "01",
];

fn texts(pattern: &str, least: usize, most: usize) -> Vec<EnumLiteral> {
    let pattern = Regex::new(pattern).expect("the patterns here are good");
    let fits = |text: &&&str| {
        let length = text.chars().count();
        pattern.is_match(text) && (least..=most).contains(&length)
    };
    TEXTS.iter().filter(fits).map(|text| EnumLiteral::String((*text).to_owned())).collect()
}

fn these(texts: &[&str]) -> Vec<EnumLiteral> {
    texts.iter().map(|text| EnumLiteral::String((*text).to_owned())).collect()
}

fn numbers(numbers: &[i64]) -> Vec<EnumLiteral> {
    numbers.iter().map(|number| EnumLiteral::Integer(*number)).collect()
}

fn text(schema: &'static str, values: Vec<EnumLiteral>) -> Kind {
    // No key attribute is an empty text.
    let in_native = !values.contains(&EnumLiteral::String(String::new()));
    Kind {
        schema,
        in_keys: true,
        in_native,
        in_shards: true,
        ranked: false,
        few: false,
        whole: false,
        values,
    }
}

fn few(schema: &'static str, values: &[&str]) -> Kind {
    Kind {
        schema,
        in_keys: true,
        in_native: true,
        in_shards: true,
        ranked: true,
        few: true,
        whole: false,
        values: these(values),
    }
}

fn whole(schema: &'static str, values: &[i64]) -> Kind {
    Kind {
        schema,
        in_keys: true,
        in_native: true,
        in_shards: true,
        ranked: false,
        few: values.len() < 6,
        whole: true,
        values: numbers(values),
    }
}

fn large(schema: &'static str) -> Kind {
    Kind { in_keys: false, in_native: false, in_shards: false, ..text(schema, texts("", 0, 9)) }
}

/// Every kind. The last two are rare: values of one are too many for a transaction, of the other too large to be stored.
pub static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let mut long = texts("", 0, 300);
    long.extend(these(&[&"x".repeat(300), &"#".repeat(300), &"📚".repeat(300)]));
    vec![
        text("{type: string, maxLength: 6}", texts("", 0, 6)),
        text("{type: string, minLength: 1, maxLength: 4, pattern: \"^[A-Z]+$\"}", texts("^[A-Z]+$", 1, 4)),
        text("{type: string, pattern: \"^[a-z]{1,3}$\"}", texts("^[a-z]{1,3}$", 0, 9)),
        text("{type: string, pattern: \"^[^#$]{0,5}$\"}", texts("^[^#$]{0,5}$", 0, 9)),
        text("{type: string, pattern: \"^(HEAD|LINE|x)$\"}", texts("^(HEAD|LINE|x)$", 0, 9)),
        text("{type: string, pattern: \"^[0-9]{1,2}$\"}", texts("^[0-9]{1,2}$", 0, 9)),
        text("{type: string, pattern: \"^[0-9]{20}$\"}", texts("^[0-9]{20}$", 0, 20)),
        text("{type: string, pattern: \"^2026-\", maxLength: 30}", texts("^2026-", 0, 30)),
        text("{type: string, pattern: \"A\", maxLength: 8}", texts("A", 0, 8)),
        whole("{type: integer}", &[i64::MIN, -10, -9, -1, 0, 1, 2, 7, 9, 10, 11, 100, i64::MAX]),
        whole("{type: integer, minimum: 0, maximum: 3}", &[0, 1, 2, 3]),
        whole("{type: integer, format: int32, multipleOf: 5}", &[-10, -5, 0, 5, 10, 15, 100, 105]),
        whole("{type: integer, minimum: -5, maximum: 12}", &[-5, -4, 0, 7, 9, 10, 12]),
        few("{type: string, enum: [OPEN, PAID, DONE]}", &["OPEN", "PAID", "DONE"]),
        few("{type: string, enum: [HEAD, ITEM, \"a#b\"]}", &["HEAD", "ITEM", "a#b"]),
        few("{type: string, enum: [\"$\", \"0\", \"1\"]}", &["$", "0", "1"]),
        few("{type: string, enum: [A, AA, B]}", &["A", "AA", "B"]),
        text(
            "{type: string, format: uuid}",
            these(&[
                "018f3a52-0000-7000-8000-000000000001",
                "018f3a52-0000-7000-8000-000000000002",
                "ffffffff-ffff-4fff-8fff-ffffffffffff",
            ]),
        ),
        text(
            "{type: string, format: date}",
            these(&["2026-01-02", "2026-03-04", "2025-12-31", "0001-01-01"]),
        ),
        text(
            "{type: string, format: date-time}",
            these(&[
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:05.5Z",
                "2026-01-02T03:04:05.000000001Z",
                "2025-12-31T23:59:59.999Z",
                "2026-03-04T00:00:00Z",
            ]),
        ),
        text(
            "{type: string, format: email}",
            these(&["a@b.example", "#@b.example", "a$@b.example", "A@b.example"]),
        ),
        text("{type: string, format: uri, maxLength: 20}", these(&["a:", "a:#", "urn:x", "urn:x#HEAD"])),
        text(
            "{type: string, format: ulid}",
            these(&[
                "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "01ARZ3NDEKTSV4RRFFQ69G5FAW",
                "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            ]),
        ),
        // Each number is spelt in one way only: equal ones are one key.
        Kind {
            schema: "{type: string, format: decimal, maxLength: 20}",
            in_native: false,
            in_shards: false,
            ..text(
                "",
                these(&["-100.5", "-10", "-9.75", "-0.5", "0", "0.05", "0.5", "2", "9", "10", "100.25"]),
            )
        },
        text("{type: string, maxLength: 300}", long),
        text("{type: string}", texts("", 0, 99)),
        Kind {
            schema: "{type: boolean}",
            in_keys: true,
            in_native: false,
            in_shards: false,
            ranked: false,
            few: true,
            whole: false,
            values: vec![EnumLiteral::Boolean(true), EnumLiteral::Boolean(false)],
        },
        large("{type: string, maxLength: 20000}"),
        large("{type: string, maxLength: 200000}"),
    ]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_values() {
        for kind in KINDS.iter() {
            assert!(kind.values.len() >= 2, "{}", kind.schema);
        }
    }
}
