//! What a program does around every try: headers of its own, measurements, a log.

use std::fmt;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use http::request::Parts;

use crate::answer::Meta;
use crate::operation::Operation;
use crate::token::BoxError;
use crate::transport::TransportError;

/// Called around every try of every call, in the order in which the builder was given them; on the way back in the
/// opposite order.
pub trait Hook: Send + Sync + 'static {
    /// Before a try is sent: may add headers, or wait. An error ends the call, and nothing is sent.
    fn before<'a>(
        &'a self,
        attempt: &'a Attempt<'_>,
        request: &'a mut Parts,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        let _ = (attempt, request);
        ready(Ok(())).boxed()
    }

    /// After a try: what came, or why nothing did.
    fn after(&self, attempt: &Attempt<'_>, outcome: Result<&Meta, &TransportError>) {
        let _ = (attempt, outcome);
    }
}

/// One try of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'c> {
    /// What is called.
    pub operation: &'static Operation,
    /// Which try it is, from 1.
    pub number: u32,
    /// The id that the call is sent under, the same for all its tries.
    pub request_id: &'c str,
}

/// All hooks of a client.
#[derive(Default)]
pub(crate) struct Hooks(Vec<Box<dyn Hook>>);

impl Hooks {
    pub(crate) fn push(&mut self, hook: impl Hook) {
        self.0.push(Box::new(hook));
    }

    pub(crate) async fn before(&self, attempt: &Attempt<'_>, request: &mut Parts) -> Result<(), BoxError> {
        for hook in &self.0 {
            hook.before(attempt, request).await?;
        }
        Ok(())
    }

    pub(crate) fn after(&self, attempt: &Attempt<'_>, outcome: Result<&Meta, &TransportError>) {
        for hook in self.0.iter().rev() {
            hook.after(attempt, outcome);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hooks({})", self.0.len())
    }
}
