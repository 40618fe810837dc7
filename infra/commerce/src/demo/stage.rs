//! The platform of the story: real HTTP on a free port, data on disk in a folder that goes away.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use commerce::courier::Courier;
use commerce::{Outside, parts_with, scopes};
use commerce_model::open::events::FulfilmentCreated;
use commerce_model::types::OrderId;
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_sdk::{BuildError, Commerce};
use commerce_shipping::LocalCarriers;
use stipule_local::listen::listen;
use stipule_local::secret::webhook_secret;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use stipule_runtime::event::Envelope;
use stipule_runtime::wire::EventPayload;
use tempfile::TempDir;

use super::fault::DemoError;

/// How long the story's tokens are good for.
const TOKEN_LIFETIME: Duration = Duration::from_mins(10);

/// How long the platform may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(20);

/// Stations of a parcel, with its label before and its arrival after.
const STATIONS: usize = 12;

/// The platform of the story.
pub(crate) struct Stage {
    pub(crate) local: Local,
    pub(crate) provider: Arc<LocalProvider>,
    pub(crate) messenger: LocalMessenger,
    pub(crate) address: SocketAddr,
    pub(crate) clock: MovableClock,
    outside: Outside<Arc<LocalProvider>, Arc<LocalCarriers>, LocalMessenger>,
    // Its content goes when this goes: after the platform, which has files open in it.
    folder: TempDir,
}

impl Stage {
    /// Starts it.
    pub(crate) async fn set() -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new().prefix("commerce-demo-").tempdir()?;
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let (provider, messenger) = (Arc::new(LocalProvider::new()), LocalMessenger::new());
        let outside = Outside {
            provider: Arc::clone(&provider),
            carriers: Arc::new(LocalCarriers::new()),
            messenger: messenger.clone(),
            secret: webhook_secret(None)?,
        };
        let place = Place::Folder(folder.path().join("data"));
        let clock = MovableClock::new();
        let parts = Parts { clock: Arc::new(clock.clone()), ..parts_with(place, outside.clone()) };
        let mut local = Local::start(parts)?;
        let address = local.serve(listener)?;
        Ok(Self { local, provider, messenger, address, clock, outside, folder })
    }

    /// A client of a store, with a token for everything in it.
    pub(crate) fn client(&self, store: &str) -> Result<Commerce, BuildError> {
        let token = self.local.token(store, "demo", &scopes(), TOKEN_LIFETIME);
        Commerce::builder(format!("http://{}", self.address)).token(token).user_agent("commerce-demo").build()
    }

    /// Waits until nothing is under way that doesn't wait for somebody, or for a day.
    pub(crate) async fn rest(&self) -> Result<(), DemoError> {
        let stuck = |_| DemoError::Stuck { seconds: PATIENCE.as_secs(), missing: "rest".to_owned() };
        tokio::time::timeout(PATIENCE, self.local.settle()).await.map_err(stuck)??;
        Ok(())
    }

    /// Every parcel is brought to its end, and what the carriers and the provider have to tell is told.
    pub(crate) async fn bring(&self) -> Result<(), DemoError> {
        let mut courier = Courier::new(&self.local, self.outside.clone());
        for _ in 0..STATIONS {
            courier.round().await;
            self.rest().await?;
        }
        Ok(())
    }

    /// The parts of an order, as its warehouses were told, by warehouse.
    pub(crate) async fn parts(&self, order: OrderId) -> Result<Vec<FulfilmentCreated>, DemoError> {
        let archive = self.local.queues().archived_between(0, i64::MAX, 0, 10_000).await?;
        let told = archive.iter().filter_map(|it| Envelope::from_json(it.body.as_bytes()).ok());
        let created = told.filter(|it| it.name == FulfilmentCreated::NAME);
        let created = created.filter_map(|it| it.decode::<FulfilmentCreated>().ok());
        let mut parts: Vec<FulfilmentCreated> = created.filter(|it| it.order_id == order).collect();
        parts.sort_by(|one, other| one.warehouse.cmp(&other.warehouse));
        Ok(parts)
    }

    /// Stops the platform and removes its data.
    pub(crate) async fn strike(self) {
        let Self { local, folder, .. } = self;
        local.stop().await;
        // The system clears temporary folders some day; that one stays is no reason to fail.
        let _ = folder.close();
    }
}
