//! All roots of the incompatibilities in one direction: a witness is found, the keywords it fails on are waived, and
//! the search goes on until nothing is left.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::Settings;
use super::component::Pairing;
use crate::evaluate::{Evaluator, Failure, Waived};
use crate::finding::{Confidence, Finding, Flow, Severity, Side};
use crate::formula::{Classes, Literal, Lowering, States, Taken, classes};
use crate::generate::Generator;
use crate::rule::UNDECIDED;
use crate::schema::{Checks, NodeId, Schema, spelt_alike};
use crate::solve::{Outcome, Solver};

/// Documents tried where no proof is found.
const TRIES: usize = 600;

/// Most schema objects that are evaluated for all of them.
const MOST_WORK: u32 = 300_000;

/// Most findings that get a witness each.
const MOST_SEPARATE: usize = 24;

/// Values that are put aside one by one because they are accepted as text.
const MOST_TEXTS: usize = 40;

/// Is everything that `left` accepts accepted by `right`?
pub(crate) struct Search<'s> {
    pub(crate) left: Schema,
    /// `left` for documents that keep to what it declares, if only those count.
    pub(crate) declared: Option<Schema>,
    pub(crate) right: Schema,
    /// Which of the two `right` is.
    pub(crate) side: Side,
    pub(crate) flow: Flow,
    /// Whether somebody minds what is refused.
    pub(crate) bad: bool,
    /// Whether values travel as text, so that `1` and `"1"` are the same.
    pub(crate) as_text: bool,
    pub(crate) settings: &'s Settings,
    /// Parts of `right` that are taken to be parts of `left`, if only what is said of the value itself is compared.
    pub(crate) taking: Option<&'s Pairing>,
}

/// What a search found; nothing, and decided, means a proof.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) decided: bool,
}

/// What searches over the same two documents in the same direction share.
pub(crate) struct Memory {
    pub(super) solver: Solver,
    /// Keywords that findings were made of.
    pub(super) waived: Waived,
    /// Literals of the nodes of both documents as they are written.
    plain: Option<Lowered>,
    /// The same as long as nothing more is waived.
    lowered: Option<Lowered>,
}

/// The classes of the nodes of some schemas, and their literals by class.
#[derive(Clone)]
struct Lowered {
    classes: Rc<Vec<Classes>>,
    states: States,
}

impl Lowered {
    fn of(read: &[(&Schema, &Waived, Checks)]) -> Self {
        Lowered { classes: Rc::new(classes(read)), states: States::new() }
    }
}

impl Memory {
    pub(crate) fn new(settings: &Settings) -> Self {
        Memory { solver: Solver::new(settings.steps), waived: Waived::new(), plain: None, lowered: None }
    }

    /// For another way over the same two documents: what was found one way is found the other way too.
    pub(crate) fn forget_waived(&mut self) {
        (self.waived, self.lowered, self.plain) = (Waived::new(), None, None);
    }

    /// The classes of both documents' nodes as they are written, whichever schema is asked for.
    pub(super) fn plain_classes(&mut self, search: &Search<'_>) -> Rc<Vec<Classes>> {
        self.plain.get_or_insert_with(|| Lowered::of(&search.read(&NOTHING))).classes.clone()
    }

    /// A keyword isn't waived any more: what was found of it isn't reported.
    pub(super) fn count_again(&mut self, pointer: &str) {
        self.waived.remove(pointer);
        self.lowered = None;
    }
}

static NOTHING: Waived = Waived::new();

