//! Stacks of functions: each with its role, its logs, a version, the alias that everybody calls, and how a new version
//! takes over.

mod feed;
mod release;
mod role;

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::functions::{self, Function, Work};
use super::template::{Template, attribute, bounded, hash, imported, named, scoped, sub};

/// The alias that everybody calls.
pub(super) const ALIAS: &str = "live";

pub(super) fn stack(contract: &Contract, domain: &str) -> Template {
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("Functions of {platform}: {domain}"), "contracts");
    ask_for_code(&mut template);
    release::foundation(contract, domain, &mut template);
    for function in functions::all(contract).iter().filter(|function| function.domain == domain) {
        add(contract, function, &mut template);
        release::add(contract, function, &mut template);
        feed::add(contract, function, &mut template);
        let base = function.resource();
        let said = format!("ARN of the alias of {} that everybody calls", function.name.kebab());
        let alias = named(&format!("{base}Alias"));
        template.export(contract, &format!("{base}AliasArn"), &function.export(), &said, alias);
        let said = format!("Name of {}", function.name.kebab());
        let name = format!("{}-name", function.export());
        template.export(contract, &format!("{base}Name"), &name, &said, named(&format!("{base}Function")));
    }
    template
}

/// The archive of the binary is named by what is in it: the same bytes are the same version.
fn ask_for_code(template: &mut Template) {
    template.ask(
        "CodeKey",
        "Where the archive of the binary is in the bucket of code, named by the SHA-256 of its bytes: the same bytes again \
         make no new version",
        "^code/[0-9a-f]{64}\\.zip$",
        "code/<SHA-256 in hexadecimal>.zip",
    );
}

/// The properties of a function of this name; every one runs the same binary.
pub(super) fn properties(contract: &Contract, function: &Function<'_>, role: &str, group: &str) -> Value {
    let settings = &function.settings;
    let variables = variables(contract, function);
    let mut properties = json!({
        "FunctionName": bounded(contract, &function.name.kebab(), 64),
        "Description": function.about,
        "Architectures": ["arm64"],
        "Runtime": "provided.al2023",
        "Handler": function.handler(),
        "Code": { "S3Bucket": imported(contract, "code-bucket"), "S3Key": named("CodeKey") },
        "MemorySize": settings.memory(),
        "Timeout": settings.timeout_seconds(),
        "Role": attribute(role, "Arn"),
        "Environment": { "Variables": variables },
        "KmsKeyArn": imported(contract, "key-arn"),
        "TracingConfig": { "Mode": "Active" },
        "LoggingConfig": { "LogFormat": "JSON", "LogGroup": named(group) },
    });
    if let Some(reserved) = settings.concurrency {
        properties["ReservedConcurrentExecutions"] = reserved.into();
    }
    properties
}

/// What the binary asks of its environment, by the work of the function: whatever it lacks, it doesn't start without.
fn variables(contract: &Contract, function: &Function<'_>) -> Value {
    let here = format!("{}-${{Stage}}-", contract.platform.name.kebab());
    let mut variables = json!({
        "STIPULE_STAGE": named("Stage"),
        "STIPULE_TABLE": imported(contract, "table-name"),
    });
    if function.work == Work::Publisher || function.work == Work::Sweeper {
        variables["STIPULE_BUS"] = imported(contract, "bus-name");
        variables["STIPULE_QUEUES"] =
            sub(format!("https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{here}"));
    }
    if function.service.is_some() || function.work == Work::Starter {
        variables["STIPULE_MACHINES"] = sub(format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{here}"
        ));
    }
    if function.service.is_some() {
        variables["STIPULE_SECRET"] = sub(format!("{{{{resolve:secretsmanager:{here}functions}}}}"));
    }
    if function.work == Work::Authorizer {
        let place = format!("/{}/${{Stage}}/token-keys", contract.platform.name.kebab());
        variables["STIPULE_KEYS"] = sub(format!("{{{{resolve:ssm:{place}}}}}"));
    }
    if role::tells(contract, function) {
        variables["STIPULE_SOCKETS"] = json!({ "Fn::Sub": [
            format!("https://${{Sockets}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{}", super::api::STAGE),
            { "Sockets": imported(contract, "sockets-id") },
        ] });
    }
    variables
}

/// Logs that are kept for as long as the contract says.
pub(super) fn logs(contract: &Contract, function: &Function<'_>, name: &str, template: &mut Template) {
    let Value::Object(mut text) = bounded(contract, &function.name.kebab(), 64) else { return };
    if let Some(Value::String(text)) = text.get_mut("Fn::Sub") {
        text.insert_str(0, "/aws/lambda/");
    }
    let group = json!({ "LogGroupName": text, "RetentionInDays": function.settings.log_days() });
    template.add(name, "AWS::Logs::LogGroup", &group);
}

fn add(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    let base = function.resource();
    let [resource, role, group] = ["Function", "Role", "Logs"].map(|part| format!("{base}{part}"));
    logs(contract, function, &group, template);
    role::add(contract, function, &role, &group, template);
    let properties = properties(contract, function, &role, &group);
    template.add(&resource, "AWS::Lambda::Function", &properties);
    // A version is what code and settings were when it was made; whatever changes either has to make a new one.
    let settings = format!("{:016x}", hash(&properties.to_string()));
    let version = json!({
        "FunctionName": named(&resource),
        "Description": sub(format!("${{CodeKey}} {settings}")),
    });
    template.add(&format!("{base}Version"), "AWS::Lambda::Version", &version).kept();
    if contract.platform.deployment.objectives.availability > 0 && function.work == Work::Api {
        objectives(contract, function, template);
    }
}

/// What callers may expect of a service, as alarms.
fn objectives(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    let base = function.resource();
    let objectives = &contract.platform.deployment.objectives;
    let dimensions = json!([
        { "Name": "FunctionName", "Value": named(&format!("{base}Function")) },
        { "Name": "Resource", "Value": sub(format!("${{{base}Function}}:{ALIAS}")) },
    ]);
    let slow = json!({
        "AlarmName": scoped(contract, &format!("{}-slow", function.name.kebab())),
        "AlarmDescription": "Callers wait longer than the objective says. Runbook: infra/stacks/runbooks/slow.md",
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "Dimensions": dimensions,
        "ExtendedStatistic": "p99",
        "Period": 60,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 3,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": objectives.latency.as_millis() as u64,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [imported(contract, "alarm-topic-arn")],
    });
    template.add(&format!("{base}SlowAlarm"), "AWS::CloudWatch::Alarm", &slow);
    // Ten times the errors that the objective allows use up a month's allowance in three days.
    let allowed = f64::from(100_000 - objectives.availability) / 1_000.0;
    let mut failing = release::rate(contract, &dimensions, (allowed * 10_000.0).round() / 1_000.0);
    failing["AlarmName"] = scoped(contract, &format!("{}-failing", function.name.kebab()));
    failing["AlarmDescription"] =
        "Errors use up the month's allowance in three days. Runbook: infra/stacks/runbooks/failing.md".into();
    failing["AlarmActions"] = json!([imported(contract, "alarm-topic-arn")]);
    template.add(&format!("{base}FailingAlarm"), "AWS::CloudWatch::Alarm", &failing);
}
