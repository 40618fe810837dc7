//! `stipule table`: what is in the table, and how it is reached.

mod condition;
mod examples;
mod lock;
mod page;
mod read;
mod text;
mod view;
mod words;
mod write;

use std::path::Path;

use stipule_ir::Contract;
use stipule_ir::table::{EntityId, Table};

use crate::arguments::{Format, TableCommand, TableShow};
use crate::check::{document, findings, summary};
use crate::failure::Failure;
use crate::judge::{Verdict, judge};
use crate::output::Output;
use view::View;

/// Runs a command about the table. `false` when the contracts have errors, which are shown instead.
pub(crate) fn run(root: &Path, command: &TableCommand, output: &Output) -> Result<bool, Failure> {
    match command {
        TableCommand::Lock(arguments) => lock::run(root, arguments, output),
        TableCommand::Show(show) => judged(root, output, |contract, verdict, table| {
            self::show(contract, verdict, table, show, output)
        }),
        TableCommand::Examples { entity, plain } => judged(root, output, |contract, _, table| {
            let only = chosen(table, entity)?;
            examples::print(contract, table, &only, *plain, output)
        }),
    }
}

/// Does something with the table of contracts without errors.
fn judged(
    root: &Path,
    output: &Output,
    print: impl FnOnce(&Contract, &Verdict, &Table) -> Result<(), Failure>,
) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else { return refuse(&verdict, output) };
    let table = contract.tables.first().ok_or_else(no_table)?;
    print(contract, &verdict, table)?;
    Ok(true)
}

fn no_table() -> Failure {
    Failure::new("there is no table: contracts/tables holds no `.table.yaml`")
}

/// Contracts with errors have nothing to show but those.
pub(crate) fn refuse(verdict: &Verdict, output: &Output) -> Result<bool, Failure> {
    match output.format {
        Format::Json => output.print_json(&document(verdict, false, None))?,
        _ => output.print(&(findings(verdict, output.width) + &summary(verdict)))?,
    }
    Ok(false)
}

fn show(
    contract: &Contract,
    verdict: &Verdict,
    table: &Table,
    show: &TableShow,
    output: &Output,
) -> Result<(), Failure> {
    let only = chosen(table, &show.entity)?;
    let view = View::new(contract, &verdict.sources, table, &only);
    let shown = match output.format {
        Format::Html => page::render(&view)?,
        Format::Json => serde_json::to_string_pretty(&view)
            .map(|text| text + "\n")
            .map_err(|error| Failure::new(format!("can't write the table as JSON: {error}")))?,
        _ if only.is_empty() && !show.all => text::overview(&view, output.width),
        _ => text::details(&view, output.width),
    };
    match &show.out {
        None => output.print(&shown),
        Some(file) => {
            let bare = anstream::adapter::strip_str(&shown).to_string();
            std::fs::write(file, bare)
                .map_err(|error| Failure::io(&format!("write {}", file.display()), &error))
        }
    }
}

/// The entities that were named; none for all.
fn chosen(table: &Table, names: &[String]) -> Result<Vec<EntityId>, Failure> {
    let known = || table.entities.iter().map(|entity| entity.name.wire.as_str());
    let find = |name: &String| {
        let found = (0u32..).zip(known()).find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(id, _)| EntityId(id)).ok_or_else(|| unknown(name, known()))
    };
    names.iter().map(find).collect()
}

fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Failure {
    let lower = name.to_lowercase();
    let near = known.map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), known)).min();
    match near {
        Some((distance, near)) if distance <= 3 => {
            Failure::new(format!("there is no entity `{name}`: did you mean `{near}`?"))
        }
        _ => Failure::new(format!("there is no entity `{name}`; `stipule table show` lists them")),
    }
}
