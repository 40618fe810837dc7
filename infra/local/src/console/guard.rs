//! Who may use the console: a page that it served itself, opened on this machine, or anywhere by who has the key.
//!
//! - A page of another site can't send the console's own header without being asked first, which is never answered.
//! - A name that suddenly leads to this machine (DNS rebinding) isn't a name of this machine.
//! - From elsewhere, and under another name, the key is asked for, which only the terminal shows.

use std::net::IpAddr;

use http::{HeaderMap, StatusCode, header};
use ring::digest::{SHA256, digest};
use stipule_runtime::ports::Ids;

use super::Refusal;

/// Header that the console's pages send.
const HEADER: &str = "x-stipule-console";

/// Lets somebody in from elsewhere.
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn new(ids: &dyn Ids) -> Self {
        Self(ids.random().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Compares digests, so that the time tells nothing of the key.
    fn opens(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        digest(&SHA256, shown.as_bytes()).as_ref() == digest(&SHA256, self.0.as_bytes()).as_ref()
    }
}

/// Whether a request may be answered.
pub(super) fn judge(key: &Key, headers: &HeaderMap, peer: Option<IpAddr>) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(HEADER).is_none() {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "only the console's own pages may ask"));
    }
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "another site asks"));
    }
    let host = text("host").unwrap_or_default();
    let origin = text("origin").map(|origin| origin.split_once("://").map_or(origin, |(_, rest)| rest));
    if origin.is_some_and(|origin| origin != host) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "another site asks"));
    }
    let is_near = peer.is_some_and(|ip| ip.to_canonical().is_loopback()) && is_this_machine(host);
    if is_near || key.opens(headers) {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::UNAUTHORIZED, "the key of the console is needed; the terminal shows it"))
}

/// Whether a `Host` is a name that always means the machine itself.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const NEAR: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const FAR: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn status(peer: IpAddr, headers: &[(&'static str, &'static str)]) -> u16 {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        let key = Key("secret".to_owned());
        judge(&key, &headers.collect(), Some(peer)).map_or_else(|refusal| refusal.0.as_u16(), |()| 200)
    }

    #[test]
    fn pages_of_this_machine_may_ask_and_those_of_others_may_not() {
        let ours = ("x-stipule-console", "1");
        let here = ("host", "127.0.0.1:8080");
        assert_eq!(status(NEAR, &[ours, here]), 200);
        assert_eq!(status(NEAR, &[ours, ("host", "localhost:8080")]), 200);
        assert_eq!(status(NEAR, &[ours, ("host", "[::1]:8080")]), 200);
        assert_eq!(status(NEAR, &[ours, here, ("origin", "http://127.0.0.1:8080")]), 200);
        assert_eq!(status(NEAR, &[here]), 403, "not one of our pages");
        assert_eq!(status(NEAR, &[ours, here, ("origin", "http://evil.example")]), 403);
        assert_eq!(status(NEAR, &[ours, here, ("origin", "null")]), 403);
        assert_eq!(status(NEAR, &[ours, here, ("sec-fetch-site", "cross-site")]), 403);
    }

    #[test]
    fn other_names_and_other_machines_need_the_key() {
        let ours = ("x-stipule-console", "1");
        for host in
            ["evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "10.0.0.1:8080"]
        {
            assert_eq!(status(NEAR, &[ours, ("host", host)]), 401, "{host}");
        }
        let here = ("host", "127.0.0.1:8080");
        assert_eq!(status(FAR, &[ours, here]), 401);
        assert_eq!(status(FAR, &[ours, here, ("authorization", "Bearer wrong")]), 401);
        assert_eq!(status(FAR, &[ours, ("host", "demo.example"), ("authorization", "Bearer secret")]), 200);
    }
}
