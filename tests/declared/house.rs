//! A platform to ask, with the secret of those who tell it something.

use std::sync::Arc;

use commerce::{Outside, parts_with, scopes};
use platform_tests::asking::{Ask, strangers};
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use stipule_runtime::webhook::Secret;
use stipule_runtime::{App, Ports};

/// A platform, and the secret of those who tell it something.
pub(crate) struct House {
    pub(crate) local: Local,
    pub(crate) secret: Secret,
}

impl House {
    /// A platform of parts that are changed before it starts.
    pub(crate) fn new(change: impl FnOnce(Parts) -> Local) -> Self {
        let outside = Outside::local().expect("randomness");
        let secret = outside.secret.clone();
        Self { local: change(parts_with(Place::Memory, outside)), secret }
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
