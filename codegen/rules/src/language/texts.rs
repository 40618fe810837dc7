//! The texts that a field may hold.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::LazyLock;

use stipule_ir::types::{Limits, Scalar};
use stipule_wire::{Email, Plain, Uri};

use super::automaton::Machine;

/// The texts of one type over text.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Fewest characters.
    pub(crate) least: u64,
    /// Most characters.
    pub(crate) most: Option<u64>,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) format: Format,
}

/// What a text must be beside its length and pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Any,
    Email,
    Uri,
}

impl Format {
    pub(crate) fn admits(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Email => Email::from_text(text).is_ok(),
            Self::Uri => Uri::from_text(text).is_ok(),
        }
    }

    /// Accepts at least its texts.
    fn outline(self) -> Option<&'static LazyLock<Option<Machine>>> {
        static EMAIL: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[\t -~]+@[0-9A-Za-z.:\[\]-]+\z"));
        static URI: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[A-Za-z][0-9A-Za-z+.-]*:[!-~]*\z"));
        match self {
            Self::Any => None,
            Self::Email => Some(&EMAIL),
            Self::Uri => Some(&URI),
        }
    }
}

impl Texts {
    pub(crate) fn of(base: Scalar, limits: &Limits) -> Self {
        let format = match base {
            Scalar::Email => Format::Email,
            Scalar::Uri => Format::Uri,
            _ => Format::Any,
        };
        Self {
            least: limits.min_length.unwrap_or(0),
            most: limits.max_length,
            pattern: limits.pattern.as_deref().map(Pattern::new),
            format,
        }
    }

    /// Any text at all: the fields of the platform's own rows.
    pub(crate) fn any() -> Self {
        Self::of(Scalar::String, &Limits::default())
    }

    /// Whether the field may hold `text`. Yes where that can't be decided: a rule must not miss a collision.
    pub(crate) fn admits(&self, text: &str) -> bool {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        length >= self.least
            && self.most.is_none_or(|most| length <= most)
            && self.format.admits(text)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.admits(text))
    }

    /// Texts that are easy to read, whether or not the field may hold them.
    pub(crate) fn likely(&self) -> Vec<String> {
        let stems: &[&str] = match self.format {
            Format::Any => &["x", "y", "z", "1", "2"],
            Format::Email => &["a@b.example", "b@b.example", "c@b.example"],
            Format::Uri => &["https://a.example", "https://b.example", "https://c.example"],
        };
        let length = usize::try_from(self.least).unwrap_or(usize::MAX).min(LONGEST_LIKELY);
        let padded = |stem: &&str| {
            let missing = length.saturating_sub(stem.len());
            stem[..1].repeat(missing) + stem
        };
        stems.iter().map(padded).collect()
    }

    /// Automata that accept at least its texts; `None` where one is too large.
    pub(crate) fn machines(&self) -> Option<Vec<&Machine>> {
        let by_format = match self.format.outline() {
            Some(outline) => Some(outline.as_ref()?),
            None => None,
        };
        let by_pattern = match &self.pattern {
            Some(pattern) => Some(pattern.machine()?),
            None => None,
        };
        Some(by_format.into_iter().chain(by_pattern).collect())
    }
}

/// Longest text that is made up.
const LONGEST_LIKELY: usize = 4096;

/// A pattern of a contract.
pub(crate) struct Pattern {
    source: String,
    machine: OnceCell<Option<Rc<Machine>>>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}

impl Pattern {
    fn new(source: &str) -> Self {
        Self { source: source.to_owned(), machine: OnceCell::new() }
    }

    /// In the language of the `regex` crate.
    pub(crate) fn translated(&self) -> Option<String> {
        stipule_wire::Pattern::translate(&self.source).ok()
    }

    fn admits(&self, text: &str) -> bool {
        let by_machine = self.machine().and_then(|machine| machine.admits(text));
        by_machine.unwrap_or_else(|| stipule_wire::Pattern::find(&self.source, text).unwrap_or(true))
    }

    /// `None` when it is too large.
    pub(crate) fn machine(&self) -> Option<&Machine> {
        self.machine.get_or_init(|| known_machine(&self.translated()?)).as_deref()
    }
}

/// The automaton of a pattern (of the `regex` crate). Several rules ask for the same ones: the last few are kept.
fn known_machine(pattern: &str) -> Option<Rc<Machine>> {
    /// Most automata that are kept.
    const KEPT: usize = 64;
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Option<Rc<Machine>>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(machine) = known.get(pattern) {
            return machine.clone();
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let machine = Machine::of(pattern).map(Rc::new);
        known.insert(pattern.to_owned(), machine.clone());
        machine
    })
}
