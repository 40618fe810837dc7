//! Where a value stands in the data of a run.
//!
//! The data is one object: `key` (the name of the run, and in lists the place of the item), `context` (tenant and
//! trace), `input`, one member per step that gave something, one per item of a list around, and `failure`.

use std::collections::BTreeMap;

use stipule_ir::workflow::{Reference, Root, StepId};

/// Where the results of steps stand, by step.
pub(super) type Known = BTreeMap<StepId, String>;

/// The path of a reference.
pub(super) fn of(reference: &Reference, known: &Known) -> String {
    let root = match &reference.root {
        Root::Input => "$.input".to_owned(),
        Root::Failure => "$.failure".to_owned(),
        Root::Item(name) => format!("${}", member(name)),
        Root::Step(step) => known.get(step).cloned().unwrap_or_else(|| "$".to_owned()),
    };
    reference.path.iter().fold(root, |path, name| path + &member(name))
}

/// A name as a step of a path.
pub(super) fn member(name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match plain {
        true => format!(".{name}"),
        false => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}
