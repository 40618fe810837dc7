//! What calls a function without a request: queues, the stream of the table, a schedule, rules of the bus.

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::ALIAS;
use super::role::direct;
use crate::stacks::functions::{Feed, Function, Work};
use crate::stacks::messaging::{feeds, rule};
use crate::stacks::template::{Template, attribute, imported, named};

/// Fewest calls at once that a mapping can be held to.
const LEAST_AT_ONCE: u32 = 2;

pub(super) fn add(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    match function.work {
        Work::Events | Work::Starter => {
            let own = feeds(contract).into_iter().filter(|feed| feed.service == function.service);
            own.for_each(|feed| mapping(contract, function, &feed, template));
        }
        Work::Publisher => stream(contract, function, template),
        Work::Sweeper => schedule(contract, function, template),
        _ => {}
    }
    if let (Work::Events, Some(service)) = (function.work, function.service) {
        let direct = direct(contract, service);
        if let Some(first) = direct.first() {
            let letters = format!("{}-letters", first.dead_letters.value);
            asynchronous(contract, function, &letters, template);
        }
        for subscription in direct {
            let base = subscription.name.type_name();
            let pattern: Value = serde_json::from_str(&subscription.rule).unwrap_or_default();
            let dead = imported(contract, &format!("{}-letters", subscription.dead_letters.value));
            let about = format!("What goes straight to {}", function.name.kebab());
            let alias = named(&format!("{}Alias", function.resource()));
            let rule = rule(&imported(contract, "bus-name"), &about, &pattern, &alias, &dead);
            template.add(&format!("{base}Rule"), "AWS::Events::Rule", &rule);
            called_by("events.amazonaws.com", &format!("{base}Rule"), function, template);
        }
    }
}

/// Lets a rule call the alias.
fn called_by(service: &str, rule: &str, function: &Function<'_>, template: &mut Template) {
    let permission = json!({
        "Action": "lambda:InvokeFunction",
        "FunctionName": named(&format!("{}Alias", function.resource())),
        "Principal": service,
        "SourceArn": attribute(rule, "Arn"),
    });
    template.add(&format!("{rule}Permission"), "AWS::Lambda::Permission", &permission);
}

/// A queue to the alias; of a batch only what failed comes back.
fn mapping(contract: &Contract, function: &Function<'_>, feed: &Feed<'_>, template: &mut Template) {
    let mut properties = json!({
        "EventSourceArn": imported(contract, &feed.export()),
        "FunctionName": named(&format!("{}Alias", function.resource())),
        "BatchSize": feed.batch.clamp(1, 10),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": { "MaximumConcurrency": feed.concurrency.max(LEAST_AT_ONCE) },
        "Enabled": true,
    });
    if feed.batch > 10 && !feed.ordered {
        properties["BatchSize"] = feed.batch.into();
        properties["MaximumBatchingWindowInSeconds"] = 1.into();
    }
    template.add(
        &format!("{}Mapping", feed.name.type_name()),
        "AWS::Lambda::EventSourceMapping",
        &properties,
    );
}

/// New rows of the outbox to the publisher.
fn stream(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    let pk = contract.tables.first().map_or("pk", |table| table.pk.as_str());
    let inserted = json!({
        "eventName": ["INSERT"],
        "dynamodb": { "Keys": { (pk): { "S": [{ "prefix": "#OUTBOX#" }] } } },
    });
    let properties = json!({
        "EventSourceArn": imported(contract, "table-stream-arn"),
        "FunctionName": named(&format!("{}Alias", function.resource())),
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 100,
        "BisectBatchOnFunctionError": true,
        "MaximumRetryAttempts": 20,
        "MaximumRecordAgeInSeconds": 86_400,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": { "Filters": [{ "Pattern": inserted.to_string() }] },
        "DestinationConfig": { "OnFailure": { "Destination": imported(contract, "publisher-dead-letters") } },
        "Enabled": true,
    });
    template.add("PublisherMapping", "AWS::Lambda::EventSourceMapping", &properties);
}

/// The sweeper, every minute.
fn schedule(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    let base = function.resource();
    let rule = json!({
        "Description": function.about,
        "ScheduleExpression": "rate(1 minute)",
        "State": "ENABLED",
        "Targets": [{
            "Id": "target",
            "Arn": named(&format!("{base}Alias")),
            "DeadLetterConfig": { "Arn": imported(contract, "sweeper-dead-letters") },
            "RetryPolicy": { "MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 2 },
        }],
    });
    template.add(&format!("{base}Rule"), "AWS::Events::Rule", &rule);
    called_by("events.amazonaws.com", &format!("{base}Rule"), function, template);
    asynchronous(contract, function, "sweeper-dead-letters", template);
}

/// Where a call goes that nobody waits for, when it fails for good.
fn asynchronous(contract: &Contract, function: &Function<'_>, letters: &str, template: &mut Template) {
    let base = function.resource();
    let properties = json!({
        "FunctionName": named(&format!("{base}Function")),
        "Qualifier": ALIAS,
        "MaximumEventAgeInSeconds": 21_600,
        "MaximumRetryAttempts": 2,
        "DestinationConfig": { "OnFailure": { "Destination": imported(contract, letters) } },
    });
    let after = format!("{base}Alias");
    template.add(&format!("{base}Async"), "AWS::Lambda::EventInvokeConfig", &properties).after([after]);
}
