//! Strings with lengths, patterns and formats.

use stipule_wire::Pattern;

use super::automaton::{Wanted, Word};
use super::{Outcome, Solver};
use crate::format::Format;
use crate::formula::{Literal, Node};
use serde_json::Value;

/// Longest text that is written out.
const LONGEST: u64 = 100_000;

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
        let translated = |patterns: &[String]| -> Option<Vec<String>> {
            patterns.iter().map(|pattern| Pattern::translate(pattern).ok()).collect()
        };
        let readable = translated(&texts.matching).zip(translated(&texts.not_matching));
        // Without what can't be read there are more texts: if there is none even so, there is none.
        let exact = readable.is_some() && texts.formats.is_empty() && texts.not_formats.is_empty();
        let some = |patterns: &[String]| {
            patterns.iter().filter_map(|pattern| Pattern::translate(pattern).ok()).collect()
        };
        let (mut require, mut forbid) =
            readable.unwrap_or_else(|| (some(&texts.matching), some(&texts.not_matching)));
        require.extend(texts.formats.iter().map(|format| format.outline().to_owned()));
        forbid.extend(literal_texts(&texts.excluded));
        let mut wanted = Wanted { require, forbid, least: texts.least, most: texts.most };
        for _ in 0..if exact { 1 } else { 8 } {
            if !self.spend(50) {
                return Outcome::Unknown;
            }
            match self.automata.word(&wanted) {
                Word::Never if wanted.forbid.len() <= texts.not_matching.len() + 1 => return Outcome::Empty,
                Word::Never | Word::Unknown => return Outcome::Unknown,
                Word::Found(word) => {
                    let value = Value::String(word.clone());
                    if self.satisfies(atoms, &value) {
                        return Outcome::Witness(value);
                    }
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
