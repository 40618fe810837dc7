//! The words of messages, in English and French. Another language is another module, which doesn't compile as long as
//! a message is missing.

mod english;
mod french;

use commerce_model::types::{Language, Money, PersonName};
use iso_currency::Currency;
use stipule_runtime::wire::DateTime;

use super::messenger::Message;
use super::news::Telling;

/// Writes a message to somebody, in their language if it is one of ours, else in English.
pub(crate) fn write(telling: &Telling, to: &PersonName, language: &Language) -> Message {
    let is_french = language.as_str() == "fr";
    let news = &telling.news;
    let (subject, text) = match is_french {
        true => (french::subject(news), french::text(news)),
        false => (english::subject(news), english::text(news)),
    };
    let name = to.get();
    let greeting = if is_french { format!("Bonjour {name},") } else { format!("Hello {name},") };
    let order = match (&telling.order_id, is_french) {
        (Some(order), true) => format!("\n\nCommande {order}"),
        (Some(order), false) => format!("\n\nOrder {order}"),
        (None, _) => String::new(),
    };
    Message { subject: subject.to_owned(), body: format!("{greeting}\n\n{text}{order}\n") }
}

/// `37.00 CAD`, with as many decimals as the currency has.
fn amount(money: &Money) -> String {
    let (minor, code) = (money.amount.get(), money.currency.as_str());
    let decimals = Currency::from_code(code).and_then(Currency::exponent).unwrap_or(2);
    let unit = 10_i64.pow(u32::from(decimals));
    match usize::from(decimals) {
        0 => format!("{minor} {code}"),
        decimals => format!("{}.{:0decimals$} {code}", minor / unit, minor % unit),
    }
}

/// `2026-12-01`.
fn day(at: DateTime) -> String {
    at.date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::news::News;
    use crate::app::samples::customer;
    use stipule_runtime::wire::Ranged;

    fn money(amount: i64, currency: &str) -> Money {
        Money { amount: Ranged::new(amount).unwrap(), currency: currency.parse().unwrap() }
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(amount(&money(3705, "CAD")), "37.05 CAD");
        assert_eq!(amount(&money(5, "EUR")), "0.05 EUR");
        assert_eq!(amount(&money(3700, "JPY")), "3700 JPY");
        assert_eq!(amount(&money(1500, "KWD")), "1.500 KWD");
    }

    #[test]
    fn a_message_is_in_the_customer_s_language_and_names_the_order() {
        let order = "018f3a52-0000-7000-8000-0000000000d0".parse().unwrap();
        let telling = News::OrderPlaced(money(3700, "CAD")).of(order);
        let name = customer().name;
        let english = write(&telling, &name, &"de".parse().unwrap());
        let french = write(&telling, &name, &"fr".parse().unwrap());
        assert_eq!(
            (english.subject.as_str(), french.subject.as_str()),
            ("We have your order", "Nous avons votre commande")
        );
        assert!(english.body.starts_with("Hello Ada Moreau,\n\nIt comes to 37.00 CAD."), "{}", english.body);
        assert!(
            french.body.ends_with("\n\nCommande 018f3a52-0000-7000-8000-0000000000d0\n"),
            "{}",
            french.body
        );
    }

    #[test]
    fn every_template_is_a_name() {
        use commerce_model::types::TemplateName;
        for news in
            [News::Welcome, News::OrderCancelled, News::RenewalUnpaid { again: None }, News::ReviewRefused]
        {
            assert!(TemplateName::new(news.template()).is_ok());
        }
    }
}
