//! What a condition says of an item, decided on its JSON.

use std::cmp::Ordering;

use serde_json::Value;

use crate::random::{Condition, Field, Kind, Side, steps};

/// Whether the condition holds.
pub(crate) fn holds(condition: &Condition, item: &Value) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(part, item)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, item)),
        Condition::Not(inner) => !holds(inner, item),
        Condition::Compare(left, sign, right) => {
            let kind = left.kind();
            let order = order(kind, side(left, item).as_ref(), side(right, item).as_ref());
            match *sign {
                "=" => order == Some(Ordering::Equal),
                "<>" => order != Some(Ordering::Equal),
                "<" => order == Some(Ordering::Less),
                "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                ">" => order == Some(Ordering::Greater),
                ">=" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                other => unreachable!("no sign: {other}"),
            }
        }
        Condition::Between(value, low, high) => {
            let kind = value.kind();
            let [value, low, high] = [value, low, high].map(|it| side(it, item));
            let from = order(kind, value.as_ref(), low.as_ref());
            let to = order(kind, value.as_ref(), high.as_ref());
            matches!(from, Some(Ordering::Equal | Ordering::Greater))
                && matches!(to, Some(Ordering::Equal | Ordering::Less))
        }
        Condition::In(value, among) => {
            let found = side(value, item);
            among.iter().any(|other| same(value.kind(), found.as_ref(), side(other, item).as_ref()))
        }
        Condition::InList(value, _, _, among) => {
            let found = side(value, item);
            among.iter().any(|other| same(value.kind(), found.as_ref(), Some(other)))
        }
        Condition::Exists(field) => at(field, item).is_some(),
        Condition::Missing(field) => at(field, item).is_none(),
        Condition::BeginsWith(field, start) => {
            let start = side(start, item);
            texts(at(field, item), start.as_ref()).is_some_and(|(text, start)| text.starts_with(start))
        }
        Condition::Contains(field, part) => {
            let (whole, part) = (at(field, item), side(part, item));
            match whole {
                Some(Value::Array(items)) => items.iter().any(|one| Some(one) == part.as_ref()),
                whole => texts(whole, part.as_ref()).is_some_and(|(text, part)| text.contains(part)),
            }
        }
    }
}

fn at<'i>(field: &Field, item: &'i Value) -> Option<&'i Value> {
    steps(field.path).iter().try_fold(item, |value, step| value.get(step))
}

fn side(side: &Side, item: &Value) -> Option<Value> {
    match side {
        Side::Field(field) => at(field, item).cloned(),
        Side::Literal(_, value) | Side::Argument(_, _, value) => Some(value.clone()),
        Side::Size(field) => match at(field, item)? {
            Value::String(text) => Some(text.encode_utf16().count().into()),
            Value::Array(items) => Some(items.len().into()),
            Value::Object(entries) => Some(entries.len().into()),
            _ => None,
        },
    }
}

fn texts<'v>(one: Option<&'v Value>, other: Option<&'v Value>) -> Option<(&'v str, &'v str)> {
    Some((one?.as_str()?, other?.as_str()?))
}

fn same(kind: Kind, one: Option<&Value>, other: Option<&Value>) -> bool {
    order(kind, one, other) == Some(Ordering::Equal)
}

/// How two values stand to each other; not at all if one is missing, or only one is null.
fn order(kind: Kind, one: Option<&Value>, other: Option<&Value>) -> Option<Ordering> {
    match (one?, other?) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => Some(match kind {
            Kind::Instant => instant(one).cmp(&instant(other)),
            Kind::Id => one.to_lowercase().cmp(&other.to_lowercase()),
            _ => one.as_bytes().cmp(other.as_bytes()),
        }),
        _ => None,
    }
}

/// Milliseconds from the beginning of the year 2000, of the few forms that items have.
fn instant(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("digits");
    let [year, month, day] = [number(0..4), number(5..7), number(8..10)];
    let leap = |year: i64| year % 4 == 0;
    let mut days: i64 = (2000..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    for month in 1..month {
        days += match month {
            2 if leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    days += day - 1;
    let mut seconds = days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    let rest = &text[19..];
    let millis = if rest.starts_with(".5") { 500 } else { 0 };
    if let Some(at) = rest.find(['+', '-']) {
        let hours: i64 = rest[at + 1..at + 3].parse().expect("digits");
        seconds -= if rest[at..].starts_with('+') { hours } else { -hours } * 3600;
    }
    seconds * 1000 + millis
}
