//! What a file is: an executable of Linux for the right processor, with or without symbols, and which C library it needs.

use std::fs;
use std::path::Path;
use std::process::Command;

use object::{Object as _, ObjectKind, ObjectSection as _};

use crate::arguments::Architecture;
use crate::failure::Failure;

/// The minor version of the GNU C library 2 of `provided.al2023`, which the templates name as the runtime.
pub(super) const GLIBC: u32 = 34;

/// What was seen of a file.
#[derive(Default, Debug)]
pub(super) struct Seen {
    /// Why functions can't run it, each after the name of the file.
    pub(super) faults: Vec<String>,
    pub(super) notes: Vec<String>,
    /// Whether it has what nobody needs who runs it.
    pub(super) has_symbols: bool,
}

/// Looks at a file: every fault at once.
pub(super) fn look(data: &[u8], wanted: Architecture) -> Seen {
    let mut seen = Seen::default();
    if !data.starts_with(b"\x7fELF") {
        let said = "is no executable of Linux (ELF): name what `cargo build --profile lambda` or `cargo zigbuild` made";
        seen.faults.push(said.to_owned());
        return seen;
    }
    let file = match object::File::parse(data) {
        Ok(file) => file,
        Err(error) => {
            seen.faults.push(format!("is a damaged executable ({error}): build it again"));
            return seen;
        }
    };
    // One whose place is open is a dynamic object with an entry; a library has none.
    let starts =
        file.kind() == ObjectKind::Executable || file.kind() == ObjectKind::Dynamic && file.entry() != 0;
    if !starts {
        seen.faults
            .push("can't be started: it is a library or an object file; name the binary itself".to_owned());
    }
    let found = file.architecture();
    let right = match wanted {
        Architecture::Arm64 => object::Architecture::Aarch64,
        Architecture::X86 => object::Architecture::X86_64,
    };
    if found != right {
        let (name, target) = (wanted.name(), wanted.of_rust());
        seen.faults.push(format!(
            "is for {found:?}, and functions run on {name}: build it with `cargo zigbuild --profile lambda --target \
             {target}-unknown-linux-gnu.2.{GLIBC}`, or name --architecture for a stand-in of AWS on this machine"
        ));
    }
    let needs = glibc(&file);
    if needs > GLIBC {
        seen.notes.push(format!(
            "it needs version 2.{needs} of the C library, and `provided.al2023` has 2.{GLIBC}: Lambda wouldn't start it; \
             `cargo zigbuild` builds for that version"
        ));
    }
    seen.has_symbols = file.has_debug_symbols() || file.symbol_table().is_some();
    seen
}

/// The latest minor version of the GNU C library that a binary asks for; 0 without one.
fn glibc(file: &object::File<'_>) -> u32 {
    let names = file.section_by_name(".dynstr").and_then(|section| section.data().ok()).unwrap_or_default();
    let minor = |name: &[u8]| {
        let version = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_2.")?;
        version.split('.').next()?.parse().ok()
    };
    names.split(|byte| *byte == 0).filter_map(minor).max().unwrap_or_default()
}

/// The bytes of a binary without its symbols.
pub(super) fn strip(path: &Path, wanted: Architecture) -> Result<Vec<u8>, Failure> {
    let folder = std::env::temp_dir().join(format!("stipule-strip-{}", std::process::id()));
    let failed = |error| Failure::io(&format!("strip {}", path.display()), &error);
    fs::create_dir_all(&folder).map_err(failed)?;
    let out = folder.join("bootstrap");
    let own = format!("{}-linux-gnu-strip", wanted.of_rust());
    // The last one knows this machine's processor alone, on most machines.
    let done = ["llvm-strip", &own, "strip"].into_iter().any(|tool| {
        let run = Command::new(tool).arg("-o").arg(&out).arg(path).output();
        run.is_ok_and(|run| run.status.success())
    });
    let read = if done { fs::read(&out).map_err(failed) } else { Err(unstripped(path)) };
    // What can't be cleared away is the system's.
    let _ = fs::remove_dir_all(&folder);
    read
}

fn unstripped(path: &Path) -> Failure {
    Failure::new(format!(
        "can't take the symbols out of {}: neither llvm-strip nor strip is there or knows it; install LLVM's, or build \
         with `strip = true` in the profile",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest header of a 64-bit file: its type and its machine.
    fn header(kind: u8, machine: u8, entry: u8) -> Vec<u8> {
        let mut data = vec![0; 64];
        data[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\x00");
        (data[16], data[18], data[20], data[24], data[52]) = (kind, machine, 1, entry, 64);
        data
    }

    const EXECUTABLE: u8 = 2;
    const SHARED: u8 = 3;
    const X86: u8 = 62;
    const ARM: u8 = 183;

    #[test]
    fn an_executable_for_the_processor_has_no_fault() {
        for (kind, machine, wanted) in [
            (EXECUTABLE, X86, Architecture::X86),
            (SHARED, X86, Architecture::X86),
            (EXECUTABLE, ARM, Architecture::Arm64),
        ] {
            let seen = look(&header(kind, machine, 1), wanted);
            assert!(seen.faults.is_empty() && !seen.has_symbols, "{seen:?}");
        }
    }

    #[test]
    fn a_library_for_another_processor_has_two_faults_at_once() {
        let seen = look(&header(SHARED, X86, 0), Architecture::Arm64);
        assert_eq!(seen.faults.len(), 2, "{seen:?}");
        assert!(seen.faults[1].contains("aarch64-unknown-linux-gnu.2.34"), "{seen:?}");
    }

    #[test]
    fn what_is_no_executable_or_half_of_one_is_refused() {
        assert!(look(b"#!/bin/sh\n", Architecture::X86).faults[0].contains("no executable of Linux"));
        assert!(look(b"", Architecture::X86).faults[0].contains("no executable of Linux"));
        let whole = header(EXECUTABLE, X86, 1);
        for half in 4..whole.len() {
            assert!(!look(&whole[..half], Architecture::X86).faults.is_empty(), "{half}");
        }
    }
}
