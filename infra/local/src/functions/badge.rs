//! Who is who among the processes: each has credentials of its own, by which endpoints know it, and what it works for.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::happening::{UNDER, Under};

/// Every badge that is out, and what its holder works for, if that is known. Cloning shares them.
#[derive(Clone, Default)]
pub(crate) struct Badges(Arc<Mutex<HashMap<String, Option<Under>>>>);

/// The badge of a process; worth nothing once dropped.
pub(super) struct Badge {
    badges: Badges,
    id: String,
}

/// What a process works for is known as long as this.
pub(super) struct Worn {
    badges: Badges,
    id: String,
}

impl Badges {
    /// A badge that nobody guesses.
    pub(super) fn issue(&self, random: [u8; 16]) -> Badge {
        let mut id = String::from("LOCAL");
        for byte in random {
            // Writing to a string never fails.
            let _ = write!(id, "{byte:02X}");
        }
        self.all().insert(id.clone(), None);
        Badge { badges: self.clone(), id }
    }

    /// Who asks, by the credentials that a request is signed with; none but for a process that is alive. What it works for
    /// is in it, if that is known.
    pub(crate) fn holder(&self, headers: &HeaderMap) -> Option<Option<Under>> {
        let said = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (_, credential) = said.split_once("Credential=")?;
        let (id, _) = credential.split_once('/')?;
        self.all().get(id).cloned()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Option<Under>>> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Badge {
    /// The variables of its process.
    pub(super) fn variables(&self) -> [(&'static str, &str); 2] {
        // Nothing is proven by the second: who has the first is who it says.
        [("AWS_ACCESS_KEY_ID", &self.id), ("AWS_SECRET_ACCESS_KEY", "local")]
    }

    /// Notes what is being done here and now as what the process works for.
    pub(super) fn worn(&self) -> Worn {
        let under = UNDER.try_with(Clone::clone).ok();
        self.badges.all().insert(self.id.clone(), under);
        Worn { badges: self.badges.clone(), id: self.id.clone() }
    }
}

impl Drop for Badge {
    fn drop(&mut self) {
        self.badges.all().remove(&self.id);
    }
}

impl Drop for Worn {
    fn drop(&mut self) {
        if let Some(under) = self.badges.all().get_mut(&self.id) {
            *under = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn signed(id: &str) -> HeaderMap {
        let said =
            format!("AWS4-HMAC-SHA256 Credential={id}/20261128/us-east-1/dynamodb/aws4_request, Signature=0");
        [(AUTHORIZATION, HeaderValue::from_str(&said).expect("a header"))].into_iter().collect()
    }

    #[tokio::test]
    async fn a_process_is_known_while_it_lives_and_what_it_works_for_while_it_works() {
        let badges = Badges::default();
        let badge = badges.issue([7; 16]);
        let id = badge.id.clone();
        assert_eq!(badges.holder(&signed(&id)), Some(None));
        assert_eq!(badges.holder(&signed("LOCAL00")), None, "a stranger");
        assert_eq!(badges.holder(&HeaderMap::new()), None);
        let under =
            Under { correlation_id: "c".to_owned(), tenant: "maple".to_owned(), cause: "call/r".to_owned() };
        let known = UNDER.scope(under.clone(), async {
            let worn = badge.worn();
            let known = badges.holder(&signed(&id));
            drop(worn);
            known
        });
        assert_eq!(known.await, Some(Some(under)));
        assert_eq!(badges.holder(&signed(&id)), Some(None));
        drop(badge);
        assert_eq!(badges.holder(&signed(&id)), None);
    }
}
