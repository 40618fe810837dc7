//! Sagas: steps that services take one after the other, and the port to whatever runs them.
//!
//! A state machine calls a step with a [`StepTask`]; [`App::perform`](crate::App::perform) hands it to the service
//! whose trait has the function, and remembers under the task's key what came of it: a step that is called again gives
//! the same output and changes nothing. A step whose answer comes later gets a [`Token`].

mod alarm;
mod declared;
mod failure;
mod handler;
mod port;
mod task;
mod token;

pub use alarm::rings_for_nothing;
pub use declared::{Saga, SagaStart, run_name};
pub use failure::{PERMANENT, StepFailure, TRANSIENT};
pub use handler::{SagaStep, StepHandler, step_handler, waiting_step_handler};
pub use port::{NoWorkflows, Start, Started, TokenAnswer, WorkflowError, Workflows, start};
pub use task::{BadTask, FirstStep, RunContext, StepTask};
pub use token::Token;
