//! The way forward, the way back from each step, and what happens beyond the pivot.

use std::collections::VecDeque;

use serde_json::{Value, json};
use stipule_machine::{Answer, Call, Chance, Command, Execution, Failure, Machine, Start, Status};

use crate::contract::{SAGA, files, machine};

/// What a run did.
pub(crate) struct Ran {
    pub(crate) status: Status,
    /// `seat run-1/seat`: steps with their keys, in the order of their calls, retries left out.
    pub(crate) calls: Vec<String>,
    pub(crate) parked: Vec<Value>,
}

/// Runs it; `fail` says which error a step answers with. A parked case is answered once, and then no step fails any more.
pub(crate) fn run(machine: &Machine, input: &Value, fail: &dyn Fn(&str) -> Option<&'static str>) -> Ran {
    let mut chance = Chance::seeded(3);
    let mut now = 0;
    let data = json!({"key": "run-1", "context": {"tenant": "t1"}, "input": input});
    let start = Start { name: "run-1".to_owned(), machine: "trip".to_owned(), input: data };
    let (mut run, step) = Execution::start(machine, start, now, &mut chance);
    let mut ran = Ran { status: Status::Running, calls: Vec::new(), parked: Vec::new() };
    let mut open: VecDeque<Call> = VecDeque::new();
    let mut commands = step.commands;
    while run.status() == &Status::Running {
        for command in commands {
            match command {
                Command::Call(call) => open.push_back(call),
                Command::Cancel(id) => open.retain(|call| call.id != id),
            }
        }
        let step = match open.pop_front() {
            Some(call) => {
                let answer = answer(&call, fail, &mut ran);
                run.answer(machine, call.id, answer, now, &mut chance)
            }
            None => {
                now = run.due().expect("something is due");
                run.tick(machine, now, &mut chance)
            }
        };
        commands = step.commands;
    }
    ran.status = run.status().clone();
    ran
}

fn answer(call: &Call, fail: &dyn Fn(&str) -> Option<&'static str>, ran: &mut Ran) -> Answer {
    if call.resource.contains("sqs:sendMessage") {
        ran.parked.push(call.parameters["MessageBody"].clone());
        return Answer::Done(json!({}));
    }
    let parameters = call.parameters.get("Payload").unwrap_or(&call.parameters);
    let step = parameters["step"].as_str().expect("a call names its step");
    let shown = format!("{step} {}", parameters["key"].as_str().expect("a call has a key"));
    if call.retries == 0 {
        ran.calls.push(shown);
    }
    match fail(step).filter(|_| ran.parked.is_empty()) {
        Some(error) => Answer::Failed(Failure::new(error, "as the test wants it")),
        None => Answer::Done(json!({"seatId": "12A", "row": 12})),
    }
}

pub(crate) fn trip(abroad: bool) -> Value {
    json!({"tripId": "t7", "nights": ["fri", "sat"], "abroad": abroad})
}

fn sorted(mut calls: Vec<String>) -> Vec<String> {
    calls.sort();
    calls
}

#[test]
fn forward_each_step_is_called_once_with_its_key() {
    let (_, machine) = machine(SAGA);
    let ran = run(&machine, &trip(true), &|_| None);
    assert_eq!(
        sorted(ran.calls),
        sorted(
            [
                "quote run-1/quote",
                "seat run-1/seat",
                "room run-1/0/room",
                "room run-1/1/room",
                "apply run-1/apply",
                "hold run-1/hold",
                "charge run-1/charge",
                "ticket run-1/ticket",
            ]
            .map(str::to_owned)
            .to_vec()
        )
    );
    assert!(matches!(ran.status, Status::Succeeded(_)), "{:?}", ran.status);
    let ran = run(&machine, &trip(false), &|_| None);
    assert!(!ran.calls.iter().any(|call| call.starts_with("apply")), "only abroad");
}

#[test]
fn a_step_is_given_what_the_contract_says() {
    let (definition, _) = machine(SAGA);
    let ticket = &definition["States"]["Ticket"]["Parameters"];
    assert_eq!(
        ticket,
        &json!({
            "saga": "trip", "step": "ticket", "key.$": "States.Format('{}/ticket', $.key)", "attempt.$": "$$.State.RetryCount", "context.$": "$.context",
            "input": {"tripId.$": "$.input.tripId", "seatId.$": "$.bookings.seat.seatId", "how": "by mail"},
        })
    );
    let apply = &definition["States"]["Apply"];
    assert_eq!((&apply["TimeoutSeconds"], &apply["HeartbeatSeconds"]), (&json!(604_800), &json!(86_400)));
    assert_eq!(apply["Parameters"]["FunctionName"], "${VisasSteps}");
}

