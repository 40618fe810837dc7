//! One process per data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::OpenError;

/// Name of the lock file in the data folder. It stays behind when the process ends; only the lock on it counts.
const FILE: &str = "lock";

/// The right to use a data folder, held until it is dropped. The operating system takes it back when the process
/// dies, however it dies.
#[derive(Debug)]
pub struct FolderLock {
    // Never read: closing the file is what releases the lock.
    _file: File,
}

impl FolderLock {
    /// Takes the folder, creating it when there is none, and leaves this process's id in the lock file.
    ///
    /// # Errors
    /// [`OpenError::Held`] when another process has it, [`OpenError::Folder`] when it can't be created or written.
    pub fn acquire(folder: &Path) -> Result<Self, OpenError> {
        let faulty = |source| OpenError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(faulty)?;
        let path = folder.join(FILE);
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(faulty)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Held { folder: folder.to_owned(), process: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(faulty(source)),
        }
        file.set_len(0).map_err(faulty)?;
        file.seek(SeekFrom::Start(0)).map_err(faulty)?;
        writeln!(file, "{}", std::process::id()).map_err(faulty)?;
        Ok(Self { _file: file })
    }
}

/// The process id in the lock file, if it can be read: some systems forbid reading a locked file.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
