//! Reading a file that the command line names as a whole.

use std::io::{self, Read as _};
use std::path::Path;

use stipule_ir::Source;

use crate::failure::Failure;

/// Stands for standard input where a file is named.
const STANDARD_INPUT: &str = "-";

/// Largest file that is read, in bytes: twice the largest event that the matcher takes.
const LARGEST: u64 = 128 << 20;

/// The text of a file, or of standard input for `-`, under the name that diagnostics show.
pub(crate) fn read(path: &Path) -> Result<Source, Failure> {
    let name = shown(path);
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    let mut bytes = Vec::new();
    if is_standard_input(path) {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::new(format!("can't read {name}: it has more than {LARGEST} bytes")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { path: name, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let message = format!("can't read {name}: it is not UTF-8: byte 0x{byte:02X} at offset {at}");
            Err(Failure::new(message))
        }
    }
}

/// A path as it was named on the command line.
pub(crate) fn shown(path: &Path) -> String {
    if is_standard_input(path) { "<standard input>".to_owned() } else { path.display().to_string() }
}

/// Whether standard input is meant.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}
