//! What was published is handled or parked, in order where that was asked for, whenever the process dies.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use library_model::events::LoanReturned;
use stipule_runtime::subscription::{Delivery, EventHandler, Gap, event_handler};
use stipule_runtime::{App, Context, Failure, Received};
use tokio::sync::Notify;

use crate::store::{Faulty, Side};
use crate::world::{World, consumer, raise, same, settle};

const ORDERED: Delivery = Delivery::OrderedQueue { gap: Gap::Park };

fn app(delivery: Delivery, handler: EventHandler) -> App {
    App::new([], [consumer("desk", delivery, handler)]).expect("an app")
}

async fn count(cx: &Context) -> Result<(), Failure> {
    raise(cx, "desk").commit().await.map_err(Failure::from)
}

/// What a handler does at its first calls.
fn first(calls: u64, act: fn() -> Result<(), Failure>) -> (EventHandler, Arc<AtomicU64>) {
    let tries = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&tries);
    let handler = event_handler(move |cx: Context, _: Received<LoanReturned>| {
        let early = counted.fetch_add(1, Ordering::SeqCst) < calls;
        async move {
            if early {
                act()?;
            }
            count(&cx).await
        }
    });
    (handler, tries)
}

fn on_purpose() -> Result<(), Failure> {
    panic!("on purpose")
}

/// A handler that fails at first, and what comes of it: effects, tries, dead letters.
async fn after(calls: u64, act: fn() -> Result<(), Failure>) -> Result<(u64, u64, usize), String> {
    let world = World::new();
    let (handler, tries) = first(calls, act);
    let local = world.start(app(Delivery::Queue, handler));
    world.emit(local.ports(), 1).await;
    settle(&local).await?;
    let letters = local.queues().dead_letters().await.map_err(|it| it.to_string())?;
    let found = (world.count("desk").await, tries.load(Ordering::SeqCst), letters.len());
    if let Some(letter) = letters.first() {
        let event = &letter.message.event_id;
        local.queues().redrive("desk", event, 0).await.map_err(|it| it.to_string())?;
        settle(&local).await?;
        same(&world.count("desk").await, &1, "effects after the dead letter was redriven")?;
    }
    local.stop().await;
    Ok(found)
}

pub(crate) async fn passing_failure() -> Result<(), String> {
    same(&after(1, || Err(Failure::retry("not yet"))).await?, &(1, 2, 0), "effects, tries, dead letters")
}

pub(crate) async fn passing_panic() -> Result<(), String> {
    same(&after(1, on_purpose).await?, &(1, 2, 0), "effects, tries, dead letters")
}

/// It fails as often as it is tried, then works when it is redriven.
pub(crate) async fn lasting_failure() -> Result<(), String> {
    same(&after(3, || Err(Failure::retry("not yet"))).await?, &(0, 3, 1), "effects, tries, dead letters")
}

/// The loans that a handler was done with, in order; the first of all calls goes wrong.
async fn seen(delivery: Delivery, act: fn() -> Result<(), Failure>) -> Result<Vec<u64>, String> {
    let world = World::new();
    let (seen, wrong) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
    let log = Arc::clone(&seen);
    let handler = event_handler(move |cx: Context, event: Received<LoanReturned>| {
        let (log, early) = (Arc::clone(&log), wrong.fetch_add(1, Ordering::SeqCst) == 0);
        let loan = event.envelope.aggregate.id.clone();
        async move {
            if early {
                act()?;
            }
            count(&cx).await?;
            let number = loan.rsplit('-').next().and_then(|last| last.parse().ok()).unwrap_or_default();
            log.lock().map_err(Failure::park)?.push(number);
            Ok(())
        }
    });
    let local = world.start(app(delivery, handler));
    for loan in 1..=4 {
        world.emit(local.ports(), loan).await;
    }
    settle(&local).await?;
    local.stop().await;
    let found = seen.lock().map_err(|it| it.to_string())?.clone();
    Ok(found)
}

pub(crate) async fn order() -> Result<(), String> {
    let found = seen(ORDERED, || Err(Failure::retry("not yet"))).await?;
    same(&found, &vec![1, 2, 3, 4], "events of a key in the order of their handling")
}

pub(crate) async fn gap() -> Result<(), String> {
    let found = seen(ORDERED, || Err(Failure::park("never"))).await?;
    same(&found, &vec![], "events handled behind a dead letter of their key")
}

/// The process dies while a handler is at work; the next one handles the event.
pub(crate) async fn killed_handling() -> Result<(), String> {
    let world = World::new();
    let begun = Arc::new(Notify::new());
    let telling = Arc::clone(&begun);
    let stuck = event_handler(move |_: Context, _: Received<LoanReturned>| {
        telling.notify_one();
        std::future::pending::<Result<(), Failure>>()
    });
    let local = world.start(app(Delivery::Queue, stuck));
    world.emit(local.ports(), 1).await;
    begun.notified().await;
    local.kill().await;
    let (sound, _) = first(0, || Ok(()));
    let local = world.start(app(Delivery::Queue, sound));
    settle(&local).await?;
    local.stop().await;
    same(&world.count("desk").await, &1, "effects of an event whose handler was killed")
}

/// The process dies at any call of the publisher's round; the next one publishes what is left.
pub(crate) async fn killed_publishing() -> Result<(), String> {
    for call in 0..20 {
        for side in [Side::Before, Side::After] {
            let world = World::new();
            world.emit(&world.sound_ports(), 1).await;
            let store = Faulty::mortal(world.store(), side, call);
            let (sound, _) = first(0, || Ok(()));
            let local = world.start_over(app(Delivery::Queue, sound.clone()), Arc::clone(&store));
            tokio::select! {
                () = store.death() => {}
                settled = settle(&local) => settled?,
            }
            local.kill().await;
            let local = world.start(app(Delivery::Queue, sound));
            settle(&local).await?;
            local.stop().await;
            same(&world.count("desk").await, &1, &format!("effects of an event, cut {side:?} call {call}"))?;
        }
    }
    Ok(())
}
