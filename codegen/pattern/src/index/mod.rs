//! Many rules at the cost of little more than one.
//!
//! Each combination of a rule is filed under one of its fields: the one whose values are rarest among the rules so
//! far. An event looks up its own values, which finds every combination whose filed field can hold, and only those
//! are matched in full.

mod access;
mod intervals;
mod table;

use std::collections::HashMap;
use std::hash::Hash;

use crate::event::Event;
use crate::pattern::Pattern;
use access::Access;
use table::Table;

/// A set of rules, each an id and a pattern.
#[derive(Debug, Clone)]
pub struct Index<R> {
    rules: Vec<Option<Rule<R>>>,
    ids: HashMap<R, usize>,
    filings: Vec<Option<Filing>>,
    tables: HashMap<Box<str>, Table>,
    /// Combinations that no value of the event can lead to: all their fields allow absence.
    unfiled: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Rule<R> {
    id: R,
    pattern: Pattern,
    filings: Vec<u32>,
}

/// Where a combination is filed.
#[derive(Debug, Clone)]
struct Filing {
    rule: usize,
    combination: usize,
    /// The field of the pattern that it is filed under.
    field: Option<usize>,
}

impl<R> Default for Index<R> {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            ids: HashMap::new(),
            filings: Vec::new(),
            tables: HashMap::new(),
            unfiled: Vec::new(),
        }
    }
}

impl<R: Clone + Eq + Hash> Index<R> {
    /// An index without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The pattern of a rule.
    pub fn get(&self, id: &R) -> Option<&Pattern> {
        let rule = self.rules.get(*self.ids.get(id)?)?.as_ref()?;
        Some(&rule.pattern)
    }

    /// Adds a rule. A rule of the same id is replaced, and its pattern returned.
    pub fn add(&mut self, id: R, pattern: Pattern) -> Option<Pattern> {
        let replaced = self.remove(&id);
        let rule = self.rules.len();
        let mut filings = Vec::new();
        for combination in 0..pattern.combination_count() {
            // Four thousand million filings would not fit into memory.
            let Ok(filing) = u32::try_from(self.filings.len()) else { break };
            let field = self.file(&pattern, combination, filing);
            self.filings.push(Some(Filing { rule, combination, field }));
            filings.push(filing);
        }
        self.ids.insert(id.clone(), rule);
        self.rules.push(Some(Rule { id, pattern, filings }));
        replaced
    }

    /// Removes a rule and returns its pattern.
    pub fn remove(&mut self, id: &R) -> Option<Pattern> {
        let slot = self.ids.remove(id)?;
        let rule = self.rules.get_mut(slot)?.take()?;
        for filing in &rule.filings {
            let Some(filed) = self.filings.get_mut(*filing as usize).and_then(Option::take) else { continue };
            match filed.field {
                None => self.unfiled.retain(|other| other != filing),
                Some(field) => {
                    let field = &rule.pattern.fields()[field];
                    if let Some(table) = self.tables.get_mut(field.path()) {
                        for access in access::of_field(field).unwrap_or_default() {
                            table.remove(&access, *filing);
                        }
                    }
                }
            }
        }
        self.shrink();
        Some(rule.pattern)
    }

