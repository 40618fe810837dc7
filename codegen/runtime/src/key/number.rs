//! How decimal numbers of any size are written in keys.
//!
//! A number other than zero is `0.d₁d₂…dₙ × 10^e`, where neither the first digit nor the last one is zero: so two
//! spellings of one number (`1.0`, `1.00`) are one key. It is written as its exponent, then its digits:
//!
//! | number | written | |
//! | --- | --- | --- |
//! | 12.34 | `a21234` | exponent 2, then the digits |
//! | 0.05 | `Z85` | exponent −1: an upper-case letter and the nines' complement of 1 |
//! | 1e300 | `c3011` | exponent 301: `c` for three digits |
//! | 0 | `0` | |
//! | −12.34 | `-Z78765~` | after a hyphen the exponent −2 and the complements of the digits |
//!
//! The letter says how many digits the exponent has: from `a` up for one of 0 and above, from `Z` down for one below,
//! whose digits are complemented. So the text sorts as the exponents do. Digits sort as fractions do, because the `#`
//! that ends a segment is less than each of them; for negative numbers `~`, greater than each, ends them instead.

use std::fmt::{self, Write as _};

use stipule_wire::{Decimal, Plain};

use super::codec::digits_of;

/// Most digits before or after the point of a decimal that is read back from a key. No key has room for more of them,
/// but a forged exponent could ask for any number of zeros.
const MOST_ZEROS: i64 = 4096;

const INFALLIBLE: &str = "writing into a String never fails";

/// What sets infinities apart: below every negative number, above every positive one; and what is no number, above all.
const BELOW_ALL: &str = "--";
const ABOVE_ALL: &str = "~";
const NO_NUMBER: &str = "~~";

/// A number taken apart: the value is `0.digits × 10^exponent`.
#[derive(Clone, Copy)]
struct Parts<'a> {
    negative: bool,
    exponent: i64,
    /// The digits in two pieces, without zeros at either end of the whole.
    digits: [&'a str; 2],
}

impl<'a> Parts<'a> {
    /// `-12.340`: what a [`Decimal`] reads. `None` for zero.
    fn of_plain(text: &'a str) -> Option<Self> {
        let (negative, number) = text.strip_prefix('-').map_or((false, text), |number| (true, number));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = fraction.trim_end_matches('0');
        let (exponent, digits) = if whole == "0" {
            let digits = fraction.trim_start_matches('0');
            (-length(fraction.len() - digits.len()), [digits, ""])
        } else if fraction.is_empty() {
            (length(whole.len()), [whole.trim_end_matches('0'), ""])
        } else {
            (length(whole.len()), [whole, fraction])
        };
        (!digits[0].is_empty()).then_some(Self { negative, exponent, digits })
    }

    /// `-1.234e-5`: what a double that is neither zero nor infinite shows as.
    fn of_scientific(text: &'a str) -> Option<Self> {
        let (negative, number) = text.strip_prefix('-').map_or((false, text), |number| (true, number));
        let (digits, exponent) = number.split_once('e')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent: i64 = exponent.parse().ok()?;
        (whole != "0").then_some(Self { negative, exponent: exponent + 1, digits: [whole, fraction] })
    }

    fn write_to(&self, key: &mut String) {
        if !self.negative {
            exponent_into(key, self.exponent);
            self.digits.iter().for_each(|digits| key.push_str(digits));
            return;
        }
        key.push('-');
        exponent_into(key, -self.exponent);
        self.digits.iter().flat_map(|digits| digits.chars()).for_each(|digit| key.push(complement(digit)));
        key.push('~');
    }

    fn len(&self) -> usize {
        let signs = if self.negative { 2 } else { 0 };
        let exponent = 1 + digits_of(self.exponent.unsigned_abs());
        signs + exponent + self.digits[0].len() + self.digits[1].len()
    }
}

/// The length of a text, which memory bounds.
fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn complement(digit: char) -> char {
    match digit {
        '0'..='9' => char::from(b'0' + b'9' - u8::try_from(digit).expect("a digit is ASCII")),
        other => other,
    }
}

fn exponent_into(key: &mut String, exponent: i64) {
    let digits = digits_of(exponent.unsigned_abs());
    let place = u8::try_from(digits - 1).expect("64 bits have 20 digits");
    if exponent >= 0 {
        key.push(char::from(b'a' + place));
        write!(key, "{exponent}").expect(INFALLIBLE);
    } else {
        key.push(char::from(b'Z' - place));
        // 10ⁿ − 1 − |exponent| is the nines' complement; 20 nines don't fit 64 bits.
        let nines = 10_u128.pow(u32::from(place) + 1) - 1;
        write!(key, "{:0digits$}", nines - u128::from(exponent.unsigned_abs())).expect(INFALLIBLE);
    }
}

