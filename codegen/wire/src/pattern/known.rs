//! Patterns that were compiled before: a contract is asked about the same ones again and again, and a large one takes
//! a tenth of a second.

use std::cell::RefCell;
use std::collections::VecDeque;

use regex::Regex;

use super::{Unsupported, last_line, translate};

/// Most that a thread keeps, the least recently used one leaves.
const KEPT: usize = 32;

/// A pattern in both languages.
#[derive(Clone)]
pub(super) struct Known {
    /// In the language of the `regex` crate.
    pub(super) translated: String,
    pub(super) regex: Regex,
}

type Outcome = Result<Known, Unsupported>;

thread_local! {
    static KNOWN: RefCell<VecDeque<(String, Outcome)>> = const { RefCell::new(VecDeque::new()) };
}

/// Compiles, or remembers.
pub(super) fn compile(source: &str) -> Outcome {
    KNOWN.with_borrow_mut(|known| {
        let entry = match known.iter().position(|(text, _)| text == source) {
            Some(place) => known.remove(place),
            None => None,
        };
        let entry = entry.unwrap_or_else(|| (source.to_owned(), fresh(source)));
        let outcome = entry.1.clone();
        known.push_back(entry);
        if known.len() > KEPT {
            known.pop_front();
        }
        outcome
    })
}

fn fresh(source: &str) -> Outcome {
    let translated = translate::translate(source)?;
    match Regex::new(&translated) {
        Ok(regex) => Ok(Known { translated, regex }),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(Unsupported::new(0, "it repeats too much to be compiled into a bounded amount of memory"))
        }
        Err(error) => Err(Unsupported::new(0, last_line(&error.to_string()))),
    }
}
