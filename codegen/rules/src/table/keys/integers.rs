//! Whole numbers as they are written in keys: `1` and 19 digits from 0 up, `0` and the 19 digits of value + 2⁶³ below.

use std::sync::LazyLock;

use stipule_ir::types::{Bound, Limits, Scalar};

use super::set::Words;
use crate::language::automaton::Machine;

/// Characters of a written number.
pub(super) const LENGTH: u64 = 20;

/// Whole numbers of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::table) struct Integers {
    /// The least; above `most` if there is none at all.
    pub(in crate::table) least: i64,
    /// The greatest.
    pub(in crate::table) most: i64,
    /// All are multiples of it.
    step: i128,
}

impl Integers {
    pub(super) fn of(base: Scalar, limits: &Limits) -> Self {
        let (lowest, highest) = match base {
            Scalar::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let least = limits.minimum.as_ref().map_or(lowest, |bound| end(bound, true).max(lowest));
        let most = limits.maximum.as_ref().map_or(highest, |bound| end(bound, false).min(highest));
        Self { least, most, step: limits.multiple_of.as_deref().map_or(1, step) }
    }

    fn has(&self, value: i64) -> bool {
        (self.least..=self.most).contains(&value) && i128::from(value) % self.step == 0
    }

    pub(super) fn admits(&self, text: &str) -> bool {
        parse(text).is_some_and(|value| self.has(value))
    }

    /// How many there are, at least 0 and at most 2⁶⁴.
    pub(in crate::table) fn count(&self) -> u128 {
        let first = ceiling(self.least, self.step);
        let Ok(room) = u128::try_from(i128::from(self.most) - first) else { return 0 };
        room / self.step.unsigned_abs() + 1
    }

    pub(super) fn likely(&self) -> Vec<String> {
        let values = [7, 1, 2, 3, 0, self.least, self.most];
        values.into_iter().filter(|value| self.has(*value)).map(write).collect()
    }
}

/// The least multiple of `step` that isn't below `value`.
fn ceiling(value: i64, step: i128) -> i128 {
    let value = i128::from(value);
    value + (-value).rem_euclid(step)
}

/// Up to `wanted` numbers that all of these have.
pub(super) fn words(sets: &[&Integers], wanted: usize) -> Words {
    let least = sets.iter().map(|set| set.least).max().unwrap_or(i64::MIN);
    let most = sets.iter().map(|set| set.most).min().unwrap_or(i64::MAX);
    let step = sets.iter().try_fold(1_i128, |step, set| least_common_multiple(step, set.step));
    let Some(step) = step else { return Words { list: Vec::new(), complete: false } };
    let all = Integers { least, most, step };
    let mut list: Vec<i64> = [7, 1, 2, 3].into_iter().filter(|value| all.has(*value)).collect();
    let mut next = ceiling(least.max(0).min(most), step);
    let count = all.count();
    let enough = u128::try_from(wanted).unwrap_or(u128::MAX).min(count);
    let mut turned = false;
    while u128::try_from(list.len()).unwrap_or(u128::MAX) < enough {
        match i64::try_from(next).ok().filter(|value| all.has(*value)) {
            Some(value) if !list.contains(&value) => list.push(value),
            Some(_) => {}
            // Beyond the greatest: those below where it began are left.
            None if turned => break,
            None => {
                turned = true;
                next = ceiling(least, step) - step;
            }
        }
        next += step;
    }
    list.truncate(wanted);
    let complete = count <= u128::try_from(list.len()).unwrap_or(u128::MAX);
    Words { list: list.into_iter().map(write).collect(), complete }
}

fn least_common_multiple(one: i128, two: i128) -> Option<i128> {
    let (mut divisor, mut rest) = (one, two);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (one / divisor).checked_mul(two).filter(|step| *step <= i128::from(u64::MAX))
}

/// The whole number at one end of a range.
fn end(bound: &Bound, is_least: bool) -> i64 {
    let (whole, fraction) = bound.value.split_once('.').unwrap_or((&bound.value, ""));
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    let negative = bound.value.starts_with('-');
    let truncated: i64 = whole.parse().unwrap_or(if negative { i64::MIN } else { i64::MAX });
    match (is_least, has_fraction) {
        (true, true) if !negative => truncated.saturating_add(1),
        (false, true) if negative => truncated.saturating_sub(1),
        (true, false) if bound.exclusive => truncated.saturating_add(1),
        (false, false) if bound.exclusive => truncated.saturating_sub(1),
        _ => truncated,
    }
}

/// The whole number whose multiples are the whole multiples of a decimal: 5 for `2.5`, 1 for `0.25`.
fn step(decimal: &str) -> i128 {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: Option<i128> = format!("{whole}{fraction}").parse().ok().filter(|digits| *digits > 0);
    let scale = u32::try_from(fraction.len()).ok().and_then(|places| 10_i128.checked_pow(places));
    let (Some(digits), Some(scale)) = (digits, scale) else { return 1 };
    least_common_multiple(digits, scale).map_or(1, |multiple| multiple / scale)
}

pub(super) fn write(value: i64) -> String {
    match u64::try_from(value) {
        Ok(value) => format!("1{value:019}"),
        Err(_) => format!("0{:019}", value.wrapping_sub(i64::MIN)),
    }
}

pub(super) fn parse(text: &str) -> Option<i64> {
    let digits: i64 =
        text.get(1..).filter(|digits| digits.bytes().all(|it| it.is_ascii_digit()))?.parse().ok()?;
    let value = match text.as_bytes().first()? {
        b'1' => digits,
        b'0' => digits.wrapping_add(i64::MIN),
        _ => return None,
    };
    (text.len() == 20).then_some(value)
}

/// Accepts at least every written number.
pub(super) fn machine() -> Option<&'static Machine> {
    static WRITTEN: LazyLock<Option<Machine>> = LazyLock::new(|| Machine::of(r"\A[01][0-9]{19}\z"));
    WRITTEN.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(minimum: Option<&str>, maximum: Option<&str>, multiple_of: Option<&str>) -> Integers {
        let bound = |text: &str| Bound { value: text.to_owned(), exclusive: text.ends_with(".0") };
        let limits = Limits {
            minimum: minimum.map(bound),
            maximum: maximum.map(bound),
            multiple_of: multiple_of.map(str::to_owned),
            ..Limits::default()
        };
        Integers::of(Scalar::Int64, &limits)
    }

