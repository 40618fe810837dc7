//! `fetch` of the browser. What it gives must stay on its thread: a task there makes the call, a channel brings the
//! answer.

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Headers, Request, RequestInit, RequestRedirect, Response};

use super::{Transport, TransportError};

/// The transport of a browser.
#[derive(Debug)]
pub struct Http {
    most_bytes: usize,
}

impl Http {
    /// A transport that takes answers of at most so many bytes.
    ///
    /// # Errors
    /// None: it is as over the network, where certificates are read.
    pub fn new(most_bytes: usize) -> std::io::Result<Self> {
        Ok(Self { most_bytes })
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let (sender, receiver) = oneshot::channel();
        let most = self.most_bytes;
        spawn_local(async move {
            // Nobody waits any more where the time is up.
            let _ = sender.send(fetch(request, most).await);
        });
        let lost = || TransportError::interrupted("the page gave the call up");
        async move { receiver.await.unwrap_or_else(|_| Err(lost())) }.boxed()
    }
}

async fn fetch(request: http::Request<Bytes>, most: usize) -> Result<http::Response<Bytes>, TransportError> {
    let request = outgoing(request).map_err(|error| TransportError::refused(shown(&error)))?;
    let global = js_sys::global();
    let broken = |error: JsValue| TransportError::interrupted(shown(&error));
    let function = Reflect::get(&global, &JsValue::from_str("fetch")).map_err(broken)?;
    let function = function.dyn_into::<Function>().map_err(broken)?;
    let promise = function.call1(&global, &request).map_err(broken)?;
    let answer = JsFuture::from(js_sys::Promise::resolve(&promise)).await.map_err(broken)?;
    let answer = answer.dyn_into::<Response>().map_err(broken)?;
    let body = JsFuture::from(answer.array_buffer().map_err(broken)?).await.map_err(broken)?;
    let body = Uint8Array::new(&body);
    if usize::try_from(body.length()).is_ok_and(|length| length > most) {
        return Err(TransportError::too_large());
    }
    // A redirect that isn't followed has no status that a page may see.
    let status = http::StatusCode::from_u16(answer.status()).map_err(TransportError::interrupted)?;
    let mut response = http::Response::new(Bytes::from(body.to_vec()));
    *response.status_mut() = status;
    for entry in js_sys::try_iter(&answer.headers()).map_err(broken)?.into_iter().flatten().flatten() {
        let pair = Array::from(&entry);
        let (name, value) = (pair.get(0).as_string(), pair.get(1).as_string());
        let name = name.and_then(|name| http::HeaderName::from_bytes(name.as_bytes()).ok());
        let value = value.and_then(|value| http::HeaderValue::from_str(&value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

fn outgoing(request: http::Request<Bytes>) -> Result<Request, JsValue> {
    let (parts, body) = request.into_parts();
    let init = RequestInit::new();
    init.set_method(parts.method.as_str());
    init.set_redirect(RequestRedirect::Manual);
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(&body[..]));
    }
    let headers = Headers::new()?;
    for (name, value) in &parts.headers {
        if let Ok(value) = value.to_str() {
            headers.append(name.as_str(), value)?;
        }
    }
    init.set_headers(&headers);
    Request::new_with_str_and_init(&parts.uri.to_string(), &init)
}

/// What the browser says, as text that may leave its thread.
fn shown(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message")).ok();
    message.and_then(|message| message.as_string()).unwrap_or_else(|| format!("{error:?}"))
}
