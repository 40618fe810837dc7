//! What each keyword says about a value.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::evaluated::Evaluated;
use super::{Evaluator, Holds, all, both};
use crate::decimal::Decimal;
use crate::schema::{Assertion, Keyword, NodeId};
use crate::value::{Kind, canonical, characters, same};

impl Evaluator<'_> {
    /// Whether a keyword holds, and what it evaluates on the way.
    pub(super) fn keyword(
        &self,
        keyword: &Keyword,
        value: &Value,
        evaluated: &mut Evaluated,
        depth: usize,
    ) -> Holds {
        let holds = self.in_place(&keyword.assertion, value, evaluated, depth);
        if self.is_waived(&keyword.pointer) { Some(true) } else { holds }
    }

    /// Keywords that apply schemas to the value itself.
    fn in_place(
        &self,
        assertion: &Assertion,
        value: &Value,
        evaluated: &mut Evaluated,
        depth: usize,
    ) -> Holds {
        let mut apply = |id: NodeId| {
            let (holds, of) = self.node(id, value, depth);
            if holds == Some(true) {
                evaluated.extend(of);
            }
            holds
        };
        match assertion {
            Assertion::AllOf(ids) => all(ids.iter().map(|id| apply(*id)).collect::<Vec<_>>()),
            // Each is evaluated, also after the first that holds: they all evaluate members.
            Assertion::AnyOf(ids) => any(&ids.iter().map(|id| apply(*id)).collect::<Vec<_>>()),
            Assertion::OneOf(ids) => exactly_one(&ids.iter().map(|id| apply(*id)).collect::<Vec<_>>()),
            Assertion::Not(id) => self.node(*id, value, depth).0.map(|holds| !holds),
            Assertion::Ref(id) => apply(*id),
            Assertion::If { condition, then, otherwise } => match apply(*condition) {
                Some(true) => then.map_or(Some(true), apply),
                Some(false) => otherwise.map_or(Some(true), apply),
                None => None,
            },
            Assertion::DependentSchemas(schemas) => {
                let Some(members) = value.as_object() else { return Some(true) };
                let due = schemas.iter().filter(|(name, _)| members.contains_key(name));
                all(due.map(|(_, id)| apply(*id)).collect::<Vec<_>>())
            }
            Assertion::Type { kinds, integral } => Some(
                kinds.contains(Kind::of(value))
                    && value.as_number().is_none_or(|number| {
                        !integral || Decimal::of(number).is_none_or(Decimal::is_integer)
                    }),
            ),
            Assertion::Enum(values) => Some(values.iter().any(|listed| same(listed, value))),
            Assertion::Unsupported { .. } => None,
            _ => match value {
                Value::Number(number) => number_keyword(assertion, Decimal::of(number)),
                Value::String(text) => self.text_keyword(assertion, text),
                Value::Array(items) => self.array_keyword(assertion, items, evaluated, depth),
                Value::Object(members) => self.object_keyword(assertion, members, evaluated, depth),
                Value::Null | Value::Bool(_) => Some(true),
            },
        }
    }

    fn text_keyword(&self, assertion: &Assertion, text: &str) -> Holds {
        match assertion {
            Assertion::MinLength(least) => Some(characters(text) >= *least),
            Assertion::MaxLength(most) => Some(characters(text) <= *most),
            Assertion::Pattern(pattern) => self.matches(pattern, text),
            Assertion::Format(format) => Some(!self.checks.include(*format) || format.accepts(text)),
            _ => Some(true),
        }
    }

    fn array_keyword(
        &self,
        assertion: &Assertion,
        items: &[Value],
        evaluated: &mut Evaluated,
        depth: usize,
    ) -> Holds {
        match assertion {
            Assertion::MinItems(least) => Some(items.len() as u64 >= *least),
            Assertion::MaxItems(most) => Some(items.len() as u64 <= *most),
            Assertion::UniqueItems => {
                let distinct: BTreeSet<String> = items.iter().map(canonical).collect();
                Some(distinct.len() == items.len())
            }
            Assertion::PrefixItems(ids) => {
                evaluated.items.extend(0..ids.len());
                all(ids.iter().zip(items).map(|(id, item)| self.node(*id, item, depth).0))
            }
            Assertion::Items { from, schema } => {
                evaluated.all_items = true;
                all(items.iter().skip(*from).map(|item| self.node(*schema, item, depth).0))
            }
            Assertion::Contains { schema, min, max } => {
                let each: Vec<Holds> = items.iter().map(|item| self.node(*schema, item, depth).0).collect();
                let holding = each.iter().enumerate().filter(|(_, holds)| **holds == Some(true));
                evaluated.items.extend(holding.map(|(index, _)| index));
                counted(&each, *min, *max)
            }
            Assertion::UnevaluatedItems(schema) => {
                let rest = items.iter().enumerate().filter(|(index, _)| !evaluated.has_item(*index));
                let holds = all(rest.map(|(_, item)| self.node(*schema, item, depth).0).collect::<Vec<_>>());
                evaluated.all_items = true;
                holds
            }
            _ => Some(true),
        }
    }

    fn object_keyword(
        &self,
        assertion: &Assertion,
        members: &Map<String, Value>,
        evaluated: &mut Evaluated,
        depth: usize,
    ) -> Holds {
        match assertion {
            Assertion::MinProperties(least) => Some(members.len() as u64 >= *least),
            Assertion::MaxProperties(most) => Some(members.len() as u64 <= *most),
            Assertion::Required(name) => Some(members.contains_key(name)),
            Assertion::DependentRequired(dependent) => {
                let due = dependent.iter().filter(|(name, _)| members.contains_key(name));
                Some(due.flat_map(|(_, names)| names).all(|name| members.contains_key(name)))
            }
            Assertion::Declared(absent) => {
                Some(members.keys().all(|name| evaluated.has_member(name) || !absent.has(name)))
            }
            Assertion::PropertyNames(schema) => {
                all(members.keys().map(|name| self.node(*schema, &Value::String(name.clone()), depth).0))
            }
            _ => {
                let (holds, seen) = self.member_keyword(assertion, members, evaluated, depth);
                evaluated.members.extend(seen);
                holds
            }
        }
    }

    /// Keywords that apply schemas to members, with the members they evaluate.
    fn member_keyword(
        &self,
        assertion: &Assertion,
        members: &Map<String, Value>,
        evaluated: &Evaluated,
        depth: usize,
    ) -> (Holds, Vec<String>) {
        let (mut holds, mut seen) = (Some(true), Vec::new());
        for (name, value) in members {
            for (applies, id) in self.of_member(assertion, name, evaluated) {
                let one = match applies {
                    Some(true) => self.node(id, value, depth).0,
                    Some(false) => continue,
                    // A pattern that can't be read: it matters unless the member is fine either way.
                    None => self.node(id, value, depth).0.filter(|holds| *holds),
                };
                holds = both(holds, one);
                seen.push(name.clone());
            }
        }
        (holds, seen)
    }

    /// The schemas that a keyword applies to a member, and whether it does.
    pub(super) fn of_member(
        &self,
        assertion: &Assertion,
        name: &str,
        evaluated: &Evaluated,
    ) -> Vec<(Holds, NodeId)> {
        match assertion {
            Assertion::Properties(named) => {
                named.iter().filter(|(known, _)| known == name).map(|(_, id)| (Some(true), *id)).collect()
            }
            Assertion::PatternProperties(named) => {
                named.iter().map(|(pattern, id)| (self.matches(pattern, name), *id)).collect()
            }
            Assertion::AdditionalProperties { names, patterns, schema } => {
                let listed = names.iter().any(|known| known == name);
                let matched =
                    patterns.iter().map(|pattern| self.matches(pattern, name).map(|matches| !matches));
                vec![(if listed { Some(false) } else { all(matched) }, *schema)]
            }
            Assertion::UnevaluatedProperties(schema) => vec![(Some(!evaluated.has_member(name)), *schema)],
            _ => Vec::new(),
        }
    }
}

