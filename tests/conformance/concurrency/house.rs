//! A library over a store that counts what it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use library_store::TABLE;
use stipule_aws::table::DynamoTable;
use stipule_aws::{Aws, Environment};
use stipule_local::system::{SystemClock, SystemIds};
use stipule_local::table::{LocalTable, Place as LocalPlace};
use stipule_runtime::store::Store;
use stipule_runtime::{Context, CursorKey, Ports};
use store_conformance::judge::{Judges, Kind};

use crate::contended::{Contended, Counted};

/// Where the library stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    Disk,
    /// In memory, behind a store where transactions get in each other's way.
    Contended,
    MiniStack,
}

impl Place {
    pub(crate) const ALL: [Self; 4] = [Self::Memory, Self::Disk, Self::Contended, Self::MiniStack];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "local-memory",
            Self::Disk => "local-disk",
            Self::Contended => "contended",
            Self::MiniStack => "ministack",
        }
    }
}

/// A library that nobody has entered yet.
pub(crate) struct House {
    ports: Arc<Ports>,
    counted: Arc<Counted>,
    /// Writes that gave up and were begun again from outside.
    given_up: AtomicU64,
    // Removed after the table in it was closed.
    _folder: Option<tempfile::TempDir>,
}

/// Tries of one write inside the runtime, at most.
const TRIES: u64 = 12;

impl House {
    pub(crate) async fn open(place: Place, judges: &Judges) -> Arc<Self> {
        let mut folder = None;
        let store: Arc<dyn Store> = match place {
            Place::Memory => Arc::new(local(&LocalPlace::Memory)),
            Place::Contended => Arc::new(Contended::new(Arc::new(local(&LocalPlace::Memory)))),
            Place::Disk => {
                let new = tempfile::tempdir().expect("a temporary folder");
                let table = local(&LocalPlace::Folder(new.path().join("data")));
                folder = Some(new);
                Arc::new(table)
            }
            Place::MiniStack => {
                static TABLES: AtomicU64 = AtomicU64::new(0);
                let aws = Aws::new(Environment::stand_in(judges.endpoint(Kind::MiniStack)));
                let name = format!("library-{}", TABLES.fetch_add(1, Ordering::Relaxed));
                let table = DynamoTable::new(aws.dynamodb(), &TABLE).named(name);
                table.create().await.expect("the judge makes the table");
                Arc::new(table)
            }
        };
        let counted = Arc::new(Counted::new(store));
        let ports = Ports {
            store: Arc::clone(&counted) as Arc<dyn Store>,
            table: &TABLE,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::default()),
            cursor_key: CursorKey::new([7; 32]),
            workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
            sockets: Arc::new(stipule_runtime::socket::NoSockets),
        };
        Arc::new(Self { ports: Arc::new(ports), counted, given_up: AtomicU64::new(0), _folder: folder })
    }

    /// One thing done at the desk: every write has a cause of its own.
    pub(crate) fn visit(&self) -> Context {
        Context::job(self.ports.clone(), "north", "desk")
    }

    /// What it stands on, for what is done to all of it.
    pub(crate) fn ports(&self) -> &Arc<Ports> {
        &self.ports
    }

    /// Notes that a write gave up after its tries.
    pub(crate) fn gave_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// Says how often the runtime tried, and that this was bounded.
    pub(crate) fn report(&self, place: Place, crowd: &str) {
        let tries = self.counted.tries();
        let most = tries.iter().map(|tries| tries.all).max().unwrap_or_default();
        println!(
            "{} {crowd}: {} writes, {} transactions, at most {most} for a write, {} in conflict with others, {} writes gave up",
            place.name(),
            tries.len(),
            tries.iter().map(|tries| tries.all).sum::<u64>(),
            tries.iter().map(|tries| tries.conflicts).sum::<u64>(),
            self.given_up.load(Ordering::Relaxed),
        );
        assert!(most <= TRIES, "a write tried {most} times");
        if place == Place::Contended {
            assert!(most > 1, "nobody got in another's way: nothing was proved");
        }
    }
}

fn local(place: &LocalPlace) -> LocalTable {
    LocalTable::open(place, &TABLE).expect("a new place opens")
}
