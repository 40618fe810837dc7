//! A run by our interpreter, in virtual time, stored and read again after each step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use stipule_machine::{Answer, Call, Chance, Command, Execution, Failure, Machine, Start, Status, Step};

use crate::saga::Case;
use crate::verdict::Run;

/// Runs a saga to its end.
///
/// # Panics
/// When the definition is refused, or the run waits for nothing: faults of ours.
pub fn run(case: &Case) -> Run {
    let machine = Machine::of(&case.definition)
        .unwrap_or_else(|faults| panic!("saga {}: {faults:#?}\n{}", case.id, case.yaml));
    let (mut chance, mut now) = (Chance::seeded(case.id), 1_700_000_000_000);
    let start =
        Start { name: format!("run-{}", case.id), machine: "judged".to_owned(), input: case.data.clone() };
    let (mut run, step) = Execution::start(&machine, start, now, &mut chance);
    let mut seen = Seen { case, calls: Vec::new(), tries: BTreeMap::new() };
    let mut open = VecDeque::new();
    queue(step, &mut open);
    while run.status() == &Status::Running {
        let text = serde_json::to_string(&run).unwrap_or_default();
        run = serde_json::from_str(&text).unwrap_or_else(|error| panic!("saga {}: {error}", case.id));
        let step = match open.pop_front() {
            Some(call) => {
                let answer = seen.answer(&call);
                run.answer(&machine, call.id, answer, now, &mut chance)
            }
            None => {
                now = run.due().unwrap_or_else(|| panic!("saga {} waits for nothing", case.id)).max(now);
                run.tick(&machine, now, &mut chance)
            }
        };
        queue(step, &mut open);
    }
    let (status, output, error) = match run.status() {
        Status::Succeeded(output) => ("SUCCEEDED", output.clone(), String::new()),
        Status::Failed(failure) if failure.error.starts_with("States.") => {
            panic!("saga {}: {failure}: what we emit breaks no path", case.id)
        }
        Status::Failed(failure) => ("FAILED", Value::Null, failure.error.clone()),
        other => panic!("saga {} ended as {other:?}", case.id),
    };
    Run { status: status.to_owned(), output, error, calls: seen.calls }
}

fn queue(step: Step, open: &mut VecDeque<Call>) {
    for command in step.commands {
        match command {
            Command::Call(call) => open.push_back(call),
            Command::Cancel(id) => open.retain(|call| call.id != id),
        }
    }
}

struct Seen<'c> {
    case: &'c Case,
    calls: Vec<(String, Value)>,
    tries: BTreeMap<String, usize>,
}

impl Seen<'_> {
    fn answer(&mut self, call: &Call) -> Answer {
        if call.resource.contains("sqs:sendMessage") {
            let message = &call.parameters["MessageBody"];
            self.calls.push((format!("park {}", text(&message["key"])), message["failure"]["Error"].clone()));
            return Answer::Done(json!({}));
        }
        let asked = call.parameters.get("Payload").unwrap_or(&call.parameters);
        let (key, step) = (text(&asked["key"]), text(&asked["step"]));
        self.calls.push((key.clone(), asked["input"].clone()));
        let tried = self.tries.entry(key.clone()).or_default();
        let error = self.case.fail.get(&step).and_then(|errors| errors.get(*tried));
        *tried += 1;
        match error {
            Some(error) => Answer::Failed(Failure::new(error, "as the script says")),
            None => Answer::Done(given(&key)),
        }
    }
}

/// What every step gives, in every engine.
pub fn given(key: &str) -> Value {
    json!({"name": format!("of {key}"), "flag": key.len().is_multiple_of(2), "count": key.len() % 7})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Steps of a definition by where they stand: those inside of several ways.
pub fn inside(definition: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(definition, false, &mut found);
    found
}

fn collect(scope: &Value, inside: bool, found: &mut BTreeSet<String>) {
    for state in scope["States"].as_object().into_iter().flat_map(|states| states.values()) {
        if inside {
            let asked = state["Parameters"].get("Payload").unwrap_or(&state["Parameters"]);
            let step = asked["step"].as_str().or_else(|| asked["MessageBody"]["step"].as_str());
            found.extend(step.map(str::to_owned));
        }
        state["Branches"].as_array().into_iter().flatten().for_each(|branch| collect(branch, true, found));
        if state.get("ItemProcessor").is_some() {
            collect(&state["ItemProcessor"], true, found);
        }
    }
}
