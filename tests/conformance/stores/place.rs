//! Where the cases are asked: a new table each.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use stipule_aws::table::DynamoTable;
use stipule_aws::{Aws, Environment};
use stipule_local::table::{LocalTable, Place as LocalPlace};
use stipule_runtime::store::{Store, TableSchema};
use store_conformance::judge::{Judges, Kind};
use tokio::runtime::{Builder, Runtime};

/// A store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    Disk,
    Judge(Kind),
}

impl Place {
    pub(crate) const ALL: [Self; 5] = [
        Self::Memory,
        Self::Disk,
        Self::Judge(Kind::MiniStack),
        Self::Judge(Kind::Moto),
        Self::Judge(Kind::Dynalite),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "local-memory",
            Self::Disk => "local-disk",
            Self::Judge(kind) => kind.name(),
        }
    }

    pub(crate) fn judge(self) -> Option<Kind> {
        if let Self::Judge(kind) = self { Some(kind) } else { None }
    }

    pub(crate) fn has_transactions(self) -> bool {
        self.judge().is_none_or(Kind::has_transactions)
    }
}

/// What all cases share: the judges, and the runtime in which connections to them live.
pub(crate) struct Places {
    runtime: Runtime,
    judges: Judges,
    clients: Mutex<Vec<(Kind, Aws)>>,
    tables: AtomicU32,
}

impl Places {
    pub(crate) fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self {
            runtime: runtime.expect("a runtime starts"),
            judges: Judges::default(),
            clients: Mutex::default(),
            tables: AtomicU32::new(0),
        }
    }

    /// Runs a case over a new table.
    pub(crate) fn ask(
        &self,
        place: Place,
        schema: &'static TableSchema,
        case: impl for<'s> FnOnce(&'s dyn Store) -> BoxFuture<'s, ()>,
    ) {
        match place {
            Place::Memory => self.ask_local(&LocalPlace::Memory, schema, case),
            Place::Disk => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                self.ask_local(&LocalPlace::Folder(folder.path().to_owned()), schema, case);
            }
            Place::Judge(kind) => {
                let number = self.tables.fetch_add(1, Ordering::Relaxed);
                let table = DynamoTable::new(self.client(kind).dynamodb(), schema);
                let table = table.named(format!("case-{number}"));
                self.runtime.block_on(async {
                    let made = if kind == Kind::Dynalite {
                        // It has no `UpdateTimeToLive`.
                        table.create_without_expiry().await
                    } else {
                        table.create().await
                    };
                    made.expect("the judge makes the table");
                    case(&table).await;
                });
            }
        }
    }

    fn ask_local(
        &self,
        place: &LocalPlace,
        schema: &'static TableSchema,
        case: impl for<'s> FnOnce(&'s dyn Store) -> BoxFuture<'s, ()>,
    ) {
        let table = LocalTable::open(place, schema).expect("a new place opens");
        self.runtime.block_on(case(&table));
    }

    fn client(&self, kind: Kind) -> Aws {
        let endpoint = self.judges.endpoint(kind);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == kind) {
            return client.clone();
        }
        let client = Aws::new(Environment::stand_in(endpoint));
        clients.push((kind, client.clone()));
        client
    }

    /// Stops the judges.
    pub(crate) fn close(&self) {
        self.judges.stop();
    }
}