impl Assertion {
    /// Whether it depends on what the keywords beside it evaluate.
    pub(super) fn is_late(&self) -> bool {
        matches!(
            self,
            Assertion::UnevaluatedItems(_) | Assertion::UnevaluatedProperties(_) | Assertion::Declared(_)
        )
    }
}

fn number_keyword(assertion: &Assertion, number: Option<Decimal>) -> Holds {
    match assertion {
        Assertion::AtLeast { bound, strict } => {
            number.map(|number| if *strict { number > *bound } else { number >= *bound })
        }
        Assertion::AtMost { bound, strict } => {
            number.map(|number| if *strict { number < *bound } else { number <= *bound })
        }
        Assertion::MultipleOf(divisor) => number.and_then(|number| number.is_multiple_of(*divisor)),
        _ => Some(true),
    }
}

fn any(each: &[Holds]) -> Holds {
    if each.contains(&Some(true)) {
        Some(true)
    } else if each.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn exactly_one(each: &[Holds]) -> Holds {
    counted(each, 1, Some(1))
}

/// Whether the number of those that hold is within the limits.
fn counted(each: &[Holds], min: u64, max: Option<u64>) -> Holds {
    let sure = each.iter().filter(|holds| **holds == Some(true)).count() as u64;
    let perhaps = each.iter().filter(|holds| holds.is_none()).count() as u64;
    if sure >= min && max.is_none_or(|max| sure + perhaps <= max) {
        Some(true)
    } else if sure + perhaps < min || max.is_some_and(|max| sure > max) {
        Some(false)
    } else {
        None
    }
}
