//! Where the contract repository is.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The folder that was named, or the nearest one upward from the current folder that holds `contracts/`.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return if named.join("contracts").is_dir() {
            Ok(named.to_owned())
        } else {
            Err(Failure::new(format!("there is no folder contracts/ in {}", named.display())))
        };
    }
    let here = std::env::current_dir().map_err(|error| Failure::io("find the current folder", &error))?;
    here.ancestors().find(|folder| folder.join("contracts").is_dir()).map(Path::to_owned).ok_or_else(|| {
        Failure::new(format!(
            "there is no folder contracts/ in {} or above it; name the place with --root DIR",
            here.display()
        ))
    })
}
