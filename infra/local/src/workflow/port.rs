//! The runs as services see them: a port.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_machine::{Answer, Failure};
use stipule_runtime::saga::{Start, Started, StepFailure, TokenAnswer, WorkflowError, Workflows};

use super::Runs;

impl Workflows for Runs {
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>> {
        self.begin(start).boxed()
    }

    fn answer(&self, token: &str, answer: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>> {
        let token = token.to_owned();
        async move {
            let answer = match answer {
                TokenAnswer::Done(output) => {
                    let output = serde_json::from_str(&output.to_text());
                    Answer::Done(output.map_err(|error| WorkflowError::Unavailable(error.to_string()))?)
                }
                TokenAnswer::Failed(StepFailure { error, cause }) => Answer::Failed(Failure { error, cause }),
                TokenAnswer::Alive => Answer::Alive,
            };
            let taken = self.by_token(&token, answer, false).await;
            taken.map_err(|error| WorkflowError::Unavailable(error.to_string()))
        }
        .boxed()
    }
}
