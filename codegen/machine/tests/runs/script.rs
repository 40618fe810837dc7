//! Runs a machine in virtual time with scripted answers, and stores it after each step as a keeper would.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use stipule_machine::{
    Answer, Call, Chance, Command, Event, Execution, Failure, Machine, Start, Status, Step,
};

/// What a task does when it is called.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Done(Value),
    Fail(&'static str),
    /// Never answers.
    Silence,
}

/// A machine and what its tasks answer, per state in the order of the calls; the last reply goes on for ever.
pub(crate) struct Script {
    machine: Machine,
    replies: BTreeMap<&'static str, VecDeque<Reply>>,
}

/// What was seen of a run.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: Status,
    /// State and parameters of each call.
    pub(crate) calls: Vec<(String, Value)>,
    pub(crate) cancelled: Vec<u64>,
    pub(crate) events: Vec<Event>,
    /// Milliseconds from start to end.
    pub(crate) took: i64,
}

impl Script {
    pub(crate) fn of(definition: &Value) -> Self {
        let machine = Machine::of(definition).unwrap_or_else(|faults| panic!("{faults:#?}"));
        Self { machine, replies: BTreeMap::new() }
    }

    pub(crate) fn reply(mut self, state: &'static str, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.replies.insert(state, replies.into_iter().collect());
        self
    }

    pub(crate) fn run(self, input: Value) -> Seen {
        self.run_seeded(input, 7)
    }

    pub(crate) fn run_seeded(mut self, input: Value, seed: u64) -> Seen {
        let mut chance = Chance::seeded(seed);
        let mut now = 1_767_323_045_000;
        let began = now;
        let start = Start { name: "run-1".to_owned(), machine: "test".to_owned(), input };
        let (mut run, step) = Execution::start(&self.machine, start, now, &mut chance);
        let mut seen = Seen {
            status: Status::Running,
            calls: Vec::new(),
            cancelled: Vec::new(),
            events: Vec::new(),
            took: 0,
        };
        let mut open: VecDeque<Call> = VecDeque::new();
        note(step, &mut seen, &mut open);
        loop {
            run = stored(&run);
            if run.status() != &Status::Running {
                seen.status = run.status().clone();
                seen.took = now - began;
                return seen;
            }
            let step = match open.pop_front() {
                Some(call) => match self.answer(&call) {
                    Some(answer) => run.answer(&self.machine, call.id, answer, now, &mut chance),
                    None => continue,
                },
                None => {
                    now = now.max(run.due().expect("a run that waits for nothing is over"));
                    run.tick(&self.machine, now, &mut chance)
                }
            };
            note(step, &mut seen, &mut open);
        }
    }

    fn answer(&mut self, call: &Call) -> Option<Answer> {
        let replies = self.replies.get_mut(call.state.as_str());
        let reply = match replies {
            None => Reply::Done(json!({})),
            Some(replies) if replies.len() > 1 => replies.pop_front().expect("there are some"),
            Some(replies) => replies.front().cloned().expect("a script has a last reply"),
        };
        match reply {
            Reply::Done(value) => Some(Answer::Done(value)),
            Reply::Fail(error) => Some(Answer::Failed(Failure::new(error, "scripted"))),
            Reply::Silence => None,
        }
    }
}

/// The run after it was written down and read again.
pub(crate) fn stored(run: &Execution) -> Execution {
    let text = serde_json::to_string(run).expect("a run is text");
    let read: Execution = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(&read, run);
    read
}

fn note(step: Step, seen: &mut Seen, open: &mut VecDeque<Call>) {
    for command in step.commands {
        match command {
            Command::Call(call) => {
                seen.calls.push((call.state.clone(), call.parameters.clone()));
                open.push_back(call);
            }
            Command::Cancel(id) => {
                seen.cancelled.push(id);
                open.retain(|call| call.id != id);
            }
        }
    }
    for event in step.events {
        assert_eq!(event.id, seen.events.len() as u64 + 1, "ids of events have no gaps");
        assert!(event.previous < event.id, "an event follows from an earlier one");
        seen.events.push(event);
    }
}

impl Seen {
    /// Names of the states whose tasks were called.
    pub(crate) fn called(&self) -> Vec<&str> {
        self.calls.iter().map(|(state, _)| state.as_str()).collect()
    }

    pub(crate) fn output(&self) -> &Value {
        match &self.status {
            Status::Succeeded(output) => output,
            other => panic!("the run didn't succeed: {other:?}"),
        }
    }

    pub(crate) fn error(&self) -> &str {
        match &self.status {
            Status::Failed(failure) => &failure.error,
            other => panic!("the run didn't fail: {other:?}"),
        }
    }
}

/// A machine of one state called `A`.
pub(crate) fn alone(state: &Value) -> Value {
    json!({"StartAt": "A", "States": {"A": state}})
}

/// An object with more fields.
pub(crate) fn with(mut object: Value, fields: &Value) -> Value {
    if let (Some(object), Some(fields)) = (object.as_object_mut(), fields.as_object()) {
        object.extend(fields.clone());
    }
    object
}
