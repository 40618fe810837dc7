//! The data folder as the one who serves sees it: whether it is new, and how it is emptied.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stipule_local::table::{FolderLock, OpenError};

/// There from the first start until the seed is sown: a start that finds it goes on sowing.
const SEEDING: &str = "seeding";

/// What there is as soon as the platform has been started over a folder.
const TABLE: &str = "table.sqlite";

/// Files of the platform, by the beginnings of their names: databases have journals beside them. The lock isn't here:
/// who removes it while it is held lets somebody else in.
const OURS: [&str; 7] = [
    TABLE,
    "queues.sqlite",
    "sagas.sqlite",
    "token-key.der",
    "cursor-key.bin",
    "webhook-secret.txt",
    SEEDING,
];

/// A data folder.
#[derive(Debug)]
pub(super) struct Folder<'p>(pub(super) &'p Path);

impl Folder<'_> {
    /// Forgets the platform's data, unless another process holds it. Files of others stay.
    ///
    /// # Errors
    /// When the folder is held or can't be emptied.
    pub(super) fn reset(&self) -> Result<(), OpenError> {
        if !self.0.exists() {
            return Ok(());
        }
        let lock = FolderLock::acquire(self.0)?;
        let emptied = self.remove_ours().map_err(|source| self.faulty(source));
        drop(lock);
        emptied
    }

    fn remove_ours(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            let is_ours = name.to_str().is_some_and(|name| OURS.iter().any(|ours| name.starts_with(ours)));
            if is_ours && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Whether the shop in it is to be seeded: it is new, or its seed was interrupted. Remembers so until
    /// [`seeded`](Self::seeded).
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(super) fn wants_seed(&self) -> Result<bool, OpenError> {
        if self.seeding().exists() {
            return Ok(true);
        }
        if self.0.join(TABLE).exists() {
            return Ok(false);
        }
        let marked = fs::create_dir_all(self.0).and_then(|()| fs::File::create(self.seeding())?.sync_all());
        marked.map(|()| true).map_err(|source| self.faulty(source))
    }

    /// The seed is sown.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(super) fn seeded(&self) -> Result<(), OpenError> {
        fs::remove_file(self.seeding()).map_err(|source| self.faulty(source))
    }

    fn seeding(&self) -> PathBuf {
        self.0.join(SEEDING)
    }

    fn faulty(&self, source: io::Error) -> OpenError {
        OpenError::Folder { folder: self.0.to_owned(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_wants_its_seed_until_it_is_sown() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("data");
        let folder = Folder(&path);
        assert!(folder.wants_seed().unwrap());
        fs::write(path.join(TABLE), b"").unwrap();
        assert!(folder.wants_seed().unwrap(), "the seed was interrupted");
        folder.seeded().unwrap();
        assert!(!folder.wants_seed().unwrap());
    }

    #[test]
    fn a_folder_that_was_in_use_before_wants_none() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(TABLE), b"").unwrap();
        assert!(!Folder(home.path()).wants_seed().unwrap());
    }

    #[test]
    fn a_reset_takes_our_files_and_no_others() {
        let home = tempfile::tempdir().unwrap();
        for name in ["table.sqlite", "table.sqlite-wal", "queues.sqlite", "notes.txt"] {
            fs::write(home.path().join(name), b"").unwrap();
        }
        Folder(home.path()).reset().unwrap();
        let mut left: Vec<_> =
            fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["lock", "notes.txt"]);
    }

    #[test]
    fn a_folder_in_use_is_not_reset() {
        let home = tempfile::tempdir().unwrap();
        let _held = FolderLock::acquire(home.path()).unwrap();
        let error = Folder(home.path()).reset().expect_err("held");
        assert!(matches!(error, OpenError::Held { process: Some(_), .. }), "{error}");
    }
}
