//! Keys made of the templates of the description and of values that a person typed.

use serde_json::Value;
use stipule_runtime::key::{Segment, shard_of};
use stipule_runtime::wire::{Date, DateTime, Decimal, Ulid, Uuid};

use super::Refusal;

/// How many shards a template has; 1 for one without.
pub(super) fn shards(template: &[Value]) -> u32 {
    let shards = template.iter().find_map(|segment| segment["shards"].as_u64());
    shards.and_then(|shards| u32::try_from(shards).ok()).unwrap_or(1)
}

/// The key of the segments, as far as their fields have values: the text of each, in the form that a person types. A
/// field that is a shard has the given number unless its value is known.
pub(super) fn key(
    lead: Option<&str>,
    template: &[Value],
    values: &Value,
    shard: u32,
) -> Result<String, Refusal> {
    let mut key = String::new();
    if let Some(tenant) = lead {
        Segment::Text(tenant).write_to(&mut key);
        key.push('#');
    }
    for segment in template {
        let field = segment["field"].as_str().unwrap_or_default();
        let value = values[field].as_str().filter(|value| !value.is_empty());
        match (segment["literal"].as_str(), segment["shards"].as_u64(), value) {
            (Some(literal), _, _) => Segment::Literal(literal).write_to(&mut key),
            (None, Some(_), Some(value)) => {
                Segment::Shard(shard_of(value, shards(template))).write_to(&mut key);
            }
            (None, Some(_), None) => Segment::Shard(shard).write_to(&mut key),
            (None, None, Some(value)) => write(segment, value, &mut key)
                .ok_or_else(|| Refusal::bad(format!("`{value}` isn't what `{field}` can be")))?,
            (None, None, None) => return Err(Refusal::bad(format!("`{field}` is missing"))),
        }
        key.push('#');
    }
    Ok(key)
}

/// Writes a value as its codec does; `None` for what isn't one.
fn write(segment: &Value, value: &str, key: &mut String) -> Option<()> {
    match segment["codec"].as_str()? {
        "integer" => Segment::Integer(value.parse().ok()?).write_to(key),
        "decimal" => Segment::Decimal(&value.parse::<Decimal>().ok()?).write_to(key),
        "number" => Segment::Number(value.parse().ok()?).write_to(key),
        "boolean" => Segment::Boolean(value.parse().ok()?).write_to(key),
        "date" => Segment::Date(&value.parse::<Date>().ok()?).write_to(key),
        "date_time" => Segment::DateTime(&value.parse::<DateTime>().ok()?).write_to(key),
        "uuid" => Segment::Uuid(&value.parse::<Uuid>().ok()?).write_to(key),
        "ulid" => Segment::Ulid(&value.parse::<Ulid>().ok()?).write_to(key),
        "rank" => {
            let rank = segment["values"].as_array()?.iter().position(|it| it.as_str() == Some(value))?;
            Segment::Rank(rank).write_to(key);
        }
        _ => Segment::Text(value).write_to(key),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(template: &Value, values: &Value) -> Result<String, String> {
        let template = template.as_array().unwrap().clone();
        key(Some("maple"), &template, values, 3).map_err(|refusal| refusal.1)
    }

    #[test]
    fn keys_are_made_as_the_store_makes_them() {
        let template = json!([{"literal": "ORDER"}, {"field": "id", "codec": "uuid"}, {"field": "n", "codec": "integer"},
            {"field": "state", "codec": "rank", "values": ["OPEN", "PAID"]}, {"field": "email", "shards": 8}]);
        let id = "018f3a52-0000-7000-8000-0000000000c1";
        let values = json!({"id": id, "n": "7", "state": "PAID"});
        let key = format!("maple#ORDER#{id}#10000000000000000007#001#3#");
        assert_eq!(made(&template, &values), Ok(key));
        assert_eq!(made(&template, &json!({"id": "x"})), Err("`x` isn't what `id` can be".to_owned()));
        assert_eq!(made(&template, &json!({})), Err("`id` is missing".to_owned()));
    }
}
