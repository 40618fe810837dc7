//! The role of a function: what its contract says that it reads, handles, starts and tells, and nothing else.

use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::event::Delivery;

use crate::stacks::api::STAGE;
use crate::stacks::functions::{Function, Work};
use crate::stacks::messaging::feeds;
use crate::stacks::template::{Template, attribute, imported, policy, scoped, trusted};

/// Why the traces of a function go to `*`.
pub(super) const TRACES_EVERYWHERE: &str =
    "X-Ray has no resources to name, nor have answers to sagas: xray:Put… and states:SendTask… take `*` only";

/// Keys of rows that say which sockets are open, and what they listen to.
const SOCKETS: &str = "#SOCKETS#*";

/// Keys of events that wait to be sent.
const OUTBOX: &str = "#OUTBOX#*";

pub(super) fn add(
    contract: &Contract,
    function: &Function<'_>,
    role: &str,
    group: &str,
    template: &mut Template,
) {
    let mut statements = vec![writes_logs(group), traces(), opens_settings(contract)];
    let mut managed = Vec::new();
    if let Some(service) = function.service {
        managed.extend(access(contract, service));
        statements.extend(sagas(contract, service));
    }
    if let (Work::Events, Some(service)) = (function.work, function.service)
        && let Some(first) = direct(contract, service).first()
    {
        statements.push(parks(contract, &format!("{}-letters", first.dead_letters.value)));
    }
    match function.work {
        Work::Events | Work::Starter => statements.extend(reads(contract, function)),
        Work::Publisher => statements.extend(publishes(contract)),
        Work::Sweeper => statements.extend(sweeps(contract)),
        Work::Sockets => {
            // Whether somebody may listen is for the services to say, from what they may read.
            let mut services: Vec<&str> =
                contract.sockets.iter().map(|it| it.service.wire.as_str()).collect();
            services.sort_unstable();
            managed.extend(services.into_iter().filter_map(|service| access(contract, service)));
        }
        Work::Api | Work::Steps | Work::Authorizer => {}
    }
    if function.work == Work::Starter {
        let all = contract.workflows.iter().filter(|saga| !saga.starts.is_empty());
        let machines: Vec<Value> = all.map(|saga| machine(contract, &saga.name.kebab())).collect();
        statements.push(starts(&machines));
    }
    if tells(contract, function) {
        statements.extend(sockets(contract));
    }
    let mut properties = json!({
        "AssumeRolePolicyDocument": trusted("lambda.amazonaws.com"),
        "Description": function.about,
        "Policies": [{ "PolicyName": "declared", "PolicyDocument": policy(statements) }],
    });
    if !managed.is_empty() {
        properties["ManagedPolicyArns"] = managed.into();
    }
    template.add(role, "AWS::IAM::Role", &properties).because("star", TRACES_EVERYWHERE);
}

/// Says who listens, and reaches them: to tell them something, and to close what has expired.
fn sockets(contract: &Contract) -> [Value; 2] {
    let connections = |method: &str| {
        let here = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Sockets}";
        json!({ "Fn::Sub": [
            format!("{here}/{STAGE}/{method}/@connections/*"),
            { "Sockets": imported(contract, "sockets-id") },
        ] })
    };
    let actions = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
    let reach = json!({
        "Sid": "ReachSockets",
        "Effect": "Allow",
        "Action": "execute-api:ManageConnections",
        "Resource": [connections("POST"), connections("DELETE")],
    });
    [on_table(contract, "Sockets", &actions, SOCKETS), reach]
}

/// What fails for good goes to a queue of dead letters.
fn parks(contract: &Contract, letters: &str) -> Value {
    json!({
        "Sid": "Park",
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": imported(contract, letters),
    })
}

/// A function writes to its own logs.
pub(super) fn writes_logs(group: &str) -> Value {
    json!({
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": attribute(group, "Arn"),
    })
}

pub(super) fn traces() -> Value {
    json!({
        "Sid": "Trace",
        "Effect": "Allow",
        "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        "Resource": "*",
    })
}

/// Lambda opens a function's settings, a secret among them, by the rights of the function. Source: "Securing Lambda
/// environment variables" of its developer guide.
pub(super) fn opens_settings(contract: &Contract) -> Value {
    json!({
        "Sid": "OpenSettings",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": imported(contract, "key-arn"),
    })
}

/// The policy of what a service may do to the table.
fn access(contract: &Contract, service: &str) -> Option<Value> {
    let table = contract.tables.first()?;
    let known = stipule_table::access::services(contract, table).contains(&service);
    known.then(|| imported(contract, &format!("{service}-table-access")))
}

