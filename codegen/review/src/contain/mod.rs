//! Containment of schemas: is every document that one accepts accepted by the other?

mod component;
mod refused;
mod rules;
mod search;
mod verdict;

pub(crate) use component::Components;
pub(crate) use rules::{rules, united};
pub(crate) use search::Memory;
pub use verdict::{Direction, Proof, Verdict};

use jiff::civil::Date;

use crate::documents::Documents;
use crate::finding::{Confidence, Finding, Flow, Side};
use crate::members;
use crate::schema::{Declaring, Formats, Reading, Schema, declared};
use crate::shown::fill;
use component::Found;

/// Which members of open objects count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenContent {
    /// Whatever an open object accepts may come.
    #[default]
    Counted,
    /// Nobody writes members that the schema doesn't declare, unless it says what they are.
    Ignored,
}

/// How two schemas are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which formats are checked.
    pub formats: Formats,
    /// Whether members that nobody declared count.
    pub open_content: OpenContent,
    /// Most steps of work per direction; what isn't decided by then is unknown.
    pub steps: u64,
    /// Most findings per direction.
    pub findings: usize,
    /// Whether words for people count.
    pub docs: bool,
    /// Today, where dates matter.
    pub today: Option<Date>,
    /// Days that callers are warned before something goes.
    pub notice_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            formats: Formats::AsDialect,
            open_content: OpenContent::Counted,
            steps: 100_000,
            findings: 50,
            docs: false,
            today: None,
            notice_days: 0,
        }
    }
}

/// Compares two schemas in a direction, with the default settings.
///
/// ```
/// use serde_json::json;
/// use stipule_review::{Dialect, Direction, Schema, compare};
///
/// let base = json!({"type": "object", "properties": {"pages": {"type": "integer"}}});
/// let revision = json!({"type": "object", "properties": {"pages": {"type": "integer", "minimum": 1}}});
/// let [base, revision] = [base, revision].map(|schema| Schema::read(&schema, Dialect::Draft2020));
///
/// let verdict = compare(&base, &revision, Direction::Backward);
/// assert!(verdict.is_breaking());
/// let finding = &verdict.findings()[0];
/// assert_eq!((finding.rule.name, finding.pointer()), ("minimum-added", "/properties/pages/minimum"));
/// assert_eq!(finding.witness, Some(json!({"pages": 0})));
///
/// assert_eq!(compare(&base, &revision, Direction::Forward).as_str(), "compatible");
/// ```
pub fn compare(base: &Schema, revision: &Schema, direction: Direction) -> Verdict {
    compare_with(base, revision, direction, &Settings::default())
}

/// Compares two schemas in a direction.
pub fn compare_with(base: &Schema, revision: &Schema, direction: Direction, settings: &Settings) -> Verdict {
    let run =
        |left: &Schema, right: &Schema, side: Side| one((left, right), (side, Flow::Free, true), settings);
    let backward = || run(base, revision, Side::Revision);
    let forward = || run(revision, base, Side::Base);
    match direction {
        Direction::Backward => verdict(backward()),
        Direction::Forward => verdict(forward()),
        Direction::Full => {
            let (mut both, other) = (backward(), forward());
            both.list.extend(other.list);
            both.proof.goals += other.proof.goals;
            both.proof.branches += other.proof.branches;
            both.proof.recursions += other.proof.recursions;
            verdict(both)
        }
    }
}

/// Formats that differ and that aren't checked: those who validate by the schemas may check them all the same. What
/// nobody minds is reported as safe.
pub(crate) fn noted_formats(
    (base, before): (&Documents<'_>, &str),
    (revision, after): (&Documents<'_>, &str),
    direction: Direction,
    settings: &Settings,
) -> Vec<Finding> {
    let old = base.schema(before, Reading::Whole);
    let new = revision.schema(after, Reading::Whole);
    let minded = (direction != Direction::Forward, direction != Direction::Backward);
    members::noted_formats((base, &old), (revision, &new), minded, settings.formats)
}

/// Compares two schemas where they stand; what nobody minds is reported as safe.
pub fn compare_schemas(
    (base, before): (&Documents<'_>, &str),
    (revision, after): (&Documents<'_>, &str),
    direction: Direction,
    settings: &Settings,
) -> Vec<Finding> {
    let flows = match direction {
        Direction::Backward => [(Flow::Free, Side::Revision, true), (Flow::Free, Side::Base, false)],
        Direction::Forward => [(Flow::Free, Side::Base, true), (Flow::Free, Side::Revision, false)],
        Direction::Full => [(Flow::Free, Side::Revision, true), (Flow::Free, Side::Base, true)],
    };
    let mut found = schemas_at((base, before), (revision, after), &flows, settings);
    found.extend(noted_formats((base, before), (revision, after), direction, settings));
    found
}

/// Compares two schemas each way that values go: which version may refuse them, and whether somebody minds.
pub(crate) fn schemas_at(
    (base, before): (&Documents<'_>, &str),
    (revision, after): (&Documents<'_>, &str),
    flows: &[(Flow, Side, bool)],
    settings: &Settings,
) -> Vec<Finding> {
    let old = base.schema(before, Reading::Whole);
    let new = revision.schema(after, Reading::Whole);
    let mut found = Vec::new();
    for (flow, side, bad) in flows {
        let (left, right) = match side {
            Side::Revision => (&old, &new),
            Side::Base => (&new, &old),
        };
        let run = one((left, right), (*side, *flow, *bad), settings);
        found.extend(run.list.into_iter().map(|(finding, _)| finding));
    }
    found.iter_mut().for_each(|finding| fill(finding, base, revision));
    found
}

/// Is everything that the left schema accepts accepted by the right one? `side`: which version that is.
fn one(
    (left, right): (&Schema, &Schema),
    (side, flow, bad): (Side, Flow, bool),
    settings: &Settings,
) -> Found {
    let (mut left, mut declaring) = (left.clone(), None);
    if settings.open_content == OpenContent::Ignored {
        let (mut schemas, of) = declared::declaring(vec![left.clone()], declared::names([right]));
        left = schemas.pop().unwrap_or(left);
        declaring = Some(of);
    }
    let declaring: Option<&Declaring> = declaring.as_ref();
    let roots = [(left.root, right.root)];
    let components = Components { left: &left, right, declaring, side, flow, bad, as_text: false, settings };
    deep(|| components.compare(&roots, &mut Memory::new(settings)))
        .unwrap_or_else(|| components.interrupted(&roots))
}

/// Bytes of stack for a search: a goal nests as deep as schemas do.
pub(crate) const STACK: usize = 64 << 20;

/// Works on a stack that is deep enough; `None` if there is no thread for it or the work had an error of ours.
pub(crate) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?.join().ok()
    })
}

fn verdict(found: Found) -> Verdict {
    let list: Vec<Finding> = found.list.into_iter().map(|(finding, _)| finding).collect();
    if list.is_empty() {
        Verdict::Compatible(found.proof)
    } else if list.iter().any(|finding| finding.confidence != Confidence::Unknown) {
        Verdict::Incompatible(list)
    } else {
        Verdict::Unknown(list)
    }
}
