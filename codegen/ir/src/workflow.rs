//! Sagas: steps that several services take one after the other, and how they are undone.

mod together;

pub use together::{LONGEST_RUN, seconds};

use std::time::Duration;

use crate::event::EventId;
use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::{Docs, EnumLiteral, TypeId};

/// A saga: a file of `contracts/workflows`.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// From the file's name: `checkout` of `checkout.saga.yaml`.
    pub name: Name,
    /// For the reader.
    pub docs: Docs,
    /// How it runs on AWS.
    pub kind: Kind,
    /// What it is started with, a struct.
    pub input: TypeId,
    /// Events that start it.
    pub starts: Vec<StartedBy>,
    /// `rate`: runs a second that are expected, on average; those that its events start unless said.
    pub rate: Option<Spanned<f64>>,
    /// Why its runs carry personal data, if they do. No erasure reaches their histories.
    pub personal: Option<Spanned<String>>,
    /// How long a run may take.
    pub timeout: Spanned<Duration>,
    /// Everything that services do for it.
    pub steps: Vec<Step>,
    /// What is done, in order.
    pub flow: Vec<Node>,
    /// What is done at the end when it failed, after everything was undone.
    pub on_failure: Option<Act>,
    /// Where it was written.
    pub span: Span,
}

/// How a state machine runs. Source: "Choosing workflow type" of the Step Functions developer guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Up to a year, each state once, billed by transition.
    Standard,
    /// Up to five minutes, at least once, billed by time and memory; no callbacks.
    Express,
}

impl Kind {
    /// As the contract and CloudFormation (in capitals) write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Express => "express",
        }
    }
}

/// An event that starts a saga.
#[derive(Clone, Debug)]
pub struct StartedBy {
    /// The newest accepted version.
    pub event: EventId,
    /// Payload field that names the run: a second event with the same value starts nothing.
    pub name: Spanned<String>,
    /// Fields of the input, each with the payload field that it gets; all others get the one of their own name.
    pub given: Vec<(Spanned<String>, Spanned<String>)>,
    /// Where it was written.
    pub span: Span,
}

/// A step among those of its saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// Something that a service does for a saga.
#[derive(Clone, Debug)]
pub struct Step {
    /// `reserve_stock`: the function of the generated trait.
    pub name: Name,
    /// Who does it.
    pub service: Spanned<String>,
    /// For the reader.
    pub docs: Docs,
    /// What it takes, a struct.
    pub input: TypeId,
    /// What it gives, a struct.
    pub output: Option<TypeId>,
    /// Whether it changes anything.
    pub effect: Effect,
    /// How long one attempt may take.
    pub timeout: Spanned<Duration>,
    /// How long it may be silent, for one that waits for a token.
    pub heartbeat: Option<Spanned<Duration>>,
    /// Whether somebody answers later, by a token.
    pub callback: bool,
    /// When it is tried again.
    pub retry: Retry,
    /// Errors that are an answer rather than a mishap: never retried, and no alarm.
    pub errors: Vec<Name>,
    /// Where it was written.
    pub span: Span,
}

/// Whether a step changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only reads or reckons: nothing to undo.
    None,
    /// It changes something.
    Changes,
}

/// How often and when a failed step is tried again. Each delay is drawn between 0 and what the backoff says.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Retries after the first attempt.
    pub attempts: u32,
    /// Before the first retry.
    pub interval: Duration,
    /// Factor from one delay to the next, in hundredths: 200 doubles.
    pub backoff: u32,
    /// The longest delay.
    pub longest: Duration,
}

/// A part of a flow.
#[derive(Clone, Debug)]
pub enum Node {
    /// One step.
    Do(Box<Do>),
    /// One of several ways.
    Choice(Choice),
    /// Several ways at once.
    Parallel(Parallel),
    /// One way for each item of a list.
    Each(Each),
    /// Nothing, for a while.
    Wait(Wait),
}

