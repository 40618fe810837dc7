//! Runs [`Rules`] on a value.

use std::collections::HashSet;

use super::bounds::{compare, is_multiple_of};
use super::marks::Marks;
use super::rules::{Id, KINDS, Properties, Rule, Rules};
use crate::json::{Json, Object};
use crate::pointer;
use crate::violation::{Code, Fault, Violation, Violations};

/// So many schemas are applied to the parts of one value: more than any sensible document needs.
const STEPS: u32 = 2_000_000;

/// Schemas that apply each other, deeper than any sensible ones.
const DEEPEST: u32 = 400;

pub(super) fn check(rules: &Rules, json: &Json<'_>) -> Result<(), Violations> {
    if rules.nodes.is_empty() {
        return Ok(());
    }
    let mut run = Run { rules, steps: STEPS, depth: 0, scope: Vec::new(), exhausted: false };
    let mut found = Found { list: Vec::new(), wanted: true };
    let valid = run.apply(rules.root, json, &mut Marks::default(), &mut found);
    if run.exhausted {
        found.list = vec![Fault::new(Code::Complexity, "needs too many schemas to be checked").at_root()];
    } else if valid {
        return Ok(());
    }
    let truncated = found.list.len() > Violations::MOST;
    found.list.truncate(Violations::MOST);
    Err(Violations { list: found.list, truncated })
}

/// Violations, if anybody wants to know them.
struct Found {
    list: Vec<Violation>,
    wanted: bool,
}

impl Found {
    fn nobody() -> Self {
        Found { list: Vec::new(), wanted: false }
    }

    /// Always false, to be returned.
    fn fault(&mut self, code: Code, message: impl FnOnce() -> String) -> bool {
        if self.wanted && self.list.len() <= Violations::MOST {
            self.list.push(Fault::new(code, message()).at_root());
        }
        false
    }

    /// Puts a segment before the places of what was found since.
    fn within(&mut self, since: usize, segment: impl std::fmt::Display) {
        for violation in &mut self.list[since..] {
            pointer::prefix(&mut violation.pointer, &segment);
        }
    }
}

struct Run<'r> {
    rules: &'r Rules,
    steps: u32,
    depth: u32,
    /// The resources that were entered, outermost first.
    scope: Vec<u32>,
    exhausted: bool,
}

impl<'r> Run<'r> {
    /// Whether the value is valid; `marks` learns which of its members and items were looked at.
    fn apply(&mut self, id: Id, json: &Json<'_>, marks: &mut Marks, found: &mut Found) -> bool {
        if self.steps == 0 || self.depth == DEEPEST || self.exhausted {
            self.exhausted = true;
            return false;
        }
        self.steps -= 1;
        self.depth += 1;
        let rules = self.rules;
        let node = &rules.nodes[id];
        let enters = !rules.anchors.is_empty() && self.scope.last() != Some(&node.resource);
        if enters {
            self.scope.push(node.resource);
        }
        let mut own = Marks::default();
        let mut valid = true;
        for rule in &node.rules {
            valid &= self.rule(rule, json, &mut own, found);
            if !valid && !found.wanted {
                break;
            }
        }
        if valid {
            valid &= self.unevaluated(id, json, &mut own, found);
        }
        if rules.asks_evaluated {
            marks.merge(&own);
        }
        if enters {
            self.scope.pop();
        }
        self.depth -= 1;
        valid
    }

    /// As [`apply`](Self::apply), for whoever only wants to know.
    fn is_valid(&mut self, id: Id, json: &Json<'_>, marks: &mut Marks) -> bool {
        let mut seen = Marks::default();
        let valid = self.apply(id, json, &mut seen, &mut Found::nobody());
        if valid {
            marks.merge(&seen);
        }
        valid
    }

    /// A part of the value.
    fn part(&mut self, id: Id, json: &Json<'_>, segment: impl std::fmt::Display, found: &mut Found) -> bool {
        let since = found.list.len();
        let valid = self.apply(id, json, &mut Marks::default(), found);
        found.within(since, segment);
        valid
    }

