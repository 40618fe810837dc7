//! Partition keys as policies describe them: text with `*` for anything.

use std::fmt;

use stipule_ir::table::{Key, SegmentKind};
use stipule_runtime::key::escape;

/// The partition keys of a template, as `dynamodb:LeadingKeys` compares them: `*#ORDER#*#` for `ORDER#{orderId}#` of
/// whatever tenant.
///
/// `*` also stands for `#`, so a pattern admits more than the template makes: it keeps services apart, the store's own
/// keys keep tenants apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPattern(String);

impl KeyPattern {
    /// Of a template of the contract.
    pub fn of(key: &Key) -> Self {
        let parts = key.pk.iter().map(|part| match &part.kind {
            SegmentKind::Literal(text) => format!("{text}#"),
            SegmentKind::Field { .. } | SegmentKind::Shard { .. } => "*#".to_owned(),
        });
        Self(format!("*#{}", parts.collect::<String>()))
    }

    /// Of rows of the platform: fixed words, then so many texts.
    pub(super) fn platform(words: &[&str], texts: usize) -> Self {
        let words: String = words.iter().map(|word| format!("{}#", escape(word))).collect();
        Self(format!("*#{words}{}", "*#".repeat(texts)))
    }

    /// Of the outbox, which belongs to no tenant.
    pub(super) fn outbox() -> Self {
        Self("#OUTBOX#*#".to_owned())
    }

    /// As in a policy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
