//! One library asks for what another holds.

use std::path::Path;
use std::sync::Arc;

use platform_tests::asking::strangers::{self, House};
use platform_tests::contracts::contract;
use stipule_runtime::{App, Ports};

use crate::{Running, open};

impl House for Running {
    fn open() -> Self {
        open()
    }

    fn app(&self) -> &App {
        &self.app
    }

    fn ports(&self) -> &Arc<Ports> {
        &self.ports
    }

    fn scopes(&self) -> Vec<&'static str> {
        crate::SCOPES.to_vec()
    }
}

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test]
async fn what_another_library_holds_might_as_well_not_be_there() {
    let contract = contract(root());
    let (here, there) = (open(), open());
    strangers::hold_examples(&here, &contract).await;
    strangers::might_as_well_not_be_there(&contract, &here, &there).await;
}

/// The names are real: the library itself finds what they name.
#[tokio::test]
async fn a_library_finds_what_it_holds() {
    strangers::finds_what_it_holds::<Running>(&contract(root())).await;
}

#[tokio::test]
async fn nobody_listens_to_what_another_library_holds() {
    strangers::nobody_else_listens::<Running>(&contract(root())).await;
}
