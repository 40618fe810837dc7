//! What is wanted, from the contracts, the templates and the command line.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use stipule_deploy::{Archive, Template, Wish};
use stipule_ir::Contract;

use super::super::stem;
use crate::arguments::{Rollback, Stage, Wanted};
use crate::failure::Failure;
use crate::judge::judge;

/// Everything that a command line says.
pub(super) fn of(root: &Path, wanted: &Wanted) -> Result<Wish, Failure> {
    let mut wish = of_stage(root, &wanted.stage)?;
    if let Some(path) = &wanted.code {
        let bytes =
            fs::read(path).map_err(|error| Failure::io(&format!("read {}", path.display()), &error))?;
        if !bytes.starts_with(b"PK") {
            let shown = path.display();
            return Err(Failure::new(format!(
                "{shown} is no archive: `stipule package` makes one of a binary"
            )));
        }
        wish.code = Some(Archive::new(bytes));
    }
    let known: BTreeSet<String> = wish.templates.iter().flat_map(Template::parameter_names).collect();
    for (name, value) in &wanted.parameter {
        if !known.contains(name) || name == "Stage" {
            let known: Vec<&str> = known.iter().map(String::as_str).filter(|it| *it != "Stage").collect();
            let known = known.join(", ");
            return Err(Failure::new(format!(
                "no template has a parameter {name} to give; there are: {known}"
            )));
        }
        wish.parameters.insert(name.clone(), value.clone());
    }
    wish.allowed.clone_from(&wanted.allow);
    wish.role.clone_from(&wanted.role);
    Ok(wish)
}

/// The stacks of a stage.
pub(super) fn of_stage(root: &Path, stage: &Stage) -> Result<Wish, Failure> {
    let contract = contract(root)?;
    let mut texts = match &stage.folder {
        Some(folder) => of_folder(folder)?,
        None => fresh(root, &contract)?,
    };
    for name in &stage.without {
        let before = texts.len();
        texts.retain(|(it, _)| it != name);
        if texts.len() == before {
            let names: Vec<&str> = texts.iter().map(|(it, _)| it.as_str()).collect();
            return Err(Failure::new(format!("there is no stack {name}; there are: {}", names.join(", "))));
        }
    }
    let read = texts.into_iter().map(|(name, text)| Template::read(&name, text));
    let templates = read.collect::<Result<_, _>>().map_err(super::failed)?;
    Ok(Wish {
        platform: contract.platform.name.kebab(),
        stage: stage.stage.clone(),
        templates,
        ..Wish::default()
    })
}

/// The names of the stacks are what is wanted of the templates here: what they become stands in the release.
pub(super) fn of_rollback(root: &Path, arguments: &Rollback) -> Result<Wish, Failure> {
    let contract = contract(root)?;
    let files = stipule_emit::emit_stacks(&contract).into_iter();
    let read = files
        .filter(|(path, _)| path.ends_with(".json"))
        .map(|(path, text)| Template::read(stem(&path), text));
    let templates = read.collect::<Result<_, _>>().map_err(super::failed)?;
    let (platform, stage) = (contract.platform.name.kebab(), arguments.stage.clone());
    Ok(Wish { platform, stage, templates, allowed: arguments.allow.clone(), ..Wish::default() })
}

fn contract(root: &Path) -> Result<Contract, Failure> {
    let verdict = judge(root)?;
    verdict.contract.ok_or_else(|| Failure::new("the contracts have errors: `stipule check` shows them"))
}

/// The templates that the contracts generate, which have to lie where they belong: what is brought to an account is what
/// was reviewed.
fn fresh(root: &Path, contract: &Contract) -> Result<Vec<(String, String)>, Failure> {
    let mut texts = Vec::new();
    for (path, text) in stipule_emit::emit_stacks(contract) {
        if !path.ends_with(".json") {
            continue;
        }
        let there = fs::read_to_string(root.join(&path)).ok();
        if there.as_deref() != Some(text.as_str()) {
            let what = if there.is_some() { "stale" } else { "missing" };
            return Err(Failure::new(format!(
                "{path} is {what}: run `stipule generate`, and look at what it changes"
            )));
        }
        texts.push((stem(&path).to_owned(), text));
    }
    if texts.is_empty() {
        return Err(Failure::new("the contracts generate no stacks: contracts/platform.yaml asks for none"));
    }
    Ok(texts)
}

fn of_folder(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let shown = folder.display();
    let failed = |error: std::io::Error| Failure::io(&format!("read {shown}"), &error);
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read_to_string(&path)
                .map_err(|error| Failure::io(&format!("read {}", path.display()), &error))?;
            texts.push((stem(&path.to_string_lossy()).to_owned(), text));
        }
    }
    texts.sort();
    if texts.is_empty() {
        return Err(Failure::new(format!("{shown} holds no template: files end in `.json`")));
    }
    Ok(texts)
}
