//! The platform of the story: real HTTP on a free port, data on disk in a folder that goes away.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use commerce::{Outside, parts_with, scopes};
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_sdk::{BuildError, Commerce};
use commerce_shipping::LocalCarriers;
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::secret::webhook_secret;
use stipule_local::table::Place;
use tempfile::TempDir;

use super::fault::DemoError;

/// How long the story's tokens are good for.
const TOKEN_LIFETIME: Duration = Duration::from_mins(10);

/// The platform of the story.
pub(crate) struct Stage {
    pub(crate) local: Local,
    pub(crate) provider: Arc<LocalProvider>,
    pub(crate) messenger: LocalMessenger,
    pub(crate) address: SocketAddr,
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
            carriers: LocalCarriers::new(),
            messenger: messenger.clone(),
            secret: webhook_secret(None)?,
        };
        let place = Place::Folder(folder.path().join("data"));
        let mut local = Local::start(parts_with(place, outside))?;
        let address = local.serve(listener)?;
        Ok(Self { local, provider, messenger, address, folder })
    }

    /// A client of a store, with a token for everything in it.
    pub(crate) fn client(&self, store: &str) -> Result<Commerce, BuildError> {
        let token = self.local.token(store, "demo", &scopes(), TOKEN_LIFETIME);
        Commerce::builder(format!("http://{}", self.address)).token(token).user_agent("commerce-demo").build()
    }

    /// Stops the platform and removes its data.
    pub(crate) async fn strike(self) {
        let Self { local, folder, .. } = self;
        local.stop().await;
        // The system clears temporary folders some day; that one stays is no reason to fail.
        let _ = folder.close();
    }
}
