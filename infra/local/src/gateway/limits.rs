//! How many calls are taken: of each operation, and of each holder of an API key, at once and on a day.
//!
//! A key says its plan and its holder and proves both: `partner.acme.<hex>`. So many holders as one likes have keys, and
//! nothing is kept of those who don't call.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use ring::hmac;
use stipule_runtime::App;
use stipule_runtime::app::{Bucket, throttled};
use stipule_runtime::http::{Operation, Problem};
use stipule_runtime::platform::Plan;
use stipule_runtime::wire::DateTime;

use crate::live::TICKET;

/// The header that carries the key. Source: "Choose an API key source" of API Gateway.
pub(super) const API_KEY: &str = "x-api-key";

/// Holders that are known at once; those who have asked nothing today and wait for nothing make place for others.
const MOST_HOLDERS: usize = 65_536;

/// Bytes of the proof that a key carries.
const PROOF: usize = 16;

/// Longest name of a holder.
const LONGEST_HOLDER: usize = 64;

/// What is left of every limit.
pub(crate) struct Limits {
    routes: HashMap<&'static str, Bucket>,
    plans: &'static [Plan],
    key: hmac::Key,
    holders: Mutex<HashMap<String, Holder>>,
}

/// Somebody with a key.
struct Holder {
    bucket: Bucket,
    /// Days since 1970.
    day: i32,
    /// Calls that were taken on that day.
    used: u32,
}

impl Limits {
    /// Everything that the app's contracts allow; keys are proven by `key`.
    pub(crate) fn new(app: &App, key: hmac::Key) -> Self {
        let gateway = app.gateway();
        let bucket = |it: &'static Operation| (it.id, Bucket::new(it.limit.unwrap_or(gateway.throttle)));
        let tickets = (TICKET, Bucket::new(gateway.throttle));
        let routes = app.operations().map(bucket).chain([tickets]).collect();
        Self { routes, plans: gateway.plans, key, holders: Mutex::default() }
    }

    /// The key of a holder; none of a plan that isn't there, or of a name that isn't one.
    pub(crate) fn key_of(&self, plan: &str, holder: &str) -> Option<String> {
        self.plans.iter().find(|it| it.name == plan)?;
        is_name(holder).then(|| format!("{plan}.{holder}.{}", self.proof(plan, holder)))
    }

    fn proof(&self, plan: &str, holder: &str) -> String {
        let tag = hmac::sign(&self.key, format!("{plan}.{holder}").as_bytes());
        tag.as_ref()[..PROOF].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Takes a call in, of an operation by its id, or for a ticket.
    ///
    /// # Errors
    /// The problem that the caller is told of: another key than one of ours, or too many calls.
    pub(crate) fn take(
        &self,
        route: Option<&str>,
        headers: &HeaderMap,
        now: DateTime,
    ) -> Result<(), Problem> {
        // Where there is no operation, there is nothing to protect.
        let Some(route) = route else { return Ok(()) };
        let Some(key) = headers.get(API_KEY) else {
            return self.route(route, now).map_err(throttled);
        };
        let (plan, holder) = key.to_str().ok().and_then(|key| self.known(key)).ok_or_else(unknown)?;
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let today = now.date().days_since_epoch();
        make_place(&mut holders, today, now);
        let new = || Holder { bucket: Bucket::new(plan.throttle), day: today, used: 0 };
        let held = holders.entry(format!("{}.{holder}", plan.name)).or_insert_with(new);
        if held.day != today {
            (held.day, held.used) = (today, 0);
        }
        if plan.day.is_some_and(|most| held.used >= most) {
            return Err(used_up(now));
        }
        held.bucket.take(now).map_err(throttled)?;
        self.route(route, now).map_err(throttled)?;
        held.used = held.used.saturating_add(1);
        Ok(())
    }

    fn route(&self, route: &str, now: DateTime) -> Result<(), Duration> {
        self.routes.get(route).map_or(Ok(()), |bucket| bucket.take(now))
    }

    fn known<'k>(&self, key: &'k str) -> Option<(&'static Plan, &'k str)> {
        let (who, proof) = key.rsplit_once('.')?;
        let (plan, holder) = who.split_once('.')?;
        let plan = self.plans.iter().find(|it| it.name == plan).filter(|_| is_name(holder))?;
        // Hashed once more, so that how long it takes says nothing of the proof.
        let mac = |text: &str| hmac::sign(&self.key, text.as_bytes());
        let agrees = mac(proof).as_ref() == mac(&self.proof(plan.name, holder)).as_ref();
        agrees.then_some((plan, holder))
    }
}

fn make_place(holders: &mut HashMap<String, Holder>, today: i32, now: DateTime) {
    if holders.len() >= MOST_HOLDERS {
        holders.retain(|_, held| held.day == today || !held.bucket.is_full(now));
    }
    if holders.len() >= MOST_HOLDERS {
        holders.clear();
    }
}

