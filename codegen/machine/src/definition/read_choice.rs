//! The rules of a choice.

use serde_json::Value;

use super::read::Object;
use crate::data::choice::{Compare, Family, Kind, Operand, Rule, Test};
use crate::data::instant;
use crate::data::path::Path;

pub(super) fn rules(object: &mut Object<'_, '_>) -> Vec<(Rule, String)> {
    object.required("Choices");
    let place = object.place("Choices");
    let items = object.list("Choices").unwrap_or_default();
    let mut rules = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(mut item) = Object::of(item, format!("{place}/{at}"), object.faults) {
            let next = item.required_text("Next");
            item.text("Comment");
            let rule = rule(&mut item);
            item.finish();
            rules.extend(rule.zip(next));
        }
    }
    rules
}

fn rule(object: &mut Object<'_, '_>) -> Option<Rule> {
    let joined = ["And", "Or", "Not"].into_iter().find(|name| object.has(name));
    match joined {
        Some("Not") => {
            let place = object.place("Not");
            let inner = object.get("Not")?;
            let mut inner = Object::of(inner, place, object.faults)?;
            let found = rule(&mut inner);
            inner.finish();
            Some(Rule::Not(Box::new(found?)))
        }
        Some(name) => {
            let place = object.place(name);
            let items = object.list(name)?;
            let mut rules = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let mut item = Object::of(item, format!("{place}/{at}"), object.faults)?;
                rules.extend(rule(&mut item));
                item.finish();
            }
            Some(if name == "And" { Rule::And(rules) } else { Rule::Or(rules) })
        }
        None => {
            object.required("Variable");
            let variable = object.path("Variable");
            let mut tests = Vec::new();
            for name in OPERATORS {
                if let Some(value) = object.get(name) {
                    match test(name, value) {
                        Ok(test) => tests.push(test),
                        Err(reason) => object.fault(name, reason),
                    }
                }
            }
            if tests.len() != 1 {
                object.fault("", "a rule has exactly one comparison");
                return None;
            }
            Some(Rule::Test { variable: variable?, test: tests.pop()? })
        }
    }
}

/// Every comparison. Source: the States Language, "Data-test expression".
const OPERATORS: [&str; 39] = [
    "StringEquals",
    "StringEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringMatches",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "BooleanEquals",
    "BooleanEqualsPath",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

fn test(name: &str, value: &Value) -> Result<Test, String> {
    if let Some(kind) = name.strip_prefix("Is") {
        let kind = match kind {
            "Null" => Kind::Null,
            "Present" => Kind::Present,
            "Numeric" => Kind::Numeric,
            "String" => Kind::String,
            "Boolean" => Kind::Boolean,
            _ => Kind::Timestamp,
        };
        let wanted = value.as_bool().ok_or_else(|| format!("`{name}` is `true` or `false`"))?;
        return Ok(Test::Is(kind, wanted));
    }
    if name == "StringMatches" {
        return value
            .as_str()
            .map(|text| Test::Matches(text.to_owned()))
            .ok_or_else(|| wrong(name, "a text"));
    }
    let families = [
        ("String", Family::String),
        ("Numeric", Family::Numeric),
        ("Boolean", Family::Boolean),
        ("Timestamp", Family::Timestamp),
    ];
    let found = families.into_iter().find_map(|(word, family)| Some((family, name.strip_prefix(word)?)));
    let (family, rest) = found.ok_or_else(|| format!("there is no comparison `{name}`"))?;
    let (rest, by_path) = rest.strip_suffix("Path").map_or((rest, false), |rest| (rest, true));
    let ordering = match rest {
        "Equals" => Compare::Equals,
        "LessThan" => Compare::LessThan,
        "LessThanEquals" => Compare::LessThanEquals,
        "GreaterThan" => Compare::GreaterThan,
        _ => Compare::GreaterThanEquals,
    };
    let with = match by_path {
        true => Operand::Path(value.as_str().ok_or_else(|| wrong(name, "a path")).and_then(Path::read)?),
        false => constant(name, family, value)?,
    };
    Ok(Test::Compare { family, ordering, with })
}

fn constant(name: &str, family: Family, value: &Value) -> Result<Operand, String> {
    let (fits, what) = match family {
        Family::String => (value.is_string(), "a text"),
        Family::Numeric => (value.is_number(), "a number"),
        Family::Boolean => (value.is_boolean(), "`true` or `false`"),
        Family::Timestamp => (
            value.as_str().is_some_and(|text| instant::read(text).is_some()),
            "an instant such as 2026-01-02T03:04:05Z",
        ),
    };
    if fits { Ok(Operand::Constant(value.clone())) } else { Err(wrong(name, what)) }
}

fn wrong(name: &str, what: &str) -> String {
    format!("`{name}` is {what}")
}
