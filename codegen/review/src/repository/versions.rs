//! Which contracts have versions of their own.

use super::{Repository, events};
use crate::report::ContractVersion;

/// The services and events of both sides that are in both.
pub(super) fn of(base: &Repository<'_>, revision: &Repository<'_>) -> Vec<ContractVersion> {
    let mut found = Vec::new();
    for after in &revision.contract.services {
        let mut old = base.contract.services.iter();
        let Some(before) = old.find(|service| service.name.wire == after.name.wire) else { continue };
        let place = |pointer: String| format!("{pointer}/info/version");
        found.push(ContractVersion {
            name: after.name.wire.clone(),
            files: vec![revision.path(&after.span).to_owned(), base.path(&before.span).to_owned()],
            prefix: format!("{}: ", after.name.wire),
            declared: (Some(before.version.clone()), Some(after.version.clone())),
            places: (place(base.pointer(&before.span)), place(revision.pointer(&after.span))),
            whole: false,
        });
    }
    for after in &revision.contract.events {
        let title = events::title(after);
        let mut old = base.contract.events.iter();
        let Some(before) = old.find(|event| events::title(event) == title) else { continue };
        found.push(ContractVersion {
            files: Vec::new(),
            prefix: title,
            declared: (Some(before.version.to_string()), Some(after.version.to_string())),
            places: (base.pointer(&before.span), revision.pointer(&after.span)),
            name: after.name.wire.clone(),
            whole: true,
        });
    }
    found
}
