//! Events: from an envelope to its handler, once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tracing::Instrument;

use super::App;
use crate::context::{Cause, Context, Principal, Trace};
use crate::event::Envelope;
use crate::failure::StoreFailure;
use crate::id;
use crate::idempotency::{Handled, key_of};
use crate::mutant::Mutant;
use crate::page;
use crate::ports::Ports;
use crate::seen::{self, Seen};
use crate::subscription::{Failure, Subscription};

impl App {
    /// Hands an event to a consumer. An event that was handled before is a success without effect.
    ///
    /// A handler that writes is remembered together with what it wrote. One that writes nothing leaves no trace and
    /// runs again when the event comes again.
    ///
    /// # Errors
    /// [`Failure::Retry`] when it may go better next time, [`Failure::Park`] when it won't.
    pub async fn deliver(
        &self,
        envelope: Envelope,
        subscription: &Subscription,
        ports: &Arc<Ports>,
    ) -> Result<(), Failure> {
        let cx = context(&envelope, subscription, ports);
        let span = tracing::info_span!(
            "event",
            subscriber = subscription.name,
            event = %envelope.name,
            event_id = %envelope.id,
            tenant = %envelope.tenant,
            request_id = %cx.trace().request_id,
            trace_id = %cx.trace().trace_id,
        );
        let id = envelope.id.to_string();
        let handled = deliver(cx, envelope, subscription).instrument(span).await;
        if handled.is_ok() {
            seen::note(Seen::Delivered { subscription: subscription.name, id: &id });
        }
        handled
    }
}

async fn deliver(cx: Context, envelope: Envelope, subscription: &Subscription) -> Result<(), Failure> {
    if !subscription.accepts(&envelope) {
        return Err(Failure::park(format!(
            "{} takes versions {:?} of {}, not version {} of {}",
            subscription.name, subscription.versions, subscription.event, envelope.version, envelope.name
        )));
    }
    // Before anything is done outside: a handler that has run through need not run again to find that out.
    if is_handled(&cx, &envelope).await? {
        tracing::debug!("handled before");
        return Ok(());
    }
    let handled = AssertUnwindSafe(async { (subscription.handler)(cx, envelope).await }).catch_unwind().await;
    match handled.unwrap_or_else(|_| panicked()) {
        Err(Failure::AlreadyHandled) => Ok(()),
        Err(_) if Mutant::FailureIsSuccess.is_on() => Ok(()),
        Err(failure) => {
            tracing::warn!(reason = failure.reason(), "not handled");
            Err(failure)
        }
        Ok(()) => Ok(()),
    }
}

fn panicked() -> Result<(), Failure> {
    if Mutant::PanicIsSuccess.is_on() { Ok(()) } else { Err(Failure::retry("the handler panicked")) }
}

fn context(envelope: &Envelope, subscription: &Subscription, ports: &Arc<Ports>) -> Context {
    let trace = Trace {
        request_id: id::hashed(ports.ids.random()).to_string(),
        trace_id: envelope.trace_id.clone(),
        correlation_id: envelope.correlation_id.clone(),
        causation_id: envelope.id.to_string(),
    };
    let cause = Cause::Event {
        subscriber: subscription.name,
        event_id: envelope.id.to_string(),
        fingerprint: envelope.fingerprint(),
        time: envelope.time,
    };
    let principal = Principal::platform(subscription.service);
    Context::new(ports.clone(), envelope.tenant.as_str(), principal, cause, trace)
}

async fn is_handled(cx: &Context, envelope: &Envelope) -> Result<bool, StoreFailure> {
    let Some(key) = key_of(cx) else { return Ok(false) };
    let item = page::one(cx, key, true).await?;
    match item.and_then(|item| Handled::of(cx, &item)) {
        None => Ok(false),
        Some(handled) if handled.fingerprint == envelope.fingerprint() || Mutant::InboxBlind.is_on() => {
            Ok(true)
        }
        Some(_) => Err(StoreFailure::Invalid(format!(
            "event {} was handled before with another payload",
            envelope.id
        ))),
    }
}
