//! Migrations of a table in a folder, while nothing else has it open.

use std::sync::Arc;

use stipule_runtime::migrate::{self, Migration, Progress};
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::NoWorkflows;
use stipule_runtime::store::TableSchema;
use stipule_runtime::{CursorKey, StoreFailure};
use thiserror::Error;

use crate::system::{SystemClock, SystemIds};
use crate::table::{LocalTable, OpenError, Place};

/// What is to be done with the migrations of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Walk on from where the last run stopped.
    Run,
    /// Forget how far they are, and walk from the beginning.
    Restart,
    /// Count what is wrong, and change nothing.
    Check,
}

/// Why a migration stopped. What was done until then is kept: the next run goes on from there.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// The table can't be opened.
    #[error(transparent)]
    Table(#[from] OpenError),
    /// The table doesn't answer.
    #[error("{name}: {failure}")]
    Store {
        /// The migration.
        name: &'static str,
        /// Why.
        failure: StoreFailure,
    },
}

/// Does the work for each migration in turn; how far each is in the end. `watch` is told after each page.
///
/// # Errors
/// [`MigrateError`], for the first that stops.
pub async fn migrate(
    place: &Place,
    table: &'static TableSchema,
    migrations: &'static [Migration],
    work: Work,
    mut watch: impl FnMut(&Migration, &Progress),
) -> Result<Vec<(&'static Migration, Progress)>, MigrateError> {
    let store = LocalTable::open(place, table)?;
    let ports = Ports {
        store: Arc::new(store),
        table,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::default()),
        // No page is given away: there is nothing to seal.
        cursor_key: CursorKey::new([0; 32]),
        workflows: Arc::new(NoWorkflows),
        sockets: Arc::new(stipule_runtime::socket::NoSockets),
    };
    let mut done = Vec::new();
    for migration in migrations {
        let outcome = match work {
            Work::Check => migrate::check(&ports, migration).await,
            Work::Run => migrate::run(&ports, migration, |progress| watch(migration, progress)).await,
            Work::Restart => match migrate::restart(&ports, migration).await {
                Ok(()) => migrate::run(&ports, migration, |progress| watch(migration, progress)).await,
                Err(failure) => Err(failure),
            },
        };
        let progress = outcome.map_err(|failure| MigrateError::Store { name: migration.name, failure })?;
        done.push((migration, progress));
    }
    Ok(done)
}
