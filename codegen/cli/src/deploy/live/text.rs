//! Plans, ends and states, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use stipule_deploy::{Applied, Deed, Failed, Plan, Planned, Standing, Status, Verdict};

use crate::report::prose::count;

/// With more changes than this, what is added is shown by its kind. Everything else is shown one by one.
const SHOWN: usize = 12;

/// A table of what would change.
pub(super) fn plan(plan: &Plan) -> String {
    let width = plan.stacks.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let mut out = String::new();
    for planned in &plan.stacks {
        let _ = writeln!(out, "{:<width$}  {}", planned.name, head(planned));
        changes(planned, &mut out);
        faults(planned, &mut out);
    }
    for note in &plan.notes {
        let _ = writeln!(out, "note: {note}");
    }
    let stops = plan.stacks.iter().map(|it| it.faults.len()).sum();
    let changed = plan.stacks.iter().filter(|it| it.verdict != Verdict::Same).count();
    let of = count(plan.stacks.len(), "stack");
    let _ = match (stops, changed) {
        (0, 0) => writeln!(out, "nothing to do in {of}"),
        (0, _) => writeln!(out, "{changed} of {of} would change"),
        _ => writeln!(out, "{} against it; nothing would be changed", count(stops, "reason")),
    };
    out
}

fn head(planned: &Planned) -> String {
    let counts: Vec<String> =
        planned.counts().iter().map(|(deed, many)| format!("{many} {}", deed.words())).collect();
    let counts = if counts.is_empty() { "outputs or tags alone".to_owned() } else { counts.join(", ") };
    let head = match planned.verdict {
        Verdict::New => format!("new: {counts}"),
        Verdict::Again => format!("anew: {counts}"),
        Verdict::Same => "no changes".to_owned(),
        Verdict::Changed => counts,
        Verdict::Later => format!("later: {counts}"),
        Verdict::Unknown => "unknown".to_owned(),
    };
    match &planned.note {
        Some(note) => format!("{head} ({note})"),
        None => head,
    }
}

fn changes(planned: &Planned, out: &mut String) {
    let few = planned.changes.len() <= SHOWN;
    let width = planned.changes.iter().map(|it| it.logical.len()).max().unwrap_or_default();
    let mut added: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &planned.changes {
        let deed = change.deed();
        if !few && deed == Deed::Added {
            *added.entry(&change.kind).or_default() += 1;
            continue;
        }
        let logical = &change.logical;
        let more = match (deed, change.policy.as_str()) {
            (Deed::Added | Deed::Modified, _) => String::new(),
            (_, "") => format!("  {}", deed.words()),
            (_, policy) => format!("  {}, {policy}", deed.words()),
        };
        let _ = writeln!(out, "  {} {logical:<width$}  {}{more}", deed.sign(), change.kind);
    }
    for (kind, many) in added {
        let _ = writeln!(out, "  + {many} {kind}");
    }
}

fn faults(planned: &Planned, out: &mut String) {
    for fault in &planned.faults {
        let _ = writeln!(out, "  stops: {fault}");
    }
}

/// What was done.
pub(super) fn done(done: &Applied) -> String {
    let mut out = String::new();
    let _ = match done.changed.as_slice() {
        [] => writeln!(out, "{}, nothing to change", count(done.same.len(), "stack")),
        changed => writeln!(out, "changed {}; {} had nothing to change", changed.join(", "), done.same.len()),
    };
    if let Some(release) = &done.release {
        let known = if release.known { ", as before" } else { "" };
        let _ = writeln!(out, "release {} is in place{known}", release.number);
    }
    out
}

fn so_far(done: &Applied, out: &mut String) {
    if !done.changed.is_empty() {
        let _ = writeln!(out, "changed before: {}", done.changed.join(", "));
    }
}

/// What stopped it.
pub(super) fn stopped(plan: &Plan, done: &Applied) -> String {
    let mut out = String::new();
    for planned in plan.stacks.iter().filter(|it| !it.faults.is_empty()) {
        for fault in &planned.faults {
            let _ = writeln!(out, "error: {}: {fault}", planned.name);
        }
    }
    so_far(done, &mut out);
    let rest = if done.changed.is_empty() { "nothing was changed" } else { "nothing else was changed" };
    let _ = writeln!(out, "{rest}");
    out
}

/// What failed: why first, then where, then what to do.
pub(super) fn failed(failed: &Failed, done: &Applied) -> String {
    let mut out = String::new();
    for reason in &failed.reasons {
        let _ = writeln!(out, "error: {reason}");
    }
    let _ = writeln!(out, "{} is in {}", failed.name, failed.status);
    so_far(done, &mut out);
    let _ = writeln!(out, "{}", failed.way);
    out
}

/// How a stage stands.
pub(super) fn status(status: &Status) -> String {
    let mut out = String::new();
    let width = status.stacks.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let states = status.stacks.iter().map(|it| state(it).len()).max().unwrap_or_default();
    for it in &status.stacks {
        let updated = it.updated.as_deref().unwrap_or_default();
        let updated = updated.split('.').next().unwrap_or_default().trim_end_matches('Z');
        let same = match it.same {
            Some(true) => "template as here",
            Some(false) => "template differs from the one here",
            None => "",
        };
        let line = format!("{:<width$}  {:<states$}  {updated:<19}  {same}", it.name, state(it));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let width =
        status.aliases.iter().map(|it| it.function.len() + it.alias.len() + 1).max().unwrap_or_default();
    for it in &status.aliases {
        let name = format!("{}:{}", it.function, it.alias);
        let canary =
            it.canary.as_ref().map(|(version, share)| format!(", {share} % of calls version {version}"));
        let _ = writeln!(out, "{name:<width$}  version {}{}", it.version, canary.unwrap_or_default());
    }
    for alarm in &status.alarms {
        let _ = writeln!(out, "alarm: {alarm} rings");
    }
    for note in &status.notes {
        let _ = writeln!(out, "note: {note}");
    }
    let well = status.stacks.iter().filter(|it| it.is_well()).count();
    let of = count(status.stacks.len(), "stack");
    let rings = match status.alarms.len() {
        0 => "no alarm rings".to_owned(),
        1 => "an alarm rings".to_owned(),
        many => format!("{many} alarms ring"),
    };
    let _ = writeln!(out, "{well} of {of} as the templates here say, {rings}");
    out
}

fn state(it: &Standing) -> &str {
    it.status.as_deref().unwrap_or("not there")
}