impl Node {
    /// Where it was written.
    pub fn span(&self) -> &Span {
        match self {
            Self::Do(it) => &it.act.span,
            Self::Choice(it) => &it.name.span,
            Self::Parallel(it) => &it.name.span,
            Self::Each(it) => &it.name.span,
            Self::Wait(it) => &it.name.span,
        }
    }
}

/// A step in a flow.
#[derive(Clone, Debug)]
pub struct Do {
    /// What is done.
    pub act: Act,
    /// What undoes it.
    pub undo: Option<Act>,
    /// From here on the saga goes forward only: what comes later is tried until it is done, or parked.
    pub pivot: bool,
}

/// A step with what it is given.
#[derive(Clone, Debug)]
pub struct Act {
    /// The step.
    pub step: StepId,
    /// One value per field of the step's input that is given.
    pub with: Vec<Binding>,
    /// Where it was written.
    pub span: Span,
}

/// A field of a step's input and where its value comes from.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Wire name of the field.
    pub field: Spanned<String>,
    /// Its value.
    pub value: Given,
}

/// A value that a step is given.
#[derive(Clone, Debug)]
pub enum Given {
    /// `$input.cartId`
    Reference(Reference),
    /// A literal, as compact JSON.
    Literal(String),
}

/// A value that is known when the flow comes here.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it starts.
    pub root: Root,
    /// Wire names of fields, from the root on.
    pub path: Vec<String>,
    /// What is there.
    pub ty: TypeId,
    /// Where it was written.
    pub span: Span,
}

/// What a reference starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// What the saga was started with.
    Input,
    /// What a step gave.
    Step(StepId),
    /// The item of the list around, by the name it has there.
    Item(String),
    /// Why the saga failed: `Error` and `Cause`. Only when it did.
    Failure,
}

/// One of several ways: the first whose tests all hold.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Unique in the saga.
    pub name: Name,
    /// In order.
    pub arms: Vec<Arm>,
    /// When none holds; nothing is done without it.
    pub otherwise: Vec<Node>,
}

/// A way and when it is taken.
#[derive(Clone, Debug)]
pub struct Arm {
    /// All must hold.
    pub when: Vec<Test>,
    /// What is done.
    pub flow: Vec<Node>,
    /// `share`: of all runs that come here, how many go this way, 0 to 1.
    pub share: Option<f64>,
    /// Where it was written.
    pub span: Span,
}

/// A test of one value.
#[derive(Clone, Debug)]
pub struct Test {
    /// The value.
    pub value: Reference,
    /// Whether it is always there and never null. One that isn't fails every test but that for its absence.
    pub certain: bool,
    /// What it must be.
    pub is: Is,
}

/// What a tested value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Is {
    /// One of these.
    OneOf(Vec<EnumLiteral>),
    /// There, and not null; or not.
    Present(bool),
    /// A number from the first to the second, both included.
    Within(Option<i64>, Option<i64>),
}

/// Several ways at once.
#[derive(Clone, Debug)]
pub struct Parallel {
    /// Unique in the saga.
    pub name: Name,
    /// Each with its name.
    pub branches: Vec<(Name, Vec<Node>)>,
}

/// One way for each item of a list.
#[derive(Clone, Debug)]
pub struct Each {
    /// Unique in the saga.
    pub name: Name,
    /// The list.
    pub over: Reference,
    /// What an item is called inside.
    pub item: Name,
    /// Type of the items.
    pub item_type: TypeId,
    /// Most items at a time; 0 for all.
    pub at_once: u32,
    /// `typical`: how many items there mostly are, on average.
    pub typical: Option<f64>,
    /// What is done for each.
    pub flow: Vec<Node>,
}

/// A wait.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Unique in the saga.
    pub name: Name,
    /// Until when.
    pub until: Until,
}

/// The end of a wait.
#[derive(Clone, Debug)]
pub enum Until {
    /// So long.
    For(Duration),
    /// An instant that is known when the flow comes here.
    At(Reference),
}
