//! All roots of the incompatibilities in one direction: a witness is found, the keywords it fails on are waived, and
//! the search goes on until nothing is left.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Proof, Settings};
use crate::evaluate::{Evaluator, Failure, Waived};
use crate::finding::{Confidence, Finding, Flow, Severity, Side};
use crate::formula::{Classes, Literal, Lowering, States, classes};
use crate::generate::Generator;
use crate::rule::UNDECIDED;
use crate::schema::{Schema, spelt_alike};
use crate::solve::{Outcome, Solver};

/// Documents tried where no proof is found.
const TRIES: usize = 600;

/// Most findings that get a witness each.
const MOST_SEPARATE: usize = 24;

/// Values that are put aside one by one because they are accepted as text.
const MOST_TEXTS: usize = 40;

/// Is everything that `left` accepts accepted by `right`?
pub(crate) struct Search<'s> {
    pub(crate) left: &'s Schema,
    /// `left` for documents that keep to what it declares, if only those count.
    pub(crate) declared: Option<&'s Schema>,
    pub(crate) right: &'s Schema,
    /// Which of the two `right` is.
    pub(crate) side: Side,
    pub(crate) flow: Flow,
    /// Whether somebody minds what is refused.
    pub(crate) bad: bool,
    /// Whether values travel as text, so that `1` and `"1"` are the same.
    pub(crate) as_text: bool,
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
    lowered: Option<(Vec<Classes>, States)>,
}

impl Memory {
    pub(crate) fn new(settings: &Settings) -> Self {
        Memory { solver: Solver::new(settings.steps), waived: Waived::new(), lowered: None }
    }

    /// For another way over the same two documents: what was found one way is found the other way too.
    pub(crate) fn forget_waived(&mut self) {
        (self.waived, self.lowered) = (Waived::new(), None);
    }
}

