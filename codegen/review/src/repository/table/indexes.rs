//! Secondary indexes: what they carry, and how many change at once.

use stipule_ir::table::{Index, Projection};

use super::{One, Tables, title};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV760", "index-removed", Severity::Break);
const ADDED: Rule = rule("REV761", "index-added", Severity::Safe);
const NARROWED: Rule = rule("REV762", "index-projection-narrowed", Severity::Break);
const WIDENED: Rule = rule("REV763", "index-projection-widened", Severity::Break);
const SEVERAL: Rule = rule("REV764", "several-indexes-changed", Severity::Break);

pub(super) const RULES: &[Rule] = &[REMOVED, ADDED, NARROWED, WIDENED, SEVERAL];

/// Compares the indexes of both sides.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let about = |index: &Index| About::new(title(after), format!("index {}", index.name.wire));
    let mut changed = Vec::new();
    for old in &before.indexes {
        match after.indexes.iter().find(|new| new.name.wire == old.name.wire) {
            Some(new) => {
                if let Some(rule) = replaced(tables, old, new) {
                    changed.push(new.name.wire.clone());
                    let written = (projection(&old.projection), projection(&new.projection));
                    let note = Some("what an index carries can't be changed: it is made anew".to_owned());
                    diff.differs_saying(&about(new), rule, (&old.span, &new.span), written, note);
                }
            }
            None => {
                changed.push(old.name.wire.clone());
                diff.gone(&about(old), REMOVED, &old.span, &after.span);
            }
        }
    }
    for new in &after.indexes {
        if !before.indexes.iter().any(|old| old.name.wire == new.name.wire) {
            changed.push(new.name.wire.clone());
            diff.came(&about(new), ADDED, &before.span, &new.span);
        }
    }
    if changed.len() > 1 {
        let about = About::new(title(after), format!("indexes {}", changed.join(", ")));
        let note = Some("DynamoDB makes or removes one index per update: deploy them one by one".to_owned());
        diff.differs_saying(&about, SEVERAL, (&before.span, &after.span), ((), changed.join(", ")), note);
    }
}

/// Whether an index carries less, or only more.
fn replaced(tables: &Tables<'_>, old: &Index, new: &Index) -> Option<Rule> {
    let carried = |one: One<'_>, index: &Index| -> Option<Vec<String>> {
        let id = one.table.indexes.iter().position(|known| known.name.wire == index.name.wire)?;
        let id = stipule_ir::table::IndexId(u32::try_from(id).ok()?);
        let mut names: Vec<String> = one.table.carried(id)?.into_iter().map(str::to_owned).collect();
        names.sort_unstable();
        Some(names)
    };
    match (carried(tables.before, old), carried(tables.after, new)) {
        (before, after) if before == after => None,
        (_, None) => Some(WIDENED),
        (None, Some(_)) => Some(NARROWED),
        (Some(before), Some(after)) => {
            Some(if before.iter().all(|name| after.contains(name)) { WIDENED } else { NARROWED })
        }
    }
}

fn projection(projection: &Projection) -> String {
    match projection {
        Projection::All => "all".to_owned(),
        Projection::Keys => "keys".to_owned(),
        Projection::Include(fields) => {
            fields.iter().map(|field| field.value.as_str()).collect::<Vec<_>>().join(", ")
        }
    }
}
