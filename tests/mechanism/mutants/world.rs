//! A platform whose services only count: every effect is a number in the table.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use library_model::events::LoanReturned;
use library_store::TABLE;
use stipule_local::system::MovableClock;
use stipule_local::table::{LocalTable, Place};
use stipule_local::{Local, Parts};
use stipule_runtime::auth::Expected;
use stipule_runtime::key::KeyBuf;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::NoWorkflows;
use stipule_runtime::store::{Expression, Get, PrimaryKey, Store};
use stipule_runtime::subscription::{Delivery, EventHandler, Subscription};
use stipule_runtime::wire::Uuid;
use stipule_runtime::{App, Attr, Context, CursorKey, Envelope, StoreFailure, Write};

use crate::store::Faulty;

pub(crate) const TENANT: &str = "north";

/// Longer than any trial takes: what isn't at rest by then hangs.
pub(crate) const NEVER: Duration = Duration::from_secs(20);

fn place(name: &str) -> PrimaryKey {
    let pk = KeyBuf::partition(TENANT).literal("COUNT").text(name).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("COUNT").finish())
}

/// A write that raises a number by one.
pub(crate) fn raise<'c>(cx: &'c Context, name: &str) -> Write<'c, StoreFailure> {
    let mut write = Write::new(cx);
    let one = Expression::new("SET #type = :type ADD #n :one")
        .name("#n", "n")
        .name("#type", TABLE.type_attribute)
        .value(":one", Attr::unsigned(1))
        .value(":type", Attr::from("Count"));
    write.update(place(name), one, None, 0, |_| StoreFailure::Busy);
    write
}

/// As [`raise`], for the first who does it.
pub(crate) fn claim<'c>(cx: &'c Context, name: &str) -> Write<'c, StoreFailure> {
    let mut write = Write::new(cx);
    let update = Expression::new("SET #type = :type ADD #n :one")
        .name("#n", "n")
        .name("#type", TABLE.type_attribute)
        .value(":one", Attr::unsigned(1))
        .value(":type", Attr::from("Count"));
    write.update(place(name), update, Some(Expression::absent(&TABLE)), 0, |_| StoreFailure::BadCursor);
    write
}

pub(crate) fn id(number: u64) -> Uuid {
    format!("00000000-0000-7000-8000-{number:012}").parse().expect("an id")
}

pub(crate) fn returned(loan: u64) -> LoanReturned {
    LoanReturned { loan_id: id(loan).into(), member_id: id(1).into(), late: true }
}

/// What outlives a process.
pub(crate) struct World {
    pub(crate) table: Arc<LocalTable>,
    folder: tempfile::TempDir,
    pub(crate) clock: MovableClock,
}

impl World {
    pub(crate) fn new() -> Self {
        let table = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory opens");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { table: Arc::new(table), folder, clock: MovableClock::new() }
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.table) as Arc<dyn Store>
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A process over the data.
    pub(crate) fn start(&self, app: App) -> Local {
        self.start_over(app, Faulty::sound(self.store()))
    }

    pub(crate) fn start_over(&self, app: App, store: Arc<Faulty>) -> Local {
        let expected = Expected {
            issuer: "test".to_owned(),
            audience: "test".to_owned(),
            tenant_claim: "tenant".to_owned(),
        };
        let parts = Parts::new(app, &TABLE, Place::Folder(self.folder().to_owned()), expected);
        let parts = Parts { clock: Arc::new(self.clock.clone()), ..parts };
        Local::start_over(parts, store).expect("the platform starts")
    }

    /// The ports alone, without queues.
    pub(crate) fn ports(&self, store: Arc<Faulty>) -> Arc<Ports> {
        Arc::new(Ports {
            store,
            table: &TABLE,
            clock: Arc::new(self.clock.clone()),
            ids: Arc::new(stipule_local::system::SystemIds::default()),
            cursor_key: CursorKey::new([1; 32]),
            workflows: Arc::new(NoWorkflows),
            sockets: Arc::new(stipule_runtime::socket::NoSockets),
        })
    }

    pub(crate) fn sound_ports(&self) -> Arc<Ports> {
        self.ports(Faulty::sound(self.store()))
    }

    /// How often a number was raised.
    pub(crate) async fn count(&self, name: &str) -> u64 {
        let item =
            self.table.get(Get { key: place(name), consistent: true }).await.expect("the table answers");
        item.and_then(|item| item.get("n").and_then(Attr::as_unsigned)).unwrap_or(0)
    }

    /// Every event in the outbox.
    pub(crate) async fn outbox(&self) -> Vec<Envelope> {
        let mut events = Vec::new();
        for shard in 0..TABLE.outbox_shards {
            let partition = stipule_runtime::event::outbox_partition(shard);
            let page = self.table.query(stipule_runtime::Query::partition(partition)).await;
            let rows = page.expect("the table answers").items;
            events.extend(rows.iter().map(|row| Envelope::from_item(row).expect("a row of the outbox")));
        }
        events
    }

    /// Puts an event into the outbox; later calls come later.
    pub(crate) async fn emit(&self, ports: &Arc<Ports>, loan: u64) {
        let cx = Context::job(Arc::clone(ports), TENANT, format!("loan-{loan}"));
        let mut write = Write::<StoreFailure>::new(&cx);
        write.emit(&returned(loan));
        write.commit().await.expect("it is written");
        self.clock.advance(Duration::from_millis(1));
    }

    /// An event as it travels, without a way behind it.
    pub(crate) async fn envelope(&self) -> Envelope {
        let other = Self::new();
        other.emit(&other.sound_ports(), 1).await;
        other.outbox().await.remove(0)
    }
}

/// A consumer of returned loans.
pub(crate) fn consumer(name: &'static str, delivery: Delivery, handler: EventHandler) -> Subscription {
    Subscription {
        name,
        service: "desk",
        event: "Loan.Returned",
        versions: &[1],
        rule: r#"{"detail-type":["Loan.Returned"]}"#,
        delivery,
        max_attempts: 3,
        backoff: Duration::from_millis(1),
        max_backoff: Duration::from_millis(1),
        dead_letters: "desk-dead",
        concurrency: 4,
        batch: 1,
        handler,
    }
}

/// Waits until a platform is at rest.
pub(crate) async fn settle(local: &Local) -> Result<(), String> {
    let settled = tokio::time::timeout(NEVER, local.settle()).await;
    settled.map_err(|_| "it doesn't come to rest".to_owned())?.map_err(|error| error.to_string())
}

/// A fault in words, unless two values are the same.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(found: &T, wanted: &T, what: &str) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, not {wanted:?}")) }
}
