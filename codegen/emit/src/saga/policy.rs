//! What the role of a state machine may do: call the functions of its steps, and park.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stipule_ir::Workflow;

use super::function_of;

/// The policy document; placeholders stand for ARNs, as in the definition.
pub(super) fn of(workflow: &Workflow) -> Value {
    let functions: BTreeSet<String> =
        workflow.steps.iter().map(|step| function_of(&step.service.value)).collect();
    let mut statements = vec![
        json!({"Sid": "Steps", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": functions}),
        json!({"Sid": "Park", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${ParkedQueueArn}"}),
    ];
    statements.push(json!({
        "Sid": "Trace",
        "Effect": "Allow",
        "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        // X-Ray has no resources to name. Source: the service authorization reference.
        "Resource": "*",
    }));
    json!({"Version": "2012-10-17", "Statement": statements})
}
