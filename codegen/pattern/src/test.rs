//! One test of a value: an entry of a field's list in a pattern.
//!
//! Every test looks at a leaf's text as the service does: strings in quotes, anything else as spelt. That is why
//! `{"prefix": "5"}` never matches the number 5, and why `{"prefix": ""}` matches every string and nothing else.

use std::fmt;

use crate::address::Address;
use crate::event::LeafView;
use crate::fold::Fold;
use crate::glob::Glob;
use crate::number;

/// An entry of a field's list. Texts are in quotes where they stand for strings, so that they compare to a leaf's.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Test {
    /// The leaf's text is this: strings in quotes, `true`, `false`, `null`, numbers that no double holds.
    Text(Box<str>),
    /// The leaf is this number, however spelt.
    Number(f64),
    /// The leaf is a string that spells this address; what an exact string that is an address means.
    Address(Address),
    /// The text starts so (opening quote included).
    Prefix(Box<str>),
    /// The text ends so (closing quote included).
    Suffix(Box<str>),
    /// The text starts so without case.
    PrefixIgnoreCase(Fold),
    /// The text ends so without case.
    SuffixIgnoreCase(Fold),
    /// The text is this without case.
    IgnoreCase(Fold),
    /// The text matches this wildcard.
    Wildcard(Glob),
    /// The leaf is a number in this range.
    Range(Range),
    /// The leaf is a string that spells an address between these two.
    Block(Address, Address),
    /// There is a leaf.
    Exists,
    /// There is no leaf.
    Absent,
    /// There is a leaf, and it is none of these.
    AnythingBut(Except),
}

/// A range of numbers. Bounds are infinite where the pattern gives none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The lower bound.
    pub low: f64,
    /// Whether the lower bound itself belongs to the range.
    pub low_included: bool,
    /// The upper bound.
    pub high: f64,
    /// Whether the upper bound itself belongs to the range.
    pub high_included: bool,
}

impl Range {
    /// Whether the range holds a number.
    pub fn contains(&self, number: f64) -> bool {
        let above = if self.low_included { number >= self.low } else { number > self.low };
        above && if self.high_included { number <= self.high } else { number < self.high }
    }
}

/// What `anything-but` excludes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Except {
    /// These strings, in quotes.
    Texts(Vec<Box<str>>),
    /// These numbers.
    Numbers(Vec<f64>),
    /// Texts that start so.
    Prefixes(Vec<Box<str>>),
    /// Texts that end so.
    Suffixes(Vec<Box<str>>),
    /// These texts without case.
    IgnoreCase(Vec<Fold>),
    /// Texts that match these wildcards.
    Wildcards(Vec<Glob>),
}

impl Test {
    /// Whether a leaf passes. [`Test::Absent`] is about a leaf that isn't there, so no leaf passes it.
    pub fn passes(&self, leaf: LeafView<'_>) -> bool {
        match self {
            Self::Text(text) => **text == *leaf.text,
            Self::Number(number) => leaf.number == Some(*number),
            Self::Address(address) => in_block(*address, *address, leaf.text),
            Self::Prefix(prefix) => leaf.text.starts_with(&**prefix),
            Self::Suffix(suffix) => leaf.text.ends_with(&**suffix),
            Self::PrefixIgnoreCase(fold) => fold.starts(leaf.text),
            Self::SuffixIgnoreCase(fold) => fold.ends(leaf.text),
            Self::IgnoreCase(fold) => fold.equals(leaf.text),
            Self::Wildcard(glob) => glob.matches(leaf.text),
            Self::Range(range) => leaf.number.is_some_and(|number| range.contains(number)),
            Self::Block(low, high) => in_block(*low, *high, leaf.text),
            Self::Exists => true,
            Self::Absent => false,
            Self::AnythingBut(except) => !except.covers(leaf),
        }
    }

    /// Whether a leaf of this spelling passes: JSON, with strings in quotes but without escapes.
    pub fn takes(&self, text: &str) -> bool {
        let number = if text.starts_with('"') { None } else { number::comparable(text) };
        self.passes(LeafView { text, number, place: 0 })
    }

    /// A regular expression, in the language of the `regex` crate, that finds every string that passes, without its
    /// quotes, and maybe more; `None` for a test that no string passes.
    pub fn outline(&self) -> Option<String> {
        let between = |body: &str| format!(r"\A(?s:{body})\z");
        match self {
            Self::Text(text) => Some(between(&escaped(text.strip_prefix('"')?.strip_suffix('"')?))),
            Self::Number(_) | Self::Range(_) | Self::Absent => None,
            Self::Address(_) | Self::Block(..) => Some(between("[0-9A-Fa-f:.]+")),
            // A quote at the open end of an operand may also meet the one that ends the string.
            Self::Prefix(prefix) => {
                let whole = prefix.strip_prefix('"')?;
                let met = whole.strip_suffix('"').map(escaped);
                Some(between(&alternatives(format!("{}.*", escaped(whole)), met)))
            }
            Self::Suffix(suffix) => {
                let whole = suffix.strip_suffix('"')?;
                let met = whole.strip_prefix('"').map(escaped);
                Some(between(&alternatives(format!(".*{}", escaped(whole)), met)))
            }
            Self::PrefixIgnoreCase(fold) => {
                let met = fold.is_closed().then(|| fold.outline(true, true));
                Some(between(&alternatives(format!("{}.*", fold.outline(true, false)), met)))
            }
            Self::SuffixIgnoreCase(fold) => {
                let met = fold.is_opened().then(|| fold.outline(true, true));
                Some(between(&alternatives(format!(".*{}", fold.outline(false, true)), met)))
            }
            Self::IgnoreCase(fold) => Some(between(&fold.outline(true, true))),
            Self::Wildcard(glob) => {
                let literals: Vec<String> = glob.literals().iter().map(|it| escaped(it)).collect();
                let body = literals.join(".*");
                Some(between(body.strip_prefix('"')?.strip_suffix('"')?))
            }
            Self::Exists | Self::AnythingBut(_) => Some(between(".*")),
        }
    }
}

