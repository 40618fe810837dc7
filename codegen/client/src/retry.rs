//! What is tried again, and after which wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use crate::random;

/// How often a call is tried and how long it waits in between.
///
/// Only what is safe is tried again: calls whose repetition is harmless by their method or by their idempotency key,
/// and calls that never reached the server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Tries in all, at least 1.
    pub attempts: u32,
    /// Longest wait before the second try; doubles each time.
    pub first_wait: Duration,
    /// Longest wait between two tries. A server that asks for more time than this gets no further try.
    pub longest_wait: Duration,
}

impl Retry {
    /// Never tries again.
    pub const NONE: Retry =
        Retry { attempts: 1, first_wait: Duration::from_millis(200), longest_wait: Duration::from_secs(10) };

    /// Wait before the next try after so many failed ones (from 1): full jitter up to the doubled limit.
    ///
    /// Source: «Exponential Backoff And Jitter», AWS Architecture Blog, 2015.
    pub(crate) fn wait(&self, failed: u32) -> Duration {
        let doublings = failed.saturating_sub(1).min(20);
        let limit = self.first_wait.saturating_mul(1 << doublings).min(self.longest_wait);
        limit.mul_f64(random::fraction())
    }
}

/// Three tries, waiting up to 200 ms and 400 ms.
impl Default for Retry {
    fn default() -> Self {
        Retry { attempts: 3, ..Self::NONE }
    }
}

/// Whether an answer with this status may turn out better next time.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 502 | 503 | 504)
}

/// How long the server asks to wait: seconds or a date. Source: RFC 9110, section 10.2.3.
pub(crate) fn asked_wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = imf_date(value)?;
    Some(at.duration_since(now).unwrap_or_default())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the only form of a date that senders may use.
fn imf_date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = text.split_once(", ")?;
    let mut parts = date.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let month = u64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let year: u64 = parts.next()?.parse().ok()?;
    let mut clock = parts.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let sane =
        (1970..=9999).contains(&year) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if parts.next()? != "GMT" || !sane {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, from 1970 on.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years are counted from March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year / 4 - year / 100 + year / 400;
    (year * 365 + leaps + (month * 153 + 2) / 5 + day - 1) - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn asked(value: &'static str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(http::header::RETRY_AFTER, HeaderValue::from_static(value))]);
        asked_wait(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770))
    }

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_until_a_date() {
        assert_eq!(asked("120"), Some(Duration::from_secs(120)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994", "1e9"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn waits_double_and_stay_below_the_longest() {
        let retry = Retry {
            attempts: 9,
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(1),
        };
        for failed in 1..40 {
            let limit = Duration::from_millis(100 << (failed - 1).min(10)).min(Duration::from_secs(1));
            assert!(retry.wait(failed) <= limit);
        }
    }
}
