//! What is on its way out: announcements, their dates, and promises of stability.

use jiff::civil::Date;

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const DEPRECATED: Rule = rule("REV040", "operation-deprecated", Severity::Safe);
const REACTIVATED: Rule = rule("REV041", "operation-reactivated", Severity::Safe);
const SUNSET_MISSING: Rule = rule("REV042", "sunset-missing", Severity::Safe);
const SUNSET_REMOVED: Rule = rule("REV043", "sunset-removed", Severity::Risky);
const SUNSET_EARLIER: Rule = rule("REV044", "sunset-brought-forward", Severity::Risky);
const SUNSET_LATER: Rule = rule("REV045", "sunset-postponed", Severity::Safe);
const SUNSET_UNREADABLE: Rule = rule("REV046", "sunset-unreadable", Severity::Risky);
const NOTICE_SHORT: Rule = rule("REV047", "notice-too-short", Severity::Risky);
const STABILITY_LOWERED: Rule = rule("REV048", "stability-lowered", Severity::Risky);
const STABILITY_RAISED: Rule = rule("REV049", "stability-raised", Severity::Safe);

pub(super) const RULES: &[Rule] = &[
    DEPRECATED,
    REACTIVATED,
    SUNSET_MISSING,
    SUNSET_REMOVED,
    SUNSET_EARLIER,
    SUNSET_LATER,
    SUNSET_UNREADABLE,
    NOTICE_SHORT,
    STABILITY_LOWERED,
    STABILITY_RAISED,
];

/// Keys that name the day.
const KEYS: [&str; 2] = ["x-sunset", "x-stipule-sunset"];

fn key(part: &Part<'_>) -> &'static str {
    KEYS.into_iter().find(|key| part.value.get(key).is_some()).unwrap_or(KEYS[0])
}

/// The day from which something may be gone, if one is named; the text if it is no day.
pub(super) fn sunset(part: &Part<'_>) -> Option<Result<Date, String>> {
    let written = part.value.get(key(part))?;
    let text = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
    // A time of the day may follow.
    let day = text.get(..10).unwrap_or(&text);
    Some(day.parse::<Date>().map_err(|_| text.clone()))
}

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (base, revision) = (&pair.base.part, &pair.revision.part);
    announced(&pair.base.title, base, revision, (DEPRECATED, REACTIVATED), changes);
    stability(&pair.base.title, base, revision, changes);
}

/// Compares what two parts announce.
pub(super) fn announced(
    title: &str,
    base: &Part<'_>,
    revision: &Part<'_>,
    (deprecated, reactivated): (Rule, Rule),
    changes: &mut Changes<'_>,
) {
    let parts = (base, revision);
    let (before, after) = (base.flag("deprecated"), revision.flag("deprecated"));
    match (before, after) {
        (false, true) => {
            changes.differs(title, deprecated, parts, "deprecated");
            match sunset(revision) {
                None => changes.differs(title, SUNSET_MISSING, parts, "deprecated"),
                Some(Ok(day)) => short_notice(title, parts, day, changes),
                Some(Err(_)) => {}
            }
        }
        (true, false) => changes.differs(title, reactivated, parts, "deprecated"),
        _ => {}
    }
    match (sunset(base), sunset(revision)) {
        (_, Some(Err(text))) if sunset(base) != sunset(revision) => {
            let note = Some(format!("`{text}` is no date like 2030-01-31"));
            changes.differs_saying(title, SUNSET_UNREADABLE, parts, key(revision), note);
        }
        (Some(_), None) if after => changes.differs(title, SUNSET_REMOVED, parts, key(base)),
        (Some(Ok(was)), Some(Ok(is))) if is < was => {
            changes.differs(title, SUNSET_EARLIER, parts, key(revision));
        }
        (Some(Ok(was)), Some(Ok(is))) if is > was => {
            changes.differs(title, SUNSET_LATER, parts, key(revision));
        }
        _ => {}
    }
}

/// The policy says how long callers must be warned.
fn short_notice(title: &str, parts: (&Part<'_>, &Part<'_>), day: Date, changes: &mut Changes<'_>) {
    let (Some(today), days) = (changes.settings.today, changes.settings.notice_days) else { return };
    let given = today.until(day).map_or(0, |span| i64::from(span.get_days()));
    if given < i64::from(days) {
        let note = format!("{given} days from today, {days} are promised");
        changes.differs_saying(title, NOTICE_SHORT, parts, key(parts.1), Some(note));
    }
}

/// Promises in the order in which they may be given.
const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

fn stability(title: &str, base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let key = "x-stability-level";
    let level = |part: &Part<'_>| match part.text(key) {
        Some(named) => LEVELS.iter().position(|level| *level == named),
        // What promises nothing else is taken to be stable.
        None => Some(LEVELS.len() - 1),
    };
    if base.value.get(key).is_none() && revision.value.get(key).is_none() {
        return;
    }
    match (level(base), level(revision)) {
        (Some(before), Some(after)) if after < before => {
            changes.differs(title, STABILITY_LOWERED, (base, revision), key);
        }
        (Some(before), Some(after)) if after > before => {
            changes.differs(title, STABILITY_RAISED, (base, revision), key);
        }
        _ => {}
    }
}