fn alternatives(one: String, other: Option<String>) -> String {
    match other {
        None => one,
        Some(other) => format!("(?:{one}|{other})"),
    }
}

/// A text as a regular expression that finds it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_punctuation() && !matches!(letter, '"' | '<' | '>') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

impl Except {
    fn covers(&self, leaf: LeafView<'_>) -> bool {
        match self {
            Self::Texts(texts) => texts.iter().any(|text| **text == *leaf.text),
            Self::Numbers(numbers) => leaf.number.is_some_and(|found| numbers.contains(&found)),
            Self::Prefixes(prefixes) => prefixes.iter().any(|prefix| leaf.text.starts_with(&**prefix)),
            Self::Suffixes(suffixes) => suffixes.iter().any(|suffix| leaf.text.ends_with(&**suffix)),
            Self::IgnoreCase(folds) => folds.iter().any(|fold| fold.equals(leaf.text)),
            Self::Wildcards(globs) => globs.iter().any(|glob| glob.matches(leaf.text)),
        }
    }
}

/// Whether an address block holds the address that a string spells. The service compares hexadecimal digits from the
/// left and stops at the first digit that decides, without asking for the family: `::/0` holds most IPv4 addresses.
/// Its engine also takes a bare number for such digits (`0.0.0.0/0` holds 5, unless a numeric test stands beside it);
/// that slip isn't copied.
fn in_block(low: Address, high: Address, text: &str) -> bool {
    let Some(digits) = address_digits(text) else { return false };
    let (low, high) = (low.digits(), high.digits());
    let (mut on_low, mut on_high) = (true, true);
    for (place, (low, high)) in low.iter().zip(&high).enumerate() {
        let Some(digit) = digits.get(place) else { return false };
        if (on_low && digit < low) || (on_high && digit > high) {
            return false;
        }
        on_low &= digit == low;
        on_high &= digit == high;
        if !on_low && !on_high {
            return true;
        }
    }
    true
}

/// The hexadecimal digits of the address that a string spells.
pub(crate) fn address_digits(text: &str) -> Option<Vec<u8>> {
    let string = text.strip_prefix('"')?.strip_suffix('"')?;
    Address::parse(string).map(Address::digits)
}

/// The test in words, to stand after "expected".
impl fmt::Display for Test {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(out, "{text}"),
            Self::Number(number) => write!(out, "the number {number}"),
            Self::Address(address) => write!(out, "the address {address}"),
            Self::Prefix(prefix) => write!(out, "a string that starts with {prefix}\""),
            Self::Suffix(suffix) => write!(out, "a string that ends with \"{suffix}"),
            Self::PrefixIgnoreCase(fold) => {
                write!(out, "a string that starts with {fold}\", whatever its case")
            }
            Self::SuffixIgnoreCase(fold) => {
                write!(out, "a string that ends with \"{fold}, whatever its case")
            }
            Self::IgnoreCase(fold) => write!(out, "{fold}, whatever its case"),
            Self::Wildcard(glob) => write!(out, "a string like {glob}"),
            Self::Range(range) => write!(out, "a number {range}"),
            Self::Block(low, high) => write!(out, "an address from {low} to {high}"),
            Self::Exists => write!(out, "any value"),
            Self::Absent => write!(out, "no value"),
            Self::AnythingBut(except) => write!(out, "anything but {except}"),
        }
    }
}

impl fmt::Display for Except {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Texts(texts) => out.write_str(&joined(texts, ToString::to_string)),
            Self::Numbers(numbers) => out.write_str(&joined(numbers, f64::to_string)),
            Self::Prefixes(prefixes) => {
                write!(out, "a string that starts with {}", joined(prefixes, |prefix| format!("{prefix}\"")))
            }
            Self::Suffixes(suffixes) => {
                write!(out, "a string that ends with {}", joined(suffixes, |suffix| format!("\"{suffix}")))
            }
            Self::IgnoreCase(folds) => write!(out, "{}, whatever the case", joined(folds, Fold::to_string)),
            Self::Wildcards(globs) => write!(out, "a string like {}", joined(globs, Glob::to_string)),
        }
    }
}

/// A list in words: `a, b or c`.
pub(crate) fn joined<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    let mut words: Vec<String> = items.iter().map(words).collect();
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let low = if self.low_included { "from" } else { "above" };
        let high = if self.high_included { "up to" } else { "below" };
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) if self.low == self.high => write!(out, "equal to {}", self.low),
            (true, true) => write!(out, "{low} {} and {high} {}", self.low, self.high),
            (true, false) => write!(out, "{low} {}", self.low),
            (false, _) => write!(out, "{high} {}", self.high),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(bits) => std::net::Ipv4Addr::from_bits(*bits).fmt(out),
            Self::V6(bits) => std::net::Ipv6Addr::from_bits(*bits).fmt(out),
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, literal) in self.literals().iter().enumerate() {
            if place > 0 {
                out.write_str("*")?;
            }
            out.write_str(&literal.replace('\\', r"\\").replace('*', r"\*"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Fold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ascii(operand) => out.write_str(operand),
            Self::Forms(forms) => forms.iter().try_for_each(|(lower, _)| out.write_str(lower)),
        }
    }
}