/// A double in scientific form: its shortest digits that read back as the same double, without an allocation.
struct Shown {
    /// A sign, 17 digits, a point, `e-324`: 24 bytes.
    bytes: [u8; 32],
    used: usize,
}

impl Shown {
    fn of(number: f64) -> Self {
        let mut shown = Self { bytes: [0; 32], used: 0 };
        write!(shown, "{number:e}").expect("no double shows longer");
        shown
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.used]).expect("a number shows in ASCII")
    }
}

impl fmt::Write for Shown {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.used..self.used + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.used += text.len();
        Ok(())
    }
}

pub(super) fn decimal_into(key: &mut String, decimal: &Decimal) {
    match Parts::of_plain(decimal.as_str()) {
        Some(parts) => parts.write_to(key),
        None => key.push('0'),
    }
}

pub(super) fn decimal_len(decimal: &Decimal) -> usize {
    Parts::of_plain(decimal.as_str()).map_or(1, |parts| parts.len())
}

/// A double without digits: zero, an infinity, not a number.
fn special(number: f64) -> &'static str {
    match number {
        f64::INFINITY => ABOVE_ALL,
        f64::NEG_INFINITY => BELOW_ALL,
        _ if number.is_nan() => NO_NUMBER,
        _ => "0",
    }
}

pub(super) fn number_into(key: &mut String, number: f64) {
    match Parts::of_scientific(Shown::of(number).as_str()) {
        Some(parts) => parts.write_to(key),
        None => key.push_str(special(number)),
    }
}

pub(super) fn number_len(number: f64) -> usize {
    Parts::of_scientific(Shown::of(number).as_str()).map_or(special(number).len(), |parts| parts.len())
}

/// The decimal of a segment, in its shortest spelling; `None` for what the codec never writes.
pub fn parse_decimal(segment: &str) -> Option<Decimal> {
    let text = match read(segment)? {
        None => "0".to_owned(),
        Some((negative, exponent, digits)) => {
            if exponent.abs() > MOST_ZEROS {
                return None;
            }
            plain(negative, exponent, &digits)
        }
    };
    let decimal = Decimal::from_text(&text).ok()?;
    let mut again = String::with_capacity(segment.len());
    decimal_into(&mut again, &decimal);
    (again == segment).then_some(decimal)
}

/// The double of a segment; `None` for what the codec never writes, and for what is no number.
pub fn parse_number(segment: &str) -> Option<f64> {
    let number = match segment {
        ABOVE_ALL => f64::INFINITY,
        BELOW_ALL => f64::NEG_INFINITY,
        _ => match read(segment)? {
            None => 0.0,
            Some((negative, exponent, digits)) => {
                format!("{}0.{digits}e{exponent}", if negative { "-" } else { "" }).parse().ok()?
            }
        },
    };
    let mut again = String::with_capacity(segment.len());
    number_into(&mut again, number);
    (again == segment).then_some(number)
}

/// Whether it is negative, the exponent and the digits; `None` within for zero.
type Read = Option<(bool, i64, String)>;

/// What is read must be written again to know that it is the one form of the number.
fn read(segment: &str) -> Option<Read> {
    if segment == "0" {
        return Some(None);
    }
    let (negative, rest) = match segment.strip_prefix('-') {
        Some(rest) => (true, rest.strip_suffix('~')?),
        None => (false, segment),
    };
    let (exponent, digits) = read_exponent(rest)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = if negative { digits.chars().map(complement).collect() } else { digits.to_owned() };
    Some(Some((negative, if negative { -exponent } else { exponent }, digits)))
}

fn read_exponent(text: &str) -> Option<(i64, &str)> {
    let letter = *text.as_bytes().first()?;
    let (below, count) = match letter {
        b'a'..=b't' => (false, usize::from(letter - b'a') + 1),
        b'G'..=b'Z' => (true, usize::from(b'Z' - letter) + 1),
        _ => return None,
    };
    let written = text.get(1..=count)?;
    if !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let written: u128 = written.parse().ok()?;
    let magnitude = if below { 10_u128.pow(u32::try_from(count).ok()?) - 1 - written } else { written };
    let exponent = i64::try_from(magnitude).ok()?;
    Some((if below { -exponent } else { exponent }, &text[count + 1..]))
}

/// `-0.05` from the digits `5` and the exponent −1.
fn plain(negative: bool, exponent: i64, digits: &str) -> String {
    let sign = if negative { "-" } else { "" };
    match usize::try_from(exponent) {
        Ok(0) => format!("{sign}0.{digits}"),
        Ok(whole) if whole >= digits.len() => format!("{sign}{digits:0<whole$}"),
        Ok(whole) => format!("{sign}{}.{}", &digits[..whole], &digits[whole..]),
        Err(_) => {
            let zeros = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
    }
}
