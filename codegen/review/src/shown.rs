//! Values that are shown: those that are short.

use serde_json::Value;

use crate::documents::Documents;
use crate::finding::{Finding, Side};

/// Longest value that is shown, in bytes of compact JSON.
const LONGEST: usize = 300;

/// A value, if it is short enough to be shown.
pub(crate) fn shown(value: &Value) -> Option<Value> {
    (value.to_string().len() <= LONGEST).then(|| value.clone())
}

/// Takes the values of a finding from its places, unless they are mappings: those are shown by their lines.
pub(crate) fn fill(finding: &mut Finding, base: &Documents<'_>, revision: &Documents<'_>) {
    let absent = finding.absent;
    for (side, value, pointer, documents) in [
        (Side::Base, &mut finding.before, &finding.base, base),
        (Side::Revision, &mut finding.after, &finding.revision, revision),
    ] {
        if value.is_none() && absent != Some(side) {
            let written = pointer.as_deref().and_then(|pointer| documents.at(pointer));
            *value = written.filter(|written| !written.is_object()).and_then(shown);
        }
    }
}
