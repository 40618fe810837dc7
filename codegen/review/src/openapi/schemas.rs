//! Schemas within operations, each pair compared once.

use std::collections::HashMap;

use super::document::Part;
use super::{Changes, Finding};
use crate::contain::{Direction, compare_with};
use crate::schema::{Origin, Schema};

/// Findings by the places of the schemas and whether old documents meet the new schema.
#[derive(Debug, Default)]
pub(super) struct Compared(HashMap<(String, String, bool), Vec<Finding>>);

/// Which way values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Callers of the base send them to the revision.
    Sent,
    /// The revision sends them to callers of the base.
    Received,
}

impl Changes<'_> {
    /// Compares the `schema` of two parts; a missing schema accepts everything.
    pub(super) fn schemas(&mut self, operation: &str, base: &Part<'_>, revision: &Part<'_>, flow: Flow) {
        let (before, after) = (base.get("schema"), revision.get("schema"));
        let pointer =
            |part: &Option<Part<'_>>| part.as_ref().map_or(String::new(), |part| part.pointer.clone());
        let key = (pointer(&before), pointer(&after), flow == Flow::Sent);
        let findings = match self.compared.0.get(&key) {
            Some(known) => known.clone(),
            None => {
                let before = read(&self.before, before.as_ref(), base);
                let after = read(&self.after, after.as_ref(), revision);
                let direction = if flow == Flow::Sent { Direction::Backward } else { Direction::Forward };
                let findings = compare_with(&before, &after, direction, self.settings).findings().to_vec();
                self.compared.0.insert(key, findings.clone());
                findings
            }
        };
        for finding in findings {
            self.add_finding(operation, finding);
        }
    }
}

fn read(origin: &Origin<'_>, schema: Option<&Part<'_>>, around: &Part<'_>) -> Schema {
    match schema {
        Some(part) => origin.schema(&part.pointer),
        None => Schema::read(&true.into(), around.document.dialect()),
    }
}