impl Search<'_> {
    /// Everything between the two that isn't waived yet. The solver has been granted what it may spend.
    pub(crate) fn run(&self, memory: &mut Memory) -> Findings {
        let mut findings = Findings::default();
        while findings.list.len() < self.settings.findings {
            let outcome = self.witness(memory);
            let witness = match outcome {
                Outcome::Empty => {
                    findings.decided = true;
                    break;
                }
                Outcome::Witness(witness) if self.proves(&witness) => Some(witness),
                // Compared as a whole afterwards.
                Outcome::Witness(_) | Outcome::Unknown if self.taking.is_some() => None,
                Outcome::Witness(_) | Outcome::Unknown => self.generated(&memory.waived),
            };
            let Some(witness) = witness else { break };
            if !self.report(&witness, &mut memory.waived, &mut findings.list) {
                break;
            }
            memory.lowered = None;
        }
        // There may be more, but nobody reads on.
        findings.decided |= findings.list.len() >= self.settings.findings;
        if findings.list.len() <= MOST_SEPARATE {
            self.separate(memory, &mut findings.list);
        }
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
        self.judge(&self.right, waived)
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

    /// The schemas, where keywords of the right one are taken to hold.
    fn read<'a>(&'a self, waived: &'a Waived) -> Vec<(&'a Schema, &'a Waived, Checks)> {
        let formats = self.settings.formats;
        let mut read = vec![
            (&self.left, &NOTHING, self.left.checks(formats)),
            (&self.right, waived, self.right.checks(formats)),
        ];
        read.extend(self.declared.as_ref().map(|declared| (declared, &NOTHING, declared.checks(formats))));
        read
    }

    /// Accepted by `left` and not by `right`, as formulas.
    fn goal(&self, memory: &mut Memory) -> Vec<Literal> {
        if self.taking.is_none() && !memory.waived.is_empty() {
            let lowered = memory.lowered.get_or_insert_with(|| Lowered::of(&self.read(&memory.waived)));
            let read = self.read(&memory.waived);
            let arena = &mut memory.solver.arena;
            let mut lower = |index: usize| {
                Some(Lowering::lower(arena, *read.get(index)?, &lowered.classes[index], &mut lowered.states))
            };
            let (accepted, still, declared) = (lower(0), lower(1), lower(2));
            return accepted.into_iter().chain(still.map(|still| !still)).chain(declared).collect();
        }
        let mut goal = self.accepted_goal(memory);
        let read = self.read(&memory.waived)[1];
        let Some(Lowered { classes, states }) = &mut memory.plain else { return goal };
        let arena = &mut memory.solver.arena;
        let still = match self.taking {
            None => Lowering::lower(arena, read, &classes[1], states),
            Some(pairing) => {
                let left = (&self.left, &NOTHING, self.left.checks(self.settings.formats));
                let mut parts: Vec<&NodeId> = pairing.parts.values().collect();
                parts.sort_unstable();
                for part in parts {
                    // Lowered with the whole, unless it is beyond what is looked at.
                    let schema = Schema { root: *part, ..left.0.clone() };
                    Lowering::lower(arena, (&schema, left.1, left.2), &classes[0], states);
                }
                let taken = Taken { parts: &pairing.parts, within: &pairing.within, classes: &classes[0] };
                Lowering::lower_taking(arena, read, &classes[1], states, taken)
            }
        };
        goal.push(!still);
        goal
    }

    /// Accepted by `left`, as formulas.
    pub(super) fn accepted_goal(&self, memory: &mut Memory) -> Vec<Literal> {
        let read = self.read(&NOTHING);
        let Lowered { classes, states } = memory.plain.get_or_insert_with(|| Lowered::of(&read));
        let arena = &mut memory.solver.arena;
        let mut lower =
            |index: usize| Some(Lowering::lower(arena, *read.get(index)?, &classes[index], states));
        lower(0).into_iter().chain(lower(2)).collect()
    }

    /// Whether no two of some alternatives of `right` hold together, where one of them differs from what it was.
    pub(super) fn exclude_each_other(&self, ids: &[NodeId], memory: &mut Memory) -> bool {
        let lowered = memory.lowered.get_or_insert_with(|| Lowered::of(&self.read(&memory.waived)));
        let (_, waived, checks) = self.read(&memory.waived)[1];
        let mut literals = Vec::new();
        for id in ids {
            let schema = Schema { root: *id, ..self.right.clone() };
            let read = (&schema, waived, checks);
            literals.push(Lowering::lower(
                &mut memory.solver.arena,
                read,
                &lowered.classes[1],
                &mut lowered.states,
            ));
        }
        memory.solver.exclude_each_other(&literals)
    }

    /// Whether a document is accepted by the left schema and refused by the right one as it is written.
    pub(super) fn proves(&self, document: &Value) -> bool {
        self.accepted(document)
            && self.judge(&self.right, &BTreeSet::new()).valid(document) == Some(false)
            && !(self.as_text && self.accepts_as_text(document))
    }

    fn accepted(&self, document: &Value) -> bool {
        let nothing = BTreeSet::new();
        let valid = |schema| self.judge(schema, &nothing).valid(document) == Some(true);
        valid(&self.left) && self.declared.as_ref().is_none_or(valid)
    }

    fn judge<'a>(&self, schema: &'a Schema, waived: &'a Waived) -> Evaluator<'a> {
        Evaluator::new(schema, waived, schema.checks(self.settings.formats))
    }

    /// Whether what a value is written as in a path, a query or a header is accepted.
    fn accepts_as_text(&self, value: &Value) -> bool {
        let nothing = BTreeSet::new();
        let right = self.judge(&self.right, &nothing);
        let spellings = [true, false].map(|texts| spelt(value, texts));
        spellings.iter().any(|other| other != value && right.valid(other) == Some(true))
    }

    /// Not this value; and none of its kind if every text is accepted.
    fn excluding(&self, value: &Value, memory: &mut Memory) -> Literal {
        let nothing = BTreeSet::new();
        let right = self.judge(&self.right, &nothing);
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
        let left = self.judge(&self.left, &nothing);
        let right = self.judge(&self.right, waived);
        let mut generator = Generator::new(&self.left, &[&self.left, &self.right], 1);
        let mut spent = 0;
        for _ in 0..TRIES {
            let document = generator.document();
            let found = left.valid(&document) == Some(true) && right.valid(&document) == Some(false);
            if found && self.proves(&document) {
                return Some(document);
            }
            // Such a schema takes too long to try many documents.
            spent += left.spent() + right.spent();
            if left.is_exhausted() || right.is_exhausted() || spent > MOST_WORK {
                return None;
            }
        }
        None
    }

    /// One finding for each keyword that the witness newly fails on; false if there is none.
    fn report(&self, witness: &Value, waived: &mut Waived, list: &mut Vec<Finding>) -> bool {
        let failures = self.judge(&self.right, waived).failures(witness);
        let before = waived.len();
        for failure in failures {
            if list.len() < self.settings.findings && waived.insert(failure.pointer.clone()) {
                list.push(self.refused(witness, failure));
            }
        }
        waived.len() > before
    }

    pub(super) fn undecided(&self) -> Option<Finding> {
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
            Side::Revision => (root(&self.left), root(&self.right)),
            Side::Base => (root(&self.right), root(&self.left)),
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