    fn rule(&mut self, rule: &'r Rule, json: &Json<'_>, marks: &mut Marks, found: &mut Found) -> bool {
        match (rule, json) {
            (Rule::Never, _) => found.fault(Code::Type, || "is not allowed here".to_owned()),
            (Rule::Types(types), _) => {
                is_kind(types, json) || found.fault(Code::Type, || not_kind(types, json))
            }
            (Rule::Values(values), _) => {
                values.contains(json)
                    || found.fault(Code::Enum, || "is not one of the values that are allowed".to_owned())
            }
            (Rule::All(branches), _) => {
                let mut valid = true;
                for branch in branches {
                    valid &= self.apply(*branch, json, marks, found);
                }
                valid
            }
            (Rule::Any(branches), _) => self.any(branches, json, marks, found),
            (Rule::One(branches), _) => self.exactly_one(branches, json, marks, found),
            (Rule::Not(schema), _) => {
                !self.is_valid(*schema, json, &mut Marks::default())
                    || found.fault(Code::Not, || "is what `not` rules out".to_owned())
            }
            (Rule::If { condition, then, otherwise }, _) => {
                let branch = if self.is_valid(*condition, json, marks) { then } else { otherwise };
                branch.is_none_or(|branch| self.apply(branch, json, marks, found))
            }
            (Rule::Dynamic { name, to }, _) => {
                let id = self.dynamic(name).unwrap_or(*to);
                self.apply(id, json, marks, found)
            }
            (rule, Json::Object(object)) => self.object(rule, object, json, marks, found),
            (rule, Json::Array(items)) => self.array(rule, items, marks, found),
            (rule, json) => scalar(rule, json, found),
        }
    }

    fn any(&mut self, branches: &[Id], json: &Json<'_>, marks: &mut Marks, found: &mut Found) -> bool {
        let mut valid = false;
        for branch in branches {
            valid |= self.is_valid(*branch, json, marks);
            if valid && !self.rules.asks_evaluated {
                break;
            }
        }
        valid || found.fault(Code::Union, || "matches none of the schemas of `anyOf`".to_owned())
    }

    fn exactly_one(
        &mut self,
        branches: &[Id],
        json: &Json<'_>,
        marks: &mut Marks,
        found: &mut Found,
    ) -> bool {
        let mut count = 0;
        for branch in branches {
            count += usize::from(self.is_valid(*branch, json, marks));
        }
        count == 1
            || found
                .fault(Code::Union, || format!("matches {count} of the schemas of `oneOf`, not exactly one"))
    }

    /// The outermost schema that was entered and has this name.
    fn dynamic(&self, name: &str) -> Option<Id> {
        let anchors = &self.rules.anchors;
        self.scope.iter().find_map(|resource| anchors.get(resource)?.get(name)).copied()
    }

    fn object(
        &mut self,
        rule: &Rule,
        object: &Object<'_>,
        json: &Json<'_>,
        marks: &mut Marks,
        found: &mut Found,
    ) -> bool {
        match rule {
            Rule::Members { least, most } => {
                in_range(object.len(), *least, *most)
                    || found.fault(Code::Properties, || amount(*least, *most, "properties"))
            }
            Rule::Required(names) => {
                let mut valid = true;
                for name in names.iter().filter(|name| object.get(name).is_none()) {
                    valid = missing(name, found);
                }
                valid
            }
            Rule::DependentRequired(pairs) => {
                let mut valid = true;
                for (_, names) in pairs.iter().filter(|(name, _)| object.get(name).is_some()) {
                    for name in names.iter().filter(|name| object.get(name).is_none()) {
                        valid = missing(name, found);
                    }
                }
                valid
            }
            Rule::DependentSchemas(pairs) => {
                let mut valid = true;
                for (_, schema) in pairs.iter().filter(|(name, _)| object.get(name).is_some()) {
                    valid &= self.apply(*schema, json, marks, found);
                }
                valid
            }
            Rule::Names(schema) => {
                let mut valid = true;
                for (name, _) in object.iter() {
                    if !self.is_valid(*schema, &Json::from(name), &mut Marks::default()) {
                        let since = found.list.len();
                        valid =
                            found.fault(Code::PropertyName, || "is not a name that is allowed".to_owned());
                        found.within(since, name);
                    }
                }
                valid
            }
            Rule::Properties(properties) => self.properties(properties, object, marks, found),
            _ => true,
        }
    }

    fn properties(
        &mut self,
        properties: &Properties,
        object: &Object<'_>,
        marks: &mut Marks,
        found: &mut Found,
    ) -> bool {
        let mut valid = true;
        for (place, (name, value)) in object.iter().enumerate() {
            let mut known = false;
            if let Some(schema) = properties.named.get(name) {
                known = true;
                valid &= self.part(*schema, value, name, found);
            }
            for (_, schema) in properties.patterns.iter().filter(|(regex, _)| regex.is_match(name)) {
                known = true;
                valid &= self.part(*schema, value, name, found);
            }
            if let Some(others) = properties.others.filter(|_| !known) {
                known = true;
                valid &= self.part(others, value, name, found);
            }
            if known {
                marks.add(place);
            }
        }
        valid
    }

