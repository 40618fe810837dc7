//! Plays a machine in virtual time.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use stipule_machine::{Answer, Call, Chance, Command, Execution, Failure, Machine, Start, Status};

/// What was seen of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// `SUCCEEDED`, or the error that it failed with.
    pub(crate) end: String,
    /// Steps in the order of their calls; parked cases as `park step`.
    pub(crate) calls: Vec<String>,
    /// What was wrong with a call, or with a parked case.
    pub(crate) wrong: Vec<String>,
    /// Seconds of waits and retries at least: those of waits alone are certain.
    pub(crate) seconds: i64,
}

/// Most calls of a run: more are a circle.
const MOST: usize = 200;

/// Plays it; `script` has the errors of each step before it succeeds, `right` says what a call must be like.
pub(crate) fn play(
    definition: &Value,
    data: &Value,
    script: &BTreeMap<&str, Vec<&str>>,
    right: &dyn Fn(&str, &Value) -> Option<String>,
) -> Seen {
    let mut seen = Seen::default();
    let machine = match Machine::of(definition) {
        Ok(machine) => machine,
        Err(faults) => {
            seen.end = format!("refused: {}", faults.first().map(ToString::to_string).unwrap_or_default());
            return seen;
        }
    };
    let (mut chance, mut now) = (Chance::seeded(1), 0);
    let start = Start { name: "r".to_owned(), machine: "trip".to_owned(), input: data.clone() };
    let (mut run, step) = Execution::start(&machine, start, now, &mut chance);
    let (mut open, mut tries) = (VecDeque::new(), BTreeMap::new());
    queue(step.commands, &mut open);
    while run.status() == &Status::Running && seen.calls.len() < MOST {
        let step = match open.pop_front() {
            Some(call) => {
                let answer = answer(&call, script, right, &mut tries, &mut seen);
                run.answer(&machine, call.id, answer, now, &mut chance)
            }
            None => {
                let Some(due) = run.due() else { break };
                if run.current_states() == ["Rest"] {
                    seen.seconds += (due - now) / 1_000;
                }
                now = due;
                run.tick(&machine, now, &mut chance)
            }
        };
        queue(step.commands, &mut open);
    }
    seen.end = match run.status() {
        Status::Succeeded(_) => "SUCCEEDED".to_owned(),
        Status::Failed(failure) => failure.error.clone(),
        other => format!("{other:?}"),
    };
    seen
}

fn queue(commands: Vec<Command>, open: &mut VecDeque<Call>) {
    for command in commands {
        match command {
            Command::Call(call) => open.push_back(call),
            Command::Cancel(id) => open.retain(|call| call.id != id),
        }
    }
}

fn answer(
    call: &Call,
    script: &BTreeMap<&str, Vec<&str>>,
    right: &dyn Fn(&str, &Value) -> Option<String>,
    tries: &mut BTreeMap<String, usize>,
    seen: &mut Seen,
) -> Answer {
    let parked = call.resource.contains("sqs:sendMessage");
    let asked = if parked {
        &call.parameters["MessageBody"]
    } else {
        call.parameters.get("Payload").unwrap_or(&call.parameters)
    };
    let step = asked["step"].as_str().unwrap_or_default().to_owned();
    let shown = if parked { format!("park {step}") } else { step.clone() };
    seen.wrong.extend(right(&shown, asked));
    if call.token.is_some() && asked["token"].as_str() != call.token.as_deref() {
        seen.wrong.push(format!("{shown} has no token"));
    }
    seen.calls.push(shown);
    if parked {
        return Answer::Done(json!({}));
    }
    let tried = tries.entry(step.clone()).or_default();
    *tried += 1;
    match script.get(step.as_str()).and_then(|errors| errors.get(*tried - 1)) {
        Some(error) => Answer::Failed(Failure::new(*error, "as the test wants it")),
        None => Answer::Done(json!({"name": format!("of {step}"), "flag": true, "count": 3})),
    }
}
