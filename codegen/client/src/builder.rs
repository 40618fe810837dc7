//! How a client is set up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Uri};
use tokio::sync::Mutex;

use crate::client::{Client, Settings};
use crate::hook::{Hook, Hooks};
use crate::retry::Retry;
use crate::scheme::Secrets;
use crate::token::{Token, TokenProvider, Tokens};
use crate::transport::{Http, Transport};

/// Settings of a client before it is made. `C` is the generated client around [`Client`].
#[must_use = "nothing is made until `build()`"]
pub struct Builder<C = Client> {
    base: String,
    tokens: Tokens,
    secrets: Secrets,
    retry: Retry,
    timeout: Duration,
    attempt_timeout: Duration,
    most_bytes: usize,
    user_agent: String,
    transport: Option<Box<dyn Transport>>,
    hooks: Hooks,
    makes: PhantomData<fn() -> C>,
}

impl<C: From<Client>> Builder<C> {
    /// Settings for the server at this address: `https://library.example/v1`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base: base_url.into(),
            tokens: Tokens::None,
            secrets: Secrets::default(),
            retry: Retry::default(),
            timeout: Duration::from_secs(60),
            attempt_timeout: Duration::from_secs(20),
            most_bytes: 16 << 20,
            user_agent: concat!("stipule-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            transport: None,
            hooks: Hooks::default(),
            makes: PhantomData,
        }
    }

    /// A bearer token, used as it is.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens = Tokens::Fixed(Token::new(token));
        self
    }

    /// Who gives out tokens: asked for the first call, before a token ends, and once when a token is refused.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.tokens = Tokens::Fetched { provider: Box::new(provider), kept: Mutex::new(None) };
        self
    }

    /// The secret of whatever scheme the contract has that is a key: a header, a query parameter or a cookie.
    pub fn api_key(self, secret: impl Into<String>) -> Self {
        self.secret("", secret)
    }

    /// The secret of one scheme, by its name in the contract.
    pub fn secret(mut self, scheme: &str, secret: impl Into<String>) -> Self {
        self.secrets.key(scheme, secret.into());
        self
    }

    /// User and password, for operations that ask for those.
    pub fn basic(mut self, user: &str, password: &str) -> Self {
        self.secrets.basic(user, password);
        self
    }

    /// What is tried again. Three tries unless said otherwise.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Longest time for a call with all its tries and waits. A minute unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Longest time for one try. 20 seconds unless said otherwise.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Largest body of an answer in bytes. 16 MiB unless said otherwise.
    pub fn max_answer_bytes(mut self, most: usize) -> Self {
        self.most_bytes = most;
        self
    }

    /// How the program calls itself, before the client's own name.
    pub fn user_agent(mut self, name: impl fmt::Display) -> Self {
        self.user_agent = format!("{name} {}", self.user_agent);
        self
    }

    /// Another way for requests to travel: a proxy, a recorder, a test that answers by itself.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Something that looks at every try before it is sent and after; the first that is given is the first to look.
    pub fn hook(mut self, hook: impl Hook) -> Self {
        self.hooks.push(hook);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`BuildError`] when the address or the program's name can't be used, or TLS can't be set up.
    pub fn build(self) -> Result<C, BuildError> {
        let base = base_url(&self.base, self.transport.is_some())?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| BuildError::UserAgent(self.user_agent.clone()))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(Http::new(self.most_bytes).map_err(BuildError::Tls)?),
        };
        let client = Client(Arc::new(Settings {
            base,
            transport,
            tokens: self.tokens,
            secrets: self.secrets,
            retry: self.retry,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            user_agent,
            most_bytes: self.most_bytes,
            hooks: self.hooks,
        }));
        Ok(client.into())
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("base", &self.base)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

/// The address without a slash at its end.
fn base_url(text: &str, other_transport: bool) -> Result<String, BuildError> {
    let refuse = |reason| BuildError::BaseUrl { url: text.to_owned(), reason };
    let uri: Uri = text.parse().map_err(|_| refuse("it isn't a URL"))?;
    let https = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(refuse("it must begin with `https://` or `http://`")),
    };
    if uri.host().is_none_or(str::is_empty) {
        return Err(refuse("it has no host"));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(refuse("it has a user name; give a token instead"));
    }
    if uri.query().is_some() || text.contains('#') {
        return Err(refuse("it has a query or a fragment"));
    }
    if https && !other_transport && !cfg!(any(feature = "tls", target_arch = "wasm32")) {
        return Err(refuse("`https://` needs the feature `tls`"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Why a client can't be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The address can't be used.
    BaseUrl {
        /// The address.
        url: String,
        /// Why.
        reason: &'static str,
    },
    /// The program's name can't stand in a header.
    UserAgent(String),
    /// The certificates that the system trusts can't be read.
    Tls(std::io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl { url, reason } => write!(f, "`{url}` can't be the address of a server: {reason}"),
            Self::UserAgent(name) => write!(f, "`{name}` can't be the name of a program in a header"),
            Self::Tls(_) => f.write_str("the certificates that the system trusts can't be read"),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Tls(error) = self { Some(error) } else { None }
    }
}
