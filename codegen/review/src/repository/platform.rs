//! The platform: what every token says, who there is, and which APIs.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::Span;

use super::diff::{About, Diff};
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const ISSUER: Rule = rule("REV920", "token-issuer-changed", Severity::Break);
const AUDIENCE: Rule = rule("REV921", "token-audience-changed", Severity::Break);
const CLAIM: Rule = rule("REV922", "tenant-claim-changed", Severity::Break);
const SCOPE_REMOVED: Rule = rule("REV923", "scope-removed", Severity::Break);
const SCOPE_ADDED: Rule = rule("REV924", "scope-added", Severity::Safe);
pub(super) const API_REMOVED: Rule = rule("REV925", "api-removed", Severity::Break).compile();
pub(super) const API_ADDED: Rule = rule("REV926", "api-added", Severity::Safe);
const SERVICE_REMOVED: Rule = rule("REV927", "service-removed", Severity::Break);
const SERVICE_ADDED: Rule = rule("REV928", "service-added", Severity::Safe);
const RENAMED: Rule = rule("REV929", "platform-renamed", Severity::Break).compile();
const TENANT: Rule = rule("REV930", "tenant-renamed", Severity::Risky).compile();

pub(super) const RULES: &[Rule] = &[
    ISSUER,
    AUDIENCE,
    CLAIM,
    SCOPE_REMOVED,
    SCOPE_ADDED,
    API_REMOVED,
    API_ADDED,
    SERVICE_REMOVED,
    SERVICE_ADDED,
    RENAMED,
    TENANT,
];

/// What findings about the platform reach.
pub(super) const PLATFORM: &str = "platform";

/// Compares the platforms of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (before, after) = (&diff.base.contract.platform, &diff.revision.contract.platform);
    diff.owned(PLATFORM, PLATFORM);
    let places = (&before.span, &after.span);
    for (rule, subject, old, new) in [
        (ISSUER, "issuer of tokens", &before.token.issuer, &after.token.issuer),
        (AUDIENCE, "audience of tokens", &before.token.audience, &after.token.audience),
        (CLAIM, "claim with the tenant", &before.tenant.claim, &after.tenant.claim),
        (RENAMED, "platform", &before.name.wire, &after.name.wire),
        (TENANT, "tenant", &before.tenant.name.wire, &after.tenant.name.wire),
    ] {
        if old != new {
            diff.differs(&About::new(PLATFORM, subject), rule, places, (old.as_str(), new.as_str()));
        }
    }
    let scopes = |platform: &'_ stipule_ir::Platform| -> BTreeMap<String, Span> {
        let scopes = platform.token.scopes.iter();
        scopes.map(|(scope, _)| (scope.value.clone(), scope.span.clone())).collect()
    };
    let names = |platform: &'_ stipule_ir::Platform| -> BTreeMap<String, Span> {
        let services = platform.services.iter();
        services.map(|service| (service.name.value.wire.clone(), service.name.span.clone())).collect()
    };
    let (old, new) = (scopes(before), scopes(after));
    listed(diff, "scope", (SCOPE_REMOVED, SCOPE_ADDED), (&old, &new), places);
    let (old, new) = (names(before), names(after));
    listed(diff, "service", (SERVICE_REMOVED, SERVICE_ADDED), (&old, &new), places);
}

/// Names that are gone, and names that came.
fn listed(
    diff: &mut Diff<'_>,
    what: &str,
    (gone, came): (Rule, Rule),
    (old, new): (&BTreeMap<String, Span>, &BTreeMap<String, Span>),
    (before, after): (&Span, &Span),
) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let about = About::new(PLATFORM, format!("{what} {name}"));
        match (old.get(name), new.get(name)) {
            (Some(place), None) => diff.gone(&about, gone, place, after),
            (None, Some(place)) => diff.came(&about, came, before, place),
            _ => {}
        }
    }
}
