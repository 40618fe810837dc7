//! Faults that tests put into the mechanism, to see that they are noticed. They can be switched on with the feature
//! `mutants` only; without it, the compiler leaves them out.

#[cfg(feature = "mutants")]
use std::sync::atomic::{AtomicU8, Ordering};

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mutant {
    /// None: the mechanism as it is.
    Sound,
    /// The mark of an event is written whether or not it is there.
    InboxUnconditional,
    /// The mark of an event is written where nobody looks.
    InboxForgotten,
    /// All consumers of an event share one mark.
    InboxShared,
    /// An event's mark is compared without its payload.
    InboxBlind,
    /// The mark of a saga's step is written where nobody looks.
    StepForgotten,
    /// The answer of a command is recorded where nobody looks.
    AnswerForgotten,
    /// A key that was used for something else gives the answer of that.
    AnswerBlind,
    /// All principals share their keys.
    AnswerShared,
    /// Sequence numbers are stored whether or not somebody else was faster.
    SequenceUnconditional,
    /// A sequence number is left out.
    SequenceGap,
    /// Events are written after the change, by themselves.
    OutboxApart,
    /// The ids of events are drawn anew at each try.
    EventIdRandom,
    /// What a write demands of the items isn't demanded.
    ConditionsDropped,
    /// Where nobody knows whether a write happened, it is said to have happened.
    DoubtIsSuccess,
    /// Where nobody knows whether a write happened, it is done as another.
    DoubtIsAnother,
    /// A handler's failure counts as a success.
    FailureIsSuccess,
    /// A handler's panic counts as a success.
    PanicIsSuccess,
    /// A message is removed before it is handled.
    RemovedBeforeHandled,
    /// Rows leave the outbox before their messages are in the queues.
    RemovedBeforePublished,
    /// A message that failed isn't given back.
    RetryForgotten,
    /// Tries aren't counted.
    TriesUncounted,
    /// What is given up is dropped.
    DeadLetterDropped,
    /// Ordered queues hand out anything.
    OrderIgnored,
    /// Behind a dead letter, the key goes on.
    GapIgnored,
    /// What was in the queues is forgotten at a restart.
    QueueForgotten,
    /// Steps that were being taken are forgotten at a restart.
    CallsForgotten,
    /// Timers of sagas are forgotten at a restart.
    TimersForgotten,
    /// A saga's second start runs it again.
    StartedTwice,
}

impl Mutant {
    /// Every fault.
    pub const ALL: &[Self] = &[
        Self::InboxUnconditional,
        Self::InboxForgotten,
        Self::InboxShared,
        Self::InboxBlind,
        Self::StepForgotten,
        Self::AnswerForgotten,
        Self::AnswerBlind,
        Self::AnswerShared,
        Self::SequenceUnconditional,
        Self::SequenceGap,
        Self::OutboxApart,
        Self::EventIdRandom,
        Self::ConditionsDropped,
        Self::DoubtIsSuccess,
        Self::DoubtIsAnother,
        Self::FailureIsSuccess,
        Self::PanicIsSuccess,
        Self::RemovedBeforeHandled,
        Self::RemovedBeforePublished,
        Self::RetryForgotten,
        Self::TriesUncounted,
        Self::DeadLetterDropped,
        Self::OrderIgnored,
        Self::GapIgnored,
        Self::QueueForgotten,
        Self::CallsForgotten,
        Self::TimersForgotten,
        Self::StartedTwice,
    ];

    /// Whether the fault is switched on.
    #[cfg(not(feature = "mutants"))]
    #[inline]
    pub const fn is_on(self) -> bool {
        false
    }

    /// Whether the fault is switched on.
    #[cfg(feature = "mutants")]
    pub fn is_on(self) -> bool {
        ON.load(Ordering::SeqCst) == self as u8
    }

    /// Switches the fault on and every other one off, in the whole process.
    #[cfg(feature = "mutants")]
    pub fn switch_on(self) {
        ON.store(self as u8, Ordering::SeqCst);
    }
}

#[cfg(feature = "mutants")]
static ON: AtomicU8 = AtomicU8::new(Mutant::Sound as u8);
