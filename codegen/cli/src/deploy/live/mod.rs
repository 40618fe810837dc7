//! The way of the stacks to an account and back.

mod text;
mod wish;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use stipule_deploy::{Applied, Deployment, Ended, Fault, Plan, Settings, Wish};

use crate::arguments::{Account, Format, Rollback, Stage, Wanted};
use crate::failure::Failure;
use crate::output::Output;

/// `stipule deploy plan`. `true` when nothing stops it.
pub(super) fn plan(root: &Path, wanted: &Wanted, output: &Output) -> Result<bool, Failure> {
    let deployment = deployment(&wanted.stage.account, wish::of(root, wanted)?)?;
    planned(&deployment.plan().map_err(failed)?, output)
}

fn planned(plan: &Plan, output: &Output) -> Result<bool, Failure> {
    let ok = plan.passes();
    match output.format {
        Format::Json => output.print_json(
            &json!({ "version": 1, "ok": ok, "empty": plan.is_empty(), "stacks": plan.stacks, "notes": plan.notes }),
        )?,
        _ => output.print(&text::plan(plan))?,
    }
    Ok(ok)
}

/// `stipule deploy apply`. `true` when everything is as it is wanted.
pub(super) fn apply(root: &Path, wanted: &Wanted, output: &Output) -> Result<bool, Failure> {
    let deployment = deployment(&wanted.stage.account, wish::of(root, wanted)?)?;
    ended(deployment.apply(&mut told).map_err(failed)?, output)
}

/// `stipule deploy status`. `true` when everything is as its template here says, and no alarm rings.
pub(super) fn status(root: &Path, stage: &Stage, output: &Output) -> Result<bool, Failure> {
    let found = deployment(&stage.account, wish::of_stage(root, stage)?)?.status().map_err(failed)?;
    let ok = found.is_well();
    match output.format {
        Format::Json => output.print_json(&json!({
            "version": 1, "ok": ok, "stacks": found.stacks, "aliases": found.aliases, "alarms": found.alarms,
            "notes": found.notes,
        }))?,
        _ => output.print(&text::status(&found))?,
    }
    Ok(ok)
}

/// `stipule deploy rollback`. `true` when the release is in place, or nothing stops it.
pub(super) fn rollback(root: &Path, arguments: &Rollback, output: &Output) -> Result<bool, Failure> {
    let account = &arguments.account;
    let wish = wish::of_rollback(root, arguments)?;
    let back = deployment(account, wish)?.back(&settings(account), arguments.to, account.every);
    let back = back.map_err(failed)?;
    told(&format!("release {} of {} comes back", back.number, back.at));
    if arguments.plan {
        return planned(&back.plan().map_err(failed)?, output);
    }
    ended(back.apply(&mut told).map_err(failed)?, output)
}

fn settings(account: &Account) -> Settings {
    let Account { endpoint, region, profile, .. } = account;
    Settings { region: region.clone(), endpoint: endpoint.clone(), profile: profile.clone() }
}

fn deployment(account: &Account, wish: Wish) -> Result<Deployment, Failure> {
    let pause: Duration = account.every;
    Deployment::new(&settings(account), wish, pause).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(fault: Fault) -> Failure {
    Failure::new(fault.to_string())
}

/// What goes on, for whoever watches: standard output is for how it ended.
fn told(line: &str) {
    anstream::eprintln!("{line}");
}

fn ended(ended: Ended, output: &Output) -> Result<bool, Failure> {
    if output.format == Format::Json {
        let (ok, done, more): (bool, Applied, Value) = match ended {
            Ended::Well(done) => (true, done, json!({})),
            Ended::Stopped(plan, done) => (false, done, json!({ "stopped": plan.stacks })),
            Ended::Failed(failed, done) => (false, done, json!({ "failed": failed })),
        };
        let mut document = json!({ "version": 1, "ok": ok, "changed": done.changed, "same": done.same });
        if let Some(release) = done.release {
            document["release"] = json!(release.number);
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            document[name] = value.clone();
        }
        output.print_json(&document)?;
        return Ok(ok);
    }
    let (ok, text) = match &ended {
        Ended::Well(done) => (true, text::done(done)),
        Ended::Stopped(plan, done) => (false, text::stopped(plan, done)),
        Ended::Failed(failed, done) => (false, text::failed(failed, done)),
    };
    output.print(&text)?;
    Ok(ok)
}