impl Search<'_> {
    pub(crate) fn run(&self, memory: &mut Memory) -> Findings {
        memory.solver.refill(self.settings.steps);
        let mut findings = Findings::default();
        while findings.list.len() < self.settings.findings {
            let witness = match self.witness(memory) {
                Outcome::Empty => break,
                Outcome::Witness(witness) if self.proves(&witness) => Some(witness),
                Outcome::Witness(_) | Outcome::Unknown => self.generated(&memory.waived),
            };
            let added = match witness {
                Some(witness) => self.report(&witness, &mut memory.waived, &mut findings.list),
                None => {
                    findings.list.extend(self.undecided());
                    false
                }
            };
            if !added {
                break;
            }
            memory.lowered = None;
        }
        if findings.list.len() <= MOST_SEPARATE {
            self.separate(memory, &mut findings.list);
        }
        let tally = memory.solver.tally;
        findings.proof = Proof { goals: tally.goals, branches: tally.branches, recursions: tally.recursions };
        findings
    }

    /// Gives findings that share a witness one of their own: a document with a single fault says more.
    fn separate(&self, memory: &mut Memory, list: &mut [Finding]) {
        let shared = |list: &[Finding], index: usize| {
            list.iter().filter(|other| other.witness == list[index].witness).count() > 1
        };
        for index in 0..list.len() {
            if list[index].witness.is_none() || !shared(list, index) {
                continue;
            }
            let pointer = list[index].pointer().to_owned();
            let all = memory.waived.clone();
            memory.waived.remove(&pointer);
            memory.lowered = None;
            if let Outcome::Witness(witness) = self.witness(memory)
                && self.proves(&witness)
                && let Some(failure) = self.failure(&witness, &memory.waived, &pointer)
            {
                list[index] = self.refused(&witness, failure);
            }
            memory.waived = all;
            memory.lowered = None;
        }
    }

    /// What a document fails on at a keyword.
    fn failure(&self, witness: &Value, waived: &Waived, pointer: &str) -> Option<Failure> {
        self.judge(self.right, waived)
            .failures(witness)
            .into_iter()
            .find(|failure| failure.pointer == pointer)
    }

    /// A document that `left` accepts and `right` refuses, as far as formulas tell.
    fn witness(&self, memory: &mut Memory) -> Outcome {
        let mut goal = self.goal(memory);
        for _ in 0..MOST_TEXTS {
            match memory.solver.solve(&goal) {
                Outcome::Witness(value) if self.as_text && self.accepts_as_text(&value) => {
                    goal.push(self.excluding(&value, memory));
                }
                outcome => return outcome,
            }
        }
        Outcome::Unknown
    }

    /// Accepted by `left` and not by `right`, as formulas.
    fn goal(&self, memory: &mut Memory) -> Vec<Literal> {
        let nothing = Waived::new();
        let formats = self.settings.formats;
        let mut read = vec![
            (self.left, &nothing, self.left.checks(formats)),
            (self.right, &memory.waived, self.right.checks(formats)),
        ];
        read.extend(self.declared.map(|declared| (declared, &nothing, declared.checks(formats))));
        let lowered = memory.lowered.get_or_insert_with(|| (classes(&read), States::new()));
        let (classes, states) = lowered;
        let arena = &mut memory.solver.arena;
        let mut literals = read.into_iter().zip(classes.iter());
        let mut next = || {
            let (read, classes) = literals.next()?;
            Some(Lowering::lower(arena, read, classes, states))
        };
        let accepted = next().into_iter().collect::<Vec<_>>();
        let still = next().map(|still| !still);
        accepted.into_iter().chain(still).chain(next()).collect()
    }

    /// What is said when the search didn't come to an end.
    pub(crate) fn interrupted(&self) -> Findings {
        Findings { list: self.undecided().into_iter().collect(), proof: Proof::default() }
    }

    /// Whether a document is accepted by the left schema and refused by the right one as it is written.
    fn proves(&self, document: &Value) -> bool {
        self.accepted(document)
            && self.judge(self.right, &BTreeSet::new()).valid(document) == Some(false)
            && !(self.as_text && self.accepts_as_text(document))
    }

    fn accepted(&self, document: &Value) -> bool {
        let nothing = BTreeSet::new();
        let valid = |schema| self.judge(schema, &nothing).valid(document) == Some(true);
        valid(self.left) && self.declared.is_none_or(valid)
    }

    fn judge<'a>(&self, schema: &'a Schema, waived: &'a Waived) -> Evaluator<'a> {
        Evaluator::new(schema, waived, schema.checks(self.settings.formats))
    }

    /// Whether what a value is written as in a path, a query or a header is accepted.
    fn accepts_as_text(&self, value: &Value) -> bool {
        let nothing = BTreeSet::new();
        let right = self.judge(self.right, &nothing);
        let spellings = [true, false].map(|texts| spelt(value, texts));
        spellings.iter().any(|other| other != value && right.valid(other) == Some(true))
    }

    /// Not this value; and none of its kind if every text is accepted.
    fn excluding(&self, value: &Value, memory: &mut Memory) -> Literal {
        let nothing = BTreeSet::new();
        let right = self.judge(self.right, &nothing);
        let probes =
            ["", "0", "-7", "0.25", "1e300", "true", "false", "any text at all, however long it may be"];
        let free = probes.iter().all(|probe| right.valid(&Value::String((*probe).to_owned())) == Some(true));
        let arena = &mut memory.solver.arena;
        if free {
            use crate::value::{Kind, Kinds};
            !arena.kinds(Kinds::only(Kind::of(value)))
        } else {
            !arena.values([value])
        }
    }

    /// A witness found by trying documents.
    fn generated(&self, waived: &Waived) -> Option<Value> {
        let nothing = BTreeSet::new();
        let left = self.judge(self.left, &nothing);
        let right = self.judge(self.right, waived);
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
        let failures = self.judge(self.right, waived).failures(witness);
        let before = waived.len();
        for failure in failures {
            if list.len() < self.settings.findings && waived.insert(failure.pointer.clone()) {
                list.push(self.refused(witness, failure));
            }
        }
        waived.len() > before
    }

    fn undecided(&self) -> Option<Finding> {
        if !self.bad {
            return None;
        }
        let reasons = self.left.not_understood().into_iter().chain(self.right.not_understood());
        let reasons: Vec<String> = reasons.map(|(pointer, reason)| format!("{pointer}: {reason}")).collect();
        let note = match reasons.as_slice() {
            [] => "the search ended without a proof and without a witness".to_owned(),
            reasons => reasons.join("; "),
        };
        let mut finding = Finding::new(UNDECIDED, self.side);
        finding.severity = Severity::Risky;
        finding.confidence = Confidence::Unknown;
        finding.flows.insert(self.flow);
        finding.note = Some(note);
        let root = |schema: &Schema| Some(schema.node(schema.root).pointer.clone());
        (finding.base, finding.revision) = match self.side {
            Side::Revision => (root(self.left), root(self.right)),
            Side::Base => (root(self.right), root(self.left)),
        };
        Some(finding)
    }
}

/// The same written as text: everything in it read as texts, or as numbers and truths where it can be.
fn spelt(value: &Value, texts: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| spelt(item, texts)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), spelt(member, texts))).collect()
        }
        Value::Null if texts => Value::String(String::new()),
        scalar if scalar.is_string() != texts => spelt_alike(scalar).unwrap_or_else(|| scalar.clone()),
        scalar => scalar.clone(),
    }
}