#[test]
fn a_failure_undoes_what_was_begun_in_reverse_order() {
    let (_, machine) = machine(SAGA);
    let undone = |step: &'static str, abroad: bool| {
        let ran = run(&machine, &trip(abroad), &|it| (it == step).then_some("Broken"));
        assert_eq!(ran.status, Status::Failed(Failure::new("Broken", "as the test wants it")), "{step}");
        assert_eq!(ran.parked.len(), 0, "{step}");
        let undoing = ["free_seat", "free_room", "withdraw", "release", "tell"];
        let undone = ran.calls.iter().filter(|call| undoing.iter().any(|undo| call.starts_with(undo)));
        undone.map(|call| call.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(undone("quote", true), ["tell"]);
    // Seat and rooms are booked at once, and freed at once.
    assert_eq!(sorted(undone("seat", true)), ["free_room", "free_room", "free_seat", "tell"]);
    assert_eq!(sorted(undone("room", true)), ["free_room", "free_room", "free_seat", "tell"]);
    assert_eq!(undone("apply", true)[0], "withdraw");
    let back = undone("hold", true);
    assert_eq!(
        (&back[0], &back[1], back.last()),
        (&"release".to_owned(), &"withdraw".to_owned(), Some(&"tell".to_owned()))
    );
    assert_eq!(undone("hold", false)[..1], ["release"]);
    assert!(
        !undone("hold", false).contains(&"withdraw".to_owned()),
        "the way that wasn't taken isn't gone back"
    );
    assert_eq!(undone("charge", true)[0], "release");
}

#[test]
fn an_answer_of_a_service_is_no_failure_of_the_saga() {
    let (_, machine) = machine(SAGA);
    let ran = run(&machine, &trip(false), &|step| (step == "seat").then_some("FullyBooked"));
    assert!(matches!(ran.status, Status::Succeeded(_)), "{:?}", ran.status);
    assert_eq!(ran.calls.iter().filter(|call| call.starts_with("seat")).count(), 1, "it isn't tried again");
    assert!(ran.calls.iter().any(|call| call.starts_with("tell")));
}

#[test]
fn beyond_the_pivot_and_on_the_way_back_a_case_is_parked_and_goes_on() {
    let (_, machine) = machine(SAGA);
    let ran = run(&machine, &trip(false), &|step| (step == "ticket").then_some("Broken"));
    assert!(matches!(ran.status, Status::Succeeded(_)), "{:?}", ran.status);
    let parked = &ran.parked[0];
    assert_eq!(
        (&parked["step"], &parked["key"], &parked["failure"]["Error"]),
        (&json!("ticket"), &json!("run-1/ticket"), &json!("Broken"))
    );
    assert_eq!(parked["data"]["input"]["tripId"], "t7", "the payload is there");
    assert!(parked["token"].is_string());
    assert!(!ran.calls.iter().any(|call| call.starts_with("free")), "nothing is undone");

    let ran = run(&machine, &trip(false), &|step| ["hold", "release"].contains(&step).then_some("Broken"));
    assert_eq!(ran.parked[0]["step"], "release");
    assert_eq!(ran.status, Status::Failed(Failure::new("Broken", "as the test wants it")));
    assert!(ran.calls.iter().any(|call| call.starts_with("free_seat")), "the way back goes on");
}

#[test]
fn the_files_beside_the_definition_show_it() {
    let files = files(SAGA);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["trip.asl.json", "trip.md", "trip.role.json", "trip.svg"]);
    assert!(files["trip.md"].contains("```mermaid\nflowchart TD\n"));
    assert!(files["trip.svg"].contains("Charge") && files["trip.svg"].contains("undoes, hotels"));
    let role: Value = serde_json::from_str(&files["trip.role.json"]).unwrap();
    let functions = &role["PolicyDocument"]["Statement"][0]["Resource"];
    assert_eq!(functions, &json!(["${FlightsSteps}", "${HotelsSteps}", "${PaymentsSteps}", "${VisasSteps}"]));
}

#[test]
fn an_express_saga_ends_in_time_and_leaves_a_case_to_a_person() {
    let saga = SAGA
        .replace("timeout: 30d", "kind: express\ntimeout: 4m")
        .replace("callback: true, timeout: 7d, heartbeat: 1d", "timeout: 5s")
        .replace("  - {wait: thinking, for: 1h}\n", "");
    let (definition, machine) = machine(&saga);
    assert_eq!(definition["TimeoutSeconds"], 240);
    let ran = run(&machine, &trip(false), &|step| (step == "ticket").then_some("Broken"));
    assert_eq!(ran.status, Status::Failed(Failure::new("Broken", "as the test wants it")));
    assert_eq!((ran.parked.len(), ran.parked[0].get("token")), (1, None));
}
