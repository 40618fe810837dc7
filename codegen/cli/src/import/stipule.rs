//! Where an imported crate finds what it stands on.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_emit::Stipule;

use crate::arguments::ImportOpenapi;
use crate::failure::Failure;

/// The checkout or the version that was named; else the checkout that the tool was built from, or one around the
/// current folder; else the tool's own version.
pub(super) fn find(arguments: &ImportOpenapi, out: &Path) -> Result<Stipule, Failure> {
    if let Some(version) = &arguments.stipule_version {
        return Ok(Stipule::Version(version.clone()));
    }
    if let Some(path) = &arguments.stipule_path {
        let path = std::path::absolute(path).map_err(|error| Failure::io("find the checkout", &error))?;
        if !is_checkout(&path) {
            return Err(Failure::new(format!("{} is no checkout of Stipule", path.display())));
        }
        return Ok(Stipule::Path(relative(&path, out)));
    }
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_owned);
    let here = std::env::current_dir().ok();
    let around = here.iter().flat_map(|here| here.ancestors()).map(Path::to_owned);
    let checkout = built_from.into_iter().chain(around).find(|path| is_checkout(path));
    Ok(match checkout {
        Some(path) => Stipule::Path(relative(&path, out)),
        None => Stipule::Version(env!("CARGO_PKG_VERSION").to_owned()),
    })
}

fn is_checkout(path: &Path) -> bool {
    ["wire", "client", "runtime"]
        .iter()
        .all(|name| path.join("codegen").join(name).join("Cargo.toml").is_file())
}

/// Inside of the checkout its path relative to the crate, so that both can move together; else the whole path.
fn relative(checkout: &Path, out: &Path) -> String {
    let whole = || checkout.display().to_string().replace('\\', "/");
    let Ok(out) = std::path::absolute(out) else { return whole() };
    match out.strip_prefix(checkout) {
        Ok(below) => vec![".."; below.components().count()].join("/"),
        Err(_) => whole(),
    }
}

/// Gives the crate the versions that the checkout was tried with, unless it has versions of its own.
pub(super) fn lock(stipule: &Stipule, out: &Path) -> Result<(), Failure> {
    let Stipule::Path(path) = stipule else { return Ok(()) };
    let (from, to): (PathBuf, PathBuf) = (out.join(path).join("Cargo.lock"), out.join("Cargo.lock"));
    if to.exists() || !from.is_file() {
        return Ok(());
    }
    fs::copy(&from, &to).map(|_| ()).map_err(|error| Failure::io("write Cargo.lock", &error))
}
