//! The stack of the bus: its archive, rules, topics, queues, and what becomes of events that can't be handled.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use stipule_ir::event::Delivery;
use stipule_ir::{Contract, Subscription};

use super::functions::{self, Feed, Work};
use super::template::{Template, attribute, bounded, imported, named, policy, scoped, sub};

/// Seconds that events wait in a queue.
const KEPT: u64 = 4 * 86_400;

/// Seconds that events wait for a person: the most that there are.
const KEPT_DEAD: u64 = 14 * 86_400;

/// Seconds within which the bus tries to deliver, and how often.
const DELIVERY: (u64, u64) = (86_400, 185);

/// The queue of events that the bus couldn't deliver anywhere.
pub(super) const UNDELIVERED: &str = "undelivered";

/// The queue of sagas that wait for a person.
pub(super) const PARKED: &str = "sagas-parked";

pub(super) fn stack(contract: &Contract) -> Template {
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("The bus of {platform}, and its queues"), "contracts");
    bus(contract, &mut template);
    let feeds = feeds(contract);
    dead_letters(contract, &feeds, &mut template);
    topics(contract, &mut template);
    for feed in &feeds {
        queue(contract, feed, &mut template);
    }
    if !contract.sockets.is_empty() {
        let properties = json!({
            "Name": scoped(contract, "sockets"),
            "ProtocolType": "WEBSOCKET",
            "RouteSelectionExpression": "$request.body.action",
        });
        template.add("Sockets", "AWS::ApiGatewayV2::Api", &properties);
        let said = "Id of the API of sockets: functions tell sockets through it";
        template.export(contract, "SocketsId", "sockets-id", said, named("Sockets"));
    }
    template
}

/// Every queue that a function reads.
pub(super) fn feeds(contract: &Contract) -> Vec<Feed<'_>> {
    let queued = contract.subscriptions.iter().filter(|it| it.delivery != Delivery::Direct);
    let timeout = |service: &str| {
        let function = functions::of(contract, service, Work::Events);
        function.map_or(10, |function| function.settings.timeout_seconds())
    };
    let subscribed = queued.map(|subscription| Feed {
        name: subscription.name.clone(),
        dead_letters: subscription.dead_letters.value.clone(),
        ordered: subscription.delivery == Delivery::OrderedQueue,
        attempts: subscription.max_attempts,
        batch: subscription.batch,
        concurrency: subscription.concurrency,
        timeout: timeout(&subscription.service.value),
        service: Some(subscription.service.value.as_str()),
        subscription: Some(subscription),
    });
    let started = contract.workflows.iter().filter(|saga| !saga.starts.is_empty()).map(|saga| Feed {
        name: saga.name.join(&functions::name("start")),
        dead_letters: "sagas-dead".to_owned(),
        ordered: false,
        attempts: 8,
        batch: 10,
        concurrency: 10,
        timeout: contract.platform.deployment.functions.timeout_seconds(),
        service: None,
        subscription: None,
    });
    subscribed.chain(started).collect()
}

fn bus(contract: &Contract, template: &mut Template) {
    let bus = json!({
        "Name": scoped(contract, "bus"),
        "DeadLetterConfig": { "Arn": attribute("UndeliveredQueue", "Arn") },
    });
    template.add("Bus", "AWS::Events::EventBus", &bus);
    let longest = contract.events.iter().map(|event| event.retention).max();
    let kept = contract.platform.deployment.archive.or(longest).unwrap_or(Duration::from_secs(30 * 86_400));
    let archive = json!({
        "ArchiveName": bounded(contract, "events", 48),
        "SourceArn": attribute("Bus", "Arn"),
        "RetentionDays": kept.as_secs().div_ceil(86_400),
        "Description": "Everything that was on the bus, for replay",
    });
    template.add("Archive", "AWS::Events::Archive", &archive).kept();
    template.export(contract, "BusName", "bus-name", "Name of the bus", named("Bus"));
    template.export(contract, "BusArn", "bus-arn", "ARN of the bus", attribute("Bus", "Arn"));
}

