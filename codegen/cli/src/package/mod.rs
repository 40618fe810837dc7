//! `stipule package`: the archive that functions are made of. The same binary is the same bytes, wherever it is packed.

mod archive;
mod binary;
mod build;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use stipule_ir::Contract;

use crate::arguments::{Architecture, Format, Package};
use crate::deploy;
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use crate::replace::Replacement;

/// Packs a binary. `false` when it is none that functions could run; nothing is written then.
pub(crate) fn run(root: &Path, arguments: &Package, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else {
        return Err(Failure::new("the contracts have errors: `stipule check` shows them"));
    };
    let wanted = match arguments.architecture {
        Some(named) => named,
        None => asked_for(contract)?,
    };
    let mut notes = Vec::new();
    let path = match &arguments.binary {
        Some(path) => path.clone(),
        None => {
            let default = || format!("{}-bootstrap", contract.platform.name.kebab());
            build::bootstrap(root, &arguments.package.clone().unwrap_or_else(default), wanted, &mut notes)?
        }
    };
    let data = fs::read(&path).map_err(|error| Failure::io(&format!("read {}", path.display()), &error))?;
    let seen = binary::look(&data, wanted);
    if !seen.faults.is_empty() {
        refused(&path, &seen.faults, output)?;
        return Ok(false);
    }
    notes.extend(seen.notes);
    let stripped = if seen.has_symbols { binary::strip(&path, wanted)? } else { data };
    let packed =
        archive::of(&stripped).map_err(|error| Failure::io(&format!("pack {}", path.display()), &error))?;
    let name = Sha256::digest(&packed).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let file = match &arguments.out {
        Some(file) => file.clone(),
        None => root.join(format!("target/stipule/code/{name}.zip")),
    };
    write(&file, &packed)?;
    told(&Packed { path, file, name, wanted, bytes: (stripped.len(), packed.len()), notes }, output)?;
    Ok(true)
}

/// What came of it.
struct Packed {
    path: PathBuf,
    file: PathBuf,
    /// The hash of the archive.
    name: String,
    wanted: Architecture,
    /// Of the binary without symbols, and of the archive.
    bytes: (usize, usize),
    notes: Vec<String>,
}

/// What the functions of the templates run on.
fn asked_for(contract: &Contract) -> Result<Architecture, Failure> {
    let stacks = deploy::of_contract(contract)?;
    let mut found: Vec<&str> = stacks
        .of("AWS::Lambda::Function")
        // AWS's own default.
        .map(|it| it.resource.properties["Architectures"][0].as_str().unwrap_or("x86_64"))
        .collect();
    found.sort_unstable();
    found.dedup();
    match *found {
        ["arm64"] => Ok(Architecture::Arm64),
        ["x86_64"] => Ok(Architecture::X86),
        [] => Err(Failure::new("the templates have no function to pack for; name --architecture")),
        _ => Err(Failure::new(format!(
            "functions of the templates run on {}: one archive can't; name --architecture",
            found.join(" and ")
        ))),
    }
}

/// Puts an archive in its place in one step.
fn write(file: &Path, packed: &[u8]) -> Result<(), Failure> {
    let failed = |error| Failure::io(&format!("write {}", file.display()), &error);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut replacement = Replacement::begin(file).map_err(failed)?;
    replacement.write_all(packed).map_err(failed)?;
    replacement.finish().map_err(failed)
}

fn refused(path: &Path, faults: &[String], output: &Output) -> Result<(), Failure> {
    if output.format == Format::Json {
        return output.print_json(&json!({ "version": 1, "ok": false, "binary": path, "findings": faults }));
    }
    let mut out = String::new();
    for fault in faults {
        let _ = writeln!(out, "error: {} {fault}", path.display());
    }
    output.print(&(out + "nothing was packed\n"))
}

fn told(packed: &Packed, output: &Output) -> Result<(), Failure> {
    let Packed { path, file, name, wanted, bytes, notes } = packed;
    let key = format!("code/{name}.zip");
    let wanted = wanted.name();
    if output.format == Format::Json {
        return output.print_json(&json!({
            "version": 1, "ok": true, "binary": path, "file": file, "key": key, "sha256": name,
            "architecture": wanted, "binaryBytes": bytes.0, "archiveBytes": bytes.1, "notes": notes,
        }));
    }
    let mut out = String::new();
    for note in notes {
        let _ = writeln!(out, "note: {note}");
    }
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let _ = writeln!(
        out,
        "{} for {wanted}, {:.1} MB without symbols, is packed as {}, {:.1} MB\nkey {key}",
        path.display(),
        megabytes(bytes.0),
        file.display(),
        megabytes(bytes.1)
    );
    output.print(&out)
}

impl Architecture {
    /// AWS's name.
    fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }

    /// The name in targets of Rust.
    fn of_rust(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64",
            Self::X86 => "x86_64",
        }
    }
}
