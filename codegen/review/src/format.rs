//! Formats of strings that are checked: the test, an outline as a pattern, and samples.

use stipule_wire::{Date, Email, Ulid, Uri, Uuid};

/// A format that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Format {
    Date,
    DateTime,
    Time,
    Email,
    Uuid,
    Ulid,
    Uri,
    Ipv4,
    Ipv6,
}

struct Row {
    name: &'static str,
    format: Format,
    /// Matches at least every text of the format (in the language of the `regex` crate).
    outline: &'static str,
    /// Texts of the format, in every common reading of it.
    samples: &'static [&'static str],
}

/// Formats that JSON Schema defines and that aren't decided here.
const UNDECIDED: [&str; 11] = [
    "duration",
    "hostname",
    "idn-email",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "uri-reference",
    "uri-template",
];

/// Whether a format is one that JSON Schema defines and that isn't decided here.
pub(crate) fn is_undecided(name: &str) -> bool {
    UNDECIDED.contains(&name)
}

const ROWS: &[Row] = &[
    Row {
        name: "date",
        format: Format::Date,
        outline: r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z",
        samples: &["2024-01-31", "1999-12-01", "2030-06-15"],
    },
    Row {
        name: "date-time",
        format: Format::DateTime,
        outline: r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        samples: &["2024-01-31T10:20:30Z", "1999-12-01T00:00:00+02:00", "2030-06-15T12:00:00.5Z"],
    },
    Row {
        name: "time",
        format: Format::Time,
        outline: r"\A[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        samples: &["10:20:30Z", "23:59:59+02:00", "00:00:00.5Z"],
    },
    Row {
        name: "email",
        format: Format::Email,
        outline: r"(?s)\A.+@.+\z",
        samples: &["reader@example.org", "a@example.com", "first.last@mail.example.net"],
    },
    Row {
        name: "uuid",
        format: Format::Uuid,
        outline: r"\A[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\z",
        samples: &[
            "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
            "f81d4fae-7dec-41d0-a765-00a0c91e6bf6",
            "00000000-0000-4000-8000-000000000001",
        ],
    },
    Row {
        name: "ulid",
        format: Format::Ulid,
        outline: r"\A[0-7][0-9A-Za-z]{25}\z",
        samples: &["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ", "00000000000000000000000000"],
    },
    Row {
        name: "uri",
        format: Format::Uri,
        outline: r"(?s)\A[A-Za-z][A-Za-z0-9+.-]*:.*\z",
        samples: &["https://example.org/", "https://example.org/a/b?c=d", "urn:isbn:9780141439518"],
    },
    Row {
        name: "ipv4",
        format: Format::Ipv4,
        outline: r"\A[0-9]{1,3}(?:\.[0-9]{1,3}){3}\z",
        samples: &["192.0.2.1", "10.0.0.255", "198.51.100.7"],
    },
    Row {
        name: "ipv6",
        format: Format::Ipv6,
        outline: r"\A[0-9A-Fa-f:.]{2,45}\z",
        samples: &["2001:db8::1", "::1", "fe80::a:b"],
    },
];

impl Format {
    /// The format of this name, if it is one that is checked.
    pub(crate) fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.format)
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.format == self).expect("every format has a row")
    }

    /// A pattern (of the `regex` crate) that matches every text of the format and more.
    pub(crate) fn outline(self) -> &'static str {
        self.row().outline
    }

    /// Texts of the format.
    pub(crate) fn samples(self) -> &'static [&'static str] {
        self.row().samples
    }

    /// Whether a text is of the format.
    pub(crate) fn accepts(self, text: &str) -> bool {
        match self {
            Format::Date => text.parse::<Date>().is_ok(),
            Format::DateTime => is_date_time(text),
            Format::Time => is_time(text),
            Format::Email => text.parse::<Email>().is_ok(),
            Format::Uuid => text.len() == 36 && text.parse::<Uuid>().is_ok(),
            Format::Ulid => text.parse::<Ulid>().is_ok(),
            Format::Uri => text.parse::<Uri>().is_ok(),
            Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
        }
    }
}

fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(11..)) else { return false };
    matches!(text.as_bytes()[10], b'T' | b't') && date.parse::<Date>().is_ok() && is_time(time)
}

/// `full-time` of RFC 3339; a leap second only where it can be one.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let two = |at: usize| {
        let digits = bytes.get(at..at + 2)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| u32::from(digits[0] - b'0') * 10 + u32::from(digits[1] - b'0'))
    };
    let (Some(hour), Some(minute), Some(second)) = (two(0), two(3), two(6)) else { return false };
    if bytes[2] != b':' || bytes[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    let mut at = 8;
    if bytes.get(at) == Some(&b'.') {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        at += 1 + digits;
    }
    let offset = match bytes.get(at) {
        Some(b'Z' | b'z') => (bytes.len() == at + 1).then_some(0),
        Some(sign @ (b'+' | b'-')) => match (two(at + 1), bytes.get(at + 3), two(at + 4)) {
            (Some(hours @ ..=23), Some(b':'), Some(minutes @ ..=59)) if bytes.len() == at + 6 => {
                let minutes = i64::from(hours * 60 + minutes);
                Some(if *sign == b'+' { minutes } else { -minutes })
            }
            _ => None,
        },
        _ => None,
    };
    let utc = |offset: i64| (i64::from(hour * 60 + minute) - offset).rem_euclid(24 * 60);
    offset.is_some_and(|offset| second < 60 || utc(offset) == 23 * 60 + 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_of_their_format_and_within_its_outline() {
        for row in ROWS {
            let outline = regex::Regex::new(row.outline).unwrap();
            for sample in row.samples {
                assert!(row.format.accepts(sample), "{sample} is a {}", row.name);
                assert!(outline.is_match(sample), "{sample} is outside of the outline of {}", row.name);
            }
        }
    }

    #[test]
    fn nearly_right_texts_are_refused() {
        for (format, text) in [
            (Format::Date, "2023-02-29"),
            (Format::DateTime, "2024-01-31 10:20:30"),
            (Format::DateTime, "2024-01-31T10:20:60Z"),
            (Format::Time, "24:00:00Z"),
            (Format::Time, "10:20:30"),
            (Format::Uuid, "2eb8aa08aa9811eab4aa73b441d16380"),
            (Format::Ulid, "01ARZ3NDEKTSV4RRFFQ69G5FAU"),
            (Format::Ipv4, "192.0.2.256"),
            (Format::Uri, "/relative"),
            (Format::Email, "nobody"),
        ] {
            assert!(!format.accepts(text), "{text} as {format:?}");
        }
    }
}
