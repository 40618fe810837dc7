//! Brings what the local provider and the local carriers have to tell, as signed webhooks. What isn't taken is brought a
//! few times more; what is refused isn't.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use commerce_payments::LocalProvider;
use commerce_shipping::LocalCarriers;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use stipule_local::Local;
use stipule_runtime::ports::Ports;
use stipule_runtime::webhook::Secret;
use stipule_runtime::wire::Json;
use stipule_runtime::{App, Caller};

use crate::Outside;

/// How long parcels stay where they are, and what isn't taken waits.
const PACE: Duration = Duration::from_secs(1);

/// Most times that a message is brought.
const MOST_TRIES: u32 = 8;

/// Who brings messages to a platform.
pub struct Courier {
    app: Arc<App>,
    ports: Arc<Ports>,
    provider: Arc<LocalProvider>,
    carriers: Arc<LocalCarriers>,
    secret: Secret,
    bag: Vec<Letter>,
}

/// A message on its way.
#[derive(Clone, Debug)]
struct Letter {
    path: &'static str,
    id: String,
    body: Bytes,
    tries: u32,
}

/// What comes of bringing a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Taken,
    Refused,
    Again,
}

impl Fate {
    fn of(status: StatusCode) -> Self {
        match status {
            status if status.is_success() => Self::Taken,
            StatusCode::TOO_MANY_REQUESTS => Self::Again,
            status if status.is_client_error() => Self::Refused,
            _ => Self::Again,
        }
    }
}

impl Courier {
    /// Between those outside and a platform.
    pub fn new<M>(local: &Local, outside: Outside<Arc<LocalProvider>, Arc<LocalCarriers>, M>) -> Self {
        let Outside { provider, carriers, secret, .. } = outside;
        let (app, ports) = (Arc::clone(local.app()), Arc::clone(local.ports()));
        Self { app, ports, provider, carriers, secret, bag: Vec::new() }
    }

    /// Goes round and round. Drop the future to end it.
    pub async fn run(mut self) {
        loop {
            self.round().await;
            self.ports.clock.sleep(PACE).await;
        }
    }

    /// Every parcel goes one station further, and what there is to tell is brought once. Messages that are still in the
    /// bag afterwards: they will be brought again.
    pub async fn round(&mut self) -> usize {
        self.collect();
        for mut letter in std::mem::take(&mut self.bag) {
            match bring(&self.app, &self.ports, &self.secret, &letter).await {
                Fate::Taken => {}
                Fate::Again if letter.tries + 1 < MOST_TRIES => {
                    letter.tries += 1;
                    self.bag.push(letter);
                }
                fate => tracing::warn!(id = letter.id, path = letter.path, ?fate, "a webhook is given up"),
            }
        }
        self.bag.len()
    }

    fn collect(&mut self) {
        let payments = self.provider.outgoing().into_iter();
        let payments = payments.map(|it| letter("/webhooks/psp", it.id, Json::of(&it.message)));
        let parcels = self.carriers.go_on(self.ports.clock.now()).unwrap_or_default().into_iter();
        let parcels = parcels.map(|it| letter("/webhooks/carrier", it.id, Json::of(&it.message)));
        self.bag.extend(payments.chain(parcels).flatten());
    }
}

fn letter<E>(path: &'static str, id: String, body: Result<stipule_runtime::wire::Any, E>) -> Option<Letter> {
    let body = Bytes::from(body.ok()?.to_text());
    Some(Letter { path, id, body, tries: 0 })
}

async fn bring(app: &App, ports: &Arc<Ports>, secret: &Secret, letter: &Letter) -> Fate {
    let mut request = Request::post(letter.path).header(CONTENT_TYPE, "application/json");
    for (name, value) in secret.sign(&letter.id, ports.clock.now(), &letter.body) {
        request = request.header(name, value);
    }
    match request.body(letter.body.clone()) {
        Ok(request) => Fate::of(app.handle(request, Caller::Anonymous, ports).await.status()),
        Err(_) => Fate::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_brought_again() {
        for (status, fate) in [
            (204, Fate::Taken),
            (401, Fate::Refused),
            (404, Fate::Refused),
            (409, Fate::Refused),
            (429, Fate::Again),
            (500, Fate::Again),
            (503, Fate::Again),
        ] {
            assert_eq!(Fate::of(StatusCode::from_u16(status).unwrap()), fate, "{status}");
        }
    }
}
