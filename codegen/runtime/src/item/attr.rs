//! One attribute value.

use std::borrow::Cow;
use std::fmt;

use super::Item;

/// An attribute value in the value model of DynamoDB. Sets are not used: contracts have lists.
#[derive(Clone, PartialEq, Eq)]
pub enum Attr {
    /// Text.
    S(String),
    /// Number as decimal text. DynamoDB keeps 38 digits and normalises (`1.0` is read back as `1`).
    N(String),
    /// Boolean.
    Bool(bool),
    /// Null, which is not the same as absent.
    Null,
    /// Bytes.
    B(Vec<u8>),
    /// List.
    L(Vec<Attr>),
    /// Map.
    M(Item),
}

impl Attr {
    /// Text.
    pub fn text(value: impl Into<String>) -> Self {
        Self::S(value.into())
    }

    /// An integer.
    pub fn integer(value: impl Into<i64>) -> Self {
        Self::N(value.into().to_string())
    }

    /// An unsigned integer, for versions, sequence numbers and times in seconds.
    pub fn unsigned(value: u64) -> Self {
        Self::N(value.to_string())
    }

    /// A double. Not-a-number and the infinities, which JSON does not have either, become null.
    pub fn float(value: f64) -> Self {
        serde_json::Number::from_f64(value).map_or(Self::Null, |number| Self::N(number.to_string()))
    }

    /// A list.
    pub fn list(values: impl IntoIterator<Item = Attr>) -> Self {
        Self::L(values.into_iter().collect())
    }

    /// A map.
    pub fn map<N: Into<Cow<'static, str>>>(entries: impl IntoIterator<Item = (N, Attr)>) -> Self {
        Self::M(entries.into_iter().collect())
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::S(text) = self { Some(text) } else { None }
    }

    /// How a store sorts two values of one key attribute: texts by their bytes, whole numbers by their value. `None` for
    /// anything else.
    pub fn cmp_as_key(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::S(one), Self::S(two)) => Some(one.cmp(two)),
            (Self::N(_), Self::N(_)) => Some(self.as_integer()?.cmp(&other.as_integer()?)),
            _ => None,
        }
    }

    /// What a key attribute says: text, or the digits of a number.
    pub fn as_key_text(&self) -> Option<&str> {
        match self {
            Self::S(text) | Self::N(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is a number without fraction within the range; `1.0` and `1e2` are integers.
    pub fn as_integer(&self) -> Option<i64> {
        let Self::N(digits) = self else { return None };
        digits.parse().ok().or_else(|| integer_of_decimal(digits))
    }

    /// The unsigned integer, if it is one.
    pub fn as_unsigned(&self) -> Option<u64> {
        let Self::N(digits) = self else { return None };
        digits.parse().ok().or_else(|| self.as_integer().and_then(|value| u64::try_from(value).ok()))
    }

    /// The double nearest to the number.
    pub fn as_float(&self) -> Option<f64> {
        let Self::N(digits) = self else { return None };
        digits.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The bytes, if it is bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::B(bytes) = self { Some(bytes) } else { None }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Attr]> {
        if let Self::L(items) = self { Some(items) } else { None }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<&Item> {
        if let Self::M(entries) = self { Some(entries) } else { None }
    }

    /// The kind as DynamoDB writes it: `S`, `N`, `BOOL`, `NULL`, `B`, `L`, `M`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
            Self::B(_) => "B",
            Self::L(_) => "L",
            Self::M(_) => "M",
        }
    }

    /// Size in bytes as DynamoDB counts it. A number takes one byte per two digits plus one, at most 21.
    ///
    /// Source: "DynamoDB item sizes and formats" of the developer guide.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::N(digits) => number_size(digits),
            Self::Bool(_) | Self::Null => 1,
            Self::B(bytes) => bytes.len(),
            Self::L(items) => 3 + items.iter().map(|item| item.size_bytes() + 1).sum::<usize>(),
            Self::M(entries) => {
                3 + entries.iter().map(|(name, value)| name.len() + value.size_bytes() + 1).sum::<usize>()
            }
        }
    }
}

fn number_size(digits: &str) -> usize {
    let significant = digits
        .split(['e', 'E'])
        .next()
        .unwrap_or_default()
        .trim_start_matches(['-', '+', '0', '.'])
        .chars()
        .filter(char::is_ascii_digit)
        .count();
    let negative = usize::from(digits.starts_with('-'));
    (significant.div_ceil(2) + 1 + negative).min(21)
}

/// `1.0`, `12e3`, `-5.00E2`: DynamoDB may hand an integer back in another form than it was given.
fn integer_of_decimal(digits: &str) -> Option<i64> {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let mut value: i128 = format!("{whole}{fraction}").parse().ok()?;
    if value == 0 {
        return Some(0);
    }
    while exponent < 0 && value % 10 == 0 {
        value /= 10;
        exponent += 1;
    }
    let scale = 10_i128.checked_pow(u32::try_from(exponent).ok()?)?;
    value.checked_mul(scale).and_then(|value| i64::try_from(value).ok())
}

/// The kind only: values may be personal data.
impl fmt::Debug for Attr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl From<&str> for Attr {
    fn from(value: &str) -> Self {
        Self::S(value.to_owned())
    }
}

impl From<String> for Attr {
    fn from(value: String) -> Self {
        Self::S(value)
    }
}

impl From<i64> for Attr {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}

impl From<bool> for Attr {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_read_whatever_form_the_store_gives_it() {
        for (digits, expected) in [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("1.0", Some(1)),
            ("12e3", Some(12_000)),
            ("-5.00E2", Some(-500)),
            ("1500e-2", Some(15)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("1.5", None),
            ("1e400", None),
            ("", None),
            ("e", None),
        ] {
            assert_eq!(Attr::N(digits.to_owned()).as_integer(), expected, "{digits}");
        }
    }

    #[test]
    fn sizes_follow_the_developer_guide() {
        assert_eq!(Attr::text("añb").size_bytes(), 4);
        assert_eq!(Attr::integer(27).size_bytes(), 2);
        assert_eq!(Attr::integer(-27).size_bytes(), 3);
        assert_eq!(Attr::N("461".to_owned()).size_bytes(), 3);
        assert_eq!(Attr::Null.size_bytes(), 1);
        assert_eq!(Attr::list([Attr::Null]).size_bytes(), 5);
        assert_eq!(Attr::map([("ab", Attr::Bool(true))]).size_bytes(), 7);
    }

    #[test]
    fn debug_never_shows_a_value() {
        let shown = format!("{:?}", Attr::map([("email", Attr::text("ada@example.org"))]));
        assert!(!shown.contains("ada"), "{shown}");
    }
}
