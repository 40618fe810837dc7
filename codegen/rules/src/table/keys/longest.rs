//! How many bytes the longest text of a set takes.

use std::collections::HashMap;

use regex_automata::util::primitives::StateID;
use regex_syntax::Parser;

use super::set::Set;
use crate::language::automaton::{Machine, continues, representatives};
use crate::language::texts::{Format, Texts};

/// Greatest byte that a key escapes, which makes it two bytes.
const LEAD: u8 = b'$';

/// Bytes of a text in a key.
pub(in crate::table) fn escaped_len(text: &str) -> u64 {
    text.bytes().map(|byte| 1 + u64::from(byte <= LEAD)).sum()
}

/// A text as it stands in a key: each byte up to `$` as `$` and the byte plus 0x40.
pub(in crate::table) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte <= LEAD => escaped.extend(['$', char::from(byte + 0x40)]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The longest text of a set. Of what is longer than a million characters the text is the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::table) enum Longest {
    /// This one, of so many bytes.
    Text(u64, String),
    /// No text takes more, but perhaps none takes as many.
    AtMost(u64),
    /// Nothing bounds it.
    Unbounded,
}

/// Characters up to which the texts of a pattern are followed: no key and few attributes have room for more.
const FOLLOWED: u64 = 4_096;

/// Most places of a table of states by characters.
const MOST_PLACES: u64 = 1 << 20;

/// The longest text of a set: in a key with the escapes (`escaped`), or as it is.
pub(in crate::table) fn most_bytes(set: &Set, escaped: bool) -> Longest {
    let bytes = |text: &String| if escaped { escaped_len(text) } else { text.len() as u64 };
    match set {
        Set::Words(words) => match words.iter().max_by_key(|text| bytes(text)) {
            Some(text) => Longest::Text(bytes(text), text.clone()),
            None => Longest::Text(0, String::new()),
        },
        Set::Integers(integers) => {
            Longest::Text(super::integers::LENGTH, super::integers::write(integers.most))
        }
        Set::Form(form) => match form.lengths() {
            (_, None) => Longest::Unbounded,
            (least, Some(most)) if least == most => Longest::AtMost(most).or_text(|| set.admitted()),
            (_, Some(most)) => Longest::AtMost(most),
        },
        Set::Text(texts) => of_texts(texts, escaped),
    }
}

impl Longest {
    /// As exact, when there is such a text.
    fn or_text(self, text: impl FnOnce() -> Option<String>) -> Self {
        match (self, text()) {
            (Self::AtMost(bytes), Some(text)) => Self::Text(bytes, text),
            (other, _) => other,
        }
    }
}

impl Set {
    fn admitted(&self) -> Option<String> {
        super::set::words(&[self], 1).list.pop()
    }
}

fn of_texts(texts: &Texts, escaped: bool) -> Longest {
    match (&texts.pattern, texts.format) {
        (None, Format::Any) => match texts.most {
            None => Longest::Unbounded,
            Some(most) => Longest::Text(most.saturating_mul(4), repeated('\u{1F4DA}', most)),
        },
        (None, Format::Email) => of_email(texts.most.unwrap_or(u64::MAX), escaped),
        (None, Format::Uri) => match texts.most {
            None => Longest::Unbounded,
            Some(most) => {
                let marks = most.saturating_sub(2);
                let weight = 1 + u64::from(escaped);
                Longest::Text(2 + marks.saturating_mul(weight), format!("a:{}", repeated('!', marks)))
            }
        },
        (Some(pattern), format) => {
            let machine = pattern.machine();
            let exact = machine.and_then(|machine| of_machine(machine, texts.least, texts.most, escaped));
            match exact {
                Some(longest) if format == Format::Any => longest,
                // A parser may refuse the text that the pattern admits.
                Some(Longest::Text(bytes, text)) if !format.admits(&text) => Longest::AtMost(bytes),
                Some(longest) => longest,
                None => by_syntax(&pattern.translated().unwrap_or_default(), texts.most, escaped),
            }
        }
    }
}

fn repeated(character: char, times: u64) -> String {
    /// Longest text that is written out.
    const LONGEST: u64 = 1 << 20;
    std::iter::repeat_n(character, times.min(LONGEST) as usize).collect()
}

/// Most characters of the parts of an address: RFC 5321, 4.5.3.1.1, and RFC 1123, 2.1, which the type enforces.
const LOCAL: u64 = 64;
const HOST: u64 = 253;

/// An address has at most 64 characters before the `@`, which may all be `#`, and a host of at most 253 after it.
fn of_email(most: u64, escaped: bool) -> Longest {
    let characters = most.min(LOCAL + 1 + HOST);
    let local = LOCAL.min(characters.saturating_sub(2));
    let host = characters.saturating_sub(local + 1);
    let labels: String = (1..=host).map(|at| if at % 64 == 0 && at < host { '.' } else { 'a' }).collect();
    let text = format!("{}@{labels}", "#".repeat(local as usize));
    let bytes = characters + if escaped { local } else { 0 };
    if Format::Email.admits(&text) { Longest::Text(bytes, text) } else { Longest::AtMost(bytes) }
}

