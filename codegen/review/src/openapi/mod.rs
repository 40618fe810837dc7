//! Two versions of an OpenAPI document: operations are paired by method and path, what callers send is compared
//! backward (old requests must still be accepted), what they get forward (old readers must still understand it).

mod callbacks;
mod changes;
mod deprecation;
mod document;
mod encodings;
mod extensions;
mod headers;
mod links;
mod media;
mod operations;
mod pairing;
mod parameters;
mod recognise;
mod request_bodies;
mod responses;
mod schemas;
mod schemes;
mod security;
mod servers;

use crate::contain::Settings;
use crate::documents::Documents;
use crate::finding::Finding;
use crate::rule::Rule;
use changes::Changes;
use document::{Operation, Part};

pub use recognise::{Kind, recognise};

/// A family of rules: those it may report, and how it looks for them.
struct Family {
    rules: &'static [Rule],
    check: fn(&Pair<'_>, &mut Changes<'_>),
}

/// What is looked at for every operation.
const FAMILIES: &[Family] = &[
    Family { rules: operations::RULES, check: operations::check },
    Family { rules: deprecation::RULES, check: deprecation::check },
    Family { rules: parameters::RULES, check: parameters::check },
    Family { rules: request_bodies::RULES, check: request_bodies::check },
    Family { rules: encodings::RULES, check: encodings::check },
    Family { rules: responses::RULES, check: responses::check },
    Family { rules: headers::RULES, check: headers::check },
    Family { rules: links::RULES, check: links::check },
    Family { rules: security::RULES, check: security::check },
    Family { rules: extensions::RULES, check: extensions::check },
    Family { rules: callbacks::RULES, check: callbacks::check },
];

/// All rules about HTTP.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    let of_operations = FAMILIES.iter().flat_map(|family| family.rules);
    let of_documents = servers::RULES.iter().chain(schemes::RULES).chain(pairing::RULES);
    of_operations.chain(of_documents).copied()
}

/// One operation before and after.
struct Pair<'d> {
    base: Operation<'d>,
    revision: Operation<'d>,
}

/// An OpenAPI document among some documents.
#[derive(Clone, Copy, Debug)]
pub struct Api<'d> {
    /// It and what it refers to.
    pub documents: &'d Documents<'d>,
    /// JSON Pointer of its root.
    pub at: &'d str,
}

/// Compares two OpenAPI documents (3.0 to 3.2); one finding per root, ordered by place.
pub fn compare_apis(base: Api<'_>, revision: Api<'_>, settings: &Settings) -> Vec<Finding> {
    let found = compare_all((base.documents, revision.documents), &[(base.at, revision.at)], settings);
    found.into_iter().next().unwrap_or_default()
}

/// Compares several documents by the pointers of their roots; what they share is compared once.
pub(crate) fn compare_all(
    (base, revision): (&Documents<'_>, &Documents<'_>),
    roots: &[(&str, &str)],
    settings: &Settings,
) -> Vec<Vec<Finding>> {
    let collected = |(before, after): &(&str, &str)| {
        let mut changes = Changes::new(settings);
        if let (Some(before), Some(after)) = (Part::of(base, before), Part::of(revision, after)) {
            collect(&before, &after, &mut changes);
        }
        changes
    };
    let mut all: Vec<Changes<'_>> = roots.iter().map(collected).collect();
    schemas::settle(&mut all, (base, revision), settings);
    all.into_iter().map(|changes| changes.finish(base, revision)).collect()
}

/// Everything but what schemas accept.
fn collect(before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let moved = servers::check(before, after, changes);
    schemes::check(before, after, changes);
    for pair in pairing::pairs(before, after, &moved, changes) {
        for family in FAMILIES {
            (family.check)(&pair, changes);
        }
    }
    callbacks::webhooks(before, after, changes);
}
