//! What can be said of a return where it stands.

use commerce_model::types::ReturnStatus;

/// Why nobody can say what was in the parcel.
pub(crate) const fn not_inspected(status: ReturnStatus) -> &'static str {
    match status {
        ReturnStatus::Requested | ReturnStatus::Approved => "The parcel isn't here yet.",
        ReturnStatus::Received => "The return can't be inspected now.",
        ReturnStatus::Closed => "The return was inspected already.",
        ReturnStatus::Refused => "The return was refused.",
        ReturnStatus::Lapsed => "The parcel never came in time.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReturnStatus::{Approved, Closed, Lapsed, Received, Refused, Requested};

    const ALL: [ReturnStatus; 6] = [Requested, Approved, Received, Closed, Refused, Lapsed];

    #[test]
    fn a_return_goes_forward_or_comes_to_nothing() {
        let legal = [
            (Requested, Approved),
            (Requested, Refused),
            (Approved, Received),
            (Approved, Lapsed),
            (Received, Closed),
        ];
        for from in ALL {
            for to in ALL {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from:?} → {to:?}");
            }
        }
    }
}
