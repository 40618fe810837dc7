//! One store asks for what another holds. The other is one that was opened by its seed, and holds an example of everything
//! besides.

use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use platform_tests::asking::strangers::{self, TENANT};
use platform_tests::contracts::contract;

use crate::{House, root};

#[tokio::test]
async fn what_another_store_holds_might_as_well_not_be_there() {
    let contract = contract(root());
    let (here, there) = (House::sound(), House::sound());
    let shop = client(InProcess::new(&here.local, TENANT, "seed")).expect("a client");
    seed(&shop).await.expect("the seed is sown");
    here.local.settle().await.expect("the outbox can be read");
    strangers::hold_examples(&here, &contract).await;
    strangers::might_as_well_not_be_there(&contract, &here, &there).await;
}

/// The names are real: the store itself finds what they name.
#[tokio::test]
async fn a_store_finds_what_it_holds() {
    strangers::finds_what_it_holds::<House>(&contract(root())).await;
}

#[tokio::test]
async fn nobody_listens_to_what_another_store_holds() {
    strangers::nobody_else_listens::<House>(&contract(root())).await;
}
