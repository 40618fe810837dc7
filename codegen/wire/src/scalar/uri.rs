//! `format: uri`.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;

use super::not_a;
use crate::plain::{Plain, text_in_json};
use crate::violation::Fault;

/// A URI with a scheme (RFC 3986), kept and compared as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri(String);

impl Uri {
    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first colon, as written.
    pub fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, hierarchy),
    };
    is_scheme(scheme)
        && authority.is_none_or(is_authority)
        && consists_of(path, b":@/")
        && consists_of(query, b":@/?")
        && consists_of(fragment, b":@/?")
}

fn is_scheme(scheme: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(rest)
}

fn is_authority(authority: &str) -> bool {
    let (user, host_port) = match authority.rsplit_once('@') {
        Some((user, host_port)) => (user, host_port),
        None => ("", authority),
    };
    let (host_is_fine, port) = match host_port.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, port)) => (is_ip_literal(literal), port),
            None => return false,
        },
        None => {
            let end = host_port.find(':').unwrap_or(host_port.len());
            (consists_of(&host_port[..end], b""), &host_port[end..])
        }
    };
    let port_is_fine = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    consists_of(user, b":") && host_is_fine && port_is_fine
}

/// What stands in brackets: an IPv6 address, or a form of the future.
fn is_ip_literal(literal: &str) -> bool {
    let Some(future) = literal.strip_prefix(['v', 'V']) else {
        return literal.parse::<Ipv6Addr>().is_ok();
    };
    let Some((version, address)) = future.split_once('.') else {
        return false;
    };
    let plain = |byte: u8| is_unreserved(byte) || is_delimiter(byte) || byte == b':';
    !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !address.is_empty()
        && address.bytes().all(plain)
}

/// Only unreserved characters, sub-delimiters, percent-encoded bytes and `others`.
fn consists_of(text: &str, others: &[u8]) -> bool {
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            [byte, rest @ ..] if is_unreserved(*byte) || is_delimiter(*byte) || others.contains(byte) => rest,
            _ => return false,
        };
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_delimiter(byte: u8) -> bool {
    b"!$&'()*+,;=".contains(&byte)
}

impl Plain for Uri {
    fn from_text(text: &str) -> Result<Self, Fault> {
        if is_uri(text) { Ok(Uri(text.to_owned())) } else { Err(not_a("must be a URI with a scheme")) }
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

text_in_json!(Uri);

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({})", self.0)
    }
}
