//! The stack that shows how the platform is: a dashboard per service and one of the business, an alarm per service over
//! its alarms, and how many requests are traced.

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::compute::ALIAS;
use super::functions::{self, Function, Work};
use super::messaging::feeds;
use super::template::{Template, bounded, imported, scoped, sub};

/// The text of a name, with `${Stage}` in it.
fn text(value: &Value) -> &str {
    value["Fn::Sub"].as_str().unwrap_or_default()
}

pub(super) fn stack(contract: &Contract) -> Template {
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("How {platform} is"), "contracts");
    for service in &contract.platform.services {
        dashboard(contract, &service.name.value, &mut template);
    }
    business(contract, &mut template);
    let watched: Vec<String> = contract
        .platform
        .services
        .iter()
        .filter_map(|service| together(contract, &service.name.value, &mut template))
        .collect();
    if !watched.is_empty() {
        let rule = watched.iter().map(|name| format!("ALARM(\"{name}\")")).collect::<Vec<_>>().join(" OR ");
        let properties = json!({
            "AlarmName": scoped(contract, "platform-ill"),
            "AlarmDescription": "A service is ill. Runbook: infra/stacks/runbooks/ill.md",
            "AlarmRule": sub(rule),
            "AlarmActions": [imported(contract, "alarm-topic-arn")],
        });
        let alarm = template.add("PlatformIll", "AWS::CloudWatch::CompositeAlarm", &properties);
        let services = contract.platform.services.iter();
        alarm.after(services.map(|service| format!("{}Ill", service.name.value.type_name())).filter(
            |name| {
                let stem = name.trim_end_matches("Ill");
                functions::all(contract)
                    .iter()
                    .any(|it| it.work == Work::Api && it.resource() == format!("{stem}Api"))
            },
        ));
    }
    let sampling = json!({
        "SamplingRule": {
            "RuleName": scoped(contract, "requests"),
            "Priority": 1000,
            "ReservoirSize": 1,
            "FixedRate": 0.05,
            "ServiceName": sub(format!("{}-${{Stage}}-*", contract.platform.name.kebab())),
            "ServiceType": "*",
            "Host": "*",
            "HTTPMethod": "*",
            "URLPath": "*",
            "ResourceARN": "*",
            "Version": 1,
        },
    });
    let why = "a sampling rule says `*` where it takes everything; it grants nothing";
    template.add("Sampling", "AWS::XRay::SamplingRule", &sampling).because("star", why);
    template
}

fn functions_of<'c>(contract: &'c Contract, service: &str) -> Vec<Function<'c>> {
    functions::all(contract).into_iter().filter(|function| function.service == Some(service)).collect()
}

fn widget(title: &str, metrics: &[Value], (x, y): (usize, usize), stat: &str) -> Value {
    json!({
        "type": "metric",
        "x": x,
        "y": y,
        "width": 8,
        "height": 6,
        "properties": {
            "title": title,
            "metrics": metrics,
            "period": 60,
            "stat": stat,
            "region": "${AWS::Region}",
            "view": "timeSeries",
        },
    })
}

/// A dashboard's body is text; names in it are filled in when the stack is made.
fn add(contract: &Contract, resource: &str, name: &str, widgets: &[Value], template: &mut Template) {
    let body = json!({ "widgets": widgets }).to_string();
    let properties = json!({ "DashboardName": scoped(contract, name), "DashboardBody": sub(body) });
    template.add(resource, "AWS::CloudWatch::Dashboard", &properties);
}

fn dashboard(contract: &Contract, service: &stipule_ir::Name, template: &mut Template) {
    let functions = functions_of(contract, &service.wire);
    let mut widgets = Vec::new();
    for (row, function) in functions.iter().enumerate() {
        let name = bounded(contract, &function.name.kebab(), 64);
        let name = text(&name);
        let resource = format!("{name}:{ALIAS}");
        let metric = |metric: &str| json!(["AWS/Lambda", metric, "FunctionName", name, "Resource", resource]);
        let title = |what: &str| format!("{} {what}", function.name.kebab());
        let y = row * 6;
        widgets.push(widget(&title("calls"), &[metric("Invocations"), metric("Errors")], (0, y), "Sum"));
        widgets.push(widget(&title("milliseconds, 99 of 100"), &[metric("Duration")], (8, y), "p99"));
        widgets.push(widget(&title("held back"), &[metric("Throttles")], (16, y), "Sum"));
    }
    let own = feeds(contract).into_iter().filter(|feed| feed.service == Some(service.wire.as_str()));
    let queues: Vec<Value> = own
        .map(|feed| {
            let name = bounded(contract, &feed.name.kebab(), 75);
            let ending = if feed.ordered { ".fifo" } else { "" };
            let name = format!("{}{ending}", text(&name));
            json!(["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name])
        })
        .collect();
    if !queues.is_empty() {
        widgets.push(widget("seconds that events wait", &queues, (0, functions.len() * 6), "Maximum"));
    }
    if !widgets.is_empty() {
        add(contract, &format!("{}Dashboard", service.type_name()), &service.kebab(), &widgets, template);
    }
}

fn business(contract: &Contract, template: &mut Template) {
    let rest = scoped(contract, "rest");
    let rest = text(&rest);
    let of_rest = |name: &str| json!(["AWS/ApiGateway", name, "ApiName", rest, "Stage", "live"]);
    let mut widgets = vec![
        widget("requests", &[of_rest("Count"), of_rest("4XXError"), of_rest("5XXError")], (0, 0), "Sum"),
        widget("milliseconds, 99 of 100", &[of_rest("Latency")], (8, 0), "p99"),
    ];
    for (at, saga) in contract.workflows.iter().enumerate() {
        let name = scoped(contract, &saga.name.kebab());
        let place = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:";
        let arn = format!("{place}{}", text(&name));
        let metric = |metric: &str| json!(["AWS/States", metric, "StateMachineArn", arn]);
        let metrics = ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"].map(metric);
        let place = ((at % 3) * 8, 6 + at / 3 * 6);
        widgets.push(widget(&format!("{} runs", saga.name.kebab()), &metrics, place, "Sum"));
    }
    add(contract, "BusinessDashboard", "business", &widgets, template);
}

/// One alarm over those of a service; its name.
fn together(contract: &Contract, service: &stipule_ir::Name, template: &mut Template) -> Option<String> {
    let api = functions_of(contract, &service.wire).into_iter().find(|it| it.work == Work::Api)?;
    let name = |ending: &str| {
        let value = scoped(contract, &format!("{}-{ending}", api.name.kebab()));
        text(&value).to_owned()
    };
    let rule = format!("ALARM(\"{}\") OR ALARM(\"{}\")", name("failing"), name("slow"));
    let own = scoped(contract, &format!("{}-ill", service.kebab()));
    let properties = json!({
        "AlarmName": own,
        "AlarmDescription": format!("{} gives callers less than the objectives say. Runbook: infra/stacks/runbooks/ill.md", service.wire),
        "AlarmRule": sub(rule),
    });
    template.add(&format!("{}Ill", service.type_name()), "AWS::CloudWatch::CompositeAlarm", &properties);
    Some(text(&own).to_owned())
}
