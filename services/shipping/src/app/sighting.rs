//! What it means that a parcel was seen. Carriers repeat themselves, and their messages overtake each other.

use commerce_model::types::{ScanKind, ShipmentStatus};

/// What follows from a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sighting {
    /// Nothing that anybody waits for: the parcel is on its way, or the message comes late.
    Note,
    /// It is on its way once more.
    Goes(ShipmentStatus),
    /// It has arrived.
    Arrives(ShipmentStatus),
    /// It has not arrived, this time or at all.
    Fails(ShipmentStatus),
    /// The carrier was faster than our own books.
    TooEarly,
    /// It contradicts what is known. Why, for a person.
    Impossible(&'static str),
}

/// What follows from a scan of a parcel in this status.
pub(crate) fn of(status: ShipmentStatus, kind: ScanKind) -> Sighting {
    use ShipmentStatus::{Cancelled, Delivered, Dispatched, Failed, Labelled, Lost, Returned};
    let to = match kind {
        ScanKind::Accepted | ScanKind::InTransit => None,
        ScanKind::OutForDelivery => Some(Dispatched),
        ScanKind::Delivered => Some(Delivered),
        ScanKind::NotDelivered => Some(Failed),
        ScanKind::Returned => Some(Returned),
        ScanKind::Lost => Some(Lost),
    };
    match (status, to) {
        (Labelled, _) => Sighting::TooEarly,
        (Cancelled, _) => Sighting::Impossible("The parcel was never handed over."),
        (_, None) => Sighting::Note,
        (status, Some(to)) if status.may_become(to) => match to {
            Dispatched => Sighting::Goes(to),
            Delivered => Sighting::Arrives(to),
            _ => Sighting::Fails(to),
        },
        // Known already, or from before the end.
        (status, Some(to)) if status == to || matches!(to, Dispatched | Failed) => Sighting::Note,
        (Delivered, Some(_)) => Sighting::Impossible("The parcel has arrived."),
        (Returned, Some(_)) => Sighting::Impossible("The parcel has come back."),
        (Lost, Some(_)) => Sighting::Impossible("The parcel is lost."),
        (Dispatched | Failed, Some(_)) => Sighting::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ShipmentStatus::{Cancelled, Delivered, Dispatched, Failed, Labelled, Lost, Returned};

    const KINDS: [ScanKind; 7] = [
        ScanKind::Accepted,
        ScanKind::InTransit,
        ScanKind::OutForDelivery,
        ScanKind::Delivered,
        ScanKind::NotDelivered,
        ScanKind::Returned,
        ScanKind::Lost,
    ];

    #[test]
    fn a_scan_leads_only_where_the_table_leads() {
        for status in [Labelled, Dispatched, Delivered, Failed, Returned, Lost, Cancelled] {
            for kind in KINDS {
                if let Sighting::Goes(to) | Sighting::Arrives(to) | Sighting::Fails(to) = of(status, kind) {
                    assert!(status.may_become(to), "{status:?} -{kind:?}-> {to:?}");
                }
            }
        }
    }

    #[test]
    fn what_was_told_before_changes_nothing() {
        for (status, kind) in [
            (Delivered, ScanKind::Delivered),
            (Returned, ScanKind::Returned),
            (Lost, ScanKind::Lost),
            (Failed, ScanKind::NotDelivered),
            (Delivered, ScanKind::OutForDelivery),
            (Delivered, ScanKind::NotDelivered),
            (Dispatched, ScanKind::OutForDelivery),
        ] {
            assert_eq!(of(status, kind), Sighting::Note, "{status:?} {kind:?}");
        }
    }

    #[test]
    fn what_contradicts_an_end_is_refused() {
        for (status, kind) in
            [(Delivered, ScanKind::Lost), (Returned, ScanKind::Delivered), (Lost, ScanKind::Delivered)]
        {
            assert!(matches!(of(status, kind), Sighting::Impossible(_)), "{status:?} {kind:?}");
        }
        assert_eq!(of(Labelled, ScanKind::Accepted), Sighting::TooEarly);
    }

    #[test]
    fn a_second_try_can_succeed() {
        assert_eq!(of(Dispatched, ScanKind::NotDelivered), Sighting::Fails(Failed));
        assert_eq!(of(Failed, ScanKind::OutForDelivery), Sighting::Goes(Dispatched));
        assert_eq!(of(Failed, ScanKind::Delivered), Sighting::Arrives(Delivered));
    }
}
