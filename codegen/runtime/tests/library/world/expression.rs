//! As much of DynamoDB's expressions as the runtime and these tests use.

use std::borrow::Cow;

use stipule_runtime::{Attr, Expression, Item};

/// Whether a condition holds of the item that is there.
pub(crate) fn holds(condition: &Expression, item: Option<&Item>) -> bool {
    let all = |text: &str| text.split(" AND ").all(|term| term_holds(term.trim(), condition, item));
    condition.text.split(" OR ").any(all)
}

fn term_holds(term: &str, condition: &Expression, item: Option<&Item>) -> bool {
    let attribute = |name: &str| item.and_then(|item| item.get(resolve(condition, name)));
    if let Some(name) = argument(term, "attribute_not_exists") {
        return attribute(name).is_none();
    }
    if let Some(name) = argument(term, "attribute_exists") {
        return attribute(name).is_some();
    }
    let [name, operator, value] = term.split(' ').collect::<Vec<_>>()[..] else {
        panic!("unknown term {term}")
    };
    let Some(stored) = attribute(name) else { return false };
    let value = operand(condition, value);
    match (operator, stored.as_integer(), value.as_integer()) {
        ("=", ..) => stored == value,
        ("<=", Some(stored), Some(value)) => stored <= value,
        _ => panic!("unknown comparison {term}"),
    }
}

/// Applies `SET a = :b, …` and `ADD a :b`.
pub(crate) fn apply(update: &Expression, item: &mut Item) {
    if let Some(assignments) = update.text.strip_prefix("SET ") {
        for assignment in assignments.split(", ") {
            let (name, value) = assignment.split_once(" = ").expect("an assignment");
            item.insert(resolve(update, name).to_owned(), operand(update, value).clone());
        }
    } else if let Some(addition) = update.text.strip_prefix("ADD ") {
        let (name, value) = addition.split_once(' ').expect("an addition");
        let name = resolve(update, name);
        let sum = item.integer(name).unwrap_or(0) + operand(update, value).as_integer().expect("a number");
        item.insert(name.to_owned(), Attr::integer(sum));
    } else {
        panic!("unknown update {}", update.text);
    }
}

fn argument<'t>(term: &'t str, function: &str) -> Option<&'t str> {
    term.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')')
}

fn resolve<'e>(expression: &'e Expression, placeholder: &'e str) -> &'e str {
    let found = expression.names.iter().find(|(own, _)| own == placeholder);
    found.map_or(placeholder, |(_, name): &(_, Cow<'static, str>)| name)
}

fn operand<'e>(expression: &'e Expression, placeholder: &str) -> &'e Attr {
    &expression.values.iter().find(|(own, _)| own == placeholder).expect("a value for the placeholder").1
}
