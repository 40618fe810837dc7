//! `stipule import openapi`.

mod into;
mod platform;
mod references;
mod report;
mod stipule;

use std::path::Path;

use stipule_emit::{Package, emit_crate, owned_by_crate};
use stipule_ir::{Diagnostic, Severity, Sources};

use crate::arguments::ImportOpenapi;
use crate::failure::Failure;
use crate::output::Output;
use crate::tree;

/// What came of an import.
struct Imported {
    sources: Sources,
    /// In the order of files and places.
    diagnostics: Vec<Diagnostic>,
    /// Numbers of operations, types and files; `None` when nothing could be read.
    made: Option<Made>,
}

/// What the crate or the contract has.
struct Made {
    operations: usize,
    types: usize,
    files: usize,
}

/// Makes the crate or the contract. `true` when there is one.
pub(crate) fn run(arguments: &ImportOpenapi, output: &Output) -> Result<bool, Failure> {
    match (&arguments.out, &arguments.into) {
        (Some(out), _) => crate_at(arguments, out, output),
        (None, Some(into)) => into::run(arguments, into, output),
        (None, None) => Err(Failure::new("name a folder with --out or --into")),
    }
}

/// Makes the crate.
fn crate_at(arguments: &ImportOpenapi, out: &Path, output: &Output) -> Result<bool, Failure> {
    let package = Package { name: name(arguments, out)?, stipule: stipule::find(arguments, out)? };
    let gathered = references::gather(&arguments.file)?;
    let (contract, diagnostics) = stipule_front::import(&gathered.sources, gathered.root, &package.name);
    let mut imported = Imported { sources: gathered.sources, diagnostics: diagnostics.sorted(), made: None };
    if let Some(contract) = contract {
        let files = emit_crate(&contract, &package);
        write(out, &files)?;
        stipule::lock(&package.stipule, out)?;
        let operations = contract.services.iter().map(|service| service.operations.len()).sum();
        let types = contract.types.iter().filter(|(_, ty)| ty.declaration.is_some()).count();
        imported.made = Some(Made { operations, types, files: files.len() });
    }
    report::print(&imported, &[], arguments, out, output)?;
    Ok(imported.made.is_some())
}

/// The files, and nothing else where an earlier import left some. A file that somebody wrote is never replaced.
fn write(out: &Path, files: &stipule_emit::Files) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::io(&format!("make {}", out.display()), &error))?;
    let difference = tree::compare(out, files, owned_by_crate())?;
    let written = |path: &&str| !std::fs::read(out.join(path)).is_ok_and(|text| tree::is_generated(&text));
    let theirs: Vec<&str> =
        difference.stale.iter().map(|stale| stale.path.as_str()).filter(written).collect();
    if !theirs.is_empty() {
        let message = format!(
            "{} has files that no import wrote ({}); nothing was changed: name another folder with --out",
            out.display(),
            theirs.join(", ")
        );
        return Err(Failure::new(message));
    }
    tree::repair(out, files, &difference)
}

/// The name that was given, or that of the folder.
fn name(arguments: &ImportOpenapi, out: &Path) -> Result<String, Failure> {
    let folder = || {
        let out = std::path::absolute(out).ok()?;
        out.file_name()?.to_str().map(str::to_owned)
    };
    let given = arguments.name.clone().or_else(folder).unwrap_or_default();
    let mut name = joined(&given, |letter| letter == '_');
    if arguments.name.is_some() && name != given.to_ascii_lowercase() || name.is_empty() {
        return Err(Failure::new(format!("`{given}` can't be the name of a crate; give one with --name")));
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || is_reserved(&name) {
        name = format!("api-{name}");
    }
    Ok(name)
}

/// The words of a name in small letters, with one dash between two; or with what stands there, if it may.
fn joined(given: &str, may_stand: impl Fn(char) -> bool) -> String {
    let mut name = String::new();
    for letter in given.chars() {
        match letter {
            _ if letter.is_ascii_alphanumeric() => name.push(letter.to_ascii_lowercase()),
            _ if name.ends_with(|last: char| !last.is_ascii_alphanumeric()) => {}
            _ => name.push(if may_stand(letter) { letter } else { '-' }),
        }
    }
    name.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()).to_owned()
}

/// Names that Cargo refuses, or that would hide what the crate stands on.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 15] = [
        "test",
        "core",
        "std",
        "alloc",
        "proc_macro",
        "proc-macro",
        "serde",
        "http",
        "build",
        "deps",
        "examples",
        "incremental",
        "self",
        "super",
        "crate",
    ];
    const KEYWORDS: [&str; 36] = [
        "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn",
        "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
        "return", "static", "struct", "trait", "true", "type", "unsafe", "use", "where", "while", "yield",
    ];
    RESERVED.contains(&name) || KEYWORDS.contains(&name) || name.starts_with("stipule")
}

/// Diagnostics of this weight.
fn count(imported: &Imported, severity: Severity) -> usize {
    imported.diagnostics.iter().filter(|found| found.severity == severity).count()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn names_have_one_sign_between_two_words() {
        for (given, name) in [
            ("Adyen+-json_Service v1", "adyen-json_service-v1"),
            ("__pets__2__", "pets_2"),
            ("pets", "pets"),
            ("é", ""),
        ] {
            assert_eq!(joined(given, |letter| letter == '_'), name, "{given}");
        }
        assert_eq!(joined("a_b", |_| false), "a-b");
    }
}
