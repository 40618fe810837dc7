//! Calls to AWS: where they go, who signs them, what happens when they fail.

pub mod credentials;
pub(crate) mod fault;
mod place;
mod profile;
pub mod sign;
mod transport;

use std::cell::{Cell, RefCell};
use std::thread::sleep;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};

use self::credentials::{Keys, Surroundings};
use self::fault::{Fault, Refusal};
pub(crate) use self::place::Place;
use self::transport::Transport;
use crate::xml::Xml;

/// How often a call is tried.
const TRIES: u32 = 8;

/// How often a place is asked that never answered: it may be the wrong one.
const TRIES_OF_STRANGERS: u32 = 3;

/// The first pause after a call that was turned away, at most; each next one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(250);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(20);

/// What a caller needs to know.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `eu-central-1`; without it what the environment or the profile says.
    pub region: Option<String>,
    /// The address of all services; without it AWS's own, or `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// A profile of the shared files; without it `AWS_PROFILE`, or `default`.
    pub profile: Option<String>,
}

/// Makes calls, tries again those that were turned away.
pub(crate) struct Caller {
    transport: Transport,
    pub(crate) place: Place,
    surroundings: Surroundings,
    keys: RefCell<Option<Keys>>,
    /// Whether anybody answered yet.
    met: Cell<bool>,
}

/// One call.
pub(crate) struct Call {
    /// As signatures name it: `cloudformation`.
    pub(crate) service: &'static str,
    /// For messages: `CreateChangeSet`.
    pub(crate) action: &'static str,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Caller {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Fault> {
        let surroundings = Surroundings::of_this_process(settings.profile.clone())?;
        let place = Place::find(settings, &surroundings)?;
        Ok(Self {
            transport: Transport::new()?,
            place,
            surroundings,
            keys: RefCell::default(),
            met: Cell::default(),
        })
    }

    /// Calls an action of a service that takes forms and answers in XML.
    pub(crate) fn query(
        &self,
        service: &'static str,
        version: &str,
        action: &'static str,
        arguments: &[(String, String)],
    ) -> Result<String, Fault> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version);
        for (name, value) in arguments {
            form.append_pair(name, value);
        }
        let mut headers = HeaderMap::new();
        let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        headers.insert(http::header::CONTENT_TYPE, kind);
        let uri = self.place.of(service, "/")?;
        let body = Bytes::from(form.finish());
        let call = Call { service, action, method: Method::POST, uri, headers, body };
        self.call(&call).map(|answer| answer.text())
    }

    /// Makes a call until it is answered, or nothing is left to try.
    pub(crate) fn call(&self, call: &Call) -> Result<Answer, Fault> {
        let (mut tries, mut renewed) = (0, false);
        loop {
            tries += 1;
            let fault = match self.once(call) {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let most = if self.met.get() { TRIES } else { TRIES_OF_STRANGERS };
            if fault.is_expiry() && !renewed {
                // Whoever gave the keys may have newer ones.
                renewed = true;
                self.keys.take();
            } else if fault.passes() && tries < most {
                sleep(pause(tries));
            } else {
                return Err(fault.after(tries));
            }
        }
    }

    fn once(&self, call: &Call) -> Result<Answer, Fault> {
        let mut request = Request::builder().method(call.method.clone()).uri(call.uri.clone());
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&call.headers);
        }
        let bad = |error: http::Error| Fault::Said(format!("{} can't be asked: {error}", call.action));
        let mut request = request.body(call.body.clone()).map_err(bad)?;
        let keys = self.keys()?;
        sign::sign(&mut request, &keys, &self.place.region, call.service, std::time::SystemTime::now())?;
        let answer = self.transport.send(request, call.action)?;
        self.met.set(true);
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(Fault::Refused(refusal(call, &answer)))
    }

    fn keys(&self) -> Result<Keys, Fault> {
        let mut keys = self.keys.borrow_mut();
        let fresh = keys.take().filter(Keys::last);
        let found = match fresh {
            Some(found) => found,
            None => credentials::find(&self.surroundings, &self.place, &self.transport)?,
        };
        Ok(keys.insert(found).clone())
    }
}

/// How long to wait after a try: any part of the longest, so that those who were turned away together don't come back
/// together.
fn pause(tries: u32) -> Duration {
    let most = FIRST.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST);
    most.mul_f64(0.5 + 0.5 * fastrand::f64())
}

/// What a service says of a call that it doesn't answer.
fn refusal(call: &Call, answer: &Answer) -> Refusal {
    let text = answer.text();
    let of_xml = Xml::read(&text).ok().and_then(|xml| {
        let error = xml.find("Error")?;
        Some((error.text("Code"), error.text("Message")))
    });
    let (code, message) = of_xml.unwrap_or_else(|| {
        let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let said = |name: &str| json[name].as_str().map(ToOwned::to_owned);
        let header = answer.headers.get("x-amzn-errortype").and_then(|it| it.to_str().ok());
        let code = header.map(ToOwned::to_owned).or_else(|| said("__type")).or_else(|| said("Type"));
        let code = code.map(|it| it.split(':').next().unwrap_or_default().to_owned());
        (code.unwrap_or_default(), said("message").or_else(|| said("Message")).unwrap_or_default())
    });
    let code = if code.is_empty() { answer.status.as_u16().to_string() } else { code };
    Refusal { service: call.service, action: call.action, status: answer.status.as_u16(), code, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_are_never_alike_for_everybody() {
        for tries in 1..40 {
            let most = FIRST.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST);
            let found = pause(tries);
            assert!(found >= most / 2 && found <= most, "{tries}: {found:?} of {most:?}");
        }
        let many: std::collections::BTreeSet<Duration> = (0..20).map(|_| pause(5)).collect();
        assert!(many.len() > 1);
    }
}
