//! Who calls: bearer tokens, fixed or fetched and kept fresh.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

/// An error of somebody else's.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A bearer token. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: Arc<str>,
    expires_at: Option<SystemTime>,
}

impl Token {
    /// A token that is used until the server refuses it.
    pub fn new(secret: impl Into<String>) -> Self {
        Self { secret: Arc::from(secret.into()), expires_at: None }
    }

    /// The moment at which it ends: a fresh one is fetched half a minute earlier.
    #[must_use]
    pub fn expires_at(mut self, at: SystemTime) -> Self {
        self.expires_at = Some(at);
        self
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        const MARGIN: Duration = Duration::from_secs(30);
        self.expires_at.is_none_or(|end| now.checked_add(MARGIN).is_none_or(|soon| soon < end))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Somebody who gives out tokens. The client keeps what it got and asks again when that ends or is refused; two calls
/// never ask at once.
pub trait TokenProvider: Send + Sync + 'static {
    /// A fresh token.
    fn fetch(&self) -> BoxFuture<'_, Result<Token, BoxError>>;
}

/// Any function that fetches a token.
impl<F, R> TokenProvider for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Token, BoxError>> + Send + 'static,
{
    fn fetch(&self) -> BoxFuture<'_, Result<Token, BoxError>> {
        Box::pin(self())
    }
}

/// Where the client's tokens come from.
pub(crate) enum Tokens {
    None,
    Fixed(Token),
    Fetched { provider: Box<dyn TokenProvider>, kept: Mutex<Option<Token>> },
}

impl Tokens {
    /// A token for a call. `refused` is the one that the server didn't take: it is not given again.
    pub(crate) async fn token(&self, refused: Option<&Token>) -> Result<Option<Token>, BoxError> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(token) => Ok(Some(token.clone())),
            Self::Fetched { provider, kept } => {
                let mut kept = kept.lock().await;
                if let Some(token) = kept.as_ref()
                    && refused != Some(token)
                    && token.is_fresh(crate::time::today())
                {
                    return Ok(Some(token.clone()));
                }
                let token = provider.fetch().await?;
                *kept = Some(token.clone());
                Ok(Some(token))
            }
        }
    }

    /// Whether there are none.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether asking again may give another token.
    pub(crate) fn can_refresh(&self) -> bool {
        matches!(self, Self::Fetched { .. })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Fixed(_) => "Fixed",
            Self::Fetched { .. } => "Fetched",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_nowhere() {
        assert!(!format!("{:?}", Token::new("secret")).contains("secret"));
    }

    #[test]
    fn a_token_is_stale_half_a_minute_before_its_end() {
        let now = SystemTime::now();
        let ends_in = |seconds| Token::new("t").expires_at(now + Duration::from_secs(seconds)).is_fresh(now);
        assert!(ends_in(31));
        assert!(!ends_in(30));
    }
}
