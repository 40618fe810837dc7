//! Values that no two items share: each is kept by a lock item that was written with the item.

use stipule_ir::table::{Entity, Normalize, Unique};

use super::{One, Tables};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const ADDED: Rule = rule("REV790", "uniqueness-added", Severity::Break);
const REMOVED: Rule = rule("REV791", "uniqueness-removed", Severity::Risky);
const CHANGED: Rule = rule("REV792", "uniqueness-changed", Severity::Break).loses_data();

pub(super) const RULES: &[Rule] = &[ADDED, REMOVED, CHANGED];

/// Compares the unique values of an entity.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Entity, &Entity)) {
    let part = |unique: &Unique| about.part(format!("{} unique {}", new.name.wire, unique.name.wire));
    for before in &old.unique {
        match new.unique.iter().find(|after| after.name.wire == before.name.wire) {
            Some(after) => {
                let written = (said(tables.before, old, before), said(tables.after, new, after));
                if written.0 != written.1 {
                    let note =
                        Some("values that are taken are locked under what they were made of".to_owned());
                    diff.differs_saying(&part(after), CHANGED, (&before.span, &after.span), written, note);
                }
            }
            None => {
                let note =
                    Some("the locks of stored items stay, and two items may share a value now".to_owned());
                diff.gone_saying(&part(before), REMOVED, (&before.span, &new.span), note);
            }
        }
    }
    for after in &new.unique {
        if !old.unique.iter().any(|before| before.name.wire == after.name.wire) {
            let note = Some("items that are stored have no lock: their values can be taken again".to_owned());
            diff.came_saying(&part(after), ADDED, (&old.span, &after.span), note);
        }
    }
}

/// `email (lowercase), country`
fn said(one: One<'_>, entity: &Entity, unique: &Unique) -> String {
    let part = |part: &stipule_ir::table::UniquePart| {
        let steps: Vec<&str> = part.normalize.iter().map(|step| normalization(*step)).collect();
        let steps = if steps.is_empty() { String::new() } else { format!(" ({})", steps.join(", ")) };
        format!("{}{steps}", one.field_of(entity.ty, part.field))
    };
    unique.parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn normalization(step: Normalize) -> &'static str {
    match step {
        Normalize::Trim => "trim",
        Normalize::Lowercase => "lowercase",
        Normalize::Nfc => "NFC",
        Normalize::Nfkc => "NFKC",
        Normalize::Casefold => "casefold",
    }
}
