//! Whether goods may still come back.

use std::time::Duration;

use commerce_model::types::ReturnReason;
use stipule_runtime::wire::DateTime;

use super::price::is_our_fault;

const DAY: Duration = Duration::from_hours(24);

/// How long everybody may send things back.
const MINDS_CHANGE: u32 = 30;
/// How long the store answers for what it sold.
const WE_ANSWER: u32 = 2 * 365;
/// How long an approved parcel may take.
const PARCEL_TAKES: u32 = 14;

/// Whether pieces that were delivered then may come back now.
pub(crate) fn is_in_time(reason: ReturnReason, delivered_at: DateTime, requested_at: DateTime) -> bool {
    let days = if is_our_fault(reason) { WE_ANSWER } else { MINDS_CHANGE };
    delivered_at.checked_add(DAY * days).is_none_or(|until| requested_at <= until)
}

/// Until when a parcel that is approved now has to be there.
pub(crate) fn due(now: DateTime) -> DateTime {
    now.checked_add(DAY * PARCEL_TAKES).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::noon;

    #[test]
    fn minds_change_within_a_month_and_faults_show_within_two_years() {
        let after = |days: u32| noon().checked_add(DAY * days).unwrap();
        for (reason, days) in [
            (ReturnReason::ChangedMind, 30),
            (ReturnReason::ArrivedLate, 30),
            (ReturnReason::Damaged, 730),
            (ReturnReason::WrongProduct, 730),
            (ReturnReason::NotAsDescribed, 730),
        ] {
            assert!(is_in_time(reason, noon(), after(days)), "{reason:?}");
            assert!(!is_in_time(reason, noon(), after(days + 1)), "{reason:?}");
        }
    }
}
