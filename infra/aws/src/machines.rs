//! The [`Workflows`] port over Step Functions.

use std::sync::OnceLock;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::DisplayErrorContext;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::saga::{Start, Started, StepFailure, TokenAnswer, WorkflowError, Workflows};

use crate::platform::Aws;

/// Most characters of the words of a failure. Source: `SendTaskFailure` in the Step Functions API reference.
const LONGEST_CAUSE: usize = 32_768;

/// The state machines of a stage.
#[derive(Clone, Debug)]
pub struct StateMachines {
    aws: Aws,
    /// Made when it is first used: most functions start no saga in their first call, and many never do.
    client: OnceLock<Client>,
    /// The ARN of a machine without its own name: `arn:aws:states:us-east-1:123456789012:stateMachine:shop-live-`.
    base: String,
}

impl StateMachines {
    /// Machines whose ARNs begin with `base`.
    pub fn new(aws: &Aws, base: impl Into<String>) -> Self {
        Self { aws: aws.clone(), client: OnceLock::new(), base: base.into() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| self.aws.step_functions())
    }

    async fn begin(&self, start: Start) -> Result<Started, WorkflowError> {
        let arn = format!("{}{}", self.base, start.saga.replace('_', "-"));
        let input = start.data.to_text();
        let call = self.client().start_execution().state_machine_arn(arn).name(&start.name).input(input);
        let Err(error) = call.send().await else { return Ok(Started::New) };
        match error.as_service_error() {
            // Of the same input it would have been a success while it runs; afterwards nobody compares inputs, and
            // names are made of what the run is about.
            Some(StartExecutionError::ExecutionAlreadyExists(_)) => Ok(Started::Before),
            Some(StartExecutionError::StateMachineDoesNotExist(_)) => {
                Err(WorkflowError::NoSuchSaga(start.saga))
            }
            _ => Err(WorkflowError::Unavailable(DisplayErrorContext(&error).to_string())),
        }
    }

    async fn take(&self, token: String, answer: TokenAnswer) -> Result<bool, WorkflowError> {
        let unavailable = |said: String| WorkflowError::Unavailable(said);
        match answer {
            TokenAnswer::Done(output) => {
                let call = self.client().send_task_success().task_token(token).output(output.to_text());
                let Err(error) = call.send().await else { return Ok(true) };
                let known = error.as_service_error();
                let over = known.is_some_and(|it| it.is_task_timed_out() || it.is_task_does_not_exist());
                if over { Ok(false) } else { Err(unavailable(DisplayErrorContext(&error).to_string())) }
            }
            TokenAnswer::Failed(StepFailure { error, mut cause }) => {
                while cause.len() > LONGEST_CAUSE {
                    cause.pop();
                }
                let call = self.client().send_task_failure().task_token(token).error(error).cause(cause);
                let Err(error) = call.send().await else { return Ok(true) };
                let known = error.as_service_error();
                let over = known.is_some_and(|it| it.is_task_timed_out() || it.is_task_does_not_exist());
                if over { Ok(false) } else { Err(unavailable(DisplayErrorContext(&error).to_string())) }
            }
            TokenAnswer::Alive => {
                let Err(error) = self.client().send_task_heartbeat().task_token(token).send().await else {
                    return Ok(true);
                };
                let known = error.as_service_error();
                let over = known.is_some_and(|it| it.is_task_timed_out() || it.is_task_does_not_exist());
                if over { Ok(false) } else { Err(unavailable(DisplayErrorContext(&error).to_string())) }
            }
        }
    }
}

impl Workflows for StateMachines {
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>> {
        self.begin(start).boxed()
    }

    fn answer(&self, token: &str, answer: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>> {
        self.take(token.to_owned(), answer).boxed()
    }
}
