//! What a cart costs: decided here, from catalogue and price list, never by the caller.

use commerce_model::types::{CartItem, Currency, Money, Offer, Price, PricedLine, ProductStatus, Sku};

use super::money;

/// An item of a cart beside what the catalogue says about its SKU, and its price in the cart's currency.
pub(crate) struct Wanted {
    pub(crate) item: CartItem,
    pub(crate) offer: Option<Offer>,
    pub(crate) price: Option<Price>,
}

/// A cart at the prices of the moment.
pub(crate) struct Priced {
    /// What can be bought, in the order of the items.
    pub(crate) lines: Vec<PricedLine>,
    /// What can't: not on sale (any more), of another currency, or dearer than an amount can say.
    pub(crate) unavailable: Vec<Sku>,
    /// Sum of the lines.
    pub(crate) total: Money,
    /// What is off the lines, in minor units.
    pub(crate) saved: i64,
}

/// Prices the items. Whatever can't be priced is set aside, so that a cart can always be shown.
pub(crate) fn price(currency: &Currency, wanted: Vec<Wanted>) -> Priced {
    let total = money::zero(currency.clone());
    let mut priced = Priced { lines: Vec::new(), unavailable: Vec::new(), total, saved: 0 };
    for Wanted { item, offer, price } in wanted {
        let line = offer.filter(is_on_sale).and_then(|offer| {
            let unit_price = unit_price(&offer, price.as_ref(), currency)?;
            line(&item, offer, unit_price)
        });
        let sum = line.as_ref().and_then(|line| money::plus(&priced.total, &line.line_total));
        match (line, sum) {
            (Some(line), Some(sum)) => {
                priced.lines.push(line);
                priced.total = sum;
            }
            _ => priced.unavailable.push(item.sku),
        }
    }
    priced
}

/// Whether the offer can be bought right now.
pub(crate) fn is_on_sale(offer: &Offer) -> bool {
    offer.status == ProductStatus::Published
}

/// What one piece costs: the price list's word, or the catalogue's while the list hasn't heard of the product.
pub(crate) fn unit_price(offer: &Offer, price: Option<&Price>, currency: &Currency) -> Option<Money> {
    match price {
        Some(price) => money::of(price.amount.get(), &price.currency).filter(|it| it.currency == *currency),
        None => Some(&offer.price).filter(|price| price.currency == *currency).cloned(),
    }
}

fn line(item: &CartItem, offer: Offer, unit_price: Money) -> Option<PricedLine> {
    let line_total = money::times(&unit_price, item.quantity)?;
    Some(PricedLine {
        sku: offer.sku,
        product_id: offer.product_id,
        title: offer.title,
        quantity: item.quantity,
        unit_price,
        discount: None,
        line_total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{cart, item, listed, money, offer};

    fn wanted(sku: &str, pieces: i32, offer: Option<Offer>) -> Wanted {
        Wanted { item: item(sku, pieces), offer, price: None }
    }

    fn priced(wanted: Vec<Wanted>) -> (i64, Vec<String>) {
        let priced = price(&cart().currency, wanted);
        let sum: i64 = priced.lines.iter().map(|line| line.line_total.amount.get()).sum();
        assert_eq!(sum, priced.total.amount.get(), "the total is the sum of the lines");
        (sum, priced.unavailable.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_empty_cart_costs_nothing() {
        assert_eq!(priced(Vec::new()), (0, Vec::new()));
    }

    #[test]
    fn lines_cost_the_price_of_the_catalogue_times_the_quantity() {
        let mug = wanted("MUG", 2, Some(offer("MUG", money(1850, "CAD"))));
        let tea = wanted("TEA", 1, Some(offer("TEA", money(900, "CAD"))));
        assert_eq!(priced(vec![mug, tea]), (4600, Vec::new()));
    }

    #[test]
    fn the_price_list_has_the_last_word() {
        let cheaper = Wanted {
            price: Some(listed("MUG", 1500, "CAD")),
            ..wanted("MUG", 2, Some(offer("MUG", money(1850, "CAD"))))
        };
        let abroad = Wanted {
            price: Some(listed("TEA", 900, "CAD")),
            ..wanted("TEA", 1, Some(offer("TEA", money(700, "EUR"))))
        };
        assert_eq!(priced(vec![cheaper, abroad]), (3900, Vec::new()));
    }

    #[test]
    fn what_is_not_on_sale_in_the_cart_s_currency_is_set_aside() {
        let draft = Offer { status: ProductStatus::Draft, ..offer("DRAFT", money(1, "CAD")) };
        let retired = Offer { status: ProductStatus::Retired, ..offer("OLD", money(1, "CAD")) };
        let wanted = vec![
            wanted("DRAFT", 1, Some(draft)),
            wanted("OLD", 1, Some(retired)),
            wanted("EURO", 1, Some(offer("EURO", money(1, "EUR")))),
            wanted("GONE", 1, None),
            wanted("MUG", 1, Some(offer("MUG", money(1850, "CAD")))),
        ];
        assert_eq!(priced(wanted).0, 1850);
    }

    #[test]
    fn what_would_cost_more_than_an_amount_can_say_is_set_aside() {
        let dear = money(60_000_000_000, "CAD");
        let wanted = vec![
            wanted("ONE", 1, Some(offer("ONE", dear.clone()))),
            wanted("TOO-MANY", 2, Some(offer("TOO-MANY", dear.clone()))),
            wanted("ANOTHER", 1, Some(offer("ANOTHER", dear))),
        ];
        assert_eq!(priced(wanted), (60_000_000_000, vec!["TOO-MANY".to_owned(), "ANOTHER".to_owned()]));
    }
}
