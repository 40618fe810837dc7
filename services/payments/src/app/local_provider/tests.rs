use commerce_model::types::{CaptureId, RefundId};
use futures_util::FutureExt;

use super::*;
use crate::app::samples::{money, order, token};

fn ask(provider: &LocalProvider, text: &str) -> Result<Decision, NoAnswer> {
    provider.decide(&StepKey::authorize(&order().order_id), &token(text), &money(3700))
}

fn now<T>(call: impl Future<Output = T>) -> T {
    call.now_or_never().expect("the local provider answers at once")
}

fn held(provider: &LocalProvider) -> Vec<i64> {
    provider.held().iter().map(|it| it.amount.get()).collect()
}

fn authorized(provider: &LocalProvider, text: &str) -> ProviderReference {
    match ask(provider, text) {
        Ok(Decision::Approved(reference)) => reference,
        other => panic!("{other:?}"),
    }
}

fn capture(provider: &LocalProvider, text: &str, cents: i64) -> Result<Movement, NoAnswer> {
    let authorization = authorized(provider, text);
    let id = CaptureId::new(*order().order_id.get());
    let taken = Taken {
        account: "maple",
        payment: &order().payment_id,
        capture: &id,
        authorization: &authorization,
        amount: &money(cents),
    };
    now(provider.capture(&StepKey::capture(&id), &taken))
}

fn refund(provider: &LocalProvider, text: &str, cents: i64) -> Movement {
    let authorization = authorized(provider, text);
    let key = StepKey::refund(&RefundId::new(*order().order_id.get()));
    now(provider.refund(&key, &authorization, &money(cents))).unwrap()
}

#[test]
fn an_ordinary_card_is_approved() {
    assert!(matches!(ask(&LocalProvider::new(), "tok_visa_4242"), Ok(Decision::Approved(_))));
}

#[test]
fn magic_cards_are_declined() {
    let provider = LocalProvider::new();
    assert_eq!(ask(&provider, "tok_visa_0002"), Ok(Decision::Declined(DeclineReason::CardDeclined)));
    let provider = LocalProvider::new();
    assert_eq!(ask(&provider, "tok_amex_9995"), Ok(Decision::Declined(DeclineReason::InsufficientFunds)));
}

#[test]
fn a_card_that_times_out_is_approved_at_the_second_try() {
    let provider = LocalProvider::new();
    assert_eq!(ask(&provider, "tok_visa_0119"), Err(NoAnswer::TimedOut));
    assert!(matches!(ask(&provider, "tok_visa_0119"), Ok(Decision::Approved(_))));
}

#[test]
fn the_same_key_holds_the_money_once() {
    let provider = LocalProvider::new();
    let first = ask(&provider, "tok_visa_4242");
    assert_eq!(ask(&provider, "tok_visa_4242"), first);
    assert_eq!(provider.held(), [money(3700)]);
}

#[test]
fn a_restart_changes_no_answer() {
    for card in ["tok_visa_4242", "tok_visa_0341", "tok_visa_0259"] {
        assert_eq!(ask(&LocalProvider::new(), card), ask(&LocalProvider::new(), card));
    }
}

#[test]
fn no_name_of_an_authorisation_tells_a_card() {
    for (digits, ..) in FATES.iter().filter(|(digits, ..)| !digits.is_empty()) {
        let reference = authorized(&LocalProvider::new(), &format!("tok_visa_{digits}"));
        assert!(!reference.as_str().contains(digits), "{reference}");
    }
}

#[test]
fn money_is_taken_and_given_back_once_per_key() {
    let provider = LocalProvider::new();
    let first = capture(&provider, "tok_visa_4242", 1200).unwrap();
    assert_eq!(capture(&provider, "tok_visa_4242", 1200).unwrap(), first);
    assert_eq!((provider.taken(), held(&provider)), (1200, vec![2500]));
    let first = refund(&provider, "tok_visa_4242", 500);
    assert_eq!(refund(&provider, "tok_visa_4242", 500), first);
    assert_eq!(provider.taken(), 700);
}

#[test]
fn magic_cards_are_refused_later() {
    let provider = LocalProvider::new();
    let refused = Ok(Movement::Refused(MovementFailure::AuthorizationExpired));
    assert_eq!(capture(&provider, "tok_visa_0341", 1200), refused);
    assert_eq!(provider.taken(), 0);
    let provider = LocalProvider::new();
    assert!(matches!(capture(&provider, "tok_visa_5126", 1200), Ok(Movement::Done(_))));
    assert_eq!(refund(&provider, "tok_visa_5126", 1200), Movement::Refused(MovementFailure::CardClosed));
    assert_eq!(provider.taken(), 1200);
}

#[test]
fn a_late_answer_comes_by_webhook_and_twice_and_the_money_is_taken_once() {
    let provider = LocalProvider::new();
    assert_eq!(capture(&provider, "tok_visa_0127", 1200), Err(NoAnswer::TimedOut));
    assert!(matches!(capture(&provider, "tok_visa_0127", 1200), Ok(Movement::Done(_))));
    let told = provider.outgoing();
    assert_eq!((told.len(), &told[0], provider.taken()), (2, &told[1], 1200));
    assert!(provider.outgoing().is_empty());
}

#[test]
fn a_capture_that_was_reversed_is_not_made_any_more() {
    let provider = LocalProvider::new();
    let id = CaptureId::new(*order().order_id.get());
    now(provider.reverse(&StepKey::capture(&id))).unwrap();
    assert!(matches!(capture(&provider, "tok_visa_4242", 1200), Ok(Movement::Refused(_))));
    assert_eq!(provider.taken(), 0);
}

#[test]
fn however_much_is_asked_no_more_is_remembered_than_that_and_the_same_key_gives_the_same_answer() {
    let provider = LocalProvider::new();
    let first = ask(&provider, "tok_visa_4242");
    for number in 0..REMEMBERED + 10 {
        let key = StepKey::authorize(&uuid(number).into());
        provider.decide(&key, &token("tok_visa_4242"), &money(3700)).expect("it answers");
        assert!(provider.state().steps.len() <= REMEMBERED);
    }
    assert!(provider.held().len() < 20, "what was first is forgotten");
    assert_eq!(ask(&provider, "tok_visa_4242"), first);
}

fn uuid(number: usize) -> stipule_runtime::wire::Uuid {
    format!("018f3a52-0000-7000-8000-{number:012x}").parse().expect("a UUID")
}
