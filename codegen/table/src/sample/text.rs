//! Texts of a pattern and a length.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};
use stipule_ir::types::Limits;
use stipule_wire::Pattern;

use crate::admit::spelt;

/// Longest text that is made up.
const LONGEST: usize = 4096;

/// Most repetitions tried beyond the least that a pattern asks for.
const MOST_MORE: u32 = 64;

/// What text without a pattern is made of.
const WORDS: &str = "Some text that says what such a text may say, and goes on in the same way. ";

/// The `turn`-th text within the limits; `None` when none was found.
pub(super) fn sample(limits: &Limits, turn: u64) -> Option<String> {
    match &limits.pattern {
        None => plain(limits, turn),
        Some(pattern) => of_pattern(pattern, limits, turn),
    }
}

fn plain(limits: &Limits, turn: u64) -> Option<String> {
    let least = usize::try_from(limits.min_length.unwrap_or(0)).ok()?;
    let most = usize::try_from(limits.max_length.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    if least > LONGEST || least > most {
        return None;
    }
    let start = if turn == 0 { "Some text".to_owned() } else { format!("Text {}", turn + 1) };
    let length = start.chars().count().clamp(least, most.max(least));
    let mut text: String = start.chars().chain(WORDS.chars().cycle()).take(length).collect();
    // Trimming keeps the length only where the last character is no blank.
    if text.ends_with(' ') {
        text.pop();
        text.push('s');
    }
    Some(text)
}

/// Repeats more and more until the text is long enough.
fn of_pattern(pattern: &str, limits: &Limits, turn: u64) -> Option<String> {
    let translated = Pattern::translate(pattern).ok()?;
    let hir = regex_syntax::Parser::new().parse(&translated).ok()?;
    (0..=MOST_MORE).find_map(|more| {
        let mut text = String::new();
        write(&hir, more, &mut Choices { turn, made: 0 }, &mut text)?;
        spelt(&text, limits).then_some(text)
    })
}

/// Which of several possibilities is taken: another one each turn.
struct Choices {
    turn: u64,
    made: u64,
}

impl Choices {
    fn of(&mut self, many: usize) -> usize {
        self.made += 1;
        usize::try_from((self.turn + self.made - 1) % many.max(1) as u64).unwrap_or(0)
    }
}

fn write(hir: &Hir, more: u32, choices: &mut Choices, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let nice: Vec<char> = class
                .iter()
                .flat_map(|range| range.start()..=range.end().min('~'))
                .filter(char::is_ascii_alphanumeric)
                .collect();
            let first = || class.iter().map(ClassUnicodeRange::start).next();
            out.push(if nice.is_empty() { first()? } else { nice[choices.of(nice.len())] });
        }
        HirKind::Class(Class::Bytes(class)) => out.push(char::from(class.iter().next()?.start())),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                write(&repetition.sub, more, choices, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, choices, out)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, more, choices, out))?,
        HirKind::Alternation(parts) => write(&parts[choices.of(parts.len())], more, choices, out)?,
    }
    Some(())
}
