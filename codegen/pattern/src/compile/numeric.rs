//! `numeric`: one comparison, or a lower bound followed by an upper bound.

use super::Compiler;
use super::syntax::{Kind, Node};
use crate::fault::Fault;
use crate::test::{Range, Test};

const ALL: Range =
    Range { low: f64::NEG_INFINITY, low_included: false, high: f64::INFINITY, high_included: false };

impl Compiler<'_> {
    pub(super) fn numeric(&mut self, value: &Node<'_>) -> Option<Test> {
        let Kind::Array(parts) = &value.kind else {
            self.error(value.at, Fault::NumericNotAList);
            return None;
        };
        let (comparison, bound) = self.comparison(value, parts, 0, &["=", "<", "<=", ">", ">="])?;
        let first = match comparison {
            "=" => Range { low: bound, low_included: true, high: bound, high_included: true },
            "<" | "<=" => Range { high: bound, high_included: comparison == "<=", ..ALL },
            _ => Range { low: bound, low_included: comparison == ">=", ..ALL },
        };
        if parts.len() == 2 {
            return Some(if comparison == "=" { Test::Number(bound) } else { Test::Range(first) });
        }
        if !comparison.starts_with('>') {
            self.error(parts[2].at, Fault::NumericTooMuch);
            return None;
        }
        let (comparison, high) = self.comparison(value, parts, 2, &["<", "<="])?;
        if let Some(extra) = parts.get(4) {
            self.error(extra.at, Fault::NumericTooMuch);
            return None;
        }
        if bound >= high {
            self.error(value.at, Fault::RangeInverted(bound, high));
            return None;
        }
        Some(Test::Range(Range { high, high_included: comparison == "<=", ..first }))
    }

    /// The comparison at `at` and the number after it.
    fn comparison<'n>(
        &mut self,
        list: &Node<'_>,
        parts: &'n [Node<'_>],
        at: usize,
        allowed: &[&str],
    ) -> Option<(&'n str, f64)> {
        let Some(word) = parts.get(at) else {
            self.error(list.at, Fault::NumericComparison("nothing".to_owned()));
            return None;
        };
        let comparison = match &word.kind {
            Kind::Text(text) if allowed.contains(&&**text) => &**text,
            found => {
                let found = match found {
                    Kind::Text(text) => format!("{text:?}"),
                    Kind::Number(spelling) => (*spelling).to_owned(),
                    Kind::Word(word) => (*word).to_owned(),
                    Kind::Array(_) => "a list".to_owned(),
                    Kind::Object(_) => "an object".to_owned(),
                };
                self.inside(&at.to_string(), |compiler| {
                    compiler.error(word.at, Fault::NumericComparison(found));
                });
                return None;
            }
        };
        let operand = parts.get(at + 1);
        let Some(Node { at: place, kind: Kind::Number(spelling) }) = operand else {
            let place = operand.map_or(word.at, |operand| operand.at);
            self.error(place, Fault::NumericOperand(comparison.to_owned()));
            return None;
        };
        let bound = self.inside(&(at + 1).to_string(), |compiler| compiler.number(*place, spelling))?;
        Some((comparison, bound))
    }
}
