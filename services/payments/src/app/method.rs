//! What may be shown of a card, and what must not.

use commerce_model::types::{
    Card, CardBrand, CardToken, CustomerId, LastFourDigits, PaymentMethod, PaymentMethodId, VaultedToken,
};
use stipule_runtime::wire::{DateTime, Fault};

/// Most payment methods that a customer saves.
pub(crate) const MOST_METHODS: usize = 10;

/// A payment method in its two halves: what may be shown, and the secret.
///
/// # Errors
/// Never for a token that keeps its contract.
pub(crate) fn save(
    id: PaymentMethodId,
    customer_id: CustomerId,
    token: CardToken,
    now: DateTime,
) -> Result<(PaymentMethod, VaultedToken), Fault> {
    let method = PaymentMethod { payment_method_id: id, customer_id, card: card(&token)?, created_at: now };
    Ok((method, VaultedToken { payment_method_id: id, token }))
}

/// The card behind a token, which says brand and last digits: `tok_visa_4242`.
pub(crate) fn card(token: &CardToken) -> Result<Card, Fault> {
    let text = token.get();
    let (rest, digits) = text.rsplit_once('_').unwrap_or((text, ""));
    let brand = if rest.ends_with("visa") {
        CardBrand::Visa
    } else if rest.ends_with("amex") {
        CardBrand::Amex
    } else {
        // The pattern of a token leaves no other.
        CardBrand::Mastercard
    };
    Ok(Card { brand, last4: LastFourDigits::new(digits)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::token;

    #[test]
    fn a_token_says_brand_and_last_digits() {
        let tokens = [
            ("tok_visa_4242", CardBrand::Visa, "4242"),
            ("tok_mastercard_0119", CardBrand::Mastercard, "0119"),
            ("tok_amex_0002", CardBrand::Amex, "0002"),
        ];
        for (text, brand, digits) in tokens {
            let card = card(&token(text)).unwrap();
            assert_eq!((card.brand, card.last4.get().as_str()), (brand, digits));
        }
    }
}
