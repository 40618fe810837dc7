//! `stipule table lock`: the key templates of the table, released.

use std::io::Write as _;
use std::path::Path;

use stipule_ir::{Contract, Diagnostic, Severity};
use stipule_table::lock::{Locked, Refused, lock};

use crate::arguments::{Format, TableLock};
use crate::check::{findings, summary};
use crate::failure::Failure;
use crate::gather::gather;
use crate::judge::Verdict;
use crate::output::Output;
use crate::replace::Replacement;

/// Codes of what stands between the lock and the table: they are what this command settles.
const SETTLED: [&str; 2] = ["TBL120", "TBL122"];

/// Releases the templates. `false` when the contracts have other errors, when something would be lost, or, with `--check`,
/// when the file isn't what it would be.
pub(crate) fn run(root: &Path, arguments: &TableLock, output: &Output) -> Result<bool, Failure> {
    let (sources, mut diagnostics) = gather(root)?;
    let contract = if diagnostics.has_errors() {
        None
    } else {
        let (contract, found) = stipule_front::load(&sources);
        diagnostics.append(found);
        if let Some(contract) = &contract {
            diagnostics.append(stipule_rules::check(contract));
        }
        contract
    };
    let blocking = |found: &Diagnostic| found.severity == Severity::Error && !SETTLED.contains(&found.code);
    let verdict = Verdict { sources, contract, diagnostics: diagnostics.sorted() };
    let Some(contract) = verdict.contract.as_ref().filter(|_| !verdict.diagnostics.iter().any(blocking))
    else {
        return super::refuse(&Verdict { contract: None, ..verdict }, output);
    };
    locked(root, contract, &verdict, arguments, output)
}

fn locked(
    root: &Path,
    contract: &Contract,
    verdict: &Verdict,
    arguments: &TableLock,
    output: &Output,
) -> Result<bool, Failure> {
    let table = contract.tables.first().ok_or_else(super::no_table)?;
    let path = format!("contracts/tables/{}.lock.yaml", table.name.wire);
    let found = match lock(contract, table, &arguments.accept) {
        Ok(locked) => locked,
        Err(Refused::Unchanged(name)) => {
            return Err(Failure::new(format!("nothing by the name `{name}` changed since it was released")));
        }
        Err(Refused::Changes(_)) => {
            output.print(&(findings(verdict, output.width) + &summary(verdict)))?;
            return Ok(false);
        }
    };
    let file = root.join(&path);
    let is_same = std::fs::read_to_string(&file).is_ok_and(|text| text == found.text);
    if arguments.check {
        let said = if is_same {
            format!("{path} is as it would be\n")
        } else {
            format!("{path} isn't up to date: run `stipule table lock`\n")
        };
        output.print(&said)?;
        return Ok(is_same);
    }
    if !is_same {
        let written = Replacement::begin(&file).and_then(|mut replacement| {
            replacement.write_all(found.text.as_bytes())?;
            replacement.finish()
        });
        written.map_err(|error| Failure::io(&format!("write {}", file.display()), &error))?;
    }
    match output.format {
        Format::Json => output.print_json(&document(&path, &found)),
        _ => output.print(&said(&path, &found)),
    }?;
    Ok(true)
}

fn said(path: &str, locked: &Locked) -> String {
    let mut text = format!("{path}: {} keys\n", locked.keys);
    /// Names that are listed; of more, the number says enough.
    const LISTED: usize = 12;
    let mut line = |what: &str, names: &[String]| match names {
        [] => {}
        names if names.len() > LISTED => text.push_str(&format!("  {what}: {}\n", names.len())),
        names => text.push_str(&format!("  {what}: {}\n", names.join(", "))),
    };
    line("released", &locked.released);
    line("over, take it out of `migrate`", &locked.over);
    line("waits for its migration", &locked.waiting);
    text
}

fn document(path: &str, locked: &Locked) -> serde_json::Value {
    serde_json::json!({
        "file": path,
        "keys": locked.keys,
        "released": locked.released,
        "over": locked.over,
        "waiting": locked.waiting,
    })
}
