//! The shop's client without a network: calls go straight to the services.

use std::sync::Arc;

use bytes::Bytes;
use commerce_sdk::{BuildError, Commerce, Transport, TransportError};
use futures_util::future::BoxFuture;
use stipule_local::Local;
use stipule_runtime::ports::Ports;
use stipule_runtime::{App, Caller, Principal};

use crate::scopes;

/// Stands where a server's name would.
const NOWHERE: &str = "http://in-process";

/// Calls as somebody who may do everything in one store.
pub struct InProcess {
    app: Arc<App>,
    ports: Arc<Ports>,
    caller: Caller,
}

impl InProcess {
    /// The way into a platform, as `subject` of the store `tenant`.
    pub fn new(local: &Local, tenant: &str, subject: &str) -> Self {
        let principal = Principal::new(subject, scopes());
        let caller = Caller::Known { tenant: tenant.to_owned(), principal };
        Self { app: Arc::clone(local.app()), ports: Arc::clone(local.ports()), caller }
    }
}

impl Transport for InProcess {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move { Ok(self.app.handle(request, self.caller.clone(), &self.ports).await) })
    }
}

/// A client that sends its calls this way.
///
/// # Errors
/// When the client can't be made, which no transport of ours brings about.
pub fn client(transport: impl Transport) -> Result<Commerce, BuildError> {
    Commerce::builder(NOWHERE).transport(transport).build()
}
