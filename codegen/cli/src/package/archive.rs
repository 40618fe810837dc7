//! A zip file of one binary whose bytes follow from the binary alone.

use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What Lambda starts in a runtime of one's own.
const NAME: &str = "bootstrap";

/// The archive: one entry that anybody may execute, of the earliest day that the format has.
pub(super) fn of(binary: &[u8]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file(NAME, options)?;
    out.write_all(binary)?;
    Ok(out.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn the_entry_is_the_binary_executable_and_of_no_day() {
        let packed = of(b"what is packed, what is packed, what is packed").unwrap();
        let mut read = zip::ZipArchive::new(Cursor::new(&packed)).unwrap();
        assert_eq!(read.len(), 1);
        let mut entry = read.by_name("bootstrap").unwrap();
        assert_eq!(entry.unix_mode().unwrap() & 0o777, 0o755);
        let day = entry.last_modified().unwrap();
        assert_eq!((day.year(), day.month(), day.day(), day.hour()), (1980, 1, 1, 0));
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        assert_eq!(text, "what is packed, what is packed, what is packed");
        drop(entry);
        assert_ne!(of(b"another").unwrap(), packed);
    }
}
