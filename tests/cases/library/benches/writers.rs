//! Writes a second with 1, 8 and 64 writers at once, on disk, each write its own durable transaction of two items:
//! `cargo bench -p library-tests --bench writers`.

use std::sync::Arc;
use std::time::Instant;

use library_store::TABLE;
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::item::Attr;
use stipule_runtime::store::{Action, Expression, PrimaryKey, Store, Transaction};
use tokio::task::JoinSet;

/// Writes per measurement.
const WRITES: usize = 3_200;

fn write(number: usize) -> Transaction {
    let put = |pk: String| {
        let item = PrimaryKey::new(pk, "HEAD#").to_item(&TABLE);
        let item = item.with("_t", Attr::text("Bench")).with("text", Attr::text("x".repeat(300)));
        Action::Put { item, condition: Some(Expression::absent(&TABLE)) }
    };
    Transaction { actions: vec![put(format!("north#ITEM#{number}#")), put(format!("north#MARK#{number}#"))] }
}

async fn measure(writers: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table =
        LocalTable::open(&Place::Folder(folder.path().join("data")), &TABLE).expect("a new place opens");
    let table = Arc::new(table);
    let started = Instant::now();
    let mut running = JoinSet::new();
    for writer in 0..writers {
        let table = Arc::clone(&table);
        running.spawn(async move {
            for number in (writer..WRITES).step_by(writers) {
                table.transact(write(number)).await.expect("every key is new");
            }
        });
    }
    running.join_all().await;
    WRITES as f64 / started.elapsed().as_secs_f64()
}

#[tokio::main]
async fn main() {
    println!("{WRITES} durable writes of two items of 300 bytes");
    for writers in [1, 8, 64] {
        println!("{writers:>3} at once: {:>7.0} a second", measure(writers).await);
    }
}
