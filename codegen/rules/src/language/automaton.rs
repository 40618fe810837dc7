//! Patterns as automata, and walks over several of them at once.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start::Config as Start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

/// Largest automaton that is built, in bytes.
const LARGEST: usize = 1 << 20;

/// Most steps of one walk.
const MOST_STEPS: usize = 100_000;

/// The automaton of all texts that contain a match of a pattern.
#[derive(Debug)]
pub(crate) struct Machine {
    dfa: dense::DFA<Vec<u32>>,
    /// States from which a text can still end well.
    alive: HashSet<StateID>,
}

impl Machine {
    /// Of a pattern in the language of the `regex` crate; `None` for one that is too large.
    pub(crate) fn of(pattern: &str) -> Option<Self> {
        let whole = format!("(?s:.)*(?:{pattern})(?s:.)*");
        dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .dfa_size_limit(Some(LARGEST))
                    .determinize_size_limit(Some(LARGEST)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(LARGEST)))
            .syntax(syntax::Config::new().unicode(true).utf8(false))
            .build(&whole)
            .ok()
            .and_then(Self::trimmed)
    }

    /// The engine only knows that a state is dead when it has no way out at all.
    fn trimmed(dfa: dense::DFA<Vec<u32>>) -> Option<Self> {
        let mut machine = Self { dfa, alive: HashSet::new() };
        let bytes = representatives(&[&machine], |_| ());
        let mut open = vec![machine.start()?];
        let mut seen: HashSet<StateID> = open.iter().copied().collect();
        let mut from: HashMap<StateID, Vec<StateID>> = HashMap::new();
        while let Some(state) = open.pop() {
            for byte in &bytes {
                let next = machine.next(state, *byte);
                from.entry(next).or_default().push(state);
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        let ends = |state: &StateID| machine.is_lost(*state) || machine.accepts(*state);
        let mut open: Vec<StateID> = seen.into_iter().filter(ends).collect();
        while let Some(state) = open.pop() {
            if machine.alive.insert(state) {
                open.extend(from.remove(&state).unwrap_or_default());
            }
        }
        Some(machine)
    }

    pub(crate) fn start(&self) -> Option<StateID> {
        self.dfa.start_state(&Start::new().anchored(Anchored::Yes)).ok()
    }

    pub(crate) fn next(&self, state: StateID, byte: u8) -> StateID {
        self.dfa.next_state(state, byte)
    }

    /// Whether no text that got here is accepted, however it goes on.
    pub(crate) fn is_dead(&self, state: StateID) -> bool {
        !self.alive.contains(&state)
    }

    /// Whether the engine doesn't know how to go on.
    pub(crate) fn is_lost(&self, state: StateID) -> bool {
        self.dfa.is_quit_state(state)
    }

    /// Whether the text may end here: the engine reports a match one step late.
    pub(crate) fn accepts(&self, state: StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }

    /// Bytes with the same number are not told apart.
    pub(crate) fn class(&self, byte: u8) -> u8 {
        self.dfa.byte_classes().get(byte)
    }

    /// Whether the whole text is accepted.
    pub(crate) fn admits(&self, text: &str) -> Option<bool> {
        let end = text.bytes().try_fold(self.start()?, |state, byte| {
            let next = self.next(state, byte);
            (!self.is_lost(next)).then_some(next)
        });
        end.map(|state| self.accepts(state))
    }
}

/// Whether a byte goes on with a character that has begun.
pub(crate) fn continues(byte: u8) -> bool {
    (0x80..0xC0).contains(&byte)
}

/// One byte for each way in which the machines tell bytes apart, and `kind` does; readable ones first.
pub(crate) fn representatives<K: std::hash::Hash + Eq>(
    machines: &[&Machine],
    kind: impl Fn(u8) -> K,
) -> Vec<u8> {
    let readable = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(b' '..=b'~');
    let mut seen = HashSet::new();
    let all = readable.chain(0..=u8::MAX);
    // A continuation counts no character, so that it never stands for another byte.
    all.filter(|byte| {
        let classes: Vec<u8> = machines.iter().map(|machine| machine.class(*byte)).collect();
        seen.insert((continues(*byte), kind(*byte), classes))
    })
    .collect()
}

/// What a walk found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Texts, those of fewest characters first.
    pub(crate) words: Vec<String>,
    /// Whether there are no others.
    pub(crate) complete: bool,
}

/// Up to `wanted` texts of `least` to `most` characters that all machines accept.
pub(crate) fn walk(machines: &[&Machine], least: u64, most: Option<u64>, wanted: usize) -> Walked {
    let mut words = Vec::new();
    let complete = Walk { machines, least, most, wanted }.run(&mut words).is_some() && words.len() < wanted;
    Walked { words, complete }
}

struct Walk<'w> {
    machines: &'w [&'w Machine],
    least: u64,
    most: Option<u64>,
    wanted: usize,
}

/// A combination of states, and how it was reached.
struct Step {
    states: Vec<StateID>,
    from: usize,
    byte: u8,
}

