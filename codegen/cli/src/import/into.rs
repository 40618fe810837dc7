//! `stipule import openapi FILE --into contracts/`: somebody else's document becomes a contract of a repository.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_emit::export::{Dialect, Reader, Tree, openapi};
use stipule_ir::{Diagnostic, Diagnostics, FileId, Severity, Source, Sources};

use super::platform;
use super::references::gather;
use super::report::{self, Widened};
use super::{Imported, Made};
use crate::arguments::ImportOpenapi;
use crate::failure::Failure;
use crate::gather::gather_folder;
use crate::judge::{Verdict, judge_sources};
use crate::output::Output;
use crate::replace::replace;

/// Rounds of judging and widening. Each takes at least one thing away, and most documents need none.
const ROUNDS: usize = 60;

/// Endings under which there may be a contract already.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Adopts the document. `true` when it was written.
pub(super) fn run(arguments: &ImportOpenapi, into: &Path, output: &Output) -> Result<bool, Failure> {
    let name = name(arguments)?;
    let file = free_place(into, &name)?;
    let (theirs, unread) = gather_folder(into)?;
    let before = judge_sources(theirs.clone(), unread);
    let Some(contract) = &before.contract else {
        let message = format!(
            "{} has faults of its own, which `stipule check` shows; nothing was changed",
            into.display()
        );
        return Err(Failure::new(message));
    };
    let gathered = gather(&arguments.file)?;
    let (imported, mut diagnostics) = stipule_front::import(&gathered.sources, gathered.root, &name);
    let adopted = imported.map(|imported| {
        let (adopted, found) = stipule_front::adopt(imported, &name, &contract.platform);
        diagnostics.append(found);
        adopted
    });
    let mut imported = Imported { sources: gathered.sources, diagnostics: diagnostics.sorted(), made: None };
    let Some(adopted) = adopted else {
        return report::print(&imported, &[], arguments, into, output).map(|()| false);
    };
    let platform = platform::with_service(into, &name, &adopted.platform.docs)?;
    let tree = openapi(&adopted, Dialect::OpenApi31, Reader::Ourselves);
    let mut draft = Draft { name, tree, platform: &platform, theirs: &theirs, widened: Vec::new() };
    let verdict = draft.settle();
    if verdict.contract.is_none() {
        let errors: Vec<Diagnostic> =
            verdict.diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
        imported = Imported { sources: verdict.sources, diagnostics: errors, made: None };
        return report::print(&imported, &draft.widened, arguments, into, output).map(|()| false);
    }
    if draft.operations() == 0 {
        return report::print(&imported, &draft.widened, arguments, into, output).map(|()| false);
    }
    write(&file, &draft.text(), &platform)?;
    imported.made = Some(Made {
        operations: draft
            .tree
            .get("paths")
            .map_or(0, |paths| paths.members().iter().map(|(_, item)| item.members().len()).sum()),
        types: draft
            .tree
            .get("components")
            .and_then(|it| it.get("schemas"))
            .map_or(0, |all| all.members().len()),
        files: 1 + usize::from(platform.text.is_some()),
    });
    report::print(&imported, &draft.widened, arguments, &file, output).map(|()| true)
}

/// The name that was given, or that of the file: what a service may be called.
fn name(arguments: &ImportOpenapi) -> Result<String, Failure> {
    let stem = arguments.file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let given = arguments.name.as_deref().unwrap_or(stem);
    let name = super::joined(given, |_| false);
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && !["types", "events"].contains(&name.as_str());
    if !is_name || arguments.name.as_deref().is_some_and(|given| given != name) {
        let message = format!(
            "`{given}` can't be the name of a service (small letters, digits and dashes); give one with --name"
        );
        return Err(Failure::new(message));
    }
    Ok(name)
}

/// Where the contract goes, if nothing is there.
fn free_place(into: &Path, name: &str) -> Result<PathBuf, Failure> {
    if into.file_name().is_none_or(|folder| folder != "contracts") || !into.is_dir() {
        let message =
            format!("{} is no folder called contracts/; begin with contracts/platform.yaml", into.display());
        return Err(Failure::new(message));
    }
    let place = |ending: &str| into.join("http").join(format!("{name}.{ending}"));
    if let Some(taken) = ENDINGS.into_iter().map(place).find(|file| file.exists()) {
        let message = format!(
            "{} is there already; nothing was changed: name another service with --name",
            taken.display()
        );
        return Err(Failure::new(message));
    }
    Ok(place("yaml"))
}