/// Whether a function tells open sockets something.
pub(super) fn tells(contract: &Contract, function: &Function<'_>) -> bool {
    let of = |service: &str| contract.sockets.iter().any(|socket| socket.service.wire == service);
    function.work == Work::Sockets && !contract.sockets.is_empty() || function.service.is_some_and(of)
}

/// ARN of a state machine; its stack comes later, so it is not imported.
fn machine(contract: &Contract, saga: &str) -> Value {
    let Value::Object(mut text) = scoped(contract, saga) else { return Value::Null };
    if let Some(Value::String(text)) = text.get_mut("Fn::Sub") {
        text.insert_str(0, "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:");
    }
    Value::Object(text)
}

fn starts(machines: &[Value]) -> Value {
    json!({ "Sid": "StartSagas", "Effect": "Allow", "Action": "states:StartExecution", "Resource": machines })
}

/// Sagas that no event starts are started by the services that take part in them; callbacks are answered by the service
/// whose step waits.
fn sagas(contract: &Contract, service: &str) -> Vec<Value> {
    let takes_part =
        |saga: &&stipule_ir::Workflow| saga.steps.iter().any(|step| step.service.value == service);
    let started = contract.workflows.iter().filter(takes_part).filter(|saga| saga.starts.is_empty());
    let started: Vec<Value> = started.map(|saga| machine(contract, &saga.name.kebab())).collect();
    let waits = |saga: &&stipule_ir::Workflow| {
        saga.steps.iter().any(|step| step.callback && step.service.value == service)
    };
    let answers = contract.workflows.iter().any(|saga| waits(&saga));
    let mut statements = Vec::new();
    if !started.is_empty() {
        statements.push(starts(&started));
    }
    if answers {
        statements.push(json!({
            "Sid": "AnswerSagas",
            "Effect": "Allow",
            "Action": ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"],
            // The token says which saga; there is no narrower resource.
            "Resource": "*",
        }));
    }
    statements
}

/// The queues that a function reads.
fn reads(contract: &Contract, function: &Function<'_>) -> Option<Value> {
    let own = feeds(contract).into_iter().filter(|feed| feed.service == function.service);
    let queues: Vec<Value> = own.map(|feed| imported(contract, &feed.export())).collect();
    (!queues.is_empty()).then(|| {
        json!({
            "Sid": "ReadQueues",
            "Effect": "Allow",
            "Action": [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            "Resource": queues,
        })
    })
}

fn on_table(contract: &Contract, sid: &str, actions: &[&str], keys: &str) -> Value {
    json!({
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": imported(contract, "table-arn"),
        "Condition": { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [keys] } },
    })
}

/// To the bus, and to the ordered queues, which no rule of the bus can fill.
fn sends(contract: &Contract) -> Vec<Value> {
    let ordered = feeds(contract).into_iter().filter(|feed| feed.ordered);
    let queues: Vec<Value> = ordered.map(|feed| imported(contract, &feed.export())).collect();
    let mut statements = vec![json!({
        "Sid": "PutEvents",
        "Effect": "Allow",
        "Action": "events:PutEvents",
        "Resource": imported(contract, "bus-arn"),
    })];
    if !queues.is_empty() {
        statements.push(json!({
            "Sid": "FillOrderedQueues",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": queues,
        }));
    }
    statements.push(on_table(contract, "Sent", &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem"], OUTBOX));
    statements
}

fn publishes(contract: &Contract) -> Vec<Value> {
    let mut statements = sends(contract);
    statements.push(json!({
        "Sid": "ReadStream",
        "Effect": "Allow",
        "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        "Resource": imported(contract, "table-stream-arn"),
    }));
    statements.push(parks(contract, "publisher-dead-letters"));
    statements
}

fn sweeps(contract: &Contract) -> Vec<Value> {
    let mut statements = sends(contract);
    statements.push(on_table(contract, "LeftBehind", &["dynamodb:Query"], OUTBOX));
    statements.push(parks(contract, "sweeper-dead-letters"));
    statements
}

/// The dead-letter queues of what comes to a service straight from the bus.
pub(super) fn direct<'c>(contract: &'c Contract, service: &str) -> Vec<&'c stipule_ir::Subscription> {
    let own = contract.subscriptions.iter().filter(|it| it.delivery == Delivery::Direct);
    own.filter(|it| it.service.value == service).collect()
}
