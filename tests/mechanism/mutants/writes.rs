//! One write is one transaction, whatever becomes of its acknowledgement.

use std::sync::Arc;

use futures_util::future::join_all;
use stipule_runtime::{Context, Ports, StoreFailure, Write};

use crate::store::{Fault, Faulty, Side};
use crate::world::{TENANT, World, claim, raise, returned, same};

fn job(ports: &Arc<Ports>, name: &str) -> Context {
    Context::job(Arc::clone(ports), TENANT, name)
}

/// Writes of one aggregate at once: its events are numbered from 1 without a gap.
pub(crate) async fn numbers() -> Result<(), String> {
    let world = World::new();
    let ports = world.sound_ports();
    let writes = (0..6).map(|number| {
        let ports = Arc::clone(&ports);
        async move {
            let cx = job(&ports, &format!("job-{number}"));
            let mut write = Write::<StoreFailure>::new(&cx);
            write.emit(&returned(1));
            write.commit().await
        }
    });
    for written in join_all(writes).await {
        written.map_err(|it| it.to_string())?;
    }
    let mut found: Vec<u64> = world.outbox().await.iter().map(|event| event.seq).collect();
    found.sort_unstable();
    same(&found, &(1..=6).collect(), "numbers of the events of an aggregate")
}

/// Wherever the process dies: a change has its event, and an event its change.
pub(crate) async fn cut() -> Result<(), String> {
    for call in 0..4 {
        for side in [Side::Before, Side::After] {
            let world = World::new();
            let store = Faulty::mortal(world.store(), side, call);
            let ports = world.ports(Arc::clone(&store));
            let cx = job(&ports, "job");
            let mut write = raise(&cx, "change");
            write.emit(&returned(1));
            tokio::select! {
                () = store.death() => {}
                written = write.commit() => written.map_err(|it| it.to_string())?,
            }
            let found = (world.count("change").await, world.outbox().await.len() as u64);
            same(&found.1, &found.0, &format!("events of a change that was cut {side:?} call {call}"))?;
        }
    }
    Ok(())
}

pub(crate) async fn demand() -> Result<(), String> {
    let world = World::new();
    let ports = world.sound_ports();
    let mut outcomes = Vec::new();
    for name in ["first", "second"] {
        outcomes.push(claim(&job(&ports, name), "place").commit().await.is_ok());
    }
    same(&outcomes, &vec![true, false], "claims of one place")
}

/// Nobody knows whether the first try happened; it didn't.
pub(crate) async fn refused() -> Result<(), String> {
    let world = World::new();
    let ports = world.ports(Faulty::failing(world.store(), Fault::Refused, 1));
    raise(&job(&ports, "job"), "change").commit().await.map_err(|it| it.to_string())?;
    same(&world.count("change").await, &1, "effects of a write that is acknowledged")
}

/// Nobody knows whether the first try happened; it did.
pub(crate) async fn unheard() -> Result<(), String> {
    let world = World::new();
    let ports = world.ports(Faulty::failing(world.store(), Fault::Unheard, 1));
    raise(&job(&ports, "job"), "change").commit().await.map_err(|it| it.to_string())?;
    same(&world.count("change").await, &1, "effects of a write whose acknowledgement was lost")
}
