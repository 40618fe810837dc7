//! Whether two patterns have a text in common: both automata are walked side by side.

use std::collections::{BTreeSet, VecDeque};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start::Config as Start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

/// Largest automaton that is built, in bytes.
const LARGEST: usize = 1 << 20;

/// Most pairs of states that are visited.
const MOST_PAIRS: usize = 20_000;

/// What two patterns have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    /// No text at all.
    Never,
    /// One of the shortest texts.
    Text(String),
    /// It would take too long to find out, or one of them can't be read here.
    Unknown,
}

/// A text that contains a match of both patterns.
pub(super) fn shared_text(one: &str, two: &str) -> Shared {
    let (Some(one), Some(two)) = (automaton(one), automaton(two)) else { return Shared::Unknown };
    let start = |dfa: &dense::DFA<Vec<u32>>| dfa.start_state(&Start::new().anchored(Anchored::Yes)).ok();
    let (Some(first), Some(second)) = (start(&one), start(&two)) else { return Shared::Unknown };
    let mut seen = BTreeSet::from([(first, second)]);
    let mut queue = VecDeque::from([((first, second), Vec::new())]);
    while let Some(((a, b), text)) = queue.pop_front() {
        if ends(&one, a) && ends(&two, b) {
            return String::from_utf8(text).map_or(Shared::Unknown, Shared::Text);
        }
        if seen.len() > MOST_PAIRS {
            return Shared::Unknown;
        }
        for byte in 0..=u8::MAX {
            let next = (one.next_state(a, byte), two.next_state(b, byte));
            let alive = !one.is_dead_state(next.0) && !two.is_dead_state(next.1);
            if one.is_quit_state(next.0) || two.is_quit_state(next.1) {
                return Shared::Unknown;
            }
            if alive && seen.insert(next) {
                let mut longer = text.clone();
                longer.push(byte);
                queue.push_back((next, longer));
            }
        }
    }
    Shared::Never
}

/// The automaton of whole texts that contain a match.
fn automaton(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    let whole = format!("(?s:.*)(?:{pattern})(?s:.*)");
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Anchored)
                .dfa_size_limit(Some(LARGEST))
                .determinize_size_limit(Some(LARGEST)),
        )
        .syntax(syntax::Config::new().unicode(true).utf8(true))
        .build(&whole)
        .ok()
}

/// Whether the text may end here: the engine reports a match one step late.
fn ends(dfa: &dense::DFA<Vec<u32>>, state: StateID) -> bool {
    dfa.is_match_state(dfa.next_eoi_state(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_without_a_common_text_are_told_apart() {
        for (one, two) in [
            ("^[a-z]+$", "^[A-Z]+$"),
            ("^a", "^b"),
            ("^[0-9]{3}$", "^[0-9]{4}$"),
            ("^(red|green)$", "^(blue|gr[ae]y)$"),
            ("^a+$", "^(aa)*b$"),
        ] {
            assert_eq!(shared_text(one, two), Shared::Never, "{one} and {two}");
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
            let Shared::Text(text) = shared_text(one, two) else { panic!("{one} and {two} share a text") };
            assert_eq!(text.len(), expected.len(), "{text} for {one} and {two}");
        }
    }

    #[test]
    fn what_takes_too_long_is_unknown() {
        assert_eq!(shared_text(r"^\w{500}$", r"^\p{L}{400}$"), Shared::Unknown);
        assert_eq!(shared_text("(", "a"), Shared::Unknown);
    }
}
