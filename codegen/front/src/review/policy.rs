//! `contracts/review/policy.yaml`: how bad what is, where that is disputed.

use stipule_ir::{Diagnostics, Spanned};

use crate::reader::Node;
use crate::shape::{Shape, expect_text};

/// Whether members count that nobody declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenContent {
    /// Whatever an open object accepts may come.
    Counted,
    /// Nobody writes members that aren't declared.
    Ignored,
}

/// Which formats of texts are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formats {
    /// All that are known.
    Checked,
    /// Those that the language of the schema says.
    AsDialect,
    /// None.
    Noted,
}

/// Which way schemas are compared that stand by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What was valid is still valid.
    Backward,
    /// What is valid was valid.
    Forward,
    /// Both.
    Full,
}

/// How a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It isn't reported.
    Off,
    /// Only words.
    Docs,
    /// Nobody breaks.
    Safe,
    /// Somebody may break.
    Risky,
    /// Somebody breaks.
    Break,
}

/// A policy; what it doesn't say stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// `open_content`
    pub open_content: Option<OpenContent>,
    /// `formats`
    pub formats: Option<Formats>,
    /// `direction`
    pub direction: Option<Direction>,
    /// `docs`: whether changes of words are reported.
    pub docs: Option<bool>,
    /// `notice`: days that callers are warned before something goes.
    pub notice: Option<u32>,
    /// `rules`, by code or name.
    pub rules: Vec<(Spanned<String>, Weight)>,
}

const WEIGHTS: [(&str, Weight); 5] = [
    ("off", Weight::Off),
    ("docs", Weight::Docs),
    ("safe", Weight::Safe),
    ("risky", Weight::Risky),
    ("break", Weight::Break),
];

/// Reads a policy.
pub fn read(document: &Node, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let mut shape = Shape::of(document, "a policy of reviews", diagnostics)?;
    let open_content = shape.choice(
        "open_content",
        &[("counted", OpenContent::Counted), ("ignored", OpenContent::Ignored)],
        diagnostics,
    );
    let formats = shape.choice(
        "formats",
        &[("checked", Formats::Checked), ("as_dialect", Formats::AsDialect), ("noted", Formats::Noted)],
        diagnostics,
    );
    let direction = shape.choice(
        "direction",
        &[("backward", Direction::Backward), ("forward", Direction::Forward), ("full", Direction::Full)],
        diagnostics,
    );
    let docs = shape.boolean("docs", diagnostics);
    let notice = shape.whole_within("notice", 0, 3650, diagnostics);
    let mut rules = Vec::new();
    for entry in shape.mapping("rules", diagnostics).unwrap_or_default() {
        let Some(word) = expect_text(&entry.value, "the weight of a rule", diagnostics) else { continue };
        match WEIGHTS.iter().find(|(name, _)| *name == word.value) {
            Some((_, weight)) => rules.push((entry.key.clone(), *weight)),
            None => {
                let words: Vec<&str> = WEIGHTS.iter().map(|(name, _)| *name).collect();
                let message = format!("`{}` is not a weight of a rule", word.value);
                let fault = stipule_ir::Diagnostic::error("SYN023", &word.span, message);
                diagnostics.push(fault.help(crate::suggest::help(&word.value, &words)));
            }
        }
    }
    shape.finish(diagnostics);
    Some(Policy {
        open_content: open_content.map(|found| found.value),
        formats: formats.map(|found| found.value),
        direction: direction.map(|found| found.value),
        docs: docs.map(|found| found.value),
        notice: notice.map(|found| found.value),
        rules,
    })
}
