//! All roots of the incompatibilities in one direction: a witness is found, the keywords it fails on are waived, and
//! the search goes on until nothing is left.

use std::collections::BTreeSet;

use serde_json::Value;

use super::codes::{self, UNDECIDED};
use super::{Confidence, Finding, Proof, Settings, Severity, Side};
use crate::evaluate::{Evaluator, Waived};
use crate::formula::{Classes, Literal, Lowering, States, classes};
use crate::generate::Generator;
use crate::schema::Schema;
use crate::solve::{Outcome, Solver};

/// Documents tried where no proof is found.
const TRIES: usize = 600;

/// Is everything that `left` accepts accepted by `right`?
pub(crate) struct Search<'s> {
    pub(crate) left: &'s Schema,
    pub(crate) right: &'s Schema,
    /// Which of the two `right` is.
    pub(crate) side: Side,
    pub(crate) settings: &'s Settings,
}

/// What a search found; nothing means a proof.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) proof: Proof,
}

/// What searches over the same two documents in the same direction share.
pub(crate) struct Memory {
    solver: Solver,
    /// Keywords that findings were made of.
    waived: Waived,
    /// Literals of the nodes of both documents, as long as nothing more is waived.
    lowered: Option<(Classes, Classes, States)>,
}

impl Memory {
    pub(crate) fn new(settings: &Settings) -> Self {
        Memory { solver: Solver::new(settings.steps), waived: Waived::new(), lowered: None }
    }
}

impl Search<'_> {
    pub(crate) fn run(&self, memory: &mut Memory) -> Findings {
        memory.solver.refill(self.settings.steps);
        let mut findings = Findings::default();
        while findings.list.len() < self.settings.findings {
            let (accepted, still) = self.literals(memory);
            let witness = match memory.solver.solve(&[accepted, !still]) {
                Outcome::Empty => break,
                Outcome::Witness(witness) if self.proves(&witness) => Some(witness),
                Outcome::Witness(_) | Outcome::Unknown => self.generated(&memory.waived),
            };
            let added = match witness {
                Some(witness) => self.report(&witness, &mut memory.waived, &mut findings.list),
                None => {
                    findings.list.push(self.undecided());
                    false
                }
            };
            if !added {
                break;
            }
            memory.lowered = None;
        }
        let tally = memory.solver.tally;
        findings.proof = Proof { goals: tally.goals, branches: tally.branches, recursions: tally.recursions };
        findings
    }

    /// What both schemas are as formulas.
    fn literals(&self, memory: &mut Memory) -> (Literal, Literal) {
        let nothing = Waived::new();
        let formats = self.settings.formats;
        let left = (self.left, &nothing, self.left.checks(formats));
        let right = (self.right, &memory.waived, self.right.checks(formats));
        let lowered = memory.lowered.get_or_insert_with(|| {
            let (of_left, of_right) = classes(left, right);
            (of_left, of_right, States::new())
        });
        let (of_left, of_right, states) = lowered;
        let arena = &mut memory.solver.arena;
        let accepted = Lowering::lower(arena, left, of_left, states);
        let still = Lowering::lower(arena, right, of_right, states);
        (accepted, still)
    }

    /// What is said when the search didn't come to an end.
    pub(crate) fn interrupted(&self) -> Findings {
        Findings { list: vec![self.undecided()], proof: Proof::default() }
    }

    /// Whether a document is accepted by the left schema and refused by the right one as it is written.
    fn proves(&self, document: &Value) -> bool {
        let nothing = BTreeSet::new();
        let formats = self.settings.formats;
        Evaluator::new(self.left, &nothing, self.left.checks(formats)).valid(document) == Some(true)
            && Evaluator::new(self.right, &nothing, self.right.checks(formats)).valid(document) == Some(false)
    }

    /// A witness found by trying documents.
    fn generated(&self, waived: &Waived) -> Option<Value> {
        let nothing = BTreeSet::new();
        let formats = self.settings.formats;
        let left = Evaluator::new(self.left, &nothing, self.left.checks(formats));
        let right = Evaluator::new(self.right, waived, self.right.checks(formats));
        let mut generator = Generator::new(self.left, &[self.left, self.right], 1);
        for _ in 0..TRIES {
            let document = generator.document();
            let found = left.valid(&document) == Some(true) && right.valid(&document) == Some(false);
            if found && self.proves(&document) {
                return Some(document);
            }
            // Such a schema takes too long to try many documents.
            if left.is_exhausted() || right.is_exhausted() {
                return None;
            }
        }
        None
    }

    /// One finding for each keyword that the witness newly fails on; false if there is none.
    fn report(&self, witness: &Value, waived: &mut Waived, list: &mut Vec<Finding>) -> bool {
        let failures = {
            let checks = self.right.checks(self.settings.formats);
            Evaluator::new(self.right, waived, checks).failures(witness)
        };
        let before = waived.len();
        for failure in failures {
            if list.len() < self.settings.findings && waived.insert(failure.pointer.clone()) {
                list.push(Finding {
                    code: codes::of_failure(self.right, failure.place, &failure.pointer),
                    side: self.side,
                    pointer: failure.pointer,
                    severity: Severity::Break,
                    confidence: Confidence::Proved,
                    witness: Some(witness.clone()),
                    instance: failure.instance,
                    note: None,
                });
            }
        }
        waived.len() > before
    }

    fn undecided(&self) -> Finding {
        let reasons = self.left.not_understood().into_iter().chain(self.right.not_understood());
        let reasons: Vec<String> = reasons.map(|(pointer, reason)| format!("{pointer}: {reason}")).collect();
        let note = match reasons.as_slice() {
            [] => "the search ended without a proof and without a witness".to_owned(),
            reasons => reasons.join("; "),
        };
        Finding {
            code: UNDECIDED,
            side: self.side,
            pointer: self.right.node(self.right.root).pointer.clone(),
            severity: Severity::Risky,
            confidence: Confidence::Unknown,
            witness: None,
            instance: String::new(),
            note: Some(note),
        }
    }
}