    fn array(&mut self, rule: &Rule, items: &[Json<'_>], marks: &mut Marks, found: &mut Found) -> bool {
        match rule {
            Rule::Count { least, most } => {
                in_range(items.len(), *least, *most)
                    || found.fault(Code::Items, || amount(*least, *most, "items"))
            }
            Rule::Unique => {
                let mut seen = HashSet::new();
                items.iter().all(|item| seen.insert(item))
                    || found.fault(Code::Unique, || "has two equal items".to_owned())
            }
            Rule::Items { prefix, rest } => {
                let mut valid = true;
                for (place, item) in items.iter().enumerate() {
                    let Some(schema) = prefix.get(place).or(rest.as_ref()) else { break };
                    valid &= self.part(*schema, item, place, found);
                    marks.add(place);
                }
                valid
            }
            Rule::Contains { schema, least, most } => {
                let mut count = 0;
                for (place, item) in items.iter().enumerate() {
                    if self.is_valid(*schema, item, &mut Marks::default()) {
                        marks.add(place);
                        count += 1;
                    }
                }
                in_range(count, *least, *most)
                    || found.fault(Code::Contains, || amount(*least, *most, "items that match `contains`"))
            }
            _ => true,
        }
    }

    fn unevaluated(&mut self, id: Id, json: &Json<'_>, marks: &mut Marks, found: &mut Found) -> bool {
        let node = &self.rules.nodes[id];
        let mut valid = true;
        match (json, node.unevaluated_items, node.unevaluated_properties) {
            (Json::Array(items), Some(schema), _) => {
                for (place, item) in items.iter().enumerate().filter(|(place, _)| !marks.has(*place)) {
                    valid &= self.part(schema, item, place, found);
                }
                marks.add_all();
            }
            (Json::Object(object), _, Some(schema)) => {
                let rest = object.iter().enumerate().filter(|(place, _)| !marks.has(*place));
                for (_, (name, value)) in rest {
                    valid &= self.part(schema, value, name, found);
                }
                marks.add_all();
            }
            _ => {}
        }
        valid
    }
}

/// Keywords about numbers and text; all others say nothing of such values.
fn scalar(rule: &Rule, json: &Json<'_>, found: &mut Found) -> bool {
    match (rule, json) {
        (Rule::Above { bound, exclusive }, Json::Number(number)) => {
            let order = compare(*number, *bound);
            order.is_gt()
                || order.is_eq() && !exclusive
                || found.fault(Code::Range, || "is too small".to_owned())
        }
        (Rule::Below { bound, exclusive }, Json::Number(number)) => {
            let order = compare(*number, *bound);
            order.is_lt()
                || order.is_eq() && !exclusive
                || found.fault(Code::Range, || "is too large".to_owned())
        }
        (Rule::MultipleOf(divisor), Json::Number(number)) => {
            is_multiple_of(*number, *divisor)
                || found.fault(Code::MultipleOf, || format!("must be a multiple of {divisor}"))
        }
        (Rule::Length { least, most }, Json::String(text)) => {
            in_range(text.chars().count(), *least, *most)
                || found.fault(Code::Length, || amount(*least, *most, "characters"))
        }
        (Rule::Pattern { source, regex }, Json::String(text)) => {
            regex.is_match(text) || found.fault(Code::Pattern, || format!("must match `{source}`"))
        }
        _ => true,
    }
}

fn missing(name: &str, found: &mut Found) -> bool {
    let since = found.list.len();
    found.fault(Code::Missing, || "is required".to_owned());
    found.within(since, name);
    false
}

fn in_range(count: usize, least: u64, most: u64) -> bool {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    (least..=most).contains(&count)
}

fn amount(least: u64, most: u64, what: &str) -> String {
    match (least, most) {
        (least, u64::MAX) => format!("must have at least {least} {what}"),
        (0, most) => format!("must have at most {most} {what}"),
        (least, most) => format!("must have {least} to {most} {what}"),
    }
}

fn is_kind(types: &[bool; KINDS.len()], json: &Json<'_>) -> bool {
    let has = |word: &str| KINDS.iter().zip(types).any(|(kind, has)| *kind == word && *has);
    match json {
        Json::Null => has("null"),
        Json::Bool(_) => has("boolean"),
        Json::Number(number) => has("number") || number.is_integer() && has("integer"),
        Json::String(_) => has("string"),
        Json::Array(_) => has("array"),
        Json::Object(_) => has("object"),
    }
}

fn not_kind(types: &[bool; KINDS.len()], json: &Json<'_>) -> String {
    let words: Vec<&str> = KINDS.iter().zip(types).filter(|(_, has)| **has).map(|(kind, _)| *kind).collect();
    format!("must be of type {}, not {}", words.join(" or "), json.kind())
}
