//! Functions in processes of their own, as the command line asks for them.

use std::path::PathBuf;

use stipule_local::{ProcessError, Processes};
use stipule_runtime::webhook::Secret;

use super::throttle;
use crate::arguments::{Functions, Serve};

/// The binary of the functions, beside this program where both were built.
const BINARY: &str = "bootstrap";

/// How functions run in processes of their own; none where they run in this one.
///
/// # Errors
/// When the system doesn't say where this program is.
pub(super) fn processes(options: &Serve, secret: &Secret) -> Result<Option<Processes>, ProcessError> {
    if options.functions == Functions::Here {
        return Ok(None);
    }
    let binary = match &options.bootstrap {
        Some(binary) => binary.clone(),
        None => beside()?,
    };
    let processes = Processes::new(binary, &commerce_service::PLATFORM, secret.clone());
    let concurrency = options.function_concurrency.into();
    Ok(Some(Processes { concurrency, throttle: throttle(options.rate), ..processes }))
}

fn beside() -> std::io::Result<PathBuf> {
    let name = format!("{BINARY}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}