/// `None` when it would take too long.
fn of_machine(machine: &Machine, least: u64, most: Option<u64>, escaped: bool) -> Option<Longest> {
    let moves = Moves::of(machine, escaped)?;
    let longest = match most {
        // Any circle makes texts of any length.
        None if moves.has_circle() => return Some(Longest::Unbounded),
        None => moves.ends.len() as u64,
        Some(most) => most,
    };
    if longest > FOLLOWED || least > longest {
        return None;
    }
    let free = Table::of(&moves, 0, longest)?.longest();
    // Shorter texts than may be count as well at first: they seldom have the most bytes.
    let found = match free {
        Some((_, text)) if (text.chars().count() as u64) < least => {
            Table::of(&moves, least, longest)?.longest()
        }
        found => found,
    };
    // No text at all: another rule's concern, and no key is too long.
    let (bytes, text) = found.unwrap_or_default();
    Some(Longest::Text(bytes, text))
}

/// Where bytes lead, from each state that is reached.
struct Moves {
    /// The byte, what it weighs, whether it begins a character, where it leads.
    from: Vec<Vec<(u8, u64, bool, usize)>>,
    /// Where a text may end.
    ends: Vec<bool>,
}

impl Moves {
    fn of(machine: &Machine, escaped: bool) -> Option<Self> {
        let heavy = |byte: u8| escaped && byte <= LEAD;
        let bytes = representatives(&[machine], heavy);
        let mut states: Vec<StateID> = vec![machine.start()?];
        let mut numbers = HashMap::from([(states[0], 0)]);
        let mut from = Vec::new();
        while let Some(state) = states.get(from.len()).copied() {
            let mut found = Vec::new();
            for byte in &bytes {
                let next = machine.next(state, *byte);
                if machine.is_lost(next) {
                    return None;
                }
                if machine.is_dead(next) {
                    continue;
                }
                let target = *numbers.entry(next).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                });
                found.push((*byte, 1 + u64::from(heavy(*byte)), !continues(*byte), target));
            }
            if states.len() > MOST_STATES {
                return None;
            }
            from.push(found);
        }
        Some(Self { from, ends: states.iter().map(|state| machine.accepts(*state)).collect() })
    }

    /// Whether some way leads back to where it began.
    fn has_circle(&self) -> bool {
        // What nothing leads to is taken away until nothing is left, or only circles and what follows them.
        let mut ways = vec![0_usize; self.from.len()];
        self.from.iter().flatten().for_each(|(.., target)| ways[*target] += 1);
        let mut free: Vec<usize> = (0..ways.len()).filter(|state| ways[*state] == 0).collect();
        let mut taken = 0;
        while let Some(state) = free.pop() {
            taken += 1;
            for (.., target) in &self.from[state] {
                ways[*target] -= 1;
                if ways[*target] == 0 {
                    free.push(*target);
                }
            }
        }
        taken < self.from.len()
    }

    /// The states, each after those that bytes within one character lead to.
    fn within_characters(&self) -> Option<Vec<usize>> {
        let mut order: Vec<usize> = Vec::new();
        let mut known = vec![false; self.from.len()];
        // A character has at most four bytes.
        for _ in 0..4 {
            let ready = |state: &usize| {
                let mut rest = self.from[*state].iter().filter(|(_, _, begins, _)| !begins);
                !known[*state] && rest.all(|(.., target)| known[*target])
            };
            let next: Vec<usize> = (0..self.from.len()).filter(ready).collect();
            next.iter().for_each(|state| known[*state] = true);
            order.extend(next);
        }
        (order.len() == self.from.len()).then_some(order)
    }
}

/// For each number of characters left and state: the most bytes that still can come before a text ends well.
struct Table<'m> {
    moves: &'m Moves,
    best: Vec<Vec<Option<u64>>>,
}

impl<'m> Table<'m> {
    fn of(moves: &'m Moves, least: u64, most: u64) -> Option<Self> {
        let places = moves.from.iter().map(|found| found.len() as u64 + 1).sum::<u64>() * (most + 1);
        if places > MOST_PLACES {
            return None;
        }
        let order = moves.within_characters()?;
        let mut table = Self { moves, best: Vec::new() };
        for left in 0..=most {
            let may_end = most - left >= least;
            let mut layer = vec![None; moves.from.len()];
            for state in &order {
                let mut best = (moves.ends[*state] && may_end).then_some(0);
                for (_, weight, begins, target) in &moves.from[*state] {
                    let rest = match (*begins, table.best.last()) {
                        (true, Some(before)) => before[*target],
                        (true, None) => None,
                        (false, _) => layer[*target],
                    };
                    best = best.max(rest.map(|rest| rest + weight));
                }
                layer[*state] = best;
            }
            table.best.push(layer);
        }
        Some(table)
    }

