//! Amounts as people write them.

use commerce_model::types::{Currency, Money};

use super::page::TIE;

/// `1,240.00 CAD`
pub(crate) fn money(money: &Money) -> String {
    amount(i64::from(money.amount), &money.currency)
}

/// An amount in minor units as a number of its currency's units: 124000 of CAD is `1,240.00 CAD`.
pub(crate) fn amount(minor: i64, currency: &Currency) -> String {
    let digits = digits(currency);
    let scale = 10_i64.pow(digits);
    let (whole, rest) = (minor / scale, minor % scale);
    let mut text = grouped(whole);
    if digits > 0 {
        text.push_str(&format!(".{rest:0width$}", width = digits as usize));
    }
    // What is said of an amount is not parted at the end of a line.
    format!("{text}{TIE}{currency}")
}

/// Digits after the point. Source: ISO 4217, list one; what isn't listed here has two.
fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// With a comma between thousands.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(minor: i64, currency: &str) -> String {
        amount(minor, &Currency::new(currency).unwrap()).replace(TIE, " ")
    }

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        assert_eq!(said(0, "CAD"), "0.00 CAD");
        assert_eq!(said(1805, "CAD"), "18.05 CAD");
        assert_eq!(said(124_000, "CAD"), "1,240.00 CAD");
        assert_eq!(said(99_999_999_999, "EUR"), "999,999,999.99 EUR");
        assert_eq!(said(1_234_567, "JPY"), "1,234,567 JPY");
        assert_eq!(said(1_500, "KWD"), "1.500 KWD");
    }
}