    fn found(sets: &[&Integers], wanted: usize) -> (Vec<i64>, bool) {
        let words = words(sets, wanted);
        (words.list.iter().filter_map(|word| parse(word)).collect(), words.complete)
    }

    #[test]
    fn a_number_reads_back_and_its_text_sorts_like_it() {
        let values = [i64::MIN, -5, -1, 0, 1, 7, i64::MAX];
        assert!(values.map(write).is_sorted());
        assert!(values.iter().all(|value| parse(&write(*value)) == Some(*value)));
        assert_eq!(parse("9999"), None);
    }

    #[test]
    fn ends_of_ranges_are_whole_numbers_inside() {
        let range = numbers(Some("1.5"), Some("-1.5"), None);
        assert_eq!((range.least, range.most), (2, -2));
        let range = numbers(Some("3.0"), Some("9.0"), None);
        assert_eq!((range.least, range.most), (4, 8));
    }

    #[test]
    fn common_numbers_are_all_found_when_they_are_few() {
        let (threes, fives) =
            (numbers(Some("1"), Some("40"), Some("3")), numbers(Some("0"), None, Some("2.5")));
        assert_eq!(found(&[&threes, &fives], 9), (vec![15, 30], true));
        assert_eq!(found(&[&numbers(Some("-2"), Some("0"), None)], 9), (vec![0, -2, -1], true));
        assert_eq!(found(&[&numbers(Some("5"), Some("4"), None)], 1), (vec![], true));
        assert_eq!(found(&[&numbers(None, None, None)], 2), (vec![7, 1], false));
        assert_eq!((numbers(Some("1"), Some("10"), Some("0.25")).count(), threes.count()), (10, 13));
    }
}
