//! `stipule cost`: what the platform costs a month, line by line.

mod budget;
mod json;
mod text;

use std::path::{Path, PathBuf};

use stipule_cost::{Prices, Report};

use crate::arguments::{Cost, Format};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::table::refuse;

/// Prints the report, or what stands behind one of its lines. `false` when the contracts have errors.
pub(crate) fn run(root: &Path, arguments: &Cost, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else { return refuse(&verdict, output) };
    let Some(table) = contract.tables.first() else {
        return Err(Failure::new("there is nothing to reckon with: contracts/tables holds no `.table.yaml`"));
    };
    let prices = prices(arguments.prices.as_ref())?;
    let budgets = budget::budgets(contract, &prices);
    let mut report = stipule_cost::table::report(contract, table, prices);
    if let Some(name) = &arguments.pattern {
        keep(&mut report, name)?;
    }
    match (output.format, &arguments.pattern) {
        (Format::Json, _) => output.print_json(&json::document(&report, &budgets, &verdict.sources))?,
        (_, Some(_)) => output.print(&text::explained(&report, table, &verdict.sources, output.width))?,
        (_, None) => output.print(&text::listed(&report, &budgets, arguments.all, output.width))?,
    }
    Ok(true)
}

fn prices(file: Option<&PathBuf>) -> Result<Prices, Failure> {
    let Some(file) = file else { return Ok(Prices::built_in()) };
    let shown = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|error| Failure::io(&format!("read {shown}"), &error))?;
    Prices::parse(&text).map_err(|error| Failure::new(format!("{shown} is {error}")))
}

/// Drops every other line.
fn keep(report: &mut Report, name: &str) -> Result<(), Failure> {
    let known: Vec<&str> = report.lines.iter().map(|line| line.name.as_str()).collect();
    if !known.contains(&name) {
        let near = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), *known)).min();
        let way_out = match near {
            Some((distance, near)) if distance <= 3 => format!("did you mean `{near}`?"),
            _ => "`stipule cost --all` lists them".to_owned(),
        };
        return Err(Failure::new(format!("there is no read or write `{name}`: {way_out}")));
    }
    report.lines.retain(|line| line.name == name);
    Ok(())
}