    /// The text of most bytes, if there is any text.
    fn longest(&self) -> Option<(u64, String)> {
        let (mut left, mut state) = (self.best.len() - 1, 0);
        let all = self.best[left][state]?;
        let (mut rest, mut text) = (all, Vec::new());
        while rest > 0 {
            let (byte, weight, begins, target) =
                *self.moves.from[state].iter().find(|(_, weight, begins, target)| {
                    let layer = if *begins { left.checked_sub(1) } else { Some(left) };
                    let best = layer.and_then(|layer| self.best[layer][*target]);
                    best.is_some_and(|best| best + weight == rest)
                })?;
            text.push(byte);
            (rest, state, left) = (rest - weight, target, left - usize::from(begins));
        }
        String::from_utf8(text).ok().map(|text| (all, text))
    }
}

/// Most states of a table.
const MOST_STATES: usize = 4_000;

/// By the form of a pattern (of the `regex` crate) alone.
fn by_syntax(pattern: &str, most: Option<u64>, escaped: bool) -> Longest {
    let Ok(parsed) = Parser::new().parse(pattern) else { return Longest::Unbounded };
    let properties = parsed.properties();
    let whole = properties.look_set_prefix().contains(regex_syntax::hir::Look::Start)
        && properties.look_set_suffix().contains(regex_syntax::hir::Look::End);
    let weight = 1 + u64::from(escaped);
    let by_pattern =
        properties.maximum_len().filter(|_| whole).map(|bytes| (bytes as u64).saturating_mul(weight));
    let by_length = most.map(|most| most.saturating_mul(4));
    match [by_pattern, by_length].into_iter().flatten().min() {
        Some(bytes) => Longest::AtMost(bytes),
        None => Longest::Unbounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::types::{Limits, Scalar};

    fn longest(base: Scalar, pattern: Option<&str>, most: Option<u64>, escaped: bool) -> Longest {
        let limits = Limits { pattern: pattern.map(str::to_owned), max_length: most, ..Limits::default() };
        most_bytes(&Set::Text(Box::new(Texts::of(base, &limits))), escaped)
    }

    #[test]
    fn the_longest_text_is_shown_and_takes_as_many_bytes_as_is_said() {
        for (base, pattern, most, in_key, alone) in [
            (Scalar::String, None, Some(10), 40, 40),
            (Scalar::String, Some("^[A-Z-]+$"), Some(10), 10, 10),
            (Scalar::String, Some("^[A-Z]{3}$"), None, 3, 3),
            (Scalar::String, Some("^[^é]*$"), Some(3), 12, 12),
            (Scalar::String, Some("^[ -~]*$"), Some(9), 18, 9),
            (Scalar::String, Some("^a[#b]{2}(€|c)?$"), None, 8, 6),
            (Scalar::String, Some("^(#|aaa)$"), None, 3, 3),
            (Scalar::String, Some("x"), Some(3), 9, 9),
            (Scalar::Email, None, None, 382, 318),
            (Scalar::Email, None, Some(20), 38, 20),
            (Scalar::Uri, None, Some(10), 18, 10),
        ] {
            for (escaped, expected) in [(true, in_key), (false, alone)] {
                let Longest::Text(bytes, text) = longest(base, pattern, most, escaped) else {
                    panic!("{base:?} {pattern:?} {most:?}")
                };
                assert_eq!(bytes, expected, "{base:?} {pattern:?} {most:?}: {text}");
                assert_eq!(if escaped { escaped_len(&text) } else { text.len() as u64 }, bytes, "{text}");
                let limits =
                    Limits { pattern: pattern.map(str::to_owned), max_length: most, ..Limits::default() };
                assert!(Texts::of(base, &limits).admits(&text), "{text}");
            }
        }
    }

    #[test]
    fn what_nothing_bounds_is_unbounded() {
        for pattern in [None, Some("^[A-Z]+$"), Some("x"), Some("^a{0,9}(b|c*)$")] {
            assert_eq!(longest(Scalar::String, pattern, None, true), Longest::Unbounded, "{pattern:?}");
        }
    }

    #[test]
    fn what_takes_too_long_is_bounded_all_the_same() {
        assert_eq!(longest(Scalar::String, Some(r"^\p{L}{900}$"), Some(900), true), Longest::AtMost(3_600));
        assert_eq!(longest(Scalar::String, Some("^[a-z]{3000}$"), None, false), Longest::AtMost(3_000));
    }

    #[test]
    fn the_escape_takes_as_many_bytes_as_are_counted() {
        for text in ["", "a#b", "50 $#", "é\n\0"] {
            assert_eq!(escape(text).len() as u64, escaped_len(text));
            assert!(!escape(text).contains('#'));
        }
    }
}
