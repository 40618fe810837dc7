//! `stipule cost`: what the platform costs a month, item by item.

mod budget;
mod explain;
mod json;
mod page;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use stipule_cost::{Bill, Group, Item, Place, Prices};
use stipule_ir::{Contract, Sources};

use crate::arguments::{Cost, Format, ItemKind, Sort};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::table::refuse;
use budget::Spent;

/// Everything that is shown.
struct View<'c> {
    contract: &'c Contract,
    sources: &'c Sources,
    bill: &'c Bill,
    budgets: Vec<Spent<'c>>,
    /// In the order asked for.
    items: Vec<&'c Item>,
}

/// Prints the report, or what stands behind one item. `false` when the contracts have errors or a budget is exceeded.
pub(crate) fn run(root: &Path, arguments: &Cost, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else { return refuse(&verdict, output) };
    let bill = stipule_cost::bill(contract, prices(arguments.prices.as_ref())?);
    if bill.items.is_empty() {
        return Err(Failure::new(
            "there is nothing to reckon with: no operation, event, saga, socket or table",
        ));
    }
    let budgets = budget::budgets(contract, &bill);
    let items = chosen(&bill, contract, arguments)?;
    let view = View { contract, sources: &verdict.sources, bill: &bill, budgets, items };
    if let Some(file) = &arguments.html {
        let page = page::render(&view)?;
        let shown = file.display();
        fs::write(file, page).map_err(|error| Failure::io(&format!("write {shown}"), &error))?;
    }
    match (output.format, &arguments.pattern) {
        (Format::Html, _) => output.print(&page::render(&view)?)?,
        (Format::Json, _) => output.print_json(&json::document(&view))?,
        (_, Some(_)) => output.print(&explain::explained(&view, output.width))?,
        (_, None) if arguments.html.is_some() => output.print(&text::summary(&view, output.width))?,
        (_, None) => output.print(&text::listed(&view, arguments, output.width))?,
    }
    Ok(!view.budgets.iter().any(Spent::is_exceeded))
}

fn prices(file: Option<&PathBuf>) -> Result<Prices, Failure> {
    let Some(file) = file else { return Ok(Prices::built_in()) };
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| Failure::io(&format!("read {shown}"), &error))?;
    Prices::parse(&text).map_err(|error| Failure::new(format!("{shown} is {error}")))
}

/// The items that are asked for, in the order that is asked for.
fn chosen<'b>(bill: &'b Bill, contract: &Contract, arguments: &Cost) -> Result<Vec<&'b Item>, Failure> {
    let mut items: Vec<&Item> = bill.items.iter().collect();
    if let Some(name) = &arguments.pattern {
        known(
            name,
            items.iter().map(|item| item.name.as_str()),
            "`stipule cost --all` lists them",
            "nothing called",
        )?;
        items.retain(|item| item.name == *name);
    }
    if let Some(service) = &arguments.service {
        let services = contract.platform.services.iter().map(|it| it.name.value.wire.as_str());
        known(service, services, "contracts/platform.yaml names them", "no service")?;
        items.retain(|item| item.service.as_ref() == Some(service));
    }
    if let Some(kind) = arguments.kind {
        items.retain(|item| item.group == group(kind));
    }
    match arguments.sort {
        Sort::Cost => items.sort_by(|one, two| two.per_month().total_cmp(&one.per_month())),
        Sort::Name => items.sort_by(|one, two| one.name.cmp(&two.name)),
        Sort::Rate => {
            let rate = |item: &Item| item.per_day.unwrap_or_default();
            items.sort_by(|one, two| rate(two).total_cmp(&rate(one)));
        }
    }
    items.truncate(arguments.top.unwrap_or(usize::MAX));
    Ok(items)
}

fn known<'n>(
    name: &str,
    all: impl Iterator<Item = &'n str>,
    otherwise: &str,
    none: &str,
) -> Result<(), Failure> {
    let all: Vec<&str> = all.collect();
    if all.contains(&name) {
        return Ok(());
    }
    let near = all.iter().map(|known| (strsim::damerau_levenshtein(name, known), *known)).min();
    let way_out = match near {
        Some((distance, near)) if distance <= 3 => format!("did you mean `{near}`?"),
        _ => otherwise.to_owned(),
    };
    Err(Failure::new(format!("there is {none} `{name}`: {way_out}")))
}

fn group(kind: ItemKind) -> Group {
    match kind {
        ItemKind::Endpoint => Group::Endpoint,
        ItemKind::Event => Group::Event,
        ItemKind::Saga => Group::Saga,
        ItemKind::Read => Group::Read,
        ItemKind::Write => Group::Write,
        ItemKind::Table => Group::Table,
        ItemKind::Socket => Group::Socket,
        ItemKind::Fixed => Group::Fixed,
    }
}

impl View<'_> {
    /// `contracts/http/orders.yaml`, and the line; no line in a generated template.
    fn place(&self, place: &Place) -> (String, Option<u32>) {
        match place {
            Place::Contract(span) => {
                let path = self.sources.get(span.file).path.clone();
                (path, Some(self.sources.line_column(span).line))
            }
            Place::Template(path) => (path.clone(), None),
        }
    }

    /// `contracts/http/orders.yaml:12`
    fn said_place(&self, place: &Place) -> String {
        match self.place(place) {
            (path, Some(line)) => format!("{path}:{line}"),
            (path, None) => path,
        }
    }

    /// Whether all items are shown.
    fn is_whole(&self) -> bool {
        self.items.len() == self.bill.items.len()
    }

    /// What the items that are shown cost.
    fn shown(&self) -> f64 {
        self.items.iter().map(|item| item.per_month()).sum()
    }
}
