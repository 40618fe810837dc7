//! `format: email`.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::hostname::is_hostname;
use super::not_a;
use crate::plain::{Plain, text_in_json};
use crate::redacted::Redacted;
use crate::violation::Fault;

/// An e-mail address (RFC 5321 `Mailbox`): `local@host`, `"quoted local"@host`, `local@[127.0.0.1]`.
///
/// It is kept as written and compared as written. It is personal data wherever it stands: `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Most octets of a local part (RFC 5321, 4.5.3.1.1).
const LOCAL: usize = 64;

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    if !local.is_ascii() || local.len() > LOCAL {
        return false;
    }
    match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => is_quoted(quoted.as_bytes()),
        None => local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom)),
    }
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_quoted(mut text: &[u8]) -> bool {
    loop {
        text = match text {
            [] => return true,
            [b'\\', b'!'..=b'~', rest @ ..] => rest,
            [b'\\' | b'"', ..] => return false,
            [b'\t' | b' '..=b'~', rest @ ..] => rest,
            _ => return false,
        };
    }
}

fn is_domain(domain: &str) -> bool {
    let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return is_hostname(domain);
    };
    match address.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => address[5..].parse::<Ipv6Addr>().is_ok(),
        _ => address.parse::<Ipv4Addr>().is_ok(),
    }
}

impl Plain for Email {
    fn from_text(text: &str) -> Result<Self, Fault> {
        if is_email(text) { Ok(Email(text.to_owned())) } else { Err(not_a("must be an e-mail address")) }
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

text_in_json!(Email);

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Email").field(&Redacted).finish()
    }
}
