//! Why a write wrote nothing: an enum per write, a variant per way to fail.

use crate::rust::Text;
use crate::store::doc;

/// The errors of a write.
pub(super) struct Errors {
    pub(super) name: String,
    variants: Vec<Variant>,
}

/// A way in which one operation fails.
pub(super) struct Failure {
    pub(super) name: String,
    /// A sentence.
    pub(super) reason: String,
    /// The same for people who know neither types nor fields: part of a sentence.
    pub(super) words: String,
    /// Whether it concerns one element of a list.
    pub(super) in_list: bool,
}

struct Variant {
    name: String,
    reasons: Vec<String>,
    words: Vec<String>,
    /// Whether it comes from an element of a list.
    listed: bool,
    /// Whether it comes from something else.
    single: bool,
}

impl Errors {
    pub(super) fn new(name: String) -> Self {
        Self { name, variants: Vec::new() }
    }

    /// Notes a way to fail, before any maker is asked for.
    pub(super) fn note(&mut self, Failure { name, reason, words, in_list }: Failure) {
        let at = self.variants.iter().position(|variant| variant.name == name).unwrap_or_else(|| {
            let name = name.clone();
            let (reasons, words) = (Vec::new(), Vec::new());
            self.variants.push(Variant { name, reasons, words, listed: false, single: false });
            self.variants.len() - 1
        });
        let variant = &mut self.variants[at];
        variant.listed |= in_list;
        variant.single |= !in_list;
        if !variant.reasons.contains(&reason) {
            variant.reasons.push(reason);
        }
        if !variant.words.contains(&words) {
            variant.words.push(words);
        }
    }

    /// The function that makes the error of one action.
    pub(super) fn maker(&self, name: &str, in_list: bool) -> String {
        let own = &self.name;
        if in_list {
            format!("|index| {own}::{} {{ index }}", self.listed(name))
        } else {
            format!("|_| {own}::{name}")
        }
    }

    /// The variant with an index. A name that stands for elements of lists and for something else has one of each.
    fn listed(&self, name: &str) -> String {
        let both = self.variants.iter().any(|variant| variant.name == name && variant.single);
        if both { format!("{name}At") } else { name.to_owned() }
    }

    pub(super) fn definition(&self, about: &str, text: &mut Text) {
        let name = &self.name;
        let taken = |word: &str| self.variants.iter().any(|variant| variant.name == word);
        let failed = if taken("Failed") { "StoreFailed" } else { "Failed" };
        text.part();
        doc::outer(text, 0, about);
        text.code(0, "#[derive(Clone, Debug, PartialEq, Eq)]");
        text.code(0, &format!("pub enum {name} {{"));
        for variant in &self.variants {
            let reasons = variant.reasons.join(" ");
            if variant.single {
                text.doc(1, &reasons);
                text.line(1, format_args!("{},", variant.name));
            }
            if variant.listed {
                text.doc(1, &reasons);
                text.line(1, format_args!("{} {{", self.listed(&variant.name)));
                text.doc(2, "Which element of the list.");
                text.line(2, format_args!("index: usize,"));
                text.line(1, format_args!("}},"));
            }
        }
        text.doc(1, "For a reason that the contract doesn't name.");
        text.line(1, format_args!("{failed}(StoreFailure),"));
        text.line(0, format_args!("}}"));
        text.part();
        self.words(failed, text);
    }

    /// What the variants say.
    fn words(&self, failed: &str, text: &mut Text) {
        let name = &self.name;
        if self.variants.is_empty() {
            text.line(0, format_args!("stipule_runtime::write_error!({name}, {failed});"));
            return;
        }
        text.line(0, format_args!("stipule_runtime::write_error!({name}, {failed}, {{"));
        for variant in &self.variants {
            let words = variant.words.join("; or ").replace('{', "{{").replace('}', "}}");
            if variant.single {
                text.line(1, format_args!("{} => {words:?},", variant.name));
            }
            if variant.listed {
                let words = format!("{words} (element {{index}} of the list)");
                text.line(1, format_args!("{} {{ index }} => {words:?},", self.listed(&variant.name)));
            }
        }
        text.line(0, format_args!("}});"));
    }
}
