//! Strings with lengths, patterns and formats.

use super::automaton::{Wanted, Word};
use super::{Outcome, Solver};
use crate::format::Format;
use crate::formula::{Literal, Node};
use crate::pattern::parts;
use serde_json::Value;

/// Longest text that is written out.
const LONGEST: u64 = 100_000;

/// Most ways to miss the patterns that a text must not match.
const MOST_WAYS: usize = 32;

/// Texts that a reader likes better than what an automaton comes up with.
const PLAIN: &[&str] =
    &["a", "text", "x1", "A", "0", "", "-", "abc-1", "ABC", "100", "aaaaaaaaaaaa", " ", "é", "€uro", "a b"];

/// Assertions about a text.
#[derive(Debug, Default)]
struct Texts {
    least: u64,
    most: Option<u64>,
    matching: Vec<String>,
    not_matching: Vec<String>,
    formats: Vec<Format>,
    not_formats: Vec<Format>,
    excluded: Vec<String>,
}

impl Solver {
    pub(super) fn text(&mut self, atoms: &[Literal]) -> Outcome {
        let texts = self.texts(atoms);
        let contradicts = texts.formats.iter().any(|format| texts.not_formats.contains(format));
        if contradicts || texts.most.is_some_and(|most| most < texts.least) {
            return Outcome::Empty;
        }
        if texts.least > LONGEST || !self.step() {
            return Outcome::Unknown;
        }
        let samples = texts.formats.iter().flat_map(|format| format.samples()).copied();
        for sample in samples.chain(PLAIN.iter().copied()) {
            let value = Value::String(sample.to_owned());
            if self.satisfies(atoms, &value) {
                return Outcome::Witness(value);
            }
        }
        if texts.is_about_length_only() {
            return texts.of_length();
        }
        self.by_automaton(atoms, &texts)
    }

    fn satisfies(&self, atoms: &[Literal], value: &Value) -> bool {
        atoms.iter().all(|atom| self.arena.holds(*atom, value, &self.patterns) == Some(true))
    }

    fn texts(&self, atoms: &[Literal]) -> Texts {
        let mut texts = Texts::default();
        let tighter = |most: Option<u64>, bound: u64| Some(most.map_or(bound, |most| most.min(bound)));
        for atom in atoms {
            let positive = atom.is_positive();
            match self.arena.node(*atom) {
                Node::MinLength(least) if positive => texts.least = texts.least.max(*least),
                // A least length of 0 is never written.
                Node::MinLength(least) => texts.most = tighter(texts.most, least - 1),
                Node::MaxLength(most) if positive => texts.most = tighter(texts.most, *most),
                Node::MaxLength(most) => texts.least = texts.least.max(most.saturating_add(1)),
                Node::Pattern(pattern) if positive => texts.matching.push(pattern.clone()),
                Node::Pattern(pattern) => texts.not_matching.push(pattern.clone()),
                Node::Format(format) if positive => texts.formats.push(*format),
                Node::Format(format) => texts.not_formats.push(*format),
                Node::Enum(values) => {
                    let values = values.iter().filter_map(|id| self.arena.value(*id).as_str());
                    texts.excluded.extend(values.map(str::to_owned));
                }
                _ => {}
            }
        }
        texts
    }

    fn by_automaton(&mut self, atoms: &[Literal], texts: &Texts) -> Outcome {
        let (all, readable) = texts.wanted();
        // Formats are no patterns: what is outside of their outlines is none of them, but the reverse isn't so.
        let exact = readable && texts.formats.is_empty() && texts.not_formats.is_empty();
        let mut unknown = false;
        for wanted in all {
            match self.word(atoms, wanted, exact) {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    fn word(&mut self, atoms: &[Literal], mut wanted: Wanted, exact: bool) -> Outcome {
        let mut refused = true;
        for _ in 0..if exact { 1 } else { 8 } {
            if !self.spend(50) {
                return Outcome::Unknown;
            }
            match self.automata.word(&wanted) {
                // There is none even without what can't be read.
                Word::Never if refused => return Outcome::Empty,
                Word::Never | Word::Unknown => return Outcome::Unknown,
                Word::Found(word) => {
                    let value = Value::String(word.clone());
                    if self.satisfies(atoms, &value) {
                        return Outcome::Witness(value);
                    }
                    let holds = |atom: &Literal| self.arena.holds(*atom, &value, &self.patterns);
                    refused &= atoms.iter().any(|atom| holds(atom) == Some(false));
                    wanted.forbid.extend(literal_texts(&[word]));
                }
            }
        }
        Outcome::Unknown
    }
}

/// A pattern (of the `regex` crate) of exactly these texts.
fn literal_texts(texts: &[String]) -> Option<String> {
    let escaped: Vec<String> = texts.iter().map(|text| regex_syntax::escape(text)).collect();
    (!escaped.is_empty()).then(|| format!(r"\A(?:{})\z", escaped.join("|")))
}

impl Texts {
    /// What is asked for, in as many ways as there are to miss patterns that are read in parts; and whether every
    /// pattern is among it.
    fn wanted(&self) -> (Vec<Wanted>, bool) {
        let mut first = Wanted { least: self.least, most: self.most, ..Wanted::default() };
        let mut readable = true;
        for pattern in &self.matching {
            match parts(pattern) {
                Some(parts) => {
                    first.require.extend(parts.matching);
                    first.forbid.extend(parts.not_matching);
                }
                None => readable = false,
            }
        }
        first.require.extend(self.formats.iter().map(|format| format.outline().to_owned()));
        first.forbid.extend(literal_texts(&self.excluded));
        let mut all = vec![first];
        for pattern in &self.not_matching {
            let Some(parts) = parts(pattern) else {
                readable = false;
                continue;
            };
            let ways = parts.matching.len() + parts.not_matching.len();
            if all.len() * ways > MOST_WAYS {
                readable = false;
                continue;
            }
            // One of its parts fails.
            let missing = |wanted: &Wanted| -> Vec<Wanted> {
                let forbid = |part: &String| {
                    let mut wanted = wanted.clone();
                    wanted.forbid.push(part.clone());
                    wanted
                };
                let require = |part: &String| {
                    let mut wanted = wanted.clone();
                    wanted.require.push(part.clone());
                    wanted
                };
                parts.matching.iter().map(forbid).chain(parts.not_matching.iter().map(require)).collect()
            };
            all = all.iter().flat_map(missing).collect();
        }
        (all, readable)
    }

    fn is_about_length_only(&self) -> bool {
        self.matching.is_empty()
            && self.not_matching.is_empty()
            && self.formats.is_empty()
            && self.not_formats.is_empty()
    }

    /// Any text of the right length that isn't excluded.
    fn of_length(&self) -> Outcome {
        if self.most == Some(0) {
            let excluded = self.excluded.iter().any(String::is_empty);
            return if excluded { Outcome::Empty } else { Outcome::Witness(Value::String(String::new())) };
        }
        let length = usize::try_from(self.least.max(1)).unwrap_or(usize::MAX).min(LONGEST as usize);
        // One more character than are excluded is always enough of a choice.
        for last in ('a'..='z').chain('0'..='9').chain('\u{4E00}'..='\u{9FFF}') {
            let mut text = "a".repeat(length - 1);
            text.push(last);
            if !self.excluded.contains(&text) {
                return Outcome::Witness(Value::String(text));
            }
        }
        Outcome::Unknown
    }
}
