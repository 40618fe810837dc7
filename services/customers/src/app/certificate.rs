//! The certificate that somebody was forgotten.

use commerce_model::types::{Certification, ErasureCertificate, RedactedService, Rows};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

/// What it says: the services that had something to let go of.
///
/// # Errors
/// Never for rows that keep their contract.
pub(crate) fn of(
    it: &Certification,
    requested_at: DateTime,
    completed_at: DateTime,
) -> Result<ErasureCertificate, Fault> {
    let services = [
        ("notifications", it.notifications),
        ("orders", it.orders),
        ("payments", it.payments),
        ("reviews", it.reviews),
        ("subscriptions", it.subscriptions),
    ];
    let had = services.into_iter().filter(|(_, rows)| rows.get() > 0);
    let redacted = had.map(|(service, rows)| redacted(service, rows)).collect::<Result<Vec<_>, _>>()?;
    Ok(ErasureCertificate {
        customer_id: it.customer_id,
        requested_at,
        completed_at: completed_at.max(requested_at),
        redacted: BoundedVec::new(redacted)?,
    })
}

fn redacted(service: &str, rows: Rows) -> Result<RedactedService, Fault> {
    Ok(RedactedService { service: service.parse()?, rows: Ranged::new(rows.get().into())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_that_had_something_are_named() {
        let it = Certification {
            customer_id: "018f3a52-0000-7000-8000-0000000000c1".parse().unwrap(),
            orders: Rows::new(4).unwrap(),
            payments: Rows::new(0).unwrap(),
            reviews: Rows::new(0).unwrap(),
            notifications: Rows::new(0).unwrap(),
            subscriptions: Rows::new(0).unwrap(),
        };
        let said = of(&it, DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH).unwrap();
        let services: Vec<&str> = said.redacted.iter().map(|it| it.service.as_str()).collect();
        assert_eq!((services, said.redacted[0].rows.get()), (vec!["orders"], 4));
    }
}