/// The queues of what couldn't be handled: one for the bus, one for each name, in the kind of the queues before it.
fn dead_letters(contract: &Contract, feeds: &[Feed<'_>], template: &mut Template) {
    let mut names: BTreeMap<(String, bool), Vec<&Feed<'_>>> = BTreeMap::new();
    for feed in feeds {
        names.entry((feed.dead_letters.clone(), feed.ordered)).or_default().push(feed);
    }
    let mut direct: Vec<(String, bool)> = Vec::new();
    for subscription in contract.subscriptions.iter().filter(|it| it.delivery == Delivery::Direct) {
        direct.push((subscription.dead_letters.value.clone(), false));
    }
    let own = [UNDELIVERED, PARKED, "publisher-dead", "sweeper-dead"].map(|name| (name.to_owned(), false));
    let mut all: Vec<(String, bool)> = names.into_keys().chain(direct).chain(own).collect();
    all.sort();
    all.dedup();
    for (name, ordered) in all {
        dead(contract, &name, ordered, template);
    }
    let swept = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*");
    let bus = json!([rules_of_bus(contract), attribute("Bus", "Arn")]);
    sent_by(&[("events.amazonaws.com", bus)], "UndeliveredQueue", template);
    sent_by(&[("events.amazonaws.com", swept)], "SweeperDeadQueue", template);
    sent_letters(contract, template);
}

/// Every rule of the bus.
fn rules_of_bus(contract: &Contract) -> Value {
    sub(format!(
        "arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{}-${{Stage}}-bus/*",
        contract.platform.name.kebab()
    ))
}

/// Topics and rules send to queues of dead letters themselves; other queues do without being let.
fn sent_letters(contract: &Contract, template: &mut Template) {
    let mut senders: BTreeMap<String, Vec<(&str, Value)>> = BTreeMap::new();
    for subscription in &contract.subscriptions {
        let queue = dead_resource(&subscription.dead_letters.value, false);
        let sender = match (&subscription.topic, subscription.delivery) {
            (Some(topic), _) => {
                ("sns.amazonaws.com", named(&format!("{}Topic", functions::name(&topic.value).type_name())))
            }
            (None, Delivery::Direct) => ("events.amazonaws.com", rules_of_bus(contract)),
            _ => continue,
        };
        let known = senders.entry(queue).or_default();
        if !known.contains(&sender) {
            known.push(sender);
        }
    }
    for (queue, senders) in senders {
        sent_by(&senders, &queue, template);
    }
}

/// Name of the resource of a queue of dead letters.
pub(super) fn dead_resource(name: &str, ordered: bool) -> String {
    let base = functions::name(name).type_name();
    if ordered { format!("{base}OrderedQueue") } else { format!("{base}Queue") }
}

fn dead(contract: &Contract, name: &str, ordered: bool, template: &mut Template) {
    let resource = dead_resource(name, ordered);
    let mut properties = json!({
        "QueueName": queue_name(contract, name, ordered),
        "MessageRetentionPeriod": KEPT_DEAD,
        "SqsManagedSseEnabled": true,
    });
    if ordered {
        properties["FifoQueue"] = true.into();
    }
    template.add(&resource, "AWS::SQS::Queue", &properties);
    let suffix = if ordered { "-ordered" } else { "" };
    let alarm = json!({
        "AlarmName": scoped(contract, &format!("{name}{suffix}-letters")),
        "AlarmDescription": format!("Something waits in {name} for a person. Runbook: infra/stacks/runbooks/dead-letters.md"),
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{ "Name": "QueueName", "Value": attribute(&resource, "QueueName") }],
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [imported(contract, "alarm-topic-arn")],
    });
    template.add(&format!("{resource}Alarm"), "AWS::CloudWatch::Alarm", &alarm);
    let export = format!("{name}{suffix}-letters");
    let said = format!("ARN of the queue {name}{suffix}");
    template.export(contract, &format!("{resource}Arn"), &export, &said, attribute(&resource, "Arn"));
    if name == PARKED {
        let said = format!("Address of the queue {name}");
        let export = format!("{name}-url");
        template.export(contract, &format!("{resource}Url"), &export, &said, named(&resource));
    }
}

