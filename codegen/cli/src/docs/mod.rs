//! `stipule docs`: the contracts as a site that needs no server: endpoints, events, entities, sagas, sockets, a glossary.
//!
//! Each page says its part without a script; a script adds the search and the switch of colours.

mod pages;
mod prose;
mod said;
mod schema;
mod search;
mod states;

use std::fs;
use std::path::Path;

use stipule_emit::export::{description, pictures};
use stipule_ir::{Contract, Severity};

use crate::arguments::DocsArguments;
use crate::check::{findings, summary};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::replace::replace;
use said::Said;

/// Written as they stand.
const ASSETS: [(&str, &str); 4] = [
    ("style.css", include_str!("../../templates/docs/style.css")),
    ("docs.css", include_str!("../../templates/docs/docs.css")),
    ("docs.js", include_str!("../../templates/docs/docs.js")),
    ("icon.svg", include_str!("../../templates/docs/icon.svg")),
];

/// Writes the site. `false` when the contracts have errors, which are shown.
pub(crate) fn run(root: &Path, arguments: &DocsArguments, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else {
        debug_assert!(verdict.count(Severity::Error) > 0);
        output.print(&(findings(&verdict, output.width) + &summary(&verdict)))?;
        return Ok(false);
    };
    let changes = match &arguments.since {
        Some(since) => Some((since.as_str(), crate::review::changelog::since(root, since)?)),
        None => None,
    };
    let files = site(contract, changes.as_ref().map(|(since, text)| (*since, text.as_str())))?;
    for (name, text) in &files {
        write(&arguments.out.join(name), text)?;
    }
    output.print(&format!("{} files in {}: open index.html\n", files.len(), arguments.out.display()))?;
    Ok(true)
}

/// Every file of the site, by its path.
fn site(contract: &Contract, changes: Option<(&str, &str)>) -> Result<Vec<(String, String)>, Failure> {
    let description = description(contract);
    let whole = Said::of(&description);
    let mut files = pages::all(whole, changes)?;
    files.push(("search-index.js".to_owned(), search::index(whole)));
    files.extend(pictures(contract).into_iter().map(|(name, svg)| (format!("sagas/{name}.svg"), svg)));
    files.extend(ASSETS.map(|(name, text)| (name.to_owned(), text.to_owned())));
    Ok(files)
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::io(&format!("write {}", file.display()), error);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    replace(file, text).map_err(|error| failed(&error))
}
