//! States that a saga doesn't need: steps of one service in a row, and choices in a row.

use serde_json::{Value, json};

use crate::contract::{SAGA, machine};
use crate::ways::{run, trip};

/// The trip with `hold` and `charge`, both of payments, tried again alike.
fn together() -> String {
    SAGA.replace(", retry: {attempts: 0}", "")
}

/// The names of a machine's states.
fn states(definition: &Value) -> Vec<&str> {
    definition["States"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn steps_of_one_service_in_a_row_are_one_call_that_lists_them() {
    let (definition, _) = machine(&together());
    assert!(!states(&definition).contains(&"Hold"), "{:?}", states(&definition));
    let charge = &definition["States"]["Charge"];
    let first = json!([{
        "step": "hold", "key.$": "States.Format('{}/hold', $.key)", "input": {"tripId.$": "$.input.tripId"},
    }]);
    assert_eq!((&charge["Parameters"]["first"], &charge["Parameters"]["step"]), (&first, &json!("charge")));
    assert_eq!(charge["TimeoutSeconds"], 10, "each has its own time");
}

#[test]
fn wherever_a_call_fails_all_that_it_may_have_done_is_undone() {
    let (_, machine) = machine(&together());
    let ran = run(&machine, &trip(true), &|step| (step == "charge").then_some("Broken"));
    let undone: Vec<&str> = ran.calls.iter().filter_map(|call| call.split(' ').next()).collect();
    let from = undone.iter().position(|step| *step == "charge").expect("it is charged");
    assert_eq!(undone[from + 1..from + 3], ["release", "withdraw"]);
    assert_eq!(undone.last(), Some(&"tell"));
}

#[test]
fn steps_that_are_tried_otherwise_give_something_wait_or_decide_are_calls_of_their_own() {
    let alone = |saga: &str, state: &str| {
        let (definition, _) = machine(saga);
        let parameters = &definition["States"][state]["Parameters"];
        assert!(parameters["step"].is_string() || parameters["Payload"]["step"].is_string(), "{state}");
        assert!(parameters["first"].is_null() && parameters["Payload"]["first"].is_null(), "{state}");
    };
    alone(SAGA, "Charge");
    let hold = "  hold: {service: payments, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}";
    assert!(together().contains(hold));
    let other = |changed: &str| together().replace(hold, changed);
    alone(
        &other("  hold: {service: hotels, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}"),
        "Charge",
    );
    alone(
        &other(
            "  hold: {service: payments, input: '../types/trip.yaml#/$defs/Named', output: '../types/trip.yaml#/$defs/Seat', timeout: 5s}",
        ),
        "Charge",
    );
    alone(
        &other(
            "  hold: {service: payments, input: '../types/trip.yaml#/$defs/Named', callback: true, timeout: 5s}",
        ),
        "Charge",
    );
    // A function runs for fifteen minutes at most.
    let long = "  hold: {service: payments, input: '../types/trip.yaml#/$defs/Named', timeout: 15m}";
    alone(&other(long), "Charge");
    // What comes after the pivot is parked when it fails, and not undone.
    let ticket = "  ticket: {service: flights,";
    assert!(SAGA.contains(ticket));
    alone(&together().replace(ticket, "  ticket: {service: payments,"), "Ticket");
}

/// The trip with a second choice behind the first.
fn chosen() -> String {
    let second = "  - choice: paying
    arms:
      - when: {$input.voucher: {present: true}}
        flow:
          - {do: redeem, with: {tripId: $input.tripId}, undo: {do: give_back, with: {tripId: $input.tripId}}}
  - {wait: thinking, for: 1h}
";
    let steps = "  redeem: {service: hotels, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  give_back: {service: hotels, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  tell: ";
    SAGA.replace("  - {wait: thinking, for: 1h}\n", second).replace("  tell: ", steps)
}

#[test]
fn a_choice_asks_what_the_one_that_it_goes_on_to_would_and_goes_the_same_ways() {
    let (definition, machine) = machine(&chosen());
    let border = &definition["States"]["Border"];
    assert_eq!(border["Default"], "Thinking", "{border}");
    assert_eq!(border["Choices"].as_array().map(Vec::len), Some(2), "{border}");
    let back = &definition["States"]["Undo: paying"];
    assert_ne!(
        definition["States"][back["Default"].as_str().unwrap_or_default()]["Type"],
        "Choice",
        "{back}"
    );
    for (abroad, voucher) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut input = trip(abroad);
        if voucher {
            input["voucher"] = json!("v");
        }
        let called = |fail: Option<&'static str>| -> Vec<String> {
            let ran = run(&machine, &input, &|step| fail.filter(|_| step == "hold"));
            ran.calls.iter().filter_map(|call| Some(call.split(' ').next()?.to_owned())).collect()
        };
        let taken = called(None);
        for (step, wanted) in [("apply", abroad), ("redeem", voucher), ("charge", true)] {
            assert_eq!(taken.iter().any(|it| it == step), wanted, "{step}, {abroad}, {voucher}: {taken:?}");
        }
        let undone = called(Some("Broken"));
        for (step, wanted) in [("withdraw", abroad), ("give_back", voucher), ("free_seat", true)] {
            assert_eq!(undone.iter().any(|it| it == step), wanted, "{step}, {abroad}, {voucher}: {undone:?}");
        }
    }
}
