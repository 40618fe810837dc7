//! What would change.

use serde::Serialize;

use crate::call::fault::Fault;
use crate::change::{Change, Deed};
use crate::deployment::{Deployment, Survey, is_busy, is_same};
use crate::formation::{Asked, ChangeSet, There};
use crate::template::Template;

/// What would become of all stacks, in the order in which they go.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// One each.
    pub stacks: Vec<Planned>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// What would become of a stack.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// `data`
    pub stack: String,
    /// `commerce-staging-data`
    pub name: String,
    /// In a word.
    pub verdict: Verdict,
    /// By resource.
    pub changes: Vec<Change>,
    /// Sentences that tell why a deployment stops here, each with the way out.
    pub faults: Vec<String>,
    /// A sentence about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What would become of a stack, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It isn't there.
    New,
    /// It never came up: it is deleted and made anew.
    Again,
    /// Nothing.
    Same,
    /// Something.
    Changed,
    /// What becomes of it shows when stacks before it are there: the changes are those of its template.
    Later,
    /// Nothing can be said.
    Unknown,
}

impl Plan {
    /// Whether nothing stops it.
    pub fn passes(&self) -> bool {
        self.stacks.iter().all(|it| it.faults.is_empty())
    }

    /// Whether nothing is to do.
    pub fn is_empty(&self) -> bool {
        self.stacks.iter().all(|it| it.verdict == Verdict::Same)
    }
}

impl Deployment {
    /// Says what would change. Change sets that are made for it are removed; large templates stay in the bucket, named
    /// by their bytes.
    ///
    /// # Errors
    /// [`Fault`] when a service can't be asked, or stacks wait for each other.
    pub fn plan(&self) -> Result<Plan, Fault> {
        self.plan_of(&self.survey()?)
    }

    pub(crate) fn plan_of(&self, survey: &Survey) -> Result<Plan, Fault> {
        let mut stacks: Vec<Planned> = Vec::new();
        for at in &survey.order {
            let template = &self.wish.templates[*at];
            let mut planned = self.planned(template, survey)?;
            self.missing(template, survey, &mut planned);
            stacks.push(planned);
        }
        let mut notes = Vec::new();
        for other in &survey.others {
            notes.push(format!("{other} has no template any more: it is left as it is"));
        }
        Ok(Plan { stacks, notes })
    }

    fn missing(&self, template: &Template, survey: &Survey, planned: &mut Planned) {
        let Err(missing) = self.values(template, survey.stacks.get(&template.name)) else { return };
        let stack = &template.name;
        for name in missing {
            let way = if name == crate::deployment::CODE {
                "--code FILE.zip, which `stipule package` makes".to_owned()
            } else {
                format!("--parameter {name}=VALUE, or leave the stack out: --without {stack}")
            };
            planned.faults.push(format!("nobody gives its parameter {name}: {way}"));
        }
    }

    fn planned(&self, template: &Template, survey: &Survey) -> Result<Planned, Fault> {
        let (stack, name) = (template.name.clone(), self.full_name(&template.name));
        let blank =
            Planned { stack, name, verdict: Verdict::New, changes: vec![], faults: vec![], note: None };
        let there = survey.stacks.get(&template.name);
        let Some(there) = there.filter(|it| it.status != "REVIEW_IN_PROGRESS") else {
            return Ok(Planned { changes: added(template), ..blank });
        };
        if there.status == "ROLLBACK_COMPLETE" {
            let note = Some("it never came up, and what is left of it is deleted first".to_owned());
            return Ok(Planned { verdict: Verdict::Again, changes: added(template), note, ..blank });
        }
        if let Some(fault) = self.stuck(there, &blank.name, &self.mark(template, there)) {
            return Ok(Planned { verdict: Verdict::Unknown, faults: vec![fault], ..blank });
        }
        if is_busy(&there.status) {
            let note = Some("an apply of these very templates was interrupted, and goes on there".to_owned());
            return Ok(Planned { verdict: Verdict::Later, note, ..blank });
        }
        let old = survey.templates.get(&template.name);
        self.previewed(template, there, old, survey.bucket.as_deref(), blank)
    }

    /// Why a stack can't be changed now.
    fn stuck(&self, there: &There, name: &str, mark: &str) -> Option<String> {
        let status = there.status.as_str();
        let way = match status {
            "UPDATE_ROLLBACK_FAILED" => {
                format!(
                    "mend what its events name, then: aws cloudformation continue-update-rollback --stack-name {name}"
                )
            }
            "CREATE_FAILED" | "ROLLBACK_FAILED" | "DELETE_FAILED" => format!(
                "see its events, then: aws cloudformation delete-stack --stack-name {name} (what holds data stays)"
            ),
            _ if is_busy(status) && there.change_set != mark => {
                let set = &there.change_set;
                let by = if set.is_empty() { String::new() } else { format!(" (change set {set})") };
                format!("another deployment goes on{by}: let it end, then do this again")
            }
            _ => return None,
        };
        let reason = if there.reason.is_empty() { String::new() } else { format!(", {}", there.reason) };
        Some(format!("it is in {status}{reason}; {way}"))
    }

