//! Stacks become what is wanted, one after another.

use std::collections::BTreeSet;
use std::thread::sleep;

use serde::Serialize;

use crate::call::fault::Fault;
use crate::deployment::{CODE, Deployment, Survey, is_busy, is_same, is_well};
use crate::formation::{Asked, Event, There};
use crate::plan::{Plan, Planned, Verdict};
use crate::release::Released;
use crate::storage::Bucket;
use crate::template::{BUCKET, Template, hash};

/// How a deployment ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// Everything is as it is wanted.
    Well(Applied),
    /// Nothing was changed, or nothing from some stack on: the plan says why.
    Stopped(Plan, Applied),
    /// A stack didn't become what is wanted; those before it did.
    Failed(Failed, Applied),
}

/// What was done.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Applied {
    /// Stacks that were made or changed, in that order.
    pub changed: Vec<String>,
    /// Stacks with nothing to change.
    pub same: Vec<String>,
    /// What it is kept as, if there is a bucket to keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Released>,
}

/// What went wrong with a stack.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// `messaging`
    pub stack: String,
    /// `commerce-staging-messaging`
    pub name: String,
    /// `UPDATE_ROLLBACK_COMPLETE`
    pub status: String,
    /// `Queue (AWS::SQS::Queue): …`, what failed first at the beginning.
    pub reasons: Vec<String>,
    /// What to do.
    pub way: String,
}

/// What came of one stack.
enum Step {
    Same,
    Changed,
    Stopped(Planned),
    Failed(Failed),
}

impl Deployment {
    /// Makes every stack what is wanted, and tells of it line by line.
    ///
    /// Everything is planned before anything is changed, and again stack by stack. What was interrupted goes on.
    ///
    /// # Errors
    /// [`Fault`] when a service can't be asked. What was done until then stays.
    pub fn apply(&self, tell: &mut dyn FnMut(&str)) -> Result<Ended, Fault> {
        self.apply_as(None, tell)
    }

    /// The same, as what brings a release back.
    pub(crate) fn apply_as(&self, restores: Option<u64>, tell: &mut dyn FnMut(&str)) -> Result<Ended, Fault> {
        let mut survey = self.survey()?;
        let plan = self.plan_of(&survey)?;
        for note in &plan.notes {
            tell(&format!("note: {note}"));
        }
        let mut done = Applied::default();
        if !plan.passes() {
            return Ok(Ended::Stopped(plan, done));
        }
        for at in survey.order.clone() {
            let template = &self.wish.templates[at];
            match self.step(template, &mut survey, tell)? {
                Step::Same => done.same.push(template.name.clone()),
                Step::Changed => done.changed.push(template.name.clone()),
                Step::Stopped(planned) => {
                    return Ok(Ended::Stopped(Plan { stacks: vec![planned], notes: vec![] }, done));
                }
                Step::Failed(failed) => return Ok(Ended::Failed(failed, done)),
            }
        }
        if let Some(bucket) = &survey.bucket {
            done.release = Some(self.record(bucket, restores)?);
        }
        Ok(Ended::Well(done))
    }

    /// The name of the change set that makes a stack this: two deployments of the same do the same.
    pub(crate) fn mark(&self, template: &Template, there: &There) -> String {
        let values = self.values(template, Some(there)).unwrap_or_default();
        let said: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let hash = hash(format!("{} {}", template.meaning(), said.join(" ")).as_bytes());
        format!("stipule-{}", &hash[..24])
    }

