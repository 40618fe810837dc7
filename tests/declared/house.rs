//! A platform to ask, with the secret of those who tell it something.

use std::sync::Arc;

use commerce::{Outside, parts_with, scopes};
use platform_tests::asking::{Ask, strangers};
use stipule_local::table::{LocalTable, Place};
use stipule_local::{Local, Parts};
use stipule_runtime::store::StoreError;
use stipule_runtime::webhook::Secret;
use stipule_runtime::{App, Ports};

use crate::faulty::Faulty;

/// A platform, and the secret of those who tell it something.
pub(crate) struct House {
    pub(crate) local: Local,
    secret: Secret,
}

impl House {
    /// A platform of parts that are changed before it starts.
    pub(crate) fn new(change: impl FnOnce(Parts) -> Local) -> Self {
        let outside = Outside::local().expect("randomness");
        let secret = outside.secret.clone();
        Self { local: change(parts_with(Place::Memory, outside)), secret }
    }

    /// A platform of which the store fails at everything.
    pub(crate) fn failing(error: StoreError) -> Self {
        Self::new(|parts| {
            let table = LocalTable::open(&parts.place, parts.table).expect("a table in memory");
            Local::start_over(parts, Arc::new(Faulty { table, error })).expect("the platform starts")
        })
    }
}

impl strangers::House for House {
    fn open() -> Self {
        Self::new(|parts| Local::start(parts).expect("the platform starts"))
    }

    fn app(&self) -> &App {
        self.local.app()
    }

    fn ports(&self) -> &Arc<Ports> {
        self.local.ports()
    }

    fn scopes(&self) -> Vec<&'static str> {
        scopes()
    }

    fn signed(&self, ask: Ask) -> Ask {
        ask.signed(&self.secret, self.local.ports().clock.now())
    }
}
