//! Reading the contract files: the only input of the tool.
//!
//! Read are files that end in `.yaml`, `.yml` or `.json` under `contracts/`. Hidden files and folders are
//! passed over, as editors and version control keep theirs there. Links are refused rather than followed:
//! the same repository must say the same on every machine.

use std::fs;
use std::path::Path;

use stipule_ir::{Diagnostic, Diagnostics, Page, Source, Sources, Span};

use crate::failure::Failure;

/// Largest contract file that is read, in bytes. The largest public OpenAPI documents have about half of that.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;

/// Most folders within each other.
const DEEPEST: usize = 16;

/// The files, and what is wrong with them as files. With an error among the diagnostics the text of a file is
/// only good for showing its place.
pub(crate) fn gather(root: &Path) -> Result<(Sources, Diagnostics), Failure> {
    gather_folder(&root.join("contracts"))
}

/// The same of a folder with contracts, whatever it is called.
pub(crate) fn gather_folder(folder: &Path) -> Result<(Sources, Diagnostics), Failure> {
    let mut walk = Walk { files: Vec::new(), faults: Vec::new() };
    walk.folder(folder, "contracts", 0)?;
    if walk.files.is_empty() {
        let message = "contracts/ holds no contract; begin with contracts/platform.yaml";
        return Err(Failure::new(message));
    }
    let sources = Sources::new(walk.files);
    let mut diagnostics = Diagnostics::new();
    for fault in walk.faults {
        if let Some(file) = sources.find(&fault.path) {
            let at = u32::try_from(fault.at).unwrap_or(u32::MAX);
            let span = Span::new(file, at, at, "");
            diagnostics.push(Diagnostic::error(fault.code, &span, fault.message).help(fault.help));
        }
    }
    Ok((sources, diagnostics))
}

struct Walk {
    files: Vec<Source>,
    faults: Vec<Fault>,
}

struct Fault {
    path: String,
    at: usize,
    code: &'static str,
    message: String,
    help: &'static str,
}

impl Walk {
    fn folder(&mut self, folder: &Path, path: &str, depth: usize) -> Result<(), Failure> {
        let failed = |error| Failure::io(&format!("read the folder {path}"), &error);
        if depth > DEEPEST {
            return Err(Failure::new(format!("{path} is more than {DEEPEST} folders deep")));
        }
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(Failure::new(format!("a file in {path} has a name that isn't UTF-8")));
            };
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{path}/{name}");
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                self.folder(&entry.path(), &path, depth + 1)?;
            } else if is_contract(&name) {
                self.file(&entry.path(), path, kind.is_symlink())?;
            } else if kind.is_symlink() && entry.path().is_dir() {
                return Err(Failure::new(format!("{path} is a link; links in contracts/ are not followed")));
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &Path, path: String, link: bool) -> Result<(), Failure> {
        let failed = |error| Failure::io(&format!("read {path}"), &error);
        let mut refuse = |path: &str, at, code, message: String, help| {
            self.faults.push(Fault { path: path.to_owned(), at, code, message, help });
        };
        if link {
            let help = "put the file itself here, or refer to it with `$ref`";
            refuse(&path, 0, "SRC003", format!("`{path}` is a link; links are not followed"), help);
            self.files.push(Source { path, text: String::new() });
            return Ok(());
        }
        let size = fs::metadata(file).map_err(failed)?.len();
        if size > LARGEST {
            let message = format!("`{path}` has {size} bytes; at most {LARGEST} are read");
            refuse(&path, 0, "SRC002", message, "split it, and join the parts with `$ref`");
            self.files.push(Source { path, text: String::new() });
            return Ok(());
        }
        let text = match String::from_utf8(fs::read(file).map_err(failed)?) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes()[at];
                let message = format!("`{path}` is not UTF-8: byte 0x{byte:02X} starts no character");
                refuse(&path, at, "SRC001", message, "save the file as UTF-8");
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        self.files.push(Source { path, text });
        Ok(())
    }
}

pub(crate) fn is_contract(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Pages of the codes that reading files can give.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "SRC001",
        title: "A contract file is not UTF-8",
        text: "YAML and JSON contracts are read as UTF-8. A byte that starts no character is refused at its place, \
               because guessing the encoding could change a name or a pattern without anybody noticing.\n\n\
               Bad: a file saved as Latin-1, where `é` is the byte 0xE9.\n\n\
               Good: the same file saved as UTF-8, where `é` is the bytes 0xC3 0xA9.",
    },
    Page {
        code: "SRC002",
        title: "A contract file is too large",
        text: "A file of more than 16 MiB is most likely not a contract. Reading it would cost more memory than a \
               mistake is worth.\n\n\
               Bad: a data export named `export.json` under `contracts/`.\n\n\
               Good: data outside `contracts/`; a large contract split into files joined by `$ref`.",
    },
    Page {
        code: "SRC003",
        title: "A contract file is a link",
        text: "Symbolic links are not followed: where they lead depends on the machine, and the same repository must \
               generate the same system everywhere.\n\n\
               Bad: `contracts/types/money.yaml -> ~/shared/money.yaml`.\n\n\
               Good: the file itself in `contracts/types`, referred to with `$ref: ../types/money.yaml`.",
    },
];