    /// The ids of the rules that match, in the order in which they were added.
    pub fn matching(&self, event: &Event) -> Vec<&R> {
        let mut candidates = self.unfiled.clone();
        for (path, leaves) in event.paths() {
            if let Some(table) = self.tables.get(path) {
                for leaf in leaves {
                    table.look_up(leaf, &mut candidates);
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut matching = Vec::new();
        let mut last = None;
        for candidate in candidates {
            let Some(filing) = &self.filings[candidate as usize] else { continue };
            if last == Some(filing.rule) {
                continue;
            }
            let Some(rule) = &self.rules[filing.rule] else { continue };
            if rule.pattern.combination_matches(filing.combination, event) {
                matching.push(&rule.id);
                last = Some(filing.rule);
            }
        }
        matching
    }

    /// Files a combination under its rarest field; `None` if each field allows absence.
    fn file(&mut self, pattern: &Pattern, combination: usize, filing: u32) -> Option<usize> {
        let mut best: Option<(usize, usize, Vec<Access<'_>>)> = None;
        for field in pattern.combination_fields(combination) {
            let tested = &pattern.fields()[*field];
            let Some(accesses) = access::of_field(tested) else { continue };
            let table = self.tables.get(tested.path());
            let cost = accesses
                .iter()
                .map(|access| table.map_or(0, |table| table.crowd(access)) + access.cost())
                .sum();
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, *field, accesses));
            }
        }
        let Some((_, field, accesses)) = best else {
            self.unfiled.push(filing);
            return None;
        };
        let path = pattern.fields()[field].path();
        if !self.tables.contains_key(path) {
            self.tables.insert(path.into(), Table::default());
        }
        if let Some(table) = self.tables.get_mut(path) {
            for access in &accesses {
                table.insert(access, filing);
            }
        }
        Some(field)
    }

    /// Rebuilds the index once most of its slots are empty, so that rules that come and go don't pile up.
    fn shrink(&mut self) {
        if self.rules.len() < 64 || self.ids.len() * 4 > self.rules.len() {
            return;
        }
        let old = std::mem::take(self);
        for rule in old.rules.into_iter().flatten() {
            self.add(rule.id, rule.pattern);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::compile(text).expect("a valid pattern")
    }

    fn event(text: &str) -> Event {
        Event::parse(text).expect("an event")
    }

    #[test]
    fn rules_are_found_replaced_and_removed() {
        let mut index = Index::new();
        assert!(index.add("loans", pattern(r#"{"kind": ["loan"]}"#)).is_none());
        index.add("late", pattern(r#"{"kind": ["loan"], "days": [{"numeric": [">", 30]}]}"#));
        index.add("no-days", pattern(r#"{"days": [{"exists": false}]}"#));
        let late = event(r#"{"kind": "loan", "days": 31}"#);
        assert_eq!(index.matching(&late), [&"loans", &"late"]);
        assert_eq!(index.matching(&event(r#"{"kind": "gift"}"#)), [&"no-days"]);
        assert!(index.add("late", pattern(r#"{"kind": ["gift"]}"#)).is_some());
        assert_eq!(index.matching(&late), [&"loans"]);
        assert!(index.remove(&"loans").is_some() && index.remove(&"loans").is_none());
        assert!(index.matching(&late).is_empty());
        assert_eq!(index.len(), 2);
    }

    #[test]
    fn a_rule_with_alternatives_is_reported_once() {
        let mut index = Index::new();
        index.add(1, pattern(r#"{"$or": [{"a": ["x"]}, {"b": ["x"]}]}"#));
        assert_eq!(index.matching(&event(r#"{"a": "x", "b": "x"}"#)), [&1]);
    }

    #[test]
    fn rules_that_come_and_go_leave_nothing_behind() {
        let mut index = Index::new();
        for round in 0..1000 {
            index.add(
                round,
                pattern(&format!(
                    r#"{{"a": ["{round}", {{"prefix": "p{round}"}}, {{"numeric": [">", {round}]}}]}}"#
                )),
            );
            if round >= 10 {
                index.remove(&(round - 10));
            }
        }
        assert_eq!(index.len(), 10);
        assert!(index.rules.len() < 100 && index.filings.len() < 100, "slots are given back");
        assert_eq!(index.matching(&event(r#"{"a": 995}"#)).len(), 5);
    }

    #[test]
    fn every_kind_of_test_leads_to_its_rules() {
        type Text = fn(i32) -> String;
        let kinds: [(Text, Text); 14] = [
            (|n| format!("\"t{n}\""), |n| format!("\"t{n}\"")),
            (|n| format!("{n}"), |n| format!("{n}.0")),
            (
                |n| format!("{{\"numeric\": [\">=\", {n}, \"<\", {}]}}", n + 1),
                |n| format!("{}", f64::from(n) + 0.5),
            ),
            (|n| format!("{{\"prefix\": \"p{n}/\"}}"), |n| format!("\"p{n}/x\"")),
            (|n| format!("{{\"suffix\": \"/s{n}\"}}"), |n| format!("\"x/s{n}\"")),
            (|n| format!("{{\"prefix\": {{\"equals-ignore-case\": \"Q{n}/\"}}}}"), |n| format!("\"q{n}/x\"")),
            (|n| format!("{{\"suffix\": {{\"equals-ignore-case\": \"/R{n}\"}}}}"), |n| format!("\"x/r{n}\"")),
            (|n| format!("{{\"equals-ignore-case\": \"E{n}\"}}"), |n| format!("\"e{n}\"")),
            (|n| format!("{{\"equals-ignore-case\": \"É{n}\"}}"), |n| format!("\"é{n}\"")),
            (|n| format!("{{\"wildcard\": \"w{n}/*x\"}}"), |n| format!("\"w{n}/yx\"")),
            (|n| format!("{{\"wildcard\": \"*/v{n}\"}}"), |n| format!("\"x/v{n}\"")),
            (|n| format!("{{\"wildcard\": \"*/long{n}/*\"}}"), |n| format!("\"x/long{n}/y\"")),
            (|n| format!("{{\"cidr\": \"10.{}.0.0/16\"}}", n + 100), |n| format!("\"10.{}.7.7\"", n + 100)),
            (|n| format!("\"2001:db8::{}\"", n + 100), |n| format!("\"2001:db8:0:0:0:0:0:{}\"", n + 100)),
        ];
        for (kind, (entry, value)) in kinds.into_iter().enumerate() {
            let mut index = Index::new();
            for rule in -20..60 {
                index.add(rule, pattern(&format!("{{\"a\": [{}]}}", entry(rule))));
            }
            for rule in -20..60 {
                let event = event(&format!("{{\"a\": [{}]}}", value(rule)));
                assert_eq!(index.matching(&event), [&rule], "kind {kind}");
                index.remove(&rule);
                assert!(index.matching(&event).is_empty(), "kind {kind}");
                index.add(rule, pattern(&format!("{{\"a\": [{}]}}", entry(rule))));
            }
        }
    }
}
