//! The stack that shows how the platform is: a dashboard per domain with a part for each of its services, one of the
//! business, an alarm per domain over those of its services, and how many requests are traced.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::compute::ALIAS;
use super::functions::{self, Function, Work};
use super::messaging::feeds;
use super::template::{Template, bounded, imported, scoped, sub};

/// Rows of a dashboard that a widget with metrics takes, and a heading.
const METRICS: usize = 6;
const HEADING: usize = 1;

/// The text of a name, with `${Stage}` in it.
fn text(value: &Value) -> &str {
    value["Fn::Sub"].as_str().unwrap_or_default()
}

pub(super) fn stack(contract: &Contract) -> Template {
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("How {platform} is"), "contracts");
    let mut watched = Vec::new();
    for (domain, services) in domains(contract) {
        dashboard(contract, domain, &services, &mut template);
        watched.extend(together(contract, domain, &services, &mut template));
    }
    business(contract, &mut template);
    if !watched.is_empty() {
        let names = watched.iter().map(|(_, name)| format!("ALARM(\"{name}\")")).collect::<Vec<_>>();
        let properties = json!({
            "AlarmName": scoped(contract, "platform-ill"),
            "AlarmDescription": "A service is ill. Runbook: infra/stacks/runbooks/ill.md",
            "AlarmRule": sub(names.join(" OR ")),
            "AlarmActions": [imported(contract, "alarm-topic-arn")],
        });
        let alarm = template.add("PlatformIll", "AWS::CloudWatch::CompositeAlarm", &properties);
        alarm.after(watched.into_iter().map(|(resource, _)| resource));
    }
    let sampling = json!({
        "SamplingRule": {
            "RuleName": scoped(contract, "requests"),
            "Priority": 1000,
            // Every line of every log has the id of its trace: what isn't recorded here can be followed there.
            "ReservoirSize": 0,
            "FixedRate": 0.01,
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

/// The services of each domain, in the order of the platform.
fn domains(contract: &Contract) -> BTreeMap<&str, Vec<&stipule_ir::Name>> {
    let mut found: BTreeMap<&str, Vec<&stipule_ir::Name>> = BTreeMap::new();
    for service in &contract.platform.services {
        let name = &service.name.value;
        if let Some(function) = functions_of(contract, &name.wire).first() {
            found.entry(function.domain).or_default().push(name);
        }
    }
    found
}

fn functions_of<'c>(contract: &'c Contract, service: &str) -> Vec<Function<'c>> {
    functions::all(contract).into_iter().filter(|function| function.service == Some(service)).collect()
}

/// Says whose the widgets below it are.
fn heading(service: &str, y: usize) -> Value {
    json!({
        "type": "text",
        "x": 0,
        "y": y,
        "width": 24,
        "height": HEADING,
        "properties": { "markdown": format!("## {service}") },
    })
}

fn widget(title: &str, metrics: &[Value], (x, y): (usize, usize), stat: &str) -> Value {
    json!({
        "type": "metric",
        "x": x,
        "y": y,
        "width": 8,
        "height": METRICS,
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

/// Service after service: a row per function, and how long its events wait.
fn dashboard(contract: &Contract, domain: &str, services: &[&stipule_ir::Name], template: &mut Template) {
    let mut widgets = Vec::new();
    let mut y = 0;
    for service in services {
        widgets.push(heading(&service.kebab(), y));
        y += HEADING;
        for function in functions_of(contract, &service.wire) {
            widgets.extend(row(contract, &function, y));
            y += METRICS;
        }
        if let Some(waiting) = waiting(contract, service, y) {
            widgets.push(waiting);
            y += METRICS;
        }
    }
    let name = functions::name(domain);
    add(contract, &format!("{}Dashboard", name.type_name()), &name.kebab(), &widgets, template);
}

/// How a function is.
fn row(contract: &Contract, function: &Function<'_>, y: usize) -> [Value; 3] {
    let name = bounded(contract, &function.name.kebab(), 64);
    let name = text(&name);
    let resource = format!("{name}:{ALIAS}");
    let metric = |metric: &str| json!(["AWS/Lambda", metric, "FunctionName", name, "Resource", resource]);
    let title = |what: &str| format!("{} {what}", function.name.kebab());
    [
        widget(&title("calls"), &[metric("Invocations"), metric("Errors")], (0, y), "Sum"),
        widget(&title("milliseconds, 99 of 100"), &[metric("Duration")], (8, y), "p99"),
        widget(&title("held back"), &[metric("Throttles")], (16, y), "Sum"),
    ]
}

/// How long the events of a service wait; `None` for one that reads no queue.
fn waiting(contract: &Contract, service: &stipule_ir::Name, y: usize) -> Option<Value> {
    let own = feeds(contract).into_iter().filter(|feed| feed.service == Some(service.wire.as_str()));
    let queues: Vec<Value> = own
        .map(|feed| {
            let name = bounded(contract, &feed.name.kebab(), 75);
            let ending = if feed.ordered { ".fifo" } else { "" };
            let name = format!("{}{ending}", text(&name));
            json!(["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name])
        })
        .collect();
    let title = format!("{}: seconds that events wait", service.kebab());
    (!queues.is_empty()).then(|| widget(&title, &queues, (0, y), "Maximum"))
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

/// One alarm over those of a domain's services; its resource and its name.
fn together(
    contract: &Contract,
    domain: &str,
    services: &[&stipule_ir::Name],
    template: &mut Template,
) -> Option<(String, String)> {
    let functions = services.iter().flat_map(|service| functions_of(contract, &service.wire));
    let parts: Vec<String> = functions
        .filter(|function| function.work == Work::Api)
        .flat_map(|api| ["failing", "slow"].map(|ending| format!("{}-{ending}", api.name.kebab())))
        .map(|name| format!("ALARM(\"{}\")", text(&scoped(contract, &name))))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let domain = functions::name(domain);
    let own = scoped(contract, &format!("{}-ill", domain.kebab()));
    let properties = json!({
        "AlarmName": own,
        "AlarmDescription": format!("A service of {} gives callers less than the objectives say. Runbook: infra/stacks/runbooks/ill.md", domain.kebab()),
        "AlarmRule": sub(parts.join(" OR ")),
    });
    let resource = format!("{}Ill", domain.type_name());
    template.add(&resource, "AWS::CloudWatch::CompositeAlarm", &properties);
    Some((resource, text(&own).to_owned()))
}
