//! What it costs to send something.

use std::time::Duration;

use commerce_model::types::{CountryCode, Grams, ShippingOption, ShippingQuote, ShippingQuoteId};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault};

/// How long a quote is good.
const GOOD_FOR: Duration = Duration::from_hours(1);

/// A quote of these options, the cheapest first.
///
/// # Errors
/// When there are no options, or more than four.
pub(crate) fn of(
    quote_id: ShippingQuoteId,
    country: CountryCode,
    weight_grams: Grams,
    mut options: Vec<ShippingOption>,
    now: DateTime,
) -> Result<ShippingQuote, Fault> {
    options.sort_by_key(|option| option.price.amount.get());
    let expires_at = now.checked_add(GOOD_FOR).unwrap_or(now);
    let options = BoundedVec::new(options)?;
    Ok(ShippingQuote { quote_id, country, weight_grams, options, quoted_at: now, expires_at })
}