    fn step(
        &self,
        template: &Template,
        survey: &mut Survey,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Step, Fault> {
        let name = self.full_name(&template.name);
        let formation = self.formation();
        let mut there = formation.stack(&name)?.filter(|it| it.status != "DELETE_COMPLETE");
        if let Some(it) = there.as_ref().filter(|it| is_busy(&it.status)) {
            tell(&format!("{name}: goes on where it was interrupted ({})", it.status));
            let ended = self.follow(&name, &it.id, None, 0, tell)?;
            if !is_well(&ended.status)
                && !ended.status.starts_with("DELETE")
                && ended.status != "ROLLBACK_COMPLETE"
            {
                return Ok(Step::Failed(self.failure(template, &ended, None)?));
            }
            there = Some(ended).filter(|it| it.status != "DELETE_COMPLETE");
        }
        if let Some(it) = there.as_ref().filter(|it| it.status == "ROLLBACK_COMPLETE") {
            tell(&format!("{name}: never came up; what is left of it is deleted"));
            formation.delete_stack(&it.id)?;
            let ended = self.follow(&name, &it.id, formation.newest_event(&it.id)?.as_deref(), 0, tell)?;
            if ended.status != "DELETE_COMPLETE" {
                return Ok(Step::Failed(self.failure(template, &ended, None)?));
            }
            there = None;
        }
        if template.parameters().any(|(it, _)| it == CODE) {
            self.bring_code(survey, tell)?;
        }
        let step = self.change(template, there.as_ref(), survey.bucket.as_deref(), tell)?;
        if let (Step::Changed | Step::Same, None) = (&step, &survey.bucket) {
            let there = formation.stack(&name)?;
            survey.bucket = there.and_then(|it| it.outputs.get(BUCKET).cloned());
        }
        Ok(step)
    }

    /// Puts the archive into the bucket, unless it is there.
    fn bring_code(&self, survey: &Survey, tell: &mut dyn FnMut(&str)) -> Result<(), Fault> {
        let Some(code) = &self.wish.code else { return Ok(()) };
        let Some(bucket) = &survey.bucket else {
            return Err(Fault::Said(format!(
                "there is no bucket for the archive: no stack has an output {BUCKET}"
            )));
        };
        if Bucket::new(&self.caller, bucket).keep(&code.key, code.bytes.clone())? {
            let megabytes = code.bytes.len() as f64 / 1e6;
            tell(&format!("{}: {megabytes:.1} MB brought to {bucket}", code.key));
        }
        Ok(())
    }

    /// Makes a change set of a stack that nothing goes on with, and executes it if nothing stands against it.
    fn change(
        &self,
        template: &Template,
        there: Option<&There>,
        bucket: Option<&str>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Step, Fault> {
        let name = self.full_name(&template.name);
        let formation = self.formation();
        let live = there.filter(|it| it.status != "REVIEW_IN_PROGRESS");
        let new = live.is_none();
        let Some(location) = self.location(template, bucket)? else {
            return Err(Fault::Said(format!("{name}: its template is too large to go without a bucket")));
        };
        let values = self.values(template, live).map_err(|missing| {
            Fault::Said(format!("{name}: nobody gives its parameters {}", missing.join(", ")))
        })?;
        let blank = There { status: "REVIEW_IN_PROGRESS".to_owned(), ..nothing() };
        let mark = self.mark(template, live.unwrap_or(&blank));
        // One of an interrupted run may have become out of date.
        formation.delete_change_set(&name, &mark)?;
        let asked = Asked {
            stack: &name,
            name: &mark,
            new,
            template: &location,
            parameters: &values,
            role: self.wish.role.as_deref(),
        };
        let found = self.ask(&asked)?;
        let planned = Planned {
            stack: template.name.clone(),
            name: name.clone(),
            verdict: if new { Verdict::New } else { Verdict::Changed },
            changes: found.changes.clone(),
            faults: vec![],
            note: None,
        };
        let mut planned = self.gated(planned);
        if found.status == "FAILED" && !is_same(&found) {
            planned.faults.push(format!("CloudFormation makes no change set: {}", found.reason));
        }
        if is_same(&found) || !planned.faults.is_empty() {
            formation.delete_change_set(&name, &mark)?;
            if is_same(&found) {
                tell(&format!("{name}: nothing to change"));
            }
            return Ok(if is_same(&found) { Step::Same } else { Step::Stopped(planned) });
        }
        let since = formation.newest_event(&name)?;
        self.execute(&name, &mark)?;
        tell(&format!("{name}: {}", summary(&planned)));
        let ended = self.follow(&name, &name, since.as_deref(), planned.changes.len(), tell)?;
        if is_well(&ended.status) {
            return Ok(Step::Changed);
        }
        Ok(Step::Failed(self.failure(template, &ended, since.as_deref())?))
    }

    /// Executes a change set; one that is being executed already is ours, since its name is of its content.
    fn execute(&self, name: &str, mark: &str) -> Result<(), Fault> {
        let formation = self.formation();
        let Err(fault) = formation.execute_change_set(name, mark) else { return Ok(()) };
        let gone = fault.is("ChangeSetNotFound", "");
        if !gone && !fault.is("InvalidChangeSetStatus", "") {
            return Err(fault);
        }
        let execution = if gone { "gone".to_owned() } else { formation.change_set(name, mark)?.execution };
        if execution.starts_with("EXECUTE_") {
            return Ok(());
        }
        Err(Fault::Said(format!(
            "{name}: another deployment was faster, and the change set is {execution} now; let it end, then do this again"
        )))
    }

    /// Tells what happens to a stack until nothing goes on any more.
    fn follow(
        &self,
        name: &str,
        id: &str,
        since: Option<&str>,
        total: usize,
        tell: &mut dyn FnMut(&str),
    ) -> Result<There, Fault> {
        let formation = self.formation();
        let (mut last, mut done) = (since.map(ToOwned::to_owned), BTreeSet::new());
        loop {
            // Looked at before its events: none that belongs to its end is missed.
            let there = formation.stack(id)?.ok_or_else(|| {
                Fault::Said(format!("{name} is gone while it is being changed: somebody else deleted it"))
            })?;
            for event in formation.events(id, last.as_deref())? {
                last = Some(event.id.clone());
                if !event.whole && is_done(&event) {
                    done.insert(event.logical.clone());
                }
                if !event.whole && (event.status.ends_with("_COMPLETE") || event.status.ends_with("_FAILED"))
                {
                    tell(&line(name, &event, done.len(), total));
                }
            }
            if !is_busy(&there.status) && there.status != "REVIEW_IN_PROGRESS" {
                tell(&format!("{name}: {}", there.status));
                return Ok(there);
            }
            sleep(self.pause);
        }
    }

    fn failure(&self, template: &Template, ended: &There, since: Option<&str>) -> Result<Failed, Fault> {
        let events = self.formation().events(&ended.id, since)?;
        let failed = events.iter().filter(|it| it.status.ends_with("_FAILED"));
        // Those that were only called off follow from another.
        let (called_off, own): (Vec<_>, Vec<_>) = failed.partition(|it| it.reason.contains("cancelled"));
        let reason = |it: &&Event| format!("{} ({}): {}", it.logical, it.kind, it.reason);
        let mut reasons: Vec<String> = own.iter().map(reason).collect();
        if reasons.is_empty() {
            reasons.extend(called_off.iter().map(reason));
            reasons.extend(Some(ended.reason.clone()).filter(|it| !it.is_empty()));
        }
        let name = self.full_name(&template.name);
        let way = match ended.status.as_str() {
            "UPDATE_ROLLBACK_FAILED" => {
                format!(
                    "mend that, then: aws cloudformation continue-update-rollback --stack-name {name}; then apply again"
                )
            }
            "UPDATE_ROLLBACK_COMPLETE" => {
                "the stack is as it was before. Mend that, then apply again".to_owned()
            }
            "ROLLBACK_COMPLETE" => "nothing of the stack is left. Mend that, then apply again".to_owned(),
            _ => format!("see the events of {name}; mend that, then apply again"),
        };
        let way = format!("{way}: stacks before it keep what they have, and it goes on here");
        Ok(Failed { stack: template.name.clone(), name, status: ended.status.clone(), reasons, way })
    }
}

fn nothing() -> There {
    There {
        id: String::new(),
        status: String::new(),
        reason: String::new(),
        updated: String::new(),
        change_set: String::new(),
        parameters: std::collections::BTreeMap::new(),
        outputs: std::collections::BTreeMap::new(),
    }
}

fn is_done(event: &Event) -> bool {
    let done = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "DELETE_SKIPPED", "IMPORT_COMPLETE"];
    done.contains(&event.status.as_str())
}

fn line(name: &str, event: &Event, done: usize, total: usize) -> String {
    let Event { logical, kind, status, reason, .. } = event;
    let count = if total == 0 { String::new() } else { format!(" {done}/{total}") };
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!("{name}{count}: {logical} ({kind}) {status}{reason}")
}

/// `3 added, 1 replaced`
fn summary(planned: &Planned) -> String {
    let counts = planned.counts();
    let counts: Vec<String> = counts.iter().map(|(deed, many)| format!("{many} {}", deed.words())).collect();
    counts.join(", ")
}
