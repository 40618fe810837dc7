//! `stipule deploy`: what the stacks are and do, found without AWS; and their way to an account and back.

mod live;
mod plot;
mod simulate;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use stipule_graph::{Finding, Stacks, check};
use stipule_ir::{Contract, Diagnostic};

use crate::arguments::{DeployCommand, Format};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::report::prose::count;

/// Runs a command about stacks. `true` when there is no finding.
pub(crate) fn run(
    find_root: impl Fn() -> Result<std::path::PathBuf, Failure>,
    command: &DeployCommand,
    output: &Output,
) -> Result<bool, Failure> {
    let stacks = |folder: Option<&Path>| match folder {
        Some(folder) => of_folder(folder),
        None => generated(&find_root()?),
    };
    match command {
        DeployCommand::Check { folder } => told(&stacks(folder.as_deref())?, output),
        DeployCommand::Simulate(arguments) => {
            simulate::run(&stacks(arguments.folder.as_deref())?, arguments, output)
        }
        DeployCommand::Plan(wanted) => live::plan(&find_root()?, wanted, output),
        DeployCommand::Apply(wanted) => live::apply(&find_root()?, wanted, output),
        DeployCommand::Status(stage) => live::status(&find_root()?, stage, output),
        DeployCommand::Rollback(arguments) => live::rollback(&find_root()?, arguments, output),
    }
}

/// What the contracts of a repository generate.
fn generated(root: &Path) -> Result<Stacks, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else {
        return Err(Failure::new("the contracts have errors: `stipule check` shows them"));
    };
    of_contract(contract)
}

/// What a contract generates.
pub(crate) fn of_contract(contract: &Contract) -> Result<Stacks, Failure> {
    let files = stipule_emit::emit_stacks(contract);
    // Beside the templates stand pages for people.
    let texts: Vec<(String, String)> =
        files.into_iter().filter(|(path, _)| path.ends_with(".json")).collect();
    let named = texts.iter().map(|(path, text)| (stem(path), text.as_str()));
    Stacks::read(named).map_err(|fault| Failure::new(fault.to_string()))
}

/// `messaging` of `infra/stacks/messaging.json`.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".json").unwrap_or(name)
}

fn of_folder(folder: &Path) -> Result<Stacks, Failure> {
    let shown = folder.display();
    let failed = |error: std::io::Error| Failure::io(&format!("read {shown}"), &error);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Failure::io(&format!("read {}", path.display()), &error))?;
            texts.push((stem(&path.to_string_lossy()).to_owned(), text));
        }
    }
    texts.sort();
    if texts.is_empty() {
        return Err(Failure::new(format!("{shown} holds no template: files end in `.json`")));
    }
    let named = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Stacks::read(named).map_err(|fault| Failure::new(fault.to_string()))
}

/// What is wrong with the stacks that a contract generates, at the platform that they are of.
pub(crate) fn judged(contract: &Contract) -> Result<Vec<Diagnostic>, Failure> {
    let place = &contract.platform.span;
    let said = |it: Finding| Diagnostic::error(it.code, place, sentence(&it));
    Ok(check(&of_contract(contract)?).into_iter().map(said).collect())
}

/// `stack messaging, Bus: …`
fn sentence(finding: &Finding) -> String {
    let Finding { stack, resource, message, .. } = finding;
    let comma = if resource.is_empty() { "" } else { ", " };
    format!("stack {stack}{comma}{resource}: {message}")
}

fn told(stacks: &Stacks, output: &Output) -> Result<bool, Failure> {
    let found = check(stacks);
    if output.format == Format::Json {
        let entry = |it: &Finding| json!({ "code": it.code, "stack": it.stack, "resource": it.resource, "message": it.message });
        let findings: Vec<_> = found.iter().map(entry).collect();
        output.print_json(&json!({ "version": 1, "ok": found.is_empty(), "findings": findings }))?;
        return Ok(found.is_empty());
    }
    let mut out = String::new();
    for finding in &found {
        let _ = writeln!(out, "error[{}]: {}", finding.code, sentence(finding));
    }
    let what = if found.is_empty() { "no findings".to_owned() } else { count(found.len(), "error") };
    let _ = writeln!(out, "{what} in {}", count(stacks.stacks.len(), "stack"));
    output.print(&out)?;
    Ok(found.is_empty())
}
