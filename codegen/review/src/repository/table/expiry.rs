//! When items expire: what expires is gone.

use stipule_ir::table::Entity;

use super::{Tables, spoken};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const ADDED: Rule = rule("REV784", "expiry-added", Severity::Break).loses_data();
const SHORTENED: Rule = rule("REV785", "expiry-shortened", Severity::Break).loses_data();
const LENGTHENED: Rule = rule("REV786", "expiry-lengthened", Severity::Safe);
const REMOVED: Rule = rule("REV787", "expiry-removed", Severity::Risky);
const FIELD: Rule = rule("REV788", "expiry-field-changed", Severity::Break).loses_data();

pub(super) const RULES: &[Rule] = &[ADDED, SHORTENED, LENGTHENED, REMOVED, FIELD];

/// Compares when the items of an entity expire.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Entity, &Entity)) {
    let about = about.part(format!("{} expiry", new.name.wire));
    match (&old.expiry, &new.expiry) {
        (None, None) => {}
        (None, Some(after)) => diff.came(&about, ADDED, &old.span, &after.span),
        (Some(before), None) => diff.gone(&about, REMOVED, &before.span, &new.span),
        (Some(before), Some(after)) => {
            let places = (&before.span, &after.span);
            let fields =
                (tables.before.field_of(old.ty, before.field), tables.after.field_of(new.ty, after.field));
            if fields.0 != fields.1 {
                diff.differs(&about, FIELD, places, fields);
            } else if before.after != after.after {
                let rule = if after.after < before.after { SHORTENED } else { LENGTHENED };
                diff.differs(&about, rule, places, (spoken(before.after), spoken(after.after)));
            }
        }
    }
}
