//! What an order of a subscription costs on its day.

use commerce_model::types::{Currency, Money, Offer, Price, PricedLine, ProductStatus, Quantity};
use stipule_runtime::wire::Ranged;

/// The line of the order: at the price list's word, or the catalogue's while the list hasn't heard of the product; `None` if
/// it isn't on sale, or costs more than an amount can say.
pub(crate) fn line(offer: Offer, price: Option<&Price>, quantity: Quantity) -> Option<PricedLine> {
    if !is_on_sale(&offer) {
        return None;
    }
    let currency: Currency = offer.price.currency.clone();
    let unit = price.map_or(offer.price.amount.get(), |price| price.amount.get());
    let money = |amount: i64| Some(Money { amount: Ranged::new(amount).ok()?, currency: currency.clone() });
    let line_total = money(unit.checked_mul(i64::from(quantity.get()))?)?;
    Some(PricedLine {
        sku: offer.sku,
        product_id: offer.product_id,
        title: offer.title,
        quantity,
        unit_price: money(unit)?,
        discount: None,
        line_total,
    })
}

/// Whether it can be bought.
pub(crate) fn is_on_sale(offer: &Offer) -> bool {
    offer.status == ProductStatus::Published
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::offer;
    use commerce_model::types::MinorUnits;
    use stipule_runtime::wire::DateTime;

    fn pieces(count: i32) -> Quantity {
        Quantity::new(count).unwrap()
    }

    #[test]
    fn the_price_list_has_the_last_word() {
        let of_catalogue = line(offer(), None, pieces(2)).unwrap();
        assert_eq!(
            (of_catalogue.unit_price.amount.get(), of_catalogue.line_total.amount.get()),
            (1290, 2580)
        );
        let price = Price {
            sku: offer().sku,
            currency: offer().price.currency,
            amount: MinorUnits::new(1000).unwrap(),
            compare_at: None,
            updated_at: DateTime::UNIX_EPOCH,
        };
        assert_eq!(line(offer(), Some(&price), pieces(2)).unwrap().line_total.amount.get(), 2000);
    }

    #[test]
    fn what_is_not_on_sale_has_no_price() {
        let retired = Offer { status: ProductStatus::Retired, ..offer() };
        assert!(line(retired, None, pieces(1)).is_none());
        let dear = Offer {
            price: Money { amount: Ranged::new(90_000_000_000).unwrap(), ..offer().price },
            ..offer()
        };
        assert!(line(dear, None, pieces(2)).is_none(), "more than an amount can say");
    }
}