fn is_name(holder: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_HOLDER).contains(&holder.len()) && holder.bytes().all(plain)
}

fn unknown() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "bad-api-key", "The API key isn't known")
}

fn used_up(now: DateTime) -> Problem {
    let left = 86_400 - now.unix_seconds().rem_euclid(86_400);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "quota-exceeded", "The plan's requests of today are used up")
        .detail("Nothing was done. The next day begins at midnight UTC.")
        .header(RETRY_AFTER, HeaderValue::from(left))
}

#[cfg(test)]
mod tests {
    use stipule_runtime::app::Throttle;
    use stipule_runtime::http::{Response, Route};
    use stipule_runtime::platform::Gateway;

    use super::*;

    static BUSY: Operation =
        Operation { id: "busy", limit: Some(Throttle { rate: 1, burst: 3 }), ..Operation::NEW };
    static CALM: Operation = Operation { id: "calm", template: "/calm", ..Operation::NEW };
    const PLANS: &[Plan] = &[
        Plan { name: "few", throttle: Throttle { rate: 1, burst: 2 }, day: None },
        Plan { name: "daily", throttle: Throttle { rate: 1000, burst: 1000 }, day: Some(4) },
    ];

    fn limits() -> Limits {
        let route = |operation| Route::new(operation, async |_, _| Ok(Response::default()));
        let app = App::new([route(&BUSY), route(&CALM)], []).unwrap();
        let throttle = Throttle { rate: 10, burst: 10 };
        let app = app.behind(Gateway { throttle, plans: PLANS, ..Gateway::NEW });
        Limits::new(&app, hmac::Key::new(hmac::HMAC_SHA256, b"a key of tests"))
    }

    fn noon() -> DateTime {
        "2026-11-27T12:00:00Z".parse().unwrap()
    }

    fn with(key: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(API_KEY), HeaderValue::from_str(key).unwrap())])
    }

    /// How many of twenty calls are taken.
    fn taken(limits: &Limits, operation: &Operation, headers: &HeaderMap, now: DateTime) -> usize {
        (0..20).filter(|_| limits.take(Some(operation.id), headers, now).is_ok()).count()
    }

    #[test]
    fn an_operation_has_a_limit_of_its_own() {
        let limits = limits();
        let none = HeaderMap::new();
        assert_eq!(taken(&limits, &BUSY, &none, noon()), 3, "its own");
        assert_eq!(taken(&limits, &CALM, &none, noon()), 10, "that of all others, which nobody used");
        assert!(limits.take(None, &none, noon()).is_ok(), "where nothing is, nothing is counted");
    }

    #[test]
    fn every_holder_has_what_the_plan_says() {
        let limits = limits();
        let [one, other] = ["one", "other"].map(|holder| with(&limits.key_of("few", holder).unwrap()));
        assert_eq!(taken(&limits, &CALM, &one, noon()), 2);
        assert_eq!(taken(&limits, &CALM, &other, noon()), 2, "what one asked counts for nobody else");
        let second = noon().checked_add(Duration::from_secs(1)).unwrap();
        assert_eq!(taken(&limits, &CALM, &one, second), 1);
    }

    #[test]
    fn who_is_turned_away_by_the_plan_takes_nothing_from_others() {
        let limits = limits();
        let greedy = with(&limits.key_of("few", "greedy").unwrap());
        assert_eq!(taken(&limits, &BUSY, &greedy, noon()), 2);
        assert_eq!(taken(&limits, &BUSY, &HeaderMap::new(), noon()), 1);
    }

    #[test]
    fn a_quota_lasts_until_midnight() {
        let limits = limits();
        let key = with(&limits.key_of("daily", "acme").unwrap());
        assert_eq!(taken(&limits, &CALM, &key, noon()), 4);
        let refused = limits.take(Some(CALM.id), &key, noon()).expect_err("used up");
        assert_eq!((refused.status.as_u16(), refused.kind), (429, "quota-exceeded"));
        assert_eq!(refused.headers, [(RETRY_AFTER, HeaderValue::from(43_200))]);
        let midnight = noon().checked_add(Duration::from_secs(43_200)).unwrap();
        assert_eq!(taken(&limits, &CALM, &key, midnight), 4);
    }

    #[test]
    fn only_our_keys_are_known() {
        let limits = limits();
        let good = limits.key_of("few", "acme").unwrap();
        let forged = good.replacen("few", "daily", 1);
        let other = good.replacen("acme", "acne", 1);
        for bad in
            [forged.as_str(), &other, &good[..good.len() - 1], "few.acme.", "few", "", "..", "few.a.b.c"]
        {
            let refused = limits.take(Some(CALM.id), &with(bad), noon()).expect_err(bad);
            assert_eq!((refused.status.as_u16(), refused.kind), (403, "bad-api-key"), "{bad}");
        }
        assert_eq!(limits.key_of("none", "acme"), None);
        assert_eq!(limits.key_of("few", "Acme & Sons"), None);
    }
}