/// `.fifo` ends the name of an ordered queue; 80 characters at most.
fn queue_name(contract: &Contract, name: &str, ordered: bool) -> Value {
    let Value::Object(mut text) = bounded(contract, name, 75) else { return Value::Null };
    if ordered && let Some(Value::String(text)) = text.get_mut("Fn::Sub") {
        text.push_str(".fifo");
    }
    Value::Object(text)
}

/// Lets services of AWS send to a queue, each from its source.
fn sent_by(senders: &[(&str, Value)], queue: &str, template: &mut Template) {
    let statements = senders.iter().enumerate().map(|(at, (service, source))| {
        json!({
            "Sid": format!("Sender{}", at + 1),
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": "sqs:SendMessage",
            "Resource": attribute(queue, "Arn"),
            "Condition": { "ArnLike": { "aws:SourceArn": source } },
        })
    });
    let document = policy(statements.collect::<Vec<_>>());
    let properties = json!({ "Queues": [named(queue)], "PolicyDocument": document });
    template.add(&format!("{queue}Policy"), "AWS::SQS::QueuePolicy", &properties);
}

/// A rule of the bus with one target.
pub(super) fn rule(bus: &Value, about: &str, pattern: &Value, target: &Value, dead: &Value) -> Value {
    json!({
        "Description": about,
        "EventBusName": bus,
        "EventPattern": pattern,
        "State": "ENABLED",
        "Targets": [{
            "Id": "target",
            "Arn": target,
            "DeadLetterConfig": { "Arn": dead },
            "RetryPolicy": { "MaximumEventAgeInSeconds": DELIVERY.0, "MaximumRetryAttempts": DELIVERY.1 },
        }],
    })
}

/// A topic for each name, with one rule of the bus.
fn topics(contract: &Contract, template: &mut Template) {
    let mut topics: BTreeMap<&str, Vec<&Subscription>> = BTreeMap::new();
    for subscription in &contract.subscriptions {
        if let Some(topic) = &subscription.topic {
            topics.entry(&topic.value).or_default().push(subscription);
        }
    }
    let dead = attribute("UndeliveredQueue", "Arn");
    for (name, subscriptions) in topics {
        let resource = format!("{}Topic", functions::name(name).type_name());
        let topic = json!({
            "TopicName": scoped(contract, name),
            "KmsMasterKeyId": imported(contract, "key-arn"),
        });
        template.add(&resource, "AWS::SNS::Topic", &topic);
        let pattern = without_content(subscriptions[0]);
        let about = format!("What goes through the topic {name}");
        let rule = rule(&named("Bus"), &about, &pattern, &named(&resource), &dead);
        template.add(&format!("{resource}Rule"), "AWS::Events::Rule", &rule);
        let statement = json!({
            "Sid": "Bus",
            "Effect": "Allow",
            "Principal": { "Service": "events.amazonaws.com" },
            "Action": "sns:Publish",
            "Resource": named(&resource),
            "Condition": { "ArnEquals": { "aws:SourceArn": attribute(&format!("{resource}Rule"), "Arn") } },
        });
        let properties = json!({ "Topics": [named(&resource)], "PolicyDocument": policy(vec![statement]) });
        template.add(&format!("{resource}Policy"), "AWS::SNS::TopicPolicy", &properties);
    }
}

/// The rule of a subscription, without what it asks of the event's content: the topic's subscriptions do.
fn without_content(subscription: &Subscription) -> Value {
    let mut rule: Value = serde_json::from_str(&subscription.rule).unwrap_or_default();
    if let Value::Object(rule) = &mut rule {
        rule.remove("detail");
    }
    rule
}

