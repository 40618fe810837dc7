//! Texts that match some patterns and not others: their automata walked side by side.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start::Config as Start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

type Dfa = dense::DFA<Vec<u32>>;

/// Largest automaton that is built, in bytes.
const LARGEST: usize = 2 << 20;

/// Most combinations of states that are visited.
const MOST_STATES: usize = 60_000;

/// Most that is remembered of automata, in bytes: a text that is excluded is a pattern too, and there are many.
const MOST_KEPT: usize = 64 << 20;

/// Automata by pattern, in the language of the `regex` crate.
#[derive(Debug, Default)]
pub(super) struct Automata {
    known: HashMap<String, Option<Rc<Dfa>>>,
    /// What they take, in bytes.
    taken: usize,
}

/// What is asked of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Patterns that match somewhere in it.
    pub(super) require: Vec<String>,
    /// Patterns that match nowhere in it.
    pub(super) forbid: Vec<String>,
    /// Least number of characters.
    pub(super) least: u64,
    /// Largest number of characters.
    pub(super) most: Option<u64>,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    Found(String),
    Never,
    Unknown,
}

/// A combination of states, and how it was reached.
#[derive(Debug)]
struct Step {
    states: Vec<StateID>,

    from: Option<usize>,
    byte: u8,
}

impl Automata {
    /// A shortest text as it is wanted.
    pub(super) fn word(&mut self, wanted: &Wanted) -> Word {
        // What every text matches keeps the walk within UTF-8.
        let mut machines = vec![self.automaton("")];
        machines.extend(wanted.require.iter().chain(&wanted.forbid).map(|pattern| self.automaton(pattern)));
        let Some(machines) = machines.into_iter().collect::<Option<Vec<_>>>() else { return Word::Unknown };
        Walk { machines, required: wanted.require.len() + 1, wanted }.run().unwrap_or(Word::Unknown)
    }

    /// The automaton of whole texts that contain a match.
    fn automaton(&mut self, pattern: &str) -> Option<Rc<Dfa>> {
        if let Some(known) = self.known.get(pattern) {
            return known.clone();
        }
        let whole = format!("(?s:.)*(?:{pattern})(?s:.)*");
        let built = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .dfa_size_limit(Some(LARGEST))
                    .determinize_size_limit(Some(LARGEST)),
            )
            .syntax(syntax::Config::new().unicode(true).utf8(false))
            .build(&whole)
            .ok()
            .map(Rc::new);
        self.taken += pattern.len() + built.as_ref().map_or(0, |built| built.memory_usage());
        if self.taken > MOST_KEPT {
            self.known.clear();
            self.taken = 0;
        }
        self.known.insert(pattern.to_owned(), built.clone());
        built
    }
}

struct Walk<'w> {
    machines: Vec<Rc<Dfa>>,
    /// The first so many machines must accept, the others must not.
    required: usize,
    wanted: &'w Wanted,
}

impl Walk<'_> {
    /// Texts in the order of their number of characters. `None` if an automaton gives up.
    fn run(&self) -> Option<Word> {
        let start = Start::new().anchored(Anchored::Yes);
        let states: Option<Vec<StateID>> =
            self.machines.iter().map(|machine| machine.start_state(&start).ok()).collect();
        let bytes = self.bytes();
        let mut steps = vec![Step { states: states?, from: None, byte: 0 }];
        let mut open = BinaryHeap::from([Reverse((0, 0))]);
        let mut seen = HashSet::new();
        while let Some(Reverse((characters, at))) = open.pop() {
            // Beyond the least number only the order of visits counts characters.
            if !seen.insert((steps[at].states.clone(), characters.min(self.wanted.least))) {
                continue;
            }
            if seen.len() > MOST_STATES {
                return None;
            }
            if characters >= self.wanted.least && self.accepts(&steps[at].states) {
                return text(&steps, at).map(Word::Found);
            }
            for byte in &bytes {
                let begins = !(0x80..0xC0).contains(byte);
                let characters = characters + u64::from(begins);
                if self.wanted.most.is_some_and(|most| characters > most) {
                    continue;
                }
                let next: Vec<StateID> = self
                    .machines
                    .iter()
                    .zip(&steps[at].states)
                    .map(|(machine, state)| machine.next_state(*state, *byte))
                    .collect();
                if self.machines.iter().zip(&next).any(|(machine, state)| machine.is_quit_state(*state)) {
                    return None;
                }
                let mut must = self.machines.iter().zip(&next).take(self.required);
                if must.any(|(machine, state)| machine.is_dead_state(*state)) {
                    continue;
                }
                open.push(Reverse((characters, steps.len())));
                steps.push(Step { states: next, from: Some(at), byte: *byte });
                if steps.len() > MOST_STATES * 8 {
                    return None;
                }
            }
        }
        Some(Word::Never)
    }

    fn accepts(&self, states: &[StateID]) -> bool {
        self.machines.iter().zip(states).enumerate().all(|(index, (machine, state))| {
            // The engine reports a match one step late.
            machine.is_match_state(machine.next_eoi_state(*state)) == (index < self.required)
        })
    }

    /// One byte for each way in which the machines tell bytes apart, readable ones first.
    fn bytes(&self) -> Vec<u8> {
        let readable = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(b' '..=b'~');
        let mut seen = HashSet::new();
        let mut bytes = Vec::new();
        for byte in readable.chain(0..=u8::MAX) {
            // A continuation byte counts no character, so that it never stands for another.
            let continues = (0x80..0xC0).contains(&byte);
            let class: Vec<u8> =
                self.machines.iter().map(|machine| machine.byte_classes().get(byte)).collect();
            if seen.insert((continues, class)) {
                bytes.push(byte);
            }
        }
        bytes
    }
}

/// The text that led to a step.
fn text(steps: &[Step], mut at: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(from) = steps[at].from {
        bytes.push(steps[at].byte);
        at = from;
    }
    bytes.reverse();
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(require: &[&str], forbid: &[&str], least: u64, most: Option<u64>) -> Word {
        let own = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Automata::default().word(&Wanted { require: own(require), forbid: own(forbid), least, most })
    }

    #[test]
    fn a_word_is_a_shortest_one() {
        assert_eq!(word(&[r"\A[a-c]+\z"], &[], 2, None), Word::Found("aa".to_owned()));
        assert_eq!(word(&[r"\A(?:ab)+\z"], &[], 3, Some(5)), Word::Found("abab".to_owned()));
        assert_eq!(word(&["x", "y"], &["xy"], 0, None), Word::Found("yx".to_owned()));
        assert_eq!(word(&[r"\A[é-ü]+\z"], &[], 2, Some(2)), Word::Found("éé".to_owned()));
    }

    #[test]
    fn what_no_text_is_is_never() {
        assert_eq!(word(&[r"\A[a-c]{2}\z"], &[r"\A[a-z]+\z"], 0, None), Word::Never);
        assert_eq!(word(&[r"\A(?:ab)+\z"], &[], 3, Some(3)), Word::Never);
        assert_eq!(word(&[r"\A[é-ü]{2}\z"], &[], 3, None), Word::Never);
    }

    #[test]
    fn what_takes_too_long_is_unknown() {
        assert_eq!(word(&[r"\A\w{500}\z", r"\A\p{L}{400}\z"], &[], 0, None), Word::Unknown);
        assert_eq!(word(&["("], &[], 0, None), Word::Unknown);
    }
}
