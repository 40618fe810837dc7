//! From a keyword that refuses a document to a finding: which rule it is, and where the other version says something
//! about the same value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::rules::Refusal;
use super::search::Search;
use crate::evaluate::{Evaluator, Failure};
use crate::finding::{Confidence, Finding, Severity, Side};
use crate::schema::{Assertion, Keyword, NodeId, Schema};
use crate::value::untoken;

/// What the schema that accepts a witness says where it is refused.
struct Counterpart {
    pointer: Option<String>,
    /// Whether it has a keyword of the kind.
    both: bool,
    /// Whether it lists the member that is missing or refused.
    listed: bool,
}

impl Search<'_> {
    pub(super) fn refused(&self, witness: &Value, failure: Failure) -> Finding {
        let keyword =
            failure.place.1.and_then(|index| self.right.node(failure.place.0).keywords().get(index));
        let nothing = BTreeSet::new();
        let left = Evaluator::new(&self.left, &nothing, self.left.checks(self.settings.formats));
        let last = failure.pointer.rsplit('/').next().unwrap_or_default();
        let name = match keyword.map(|keyword| &keyword.assertion) {
            Some(Assertion::Required(_)) => "required",
            _ => last,
        };
        let counterpart = match keyword {
            Some(keyword) => self.of_keyword(&left, witness, &failure.instance, keyword),
            None => self.of_false(&left, witness, &failure.instance, last),
        };
        let refused = witness.pointer(&failure.instance);
        let refusal = Refusal {
            side: self.side,
            keyword: keyword.map(|_| name),
            pointer: &failure.pointer,
            both: counterpart.both,
            null: refused == Some(&Value::Null),
            listed: counterpart.listed,
        };
        let mut finding = Finding::new(refusal.rule(), self.side);
        finding.severity = if self.bad { finding.rule.severity } else { Severity::Safe };
        finding.confidence = self.confidence(keyword);
        finding.flows.insert(self.flow);
        finding.witness = Some(witness.clone());
        finding.instance = failure.instance;
        let (here, there) = (Some(failure.pointer), counterpart.pointer);
        (finding.base, finding.revision) = match self.side {
            Side::Revision => (there, here),
            Side::Base => (here, there),
        };
        finding.absent = (!counterpart.both).then_some(match self.side {
            Side::Revision => Side::Base,
            Side::Base => Side::Revision,
        });
        finding
    }

    /// A format that its dialect only notes, or doesn't know, is checked by some readers and not by others.
    fn confidence(&self, keyword: Option<&Keyword>) -> Confidence {
        match keyword.map(|keyword| &keyword.assertion) {
            Some(Assertion::Format(format)) if !self.right.dialect.asserts(*format) => Confidence::Rule,
            _ => Confidence::Proved,
        }
    }

    fn of_keyword(
        &self,
        left: &Evaluator<'_>,
        witness: &Value,
        instance: &str,
        keyword: &Keyword,
    ) -> Counterpart {
        let nodes = left.applied(witness, instance);
        if let Assertion::Required(name) = &keyword.assertion {
            let listed = lists(&self.left, &nodes, name);
            let pointer = listed.clone().or_else(|| place(&self.left, &nodes));
            return Counterpart { pointer, both: false, listed: listed.is_some() };
        }
        let kind = std::mem::discriminant(&keyword.assertion);
        let keywords = nodes.iter().flat_map(|id| self.left.node(*id).keywords());
        let same: Vec<&Keyword> =
            keywords.filter(|known| std::mem::discriminant(&known.assertion) == kind).collect();
        // Of several, the one that is written the same way.
        let last = |pointer: &str| pointer.rsplit('/').next().map(str::to_owned);
        let alike = same.iter().find(|known| last(&known.pointer) == last(&keyword.pointer));
        match alike.or(same.first()) {
            Some(known) => Counterpart { pointer: Some(known.pointer.clone()), both: true, listed: false },
            None => Counterpart { pointer: place(&self.left, &nodes), both: false, listed: false },
        }
    }

    /// For a schema that is `false`: the member or item is refused as such.
    fn of_false(&self, left: &Evaluator<'_>, witness: &Value, instance: &str, last: &str) -> Counterpart {
        let (around, name) = instance.rsplit_once('/').unwrap_or(("", ""));
        let nodes = left.applied(witness, around);
        let closes = |place: &str| place == "additionalProperties" || place == "unevaluatedProperties";
        let listed = lists(&self.left, &nodes, &untoken(name)).filter(|_| closes(last));
        let pointer = listed.clone().or_else(|| place(&self.left, &left.applied(witness, instance)));
        let pointer = pointer.or_else(|| place(&self.left, &nodes));
        Counterpart { pointer, both: false, listed: listed.is_some() }
    }
}

/// Where a member is listed.
fn lists(schema: &Schema, nodes: &[NodeId], name: &str) -> Option<String> {
    let keywords = nodes.iter().flat_map(|id| schema.node(*id).keywords());
    let mut listed = keywords.filter_map(|keyword| match &keyword.assertion {
        Assertion::Properties(named) if named.iter().any(|(known, _)| known == name) => {
            Some(format!("{}/{}", keyword.pointer, crate::value::token(name)))
        }
        _ => None,
    });
    listed.next()
}

/// The schema object that says most of itself: not one that only refers to another.
fn place(schema: &Schema, nodes: &[NodeId]) -> Option<String> {
    let speaks = |id: &&NodeId| {
        let keywords = schema.node(**id).keywords();
        keywords.iter().any(|keyword| !matches!(keyword.assertion, Assertion::Ref(_)))
    };
    let place = nodes.iter().find(speaks).or(nodes.last())?;
    Some(schema.node(*place).pointer.clone())
}