/// A queue that a function reads, and how events come to it.
fn queue(contract: &Contract, feed: &Feed<'_>, template: &mut Template) {
    let base = feed.name.type_name();
    let resource = format!("{base}Queue");
    let dead = attribute(&dead_resource(&feed.dead_letters, feed.ordered), "Arn");
    let mut properties = json!({
        "QueueName": queue_name(contract, &feed.name.kebab(), feed.ordered),
        "VisibilityTimeout": 6 * feed.timeout,
        "MessageRetentionPeriod": KEPT,
        "RedrivePolicy": { "deadLetterTargetArn": dead, "maxReceiveCount": feed.attempts },
        "SqsManagedSseEnabled": true,
    });
    if feed.ordered {
        properties["FifoQueue"] = true.into();
        properties["DeduplicationScope"] = "messageGroup".into();
        properties["FifoThroughputLimit"] = "perMessageGroupId".into();
    }
    let queue = template.add(&resource, "AWS::SQS::Queue", &properties);
    if feed.ordered {
        queue
            .because("fed-by", "the publisher: a rule of the bus can't give each event the group of its key");
    }
    let said = format!("ARN of the queue {}", feed.name.kebab());
    template.export(contract, &format!("{resource}Arn"), &feed.export(), &said, attribute(&resource, "Arn"));
    match feed.subscription.and_then(|it| it.topic.as_ref().map(|topic| (it, topic))) {
        _ if feed.ordered => {}
        Some((subscription, topic)) => {
            let topic = format!("{}Topic", functions::name(&topic.value).type_name());
            sent_by(&[("sns.amazonaws.com", named(&topic))], &resource, template);
            let properties = hears(subscription, &resource, &topic, &dead);
            template.add(&format!("{base}Subscription"), "AWS::SNS::Subscription", &properties);
        }
        None => routed(contract, feed, &base, template),
    }
}

/// A queue's part of a topic.
fn hears(subscription: &Subscription, queue: &str, topic: &str, dead: &Value) -> Value {
    let rule: Value = serde_json::from_str(&subscription.rule).unwrap_or_default();
    let mut properties = json!({
        "TopicArn": named(topic),
        "Protocol": "sqs",
        "Endpoint": attribute(queue, "Arn"),
        "RawMessageDelivery": true,
        "RedrivePolicy": { "deadLetterTargetArn": dead },
    });
    if let Some(detail) = rule.get("detail") {
        properties["FilterPolicy"] = json!({ "detail": detail });
        properties["FilterPolicyScope"] = "MessageBody".into();
    }
    properties
}

/// One rule of the bus for each event that comes to a queue.
fn routed(contract: &Contract, feed: &Feed<'_>, base: &str, template: &mut Template) {
    let resource = format!("{base}Queue");
    let patterns: Vec<Value> = match feed.subscription {
        Some(subscription) => vec![serde_json::from_str(&subscription.rule).unwrap_or_default()],
        None => starts(contract, feed),
    };
    let many = patterns.len() > 1;
    let mut arns = Vec::new();
    for (at, pattern) in patterns.iter().enumerate() {
        let name = if many { format!("{base}Rule{}", at + 1) } else { format!("{base}Rule") };
        let about = format!("What goes to {}", feed.name.kebab());
        let dead = attribute("UndeliveredQueue", "Arn");
        let rule = rule(&named("Bus"), &about, pattern, &attribute(&resource, "Arn"), &dead);
        template.add(&name, "AWS::Events::Rule", &rule);
        arns.push(attribute(&name, "Arn"));
    }
    let source = if many { Value::Array(arns) } else { arns.into_iter().next().unwrap_or_default() };
    sent_by(&[("events.amazonaws.com", source)], &resource, template);
}

/// The patterns of the events that start a saga.
fn starts(contract: &Contract, feed: &Feed<'_>) -> Vec<Value> {
    let started =
        |saga: &&stipule_ir::Workflow| saga.name.join(&functions::name("start")).wire == feed.name.wire;
    let saga = contract.workflows.iter().find(started);
    let events = saga.into_iter().flat_map(|saga| &saga.starts).map(|start| contract.event(start.event));
    events
        .map(|event| {
            json!({
                "source": [event.source],
                "detail-type": [event.name.wire],
                "detail": { "version": [event.version] },
            })
        })
        .collect()
}
