//! State machines of the Amazon States Language (JSONPath): a reader that names every fault of a definition, and an
//! interpreter that neither waits nor calls anything itself.
//!
//! - [`Machine`]: a definition that was read and judged as a whole
//! - [`Execution`]: one run of it: a value that is stored between two steps and goes on anywhere
//! - [`Execution::start`], [`Execution::answer`], [`Execution::tick`]: what may happen to a run; each gives back the
//!   [`Command`]s that follow from it
//! - [`Event`]: something that happened, in the words of Step Functions; each [`Step`] has those that are new
//!
//! ```
//! use serde_json::json;
//! use stipule_machine::{Answer, Chance, Command, Execution, Machine, Start, Status};
//!
//! let machine = Machine::read(r#"{"StartAt": "Lend", "States": {
//!     "Lend": {"Type": "Task", "Resource": "lend", "TimeoutSeconds": 10, "End": true}}}"#).unwrap();
//! let start = Start { name: "loan-7".into(), machine: "lending".into(), input: json!({"book": "b1"}) };
//! let mut chance = Chance::seeded(1);
//! let (mut run, step) = Execution::start(&machine, start, 0, &mut chance);
//! let Command::Call(call) = &step.commands[0] else { panic!("the task is to be done") };
//! let step = run.answer(&machine, call.id, Answer::Done(json!("lent")), 5, &mut chance);
//! assert_eq!(run.status(), &Status::Succeeded(json!("lent")));
//! assert!(step.commands.is_empty());
//! ```
//!
//! # Where the semantics come from
//!
//! The Amazon States Language specification and the Step Functions developer guide (input and output processing, error
//! handling, intrinsic functions, quotas). Where the two are silent the comment at the place says what was chosen.

mod chance;
mod data;
mod definition;
mod event;
mod fault;

mod run;

pub use chance::Chance;
pub use definition::Machine;
pub use event::Event;
pub use fault::{Failure, Fault};
pub use run::{Answer, Call, Command, Execution, Start, Status, Step};
