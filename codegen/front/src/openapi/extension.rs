//! Our own extensions of operations.

use stipule_ir::service::{Cache, Location, Method, Paginate, Parameter, RateLimit};
use stipule_ir::{Diagnostic, Spanned};

use super::{Api, Loose, PagingPlaces};
use crate::event::duration;
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};
use crate::suggest;

/// Calls a second and at one moment that API Gateway takes at most. Source: "Amazon API Gateway quotas", throttle quota per
/// account and region.
const MOST_RATE: u32 = 10_000;
const MOST_BURST: u32 = 5_000;

/// Seconds that API Gateway keeps an answer at most. Source: "Cache settings for REST APIs".
const LONGEST_TTL: u64 = 3_600;

impl Api<'_, '_> {
    /// `x-stipule-paginate: {items, cursor, next, limit}`; checked against parameters and response later.
    pub(super) fn paginate(&mut self, shape: &mut Shape<'_>, loose: &mut Loose) -> Option<Paginate> {
        let entry = shape.entry("x-stipule-paginate")?;
        let mut shape = Shape::under(entry, "`x-stipule-paginate`", self.diagnostics)?;
        let items = shape.required_text("items", self.diagnostics);
        let cursor = shape.required_text("cursor", self.diagnostics);
        let next = shape.required_text("next", self.diagnostics);
        let limit = shape.text("limit", self.diagnostics);
        shape.finish(self.diagnostics);
        let (items, cursor, next) = (items?, cursor?, next?);
        loose.paginate = Some(PagingPlaces {
            key: entry.key.span.clone(),
            items: items.span,
            cursor: cursor.span,
            next: next.span,
            limit: limit.as_ref().map(|limit| limit.span.clone()),
        });
        Some(Paginate {
            items: items.value,
            cursor: cursor.value,
            next: next.value,
            limit: limit.map(|limit| limit.value),
        })
    }

    /// `x-stipule-rate-limit: 100/s`, or `{rate: 100/s, burst: 200}`.
    pub(super) fn rate_limit(&mut self, shape: &mut Shape<'_>) -> Option<RateLimit> {
        let entry = shape.entry("x-stipule-rate-limit")?;
        if entry.value.as_str().is_some() {
            let rate = self.rate(entry)?;
            return Some(RateLimit { rate, burst: (rate * 2).min(MOST_BURST) });
        }
        let mut shape = Shape::under(entry, "`x-stipule-rate-limit`", self.diagnostics)?;
        let rate = shape.required("rate", self.diagnostics).and_then(|entry| self.rate(entry));
        let burst = shape.whole_within("burst", 1, MOST_BURST, self.diagnostics);
        shape.finish(self.diagnostics);
        let rate = rate?;
        Some(RateLimit { rate, burst: burst.map_or((rate * 2).min(MOST_BURST), |burst| burst.value) })
    }

    /// `100/s`, or `60/m` as long as a second has a whole number of it.
    fn rate(&mut self, entry: &Entry) -> Option<u32> {
        let text = expect_text(&entry.value, &entry.key.value, self.diagnostics)?;
        let number = |text: &str| text.parse::<u32>().ok().filter(|_| !text.starts_with('+'));
        let found = match text.value.split_once('/') {
            Some((count, "s")) => number(count),
            Some((count, "m")) => number(count).filter(|count| count % 60 == 0).map(|count| count / 60),
            _ => None,
        };
        let found = found.filter(|rate| (1..=MOST_RATE).contains(rate));
        if found.is_none() {
            let message = format!("`{}` is not a limit of calls", text.value);
            let help = format!("a whole number of calls a second, 1 to {MOST_RATE}: `100/s`, or `600/m`");
            self.diagnostics.push(Diagnostic::error("OAS024", &text.span, message).help(help));
        }
        found
    }

    /// `x-stipule-cache: 60s`, or `{ttl: 60s, keys: [q], invalidated-by: [Book.Lent]}`.
    pub(super) fn cache(
        &mut self,
        method: Method,
        parameters: &[Parameter],
        shape: &mut Shape<'_>,
        loose: &mut Loose,
    ) -> Option<Cache> {
        let entry = shape.entry("x-stipule-cache")?;
        if method != Method::Get {
            let message = format!("an answer to {} can't be kept", method.as_str());
            let fault = Diagnostic::error("OAS023", &entry.key.span, message);
            self.diagnostics.push(fault.help("only GET changes nothing: leave it out"));
        }
        let short = entry.value.as_str().is_some();
        let (ttl, keys) = if short {
            (duration::duration(shape, "x-stipule-cache", self.diagnostics), None)
        } else {
            let mut shape = Shape::under(entry, "`x-stipule-cache`", self.diagnostics)?;
            shape.required("ttl", self.diagnostics);
            let ttl = duration::duration(&mut shape, "ttl", self.diagnostics);
            let keys = shape.texts("keys", self.diagnostics);
            loose.until = shape.texts("invalidated-by", self.diagnostics).unwrap_or_default();
            shape.finish(self.diagnostics);
            (ttl, keys)
        };
        let keys = self.keys(parameters, entry, keys.as_deref());
        let ttl = ttl?;
        let seconds = ttl.value.as_secs();
        if ttl.value.subsec_nanos() != 0 || !(1..=LONGEST_TTL).contains(&seconds) {
            let message = format!("an answer is kept for 1s to {LONGEST_TTL}s");
            self.diagnostics.push(Diagnostic::error("OAS023", &ttl.span, message));
        }
        Some(Cache { seconds: seconds as u32, keys, until: Vec::new() })
    }

    /// The parameters that tell answers apart: all of them, and no others.
    fn keys(
        &mut self,
        parameters: &[Parameter],
        entry: &Entry,
        said: Option<&[Spanned<String>]>,
    ) -> Vec<String> {
        let names: Vec<&str> = parameters.iter().map(|it| it.name.wire.as_str()).collect();
        for key in said.unwrap_or_default().iter().filter(|key| !names.contains(&key.value.as_str())) {
            let message = format!("there is no parameter `{}`", key.value);
            let fault = Diagnostic::error("OAS023", &key.span, message);
            self.diagnostics.push(fault.help(suggest::help(&key.value, &names)));
        }
        for parameter in parameters {
            let wire = &parameter.name.wire;
            let missing = said.is_some_and(|said| said.iter().all(|key| key.value != *wire));
            let fault = match parameter.location {
                Location::Cookie => {
                    format!("the cookie `{wire}` changes the answer and can't be one of the keys")
                }
                Location::Query | Location::Header if missing => {
                    format!("`{wire}` changes the answer and is not one of the keys")
                }
                _ => continue,
            };
            let fault = Diagnostic::error("OAS023", &entry.key.span, fault);
            self.diagnostics.push(fault.related(&parameter.span, "this parameter"));
        }
        let named = parameters.iter().filter(|it| it.location != Location::Cookie);
        named.map(|parameter| parameter.name.wire.clone()).collect()
    }
}