impl Walk<'_> {
    /// `None` when it gives up.
    fn run(&self, words: &mut Vec<String>) -> Option<()> {
        let bytes = representatives(self.machines, |_| ());
        let start: Option<Vec<StateID>> = self.machines.iter().map(|machine| machine.start()).collect();
        let mut steps = vec![Step { states: start?, from: 0, byte: 0 }];
        let mut open = BinaryHeap::from([Reverse((0, 0))]);
        let mut visits: HashMap<(Vec<StateID>, u64), usize> = HashMap::new();
        while let Some(Reverse((characters, at))) = open.pop() {
            // The n-th shortest text passes each place at most n times. Beyond the least number only the order of
            // visits counts characters.
            let place = (steps[at].states.clone(), characters.min(self.least));
            let visited = visits.entry(place).or_default();
            if *visited >= self.wanted {
                continue;
            }
            *visited += 1;
            if characters >= self.least && self.accepts(&steps[at].states) {
                words.extend(text(&steps, at));
                if words.len() >= self.wanted {
                    return Some(());
                }
            }
            for byte in &bytes {
                let characters = characters + u64::from(!continues(*byte));
                if self.most.is_some_and(|most| characters > most) {
                    continue;
                }
                let next: Vec<StateID> =
                    self.each(&steps[at].states).map(|(machine, state)| machine.next(state, *byte)).collect();
                if self.each(&next).any(|(machine, state)| machine.is_lost(state)) {
                    return None;
                }
                if self.each(&next).any(|(machine, state)| machine.is_dead(state)) {
                    continue;
                }
                open.push(Reverse((characters, steps.len())));
                steps.push(Step { states: next, from: at, byte: *byte });
                if steps.len() > MOST_STEPS {
                    return None;
                }
            }
        }
        Some(())
    }

    fn each<'s>(&'s self, states: &'s [StateID]) -> impl Iterator<Item = (&'s Machine, StateID)> {
        self.machines.iter().copied().zip(states.iter().copied())
    }

    fn accepts(&self, states: &[StateID]) -> bool {
        self.each(states).all(|(machine, state)| machine.accepts(state))
    }
}

/// The text that led to a step.
fn text(steps: &[Step], mut at: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while at > 0 {
        bytes.push(steps[at].byte);
        at = steps[at].from;
    }
    bytes.reverse();
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(patterns: &[&str], least: u64, most: Option<u64>, wanted: usize) -> Walked {
        let machines: Vec<Machine> = patterns.iter().map(|pattern| Machine::of(pattern).unwrap()).collect();
        walk(&machines.iter().collect::<Vec<_>>(), least, most, wanted)
    }

    #[test]
    fn patterns_without_a_common_text_are_told_apart() {
        for (one, two) in [
            ("^[a-z]+$", "^[A-Z]+$"),
            ("^a", "^b"),
            ("^[0-9]{3}$", "^[0-9]{4}$"),
            ("^(red|green)$", "^(blue|gr[ae]y)$"),
            ("^a+$", "^(aa)*b$"),
        ] {
            assert_eq!(
                words(&[one, two], 0, None, 1),
                Walked { words: vec![], complete: true },
                "{one}, {two}"
            );
        }
    }

    #[test]
    fn a_common_text_is_one_of_the_shortest() {
        for (one, two, expected) in [
            ("^[a-z]+$", "^[x-z0-9]{2}$", "xx"),
            ("^(aa)*$", "^(aaa)+$", "aaaaaa"),
            ("b$", "^a", "ab"),
            ("x", "y", "xy"),
        ] {
            assert_eq!(words(&[one, two], 0, None, 1).words[0].len(), expected.len(), "{one} and {two}");
        }
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(words(&["^[é-ü]+$"], 2, Some(2), 1).words[0].chars().count(), 2);
        assert_eq!(words(&["^[é-ü]{2}$"], 3, None, 1), Walked { words: vec![], complete: true });
        assert_eq!(words(&["^(ab)+$"], 3, Some(5), 9).words, ["abab"]);
    }

    #[test]
    fn all_texts_are_found_when_there_are_few() {
        let found = words(&["^[a-c]$|^(dd)?e$"], 0, None, 9);
        // One byte stands for all that the machine doesn't tell apart.
        assert_eq!(found, Walked { words: vec!["a".into(), "e".into(), "dde".into()], complete: true });
        assert!(!words(&["^a*$"], 0, None, 3).complete);
    }

    #[test]
    fn what_takes_too_long_is_unknown() {
        assert!(Machine::of(r"^\p{L}{400}$").is_none());
        assert!(Machine::of(r"^[ab]*a[ab]{20}$").is_none());
        // One counts to 199, the other to 211: they meet after 199 × 211 letters.
        let counter = |number: usize| format!("^(a{{{number}}})+$");
        assert!(!words(&[&counter(199), &counter(211)], 0, None, 1).complete);
    }
}
