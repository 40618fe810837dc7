//! Values of scalars within their limits.

use stipule_ir::types::{Bound, Limits, Scalar};
use stipule_wire::{Any, Json, Number};

use super::text;
use crate::admit::{ranged, spelt};

/// The `turn`-th value of a scalar; `None` when none is easy to find.
pub(super) fn sample(scalar: Scalar, limits: &Limits, turn: u64) -> Option<Any> {
    match scalar {
        Scalar::Null => Some(Json::Null),
        Scalar::Any => Some(Json::from(format!("anything {}", turn + 1))),
        Scalar::Boolean => Some(Json::from(turn.is_multiple_of(2))),
        Scalar::Int32 | Scalar::Int64 => integer(scalar, limits, turn).map(Json::from),
        Scalar::Float64 => float(limits, turn).and_then(Number::from_f64).map(Json::Number),
        Scalar::String => text::sample(limits, turn).map(Json::from),
        formatted => {
            let proposals = formats(formatted, turn);
            proposals.into_iter().find(|it| spelt(it, limits)).map(Json::from)
        }
    }
}

/// Texts of a format, the likeliest to keep further limits last.
fn formats(scalar: Scalar, turn: u64) -> Vec<String> {
    let number = turn + 1;
    match scalar {
        Scalar::Uuid => vec![format!("018f3a52-0000-7000-8000-{number:012x}")],
        Scalar::Ulid => vec![format!("01KE1N4D8Z{number:016}")],
        Scalar::Date => vec![format!("2026-01-{:02}", 2 + turn % 27)],
        Scalar::DateTime => {
            vec![format!("2026-01-02T03:{:02}:{:02}Z", (4 + turn / 60) % 60, (5 + turn) % 60)]
        }
        Scalar::Email => vec![format!("person{number}@example.com"), format!("p{number}@a.example")],
        Scalar::Uri => vec![format!("https://example.com/{number}"), format!("urn:a:{number}")],
        Scalar::Decimal => vec![format!("{}.50", 12 + turn), format!("{number}")],
        // Four digits of base64 are three bytes, whatever they are.
        Scalar::Bytes => vec![format!("{:04}", number % 10_000)],
        _ => Vec::new(),
    }
}

/// From 1 upward where the limits let it, from the least otherwise.
fn integer(scalar: Scalar, limits: &Limits, turn: u64) -> Option<i64> {
    let (floor, ceiling) = match scalar {
        Scalar::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let least = limits.minimum.as_ref().map_or(floor, |it| bound(it, f64::ceil, 1));
    let most = limits.maximum.as_ref().map_or(ceiling, |it| bound(it, f64::floor, -1));
    let step =
        limits.multiple_of.as_ref().and_then(|it| it.parse::<i64>().ok()).filter(|it| *it > 0).unwrap_or(1);
    let start = 1.clamp(least.min(most), most.max(least));
    let up = start.checked_add((step - start.rem_euclid(step)) % step)?;
    let value = up.checked_add(step.checked_mul(i64::try_from(turn).ok()?)?)?;
    let down = start - start.rem_euclid(step);
    [value, up, down].into_iter().find(|it| (least..=most).contains(it) && ranged(*it, limits))
}

/// A limit as a whole number, one further in when it is outside itself.
fn bound(it: &Bound, round: fn(f64) -> f64, inward: i64) -> i64 {
    let exact = it.value.parse::<i64>().ok();
    let value = exact.unwrap_or_else(|| round(it.value.parse::<f64>().unwrap_or(0.0)) as i64);
    if it.exclusive && exact.is_some() { value.saturating_add(inward) } else { value }
}

fn float(limits: &Limits, turn: u64) -> Option<f64> {
    let limit = |it: &Option<Bound>| it.as_ref().and_then(|it| it.value.parse::<f64>().ok());
    let (least, most) = (limit(&limits.minimum), limit(&limits.maximum));
    let wished = 1.5 + turn as f64;
    let middle = match (least, most) {
        (Some(least), Some(most)) if !(least..=most).contains(&wished) => f64::midpoint(least, most),
        (Some(least), None) if wished < least => least + 1.0,
        (None, Some(most)) if wished > most => most - 1.0,
        _ => wished,
    };
    match limits.multiple_of.as_ref().and_then(|it| it.parse::<f64>().ok()) {
        Some(step) if step > 0.0 => Some((middle / step).round() * step),
        _ => Some(middle),
    }
}
