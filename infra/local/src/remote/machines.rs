//! Step Functions, as far as functions use it. Sources: `StartExecution`, `SendTaskSuccess`, `SendTaskFailure` and
//! `SendTaskHeartbeat` in its API reference.

use http::StatusCode;
use serde_json::{Value, json};
use stipule_runtime::saga::{Start, Started, StepFailure, TokenAnswer, WorkflowError, Workflows};
use stipule_runtime::wire::{Any, Json, Limits};

use super::endpoint::{Behind, Said, refused};
use super::plan;

impl Behind {
    pub(super) async fn machine(&self, action: &str, asked: &Value) -> Said {
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let answer = match action {
            "StartExecution" => return self.start_execution(asked).await,
            "SendTaskSuccess" => match read(text("output")) {
                Some(output) => TokenAnswer::Done(output),
                None => return refused(StatusCode::BAD_REQUEST, "InvalidOutput", "it isn't JSON"),
            },
            "SendTaskFailure" => {
                let (error, cause) = (text("error").to_owned(), text("cause").to_owned());
                TokenAnswer::Failed(StepFailure { error, cause })
            }
            "SendTaskHeartbeat" => TokenAnswer::Alive,
            other => {
                let said = format_args!("{other} isn't served");
                return refused(StatusCode::BAD_REQUEST, "UnknownOperationException", said);
            }
        };
        match self.runs.answer(text("taskToken"), answer).await {
            Ok(true) => (StatusCode::OK, json!({})),
            Ok(false) => {
                refused(StatusCode::BAD_REQUEST, "TaskDoesNotExist", "nobody waits for it, or not any more")
            }
            Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", error),
        }
    }

    async fn start_execution(&self, asked: &Value) -> Said {
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let arn = text("stateMachineArn");
        let named = arn.rsplit(':').next().and_then(|it| it.strip_prefix(&plan::prefix(self.platform)));
        let saga = self.app.sagas().iter().find(|saga| named == Some(&*saga.name.replace('_', "-")));
        let Some(saga) = saga else {
            let said = format_args!("there is no state machine {arn}");
            return refused(StatusCode::BAD_REQUEST, "StateMachineDoesNotExist", said);
        };
        let Some(data) = read(text("input")) else {
            return refused(StatusCode::BAD_REQUEST, "InvalidExecutionInput", "it isn't JSON");
        };
        let (saga, name) = (saga.name.to_owned(), text("name").to_owned());
        let execution = format!("{}:{name}", arn.replacen(":stateMachine:", ":execution:", 1));
        match self.runs.start(Start { saga, name, data }).await {
            Ok(Started::New) => {
                let now = self.publisher.now() as f64 / 1000.0;
                (StatusCode::OK, json!({ "executionArn": execution, "startDate": now }))
            }
            Ok(Started::Before) | Err(WorkflowError::OtherInput(_)) => {
                let said = format_args!("{execution} was started before");
                refused(StatusCode::BAD_REQUEST, "ExecutionAlreadyExists", said)
            }
            Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", error),
        }
    }
}

fn read(text: &str) -> Option<Any> {
    Json::parse(text.as_bytes(), Limits::default()).ok().map(Json::into_owned)
}
