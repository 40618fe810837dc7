//! Edits of a state machine, each a fault that an emitter could have.

use serde_json::{Value, json};

/// An edit.
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    pub(crate) edit: fn(&mut Value),
}

const fn mutant(name: &'static str, edit: fn(&mut Value)) -> Mutant {
    Mutant { name, edit }
}

fn state<'d>(definition: &'d mut Value, name: &str) -> &'d mut Value {
    let states = definition["States"].as_object_mut();
    states.and_then(|states| states.get_mut(name)).unwrap_or_else(|| panic!("there is no state `{name}`"))
}

fn remove(definition: &mut Value, name: &str, field: &str) {
    if let Some(state) = state(definition, name).as_object_mut() {
        state.remove(field);
    }
}

fn set(definition: &mut Value, name: &str, pointer: &str, value: Value) {
    let place = state(definition, name).pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("`{name}` has no `{pointer}`")) = value;
}

/// Where `name` goes on, taken over by whoever went to `name`: the state is skipped.
fn skip(definition: &mut Value, before: &str, pointer: &str, name: &str) {
    let next = state(definition, name)["Next"].clone();
    set(definition, before, pointer, next);
}

pub(crate) const ALL: &[Mutant] = &[
    mutant("a failure of the first step isn't caught", |it| remove(it, "Seat", "Catch")),
    mutant("a failure of a later step isn't caught", |it| remove(it, "Hold", "Catch")),
    mutant("a failure at the pivot isn't caught", |it| remove(it, "Charge", "Catch")),
    mutant("the step that failed isn't undone", |it| skip(it, "Hold", "/Catch/0/Next", "Release")),
    mutant("a compensation is skipped", |it| skip(it, "Drop visa", "/Next", "Free seat")),
    mutant("compensations are in the wrong order", |it| {
        let next = state(it, "Free seat")["Next"].clone();
        set(it, "Hold", "/Catch/0/Next", json!("Free seat"));
        set(it, "Free seat", "/Next", json!("Release"));
        set(it, "Undo: abroad", "/Default", next.clone());
        set(it, "Drop visa", "/Next", next);
    }),
    mutant("the way that wasn't taken is undone", |it| {
        set(it, "Undo: abroad", "/Default", json!("Drop visa"));
    }),
    mutant("the way that was taken isn't undone", |it| {
        set(it, "Undo: abroad", "/Choices/0/Next", json!("Free seat"));
    }),
    mutant("nobody is told", |it| skip(it, "Free seat", "/Next", "Tell")),
    mutant("a step isn't tried again", |it| remove(it, "Seat", "Retry")),
    mutant("a step is tried once too often", |it| set(it, "Seat", "/Retry/1/MaxAttempts", json!(3))),
    mutant("a step is tried once too seldom", |it| set(it, "Hold", "/Retry/1/MaxAttempts", json!(2))),
    mutant("what never goes better is tried again", |it| set(it, "Hold", "/Retry/0/MaxAttempts", json!(1))),
    mutant("an answer is tried again", |it| {
        set(it, "Seat", "/Retry/0/ErrorEquals", json!(["Step.Permanent"]));
    }),
    mutant("the key doesn't name the run", |it| {
        set(it, "Seat", "/Parameters/key.$", json!("States.Format('{}', 'trip/seat')"));
    }),
    mutant("the key changes with the attempt", |it| {
        let key = "States.Format('{}/{}', $.key, $$.State.RetryCount)";
        set(it, "Seat", "/Parameters/key.$", json!(key));
    }),
    mutant("two steps share a key", |it| {
        set(it, "Hold", "/Parameters/key.$", json!("States.Format('{}/seat', $.key)"));
    }),
    mutant("a step is given something else", |it| {
        set(it, "Hold", "/Parameters/input/name.$", json!("$.input.name"));
    }),
    mutant("a literal is lost", |it| {
        set(it, "Charge", "/Parameters/input", json!({"name.$": "$.input.name"}));
    }),
    mutant("a result overwrites everything", |it| set(it, "Seat", "/ResultPath", json!("$"))),
    mutant("a result is lost", |it| set(it, "Seat", "/ResultPath", Value::Null)),
    mutant("the tenant is lost", |it| set(it, "Ticket", "/Parameters/context.$", json!("$.input"))),
    mutant("the token is lost", |it| {
        if let Some(payload) = state(it, "Visa")["Parameters"]["Payload"].as_object_mut() {
            payload.remove("token.$");
        }
    }),
    mutant("a timer is lost", |it| set(it, "Rest", "/Seconds", json!(0))),
    mutant("beyond the pivot something is undone", |it| set(it, "Ticket", "/Catch/0/Next", json!("Release"))),
    mutant("beyond the pivot a failure is nobody's", |it| remove(it, "Ticket", "Catch")),
    mutant("a parked case is never tried again", |it| {
        remove(it, "Park: ticket", "Next");
        state(it, "Park: ticket")["End"] = json!(true);
    }),
    mutant("a parked case has no payload", |it| {
        set(it, "Park: ticket", "/Parameters/MessageBody/data.$", json!("$.parked"));
    }),
    mutant("a parked case has no token", |it| {
        if let Some(message) = state(it, "Park: ticket")["Parameters"]["MessageBody"].as_object_mut() {
            message.remove("token.$");
        }
    }),
    mutant("what undoes a step isn't tried again", |it| remove(it, "Release", "Retry")),
    mutant("what undoes a step isn't parked", |it| remove(it, "Release", "Catch")),
    mutant("why it failed is lost", |it| set(it, "Hold", "/Catch/0/ResultPath", Value::Null)),
    mutant("a failure ends as a success", |it| *state(it, "End: failed") = json!({"Type": "Succeed"})),
    mutant("an answer ends as a failure", |it| {
        set(it, "End: was it an answer", "/Choices/0/Next", json!("End: failed"));
        set(it, "End: was it an answer", "/Choices/1/Next", json!("End: failed"));
    }),
    mutant("a choice goes the other way", |it| set(it, "Abroad", "/Default", json!("Visa"))),
];