/// Both files or none.
fn write(file: &Path, text: &str, platform: &platform::Platform) -> Result<(), Failure> {
    let failed = |file: &Path| {
        let what = format!("write {}", file.display());
        move |error: std::io::Error| Failure::io(&what, &error)
    };
    fs::create_dir_all(file.parent().unwrap_or(file)).map_err(failed(file))?;
    replace(file, text).map_err(failed(file))?;
    let Some(text) = &platform.text else { return Ok(()) };
    replace(&platform.file, text).map_err(|error| {
        // Half of an adoption is a repository that no longer loads.
        let _ = fs::remove_file(file);
        failed(&platform.file)(error)
    })
}

/// The contract while it is tried.
struct Draft<'p> {
    name: String,
    tree: Tree,
    platform: &'p platform::Platform,
    theirs: &'p Sources,
    widened: Vec<Widened>,
}

impl Draft<'_> {
    fn path(&self) -> String {
        format!("contracts/http/{}.yaml", self.name)
    }

    fn text(&self) -> String {
        self.tree.to_yaml()
    }

    fn operations(&self) -> usize {
        let items = self.tree.get("paths").map_or(&[][..], Tree::members);
        items.iter().map(|(_, item)| item.members().len()).sum()
    }

    /// Judges the repository with the document, and widens what it refuses, until nothing is refused or nothing helps.
    fn settle(&mut self) -> Verdict {
        let mut verdict = self.judge();
        for _ in 0..ROUNDS {
            if verdict.contract.is_some() {
                break;
            }
            let Some(own) = verdict.sources.find(&self.path()) else { break };
            let errors = verdict.diagnostics.iter().filter(|found| found.severity == Severity::Error);
            let changed = errors.filter(|found| self.widen(found, own)).count();
            if changed == 0 {
                break;
            }
            verdict = self.judge();
        }
        verdict
    }

    fn judge(&self) -> Verdict {
        let own = Source { path: self.path(), text: self.text() };
        let platform = self
            .platform
            .text
            .iter()
            .map(|text| Source { path: self.platform.path.clone(), text: text.clone() });
        let theirs = self.theirs.iter().map(|(_, source)| source.clone());
        judge_sources(Sources::new(theirs.chain(platform).chain([own])), Diagnostics::new())
    }

    /// Takes away what a diagnostic is about, or lets it be anything. Whether there was something to do.
    fn widen(&mut self, found: &Diagnostic, own: FileId) -> bool {
        // Of two that can't be together, the other may be the one that is pointed at.
        let places = std::iter::once(&found.primary).chain(&found.related);
        let Some(place) = places.map(|label| &label.span).find(|span| span.file == own) else { return false };
        let pointer = place.pointer.to_string();
        let tokens: Vec<String> =
            pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let (done, how) = match words.as_slice() {
            [before @ .., last @ ("default" | "example" | "examples")] if !before.is_empty() => {
                (self.remove(before, last), "it is left out")
            }
            ["components", "schemas", ..] => (self.open(&words), "it takes any value"),
            ["paths", path, method, "operationId"] if found.code == "OAS018" => {
                (self.rename(&["paths", path, method]), "it has the name of the service before its own")
            }
            ["paths", path, method, ..] => {
                (self.remove(&["paths", path], method), "the operation is left out")
            }
            _ => (false, ""),
        };
        if done {
            let message = format!("{}: {how}", found.message);
            self.widened.push(Widened { code: found.code, pointer, message });
        }
        done
    }

    /// Puts the name of the service before that of an operation.
    fn rename(&mut self, at: &[&str]) -> bool {
        let prefix = self.name.clone();
        let Some(id) = self.at(at).and_then(|operation| operation.get_mut("operationId")) else {
            return false;
        };
        let Tree::Text(text) = id else { return false };
        *text = format!("{prefix}-{text}");
        true
    }

    fn remove(&mut self, at: &[&str], key: &str) -> bool {
        self.at(at).and_then(|parent| parent.remove(key)).is_some()
    }

    /// Opens the smallest schema around a place.
    fn open(&mut self, tokens: &[&str]) -> bool {
        let mut ends = vec![3];
        let mut at = 3;
        while at < tokens.len() {
            at += match tokens[at] {
                "properties" | "oneOf" | "anyOf" | "allOf" | "prefixItems" => 2,
                "items" | "additionalProperties" | "propertyNames" => 1,
                _ => break,
            };
            ends.push(at);
        }
        for end in ends.into_iter().rev().filter(|end| *end <= tokens.len()) {
            if let Some(schema) = self.at(&tokens[..end])
                && !schema.members().is_empty()
            {
                *schema = Tree::Map(Vec::new());
                return true;
            }
        }
        false
    }

    fn at(&mut self, tokens: &[&str]) -> Option<&mut Tree> {
        tokens.iter().try_fold(&mut self.tree, |tree, token| tree.get_mut(token))
    }
}