    /// The changes of a stack that is there, by a change set that is removed at once.
    fn previewed(
        &self,
        template: &Template,
        there: &There,
        old: Option<&Template>,
        bucket: Option<&str>,
        blank: Planned,
    ) -> Result<Planned, Fault> {
        let Ok(values) = self.values(template, Some(there)) else {
            return Ok(Planned { verdict: Verdict::Unknown, ..blank });
        };
        let Some(location) = self.location(template, bucket)? else {
            let changes = differences(template, old);
            let note =
                Some("its template is too large to go without the bucket, which isn't there yet".to_owned());
            return Ok(self.gated(Planned { verdict: Verdict::Later, changes, note, ..blank }));
        };
        let set = format!("stipule-plan-{:016x}", fastrand::u64(..));
        let asked = Asked {
            stack: &blank.name,
            name: &set,
            new: false,
            template: &location,
            parameters: &values,
            role: self.wish.role.as_deref(),
        };
        let found = self.ask(&asked);
        let removed = self.formation().delete_change_set(&blank.name, &set);
        let found = match found {
            Err(fault) if fault.is("ValidationError", "No export named") => {
                ChangeSet { status: "FAILED".to_owned(), reason: fault.to_string(), ..ChangeSet::default() }
            }
            other => other?,
        };
        removed?;
        Ok(self.read(template, old, found, blank))
    }

    fn read(&self, template: &Template, old: Option<&Template>, found: ChangeSet, blank: Planned) -> Planned {
        if is_same(&found) {
            return Planned { verdict: Verdict::Same, ..blank };
        }
        if found.status == "FAILED" && found.reason.contains("No export named") {
            let note = Some("it takes what a stack before it doesn't give yet".to_owned());
            let changes = differences(template, old);
            return self.gated(Planned { verdict: Verdict::Later, changes, note, ..blank });
        }
        if found.status == "FAILED" {
            let faults = vec![format!("CloudFormation makes no change set: {}", found.reason)];
            return Planned { verdict: Verdict::Unknown, faults, ..blank };
        }
        self.gated(Planned { verdict: Verdict::Changed, changes: found.changes, ..blank })
    }

    /// The same, stopped where something would be lost that nobody allows.
    pub(crate) fn gated(&self, mut planned: Planned) -> Planned {
        for change in &planned.changes {
            let Some(what) = change.loses() else { continue };
            let (stack, logical) = (&planned.stack, &change.logical);
            let named = format!("{stack}/{logical}");
            if self.wish.allowed.iter().any(|it| *it == named || it == logical) {
                continue;
            }
            let policy = match change.policy.as_str() {
                it if it.contains("Retain") => " (the old one is kept beside it, and nothing leads there)",
                it if it.contains("Snapshot") => " (a snapshot is kept)",
                _ => "",
            };
            planned.faults.push(format!(
                "{logical} holds {what} and would be {}{policy}; if that is meant: --allow {named}",
                change.deed().words()
            ));
        }
        planned
    }
}

fn one(action: &str, logical: &str, kind: &str, replacement: &str) -> Change {
    let [action, logical, kind, replacement] = [action, logical, kind, replacement].map(ToOwned::to_owned);
    Change { action, logical, kind, replacement, policy: String::new() }
}

fn added(template: &Template) -> Vec<Change> {
    template.resources().into_iter().map(|(logical, kind)| one("Add", logical, kind, "")).collect()
}

/// What differs between two templates, where CloudFormation can't say it yet. Whether another resource takes the place of
/// one that is changed isn't known then, unless it is of another kind.
fn differences(new: &Template, old: Option<&Template>) -> Vec<Change> {
    let Some(old) = old else { return added(new) };
    let (before, after) = (old.resources(), new.resources());
    let mut found = Vec::new();
    for (logical, kind) in &after {
        match before.get(logical) {
            None => found.push(one("Add", logical, kind, "")),
            Some(was) if was != kind => found.push(one("Modify", logical, was, "True")),
            Some(_) if old.resource(logical) != new.resource(logical) => {
                found.push(one("Modify", logical, kind, "False"));
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(logical, _)| !after.contains_key(*logical));
    found.extend(gone.map(|(logical, kind)| one("Remove", logical, kind, "")));
    found.sort_by(|one, other| one.logical.cmp(&other.logical));
    found
}

/// How many changes do what, in the order of [`Deed`].
impl Planned {
    /// Numbers by what is done.
    pub fn counts(&self) -> std::collections::BTreeMap<Deed, usize> {
        let mut found = std::collections::BTreeMap::new();
        for change in &self.changes {
            *found.entry(change.deed()).or_default() += 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_differ_by_what_comes_changes_and_goes() {
        let read = |text: &str| Template::read("x", text.to_owned()).unwrap();
        let old = read(
            r#"{"Resources": {"A": {"Type": "T"}, "B": {"Type": "T"}, "C": {"Type": "T"}, "D": {"Type": "T"}}}"#,
        );
        let new = read(
            r#"{"Resources": {"A": {"Type": "T"}, "B": {"Type": "T", "Properties": {"X": 1}}, "C": {"Type": "U"}, "E": {"Type": "T"}}}"#,
        );
        let found = differences(&new, Some(&old));
        let said: Vec<_> = found.iter().map(|it| (it.logical.as_str(), it.deed())).collect();
        assert_eq!(
            said,
            [("B", Deed::Modified), ("C", Deed::Replaced), ("D", Deed::Removed), ("E", Deed::Added),]
        );
    }
}
