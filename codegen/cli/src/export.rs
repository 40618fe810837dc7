//! `stipule export`: what the contracts say, in the languages that other tools read.

use std::path::Path;

use stipule_emit::export::{Dialect, Reader, asyncapi, event_schemas, openapi};
use stipule_ir::{Contract, Severity};

use crate::arguments::{ExportCommand, OpenapiVersion};
use crate::check::{findings, summary};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::replace::replace;

/// Exports. `false` when the contracts have errors, which are shown.
pub(crate) fn run(root: &Path, command: &ExportCommand, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else {
        debug_assert!(verdict.count(Severity::Error) > 0);
        output.print(&(findings(&verdict, output.width) + &summary(&verdict)))?;
        return Ok(false);
    };
    match command {
        ExportCommand::Openapi { version, out } => {
            let dialect = match version {
                OpenapiVersion::V30 => Dialect::OpenApi30,
                OpenapiVersion::V31 => Dialect::OpenApi31,
            };
            document(&openapi(contract, dialect, Reader::Others), out.as_deref(), output)
        }
        ExportCommand::Asyncapi { out } => document(&asyncapi(contract), out.as_deref(), output),
        ExportCommand::Schemas { out } => schemas(contract, out),
    }?;
    Ok(true)
}

/// One document: YAML if the file is called so, else JSON.
fn document(tree: &stipule_emit::export::Tree, out: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let Some(out) = out else { return output.print(&tree.to_json()) };
    let is_yaml = out.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let text = if is_yaml { tree.to_yaml() } else { tree.to_json() };
    replace(out, &text).map_err(|error| Failure::io(&format!("write {}", out.display()), &error))
}

/// A file per event and version.
fn schemas(contract: &Contract, out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::io(&format!("make {}", out.display()), &error))?;
    for (name, tree) in event_schemas(contract) {
        let file = out.join(name);
        replace(&file, &tree.to_json())
            .map_err(|error| Failure::io(&format!("write {}", file.display()), &error))?;
    }
    Ok(())
}
