//! Files that are replaced in one step: whoever reads them meanwhile sees the old text or the new one, never half of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Ending of a file that is not whole yet.
pub(crate) const TEMPORARY: &str = ".stipule.tmp";

/// A file while it is written: under a temporary name beside its own until it is whole. Dropped before
/// [`finish`](Self::finish), it leaves everything as it was.
pub(crate) struct Replacement {
    file: PathBuf,
    /// None for what can't be replaced: a pipe, a terminal.
    temporary: Option<PathBuf>,
    out: BufWriter<File>,
}

impl Replacement {
    /// Begins; the folder must be there.
    pub(crate) fn begin(file: &Path) -> io::Result<Self> {
        let is_special = fs::metadata(file).is_ok_and(|found| !found.is_file() && !found.is_dir());
        let temporary = (!is_special).then(|| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!(".{name}.{}{TEMPORARY}", std::process::id()))
        });
        let out = match &temporary {
            Some(temporary) => File::create(temporary)?,
            None => File::options().write(true).open(file)?,
        };
        Ok(Self { file: file.to_owned(), temporary, out: BufWriter::new(out) })
    }

    /// Puts the whole file in its place.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        let Some(temporary) = &self.temporary else { return Ok(()) };
        fs::rename(temporary, &self.file)?;
        self.temporary = None;
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // The first error is the one to report; a leftover of ours is cleared by the next run.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Replaces a file by this text.
pub(crate) fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut replacement = Replacement::begin(file)?;
    replacement.write_all(text.as_bytes())?;
    replacement.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        replace(&file, "old").unwrap();
        let mut begun = Replacement::begin(&file).unwrap();
        begun.write_all(b"half").unwrap();
        begun.flush().unwrap();
        drop(begun);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        replace(&file, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }
}
