//! The stack of the sagas: a state machine each, with its role, its logs and its alarms.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use stipule_ir::workflow::Kind;
use stipule_ir::{Contract, Workflow};

use super::functions::{self, Work};
use super::messaging::PARKED;
use super::template::{Template, attribute, imported, named, policy, scoped, sub, trusted};
use crate::saga::definition;

/// Why the logs of a state machine are set up with `*`.
const LOGS_EVERYWHERE: &str =
    "deliveries of logs have no resources to name, and X-Ray has none: their actions take `*` only";

/// Actions by which Step Functions sets up the delivery of its logs. Source: "Logging using CloudWatch Logs" of its
/// developer guide.
const DELIVERIES: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// None without sagas.
pub(super) fn stack(contract: &Contract) -> Option<Template> {
    if contract.workflows.is_empty() {
        return None;
    }
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("The sagas of {platform}"), "contracts/workflows");
    for saga in &contract.workflows {
        add(contract, saga, &mut template);
    }
    Some(template)
}

fn add(contract: &Contract, saga: &Workflow, template: &mut Template) {
    let base = saga.name.type_name();
    let logs = format!("{base}Logs");
    let Value::Object(mut group) = scoped(contract, &saga.name.kebab()) else { return };
    if let Some(Value::String(text)) = group.get_mut("Fn::Sub") {
        // The policy of deliveries has room for as many names as begin like this.
        text.insert_str(0, "/aws/vendedlogs/states/");
    }
    let days = contract.platform.deployment.functions.log_days();
    let group = json!({ "LogGroupName": group, "RetentionInDays": days });
    template.add(&logs, "AWS::Logs::LogGroup", &group);
    role(contract, saga, &base, template);
    let mut said = definition(saga);
    let mut stands = substitutions(contract, saga);
    portable(&mut said, &mut stands);
    let machine = json!({
        "StateMachineName": scoped(contract, &saga.name.kebab()),
        "StateMachineType": if saga.kind == Kind::Express { "EXPRESS" } else { "STANDARD" },
        "RoleArn": attribute(&format!("{base}Role"), "Arn"),
        "Definition": said,
        "DefinitionSubstitutions": stands,
        "LoggingConfiguration": {
            "Level": "ERROR",
            // What a saga is given is a customer's: it stays out of logs.
            "IncludeExecutionData": false,
            "Destinations": [{ "CloudWatchLogsLogGroup": { "LogGroupArn": attribute(&logs, "Arn") } }],
        },
        "TracingConfiguration": { "Enabled": true },
    });
    template.add(&format!("{base}Machine"), "AWS::StepFunctions::StateMachine", &machine);
    for (word, metric, about) in [
        ("TimedOut", "ExecutionsTimedOut", "A run took longer than it may"),
        ("Throttled", "ExecutionThrottled", "Runs are held back"),
    ] {
        let alarm = json!({
            "AlarmName": scoped(contract, &format!("{}-{}", saga.name.kebab(), functions::name(word).kebab())),
            "AlarmDescription": format!("{about}. Runbook: infra/stacks/runbooks/sagas.md"),
            "Namespace": "AWS/States",
            "MetricName": metric,
            "Dimensions": [{ "Name": "StateMachineArn", "Value": named(&format!("{base}Machine")) }],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 0,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [imported(contract, "alarm-topic-arn")],
        });
        template.add(&format!("{base}{word}Alarm"), "AWS::CloudWatch::Alarm", &alarm);
    }
    let (name, export) = (format!("{base}Arn"), format!("{}-saga", saga.name.kebab()));
    let said = format!("ARN of the saga {}", saga.name.kebab());
    template.export(contract, &name, &export, &said, named(&format!("{base}Machine")));
}

/// The services that a saga's steps belong to.
fn services(saga: &Workflow) -> BTreeSet<&str> {
    saga.steps.iter().map(|step| step.service.value.as_str()).collect()
}

fn alias(contract: &Contract, service: &str) -> Option<Value> {
    let function = functions::of(contract, service, Work::Steps)?;
    Some(imported(contract, &function.export()))
}

fn role(contract: &Contract, saga: &Workflow, base: &str, template: &mut Template) {
    let steps: Vec<Value> = services(saga).into_iter().filter_map(|it| alias(contract, it)).collect();
    let statements = vec![
        json!({ "Sid": "Steps", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": steps }),
        json!({
            "Sid": "Park",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": imported(contract, &format!("{PARKED}-letters")),
        }),
        json!({ "Sid": "DeliverLogs", "Effect": "Allow", "Action": DELIVERIES, "Resource": "*" }),
        json!({
            "Sid": "Trace",
            "Effect": "Allow",
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Resource": "*",
        }),
    ];
    let properties = json!({
        "AssumeRolePolicyDocument": trusted("states.amazonaws.com"),
        "Description": format!("Takes the steps of {}", saga.name.kebab()),
        "Policies": [{ "PolicyName": "steps", "PolicyDocument": policy(statements) }],
    });
    template.add(&format!("{base}Role"), "AWS::IAM::Role", &properties).because("star", LOGS_EVERYWHERE);
}

/// What stands for the placeholders of the definition.
fn substitutions(contract: &Contract, saga: &Workflow) -> Map<String, Value> {
    let steps = services(saga).into_iter().filter_map(|service| {
        let name = format!("{}Steps", functions::name(service).variant());
        Some((name, alias(contract, service)?))
    });
    let mut all: Map<String, Value> = steps.collect();
    all.insert("ParkedQueue".to_owned(), imported(contract, &format!("{PARKED}-url")));
    all
}

/// Puts a placeholder for each resource of Step Functions' own, since its ARN begins with a partition of AWS; notes what
/// stands for it.
fn portable(value: &mut Value, stands: &mut Map<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix("arn:aws:states:::") {
                let name = functions::name(rest).variant();
                stands.insert(name.clone(), sub(format!("arn:${{AWS::Partition}}:states:::{rest}")));
                *text = format!("${{{name}}}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| portable(item, stands)),
        Value::Object(members) => members.values_mut().for_each(|member| portable(member, stands)),
        _ => {}
    }
}
