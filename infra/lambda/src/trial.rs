//! An event that asks a function whether it can work, and changes nothing: it was set up (which needs every setting and
//! secret), and the binary has what the function is called for.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use stipule_runtime::ports::Ports;
use stipule_runtime::{App, Caller};

use crate::function::{Fault, Function, Work};

/// The event.
pub(crate) const EVENT: &[u8] = br#"{"stipule":"can you work?"}"#;

/// Where nothing ever is.
const NOWHERE: &str = "/.stipule/nowhere";

#[derive(Serialize, Deserialize)]
struct Answer {
    /// Which function it is.
    works: String,
}

/// Whether an event is the one of this module.
pub(crate) fn is_trial(event: &[u8]) -> bool {
    event == EVENT
}

/// Whether the function can work.
///
/// # Errors
/// [`Fault`] that says what doesn't.
pub(crate) async fn answer(app: &App, ports: &Arc<Ports>, function: &Function) -> Result<Vec<u8>, Fault> {
    let fault = |reason: String| Fault::new("Trial.Failed", reason);
    match (&function.service, function.work) {
        (Some(service), Work::Api) => {
            let has = app.operations().any(|operation| operation.service == service);
            if !has {
                return Err(fault(format!("this binary has no operations of {service}")));
            }
            let mut request = Request::new(Bytes::new());
            *request.uri_mut() = http::Uri::from_static(NOWHERE);
            let status = app.handle(request, Caller::Anonymous, ports).await.status();
            if status != StatusCode::NOT_FOUND {
                return Err(fault(format!("what isn't there is answered with {status}")));
            }
        }
        (Some(service), Work::Events) if !app.subscriptions().iter().any(|it| it.service == service) => {
            return Err(fault(format!("this binary has no consumers of {service}")));
        }
        (Some(service), Work::Steps) if !app.steps().any(|it| it.service == service) => {
            return Err(fault(format!("this binary takes no steps for {service}")));
        }
        (None, Work::Sockets) if app.topics().is_empty() => {
            return Err(fault("this binary has nothing to listen to".to_owned()));
        }
        _ => {}
    }
    let answer = Answer { works: function.to_string() };
    serde_json::to_vec(&answer).map_err(|error| fault(error.to_string()))
}

/// Whether an answer is one to the event of this module.
pub(crate) fn judge(answer: &[u8]) -> Result<(), String> {
    match serde_json::from_slice::<Answer>(answer) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("it answered {}", String::from_utf8_lossy(answer))),
    }
}
