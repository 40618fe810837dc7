//! The stack of what callers reach: the REST API, its stage, plans and firewall, and the routes of sockets.

mod body;
mod sockets;

use serde_json::{Value, json};
use stipule_ir::deployment::Gateway;
use stipule_ir::service::RateLimit;
use stipule_ir::{Contract, Operation};

use super::functions::{self, Work};
use super::template::{Template, attribute, hash, imported, named, scoped, sub};

/// The stage that callers reach.
pub(super) const STAGE: &str = "live";

/// Gigabytes of the smallest cache.
const SMALLEST_CACHE: &str = "0.5";

/// None without an operation.
pub(super) fn stack(contract: &Contract) -> Option<Template> {
    if contract.services.iter().all(|service| service.operations.is_empty()) {
        return None;
    }
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("What callers of {platform} reach"), "contracts/http");
    rest(contract, &mut template);
    permissions(contract, &mut template);
    plans(contract, &mut template);
    firewall(contract, &mut template);
    alarms(contract, &mut template);
    if !contract.sockets.is_empty() {
        sockets::add(contract, &mut template);
    }
    let address = sub(format!("https://${{Rest}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}"));
    template.export(contract, "RestAddress", "rest-address", "Address of the REST API", address);
    template.export(contract, "RestName", "rest-name", "Name of the REST API", scoped(contract, "rest"));
    Some(template)
}

fn rest(contract: &Contract, template: &mut Template) {
    let body = body::body(contract);
    // A deployment is what the API was when it was made: another body has to make another.
    let deployment = format!("Deployment{:016x}", hash(&body.to_string()));
    let properties = json!({
        "Name": scoped(contract, "rest"),
        "Body": body,
        "EndpointConfiguration": { "Types": ["REGIONAL"] },
        "FailOnWarnings": true,
        "MinimumCompressionSize": contract.platform.deployment.gateway.compression,
    });
    template.add("Rest", "AWS::ApiGateway::RestApi", &properties);
    let properties = json!({ "RestApiId": named("Rest"), "Description": "The API as its contracts say it" });
    template.add(&deployment, "AWS::ApiGateway::Deployment", &properties);
    let Value::Object(mut group) = scoped(contract, "rest") else { return };
    if let Some(Value::String(text)) = group.get_mut("Fn::Sub") {
        text.insert_str(0, "/aws/apigateway/");
    }
    let days = contract.platform.deployment.functions.log_days();
    let properties = json!({ "LogGroupName": group, "RetentionInDays": days });
    template.add("AccessLogs", "AWS::Logs::LogGroup", &properties);
    template.add("RestStage", "AWS::ApiGateway::Stage", &stage(contract, &deployment));
}

/// What is noted of each request; neither address of the caller nor anything that it sent.
const NOTED: [(&str, &str); 9] = [
    ("request", "$context.requestId"),
    ("time", "$context.requestTimeEpoch"),
    ("method", "$context.httpMethod"),
    ("path", "$context.resourcePath"),
    ("status", "$context.status"),
    ("took", "$context.responseLatency"),
    ("integration", "$context.integration.latency"),
    ("error", "$context.error.responseType"),
    ("trace", "$context.xrayTraceId"),
];

fn stage(contract: &Contract, deployment: &str) -> Value {
    let gateway = &contract.platform.deployment.gateway;
    let noted: serde_json::Map<String, Value> =
        NOTED.into_iter().map(|(name, what)| (name.to_owned(), what.into())).collect();
    let mut settings = vec![json!({
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": gateway.rate,
        "ThrottlingBurstLimit": gateway.burst,
        // Those of the whole stage are there anyway, and no alarm or dashboard looks at one of a method, which costs.
        "MetricsEnabled": false,
        "LoggingLevel": "ERROR",
        "DataTraceEnabled": false,
        "CachingEnabled": false,
    })];
    settings.extend(body::placed(contract).filter_map(|(path, operation)| method(gateway, &path, operation)));
    let mut properties = json!({
        "StageName": STAGE,
        "RestApiId": named("Rest"),
        "DeploymentId": named(deployment),
        "TracingEnabled": true,
        "AccessLogSetting": {
            "DestinationArn": attribute("AccessLogs", "Arn"),
            "Format": Value::Object(noted).to_string(),
        },
        "MethodSettings": settings,
    });
    let keeps = body::operations(contract).any(|(_, operation)| operation.cache.is_some());
    if let Some(size) = gateway.cache.as_deref().or(keeps.then_some(SMALLEST_CACHE)) {
        properties["CacheClusterEnabled"] = true.into();
        properties["CacheClusterSize"] = size.into();
    }
    properties
}

/// The settings of an operation that isn't like all others.
fn method(gateway: &Gateway, path: &str, operation: &Operation) -> Option<Value> {
    if operation.limit.is_none() && operation.cache.is_none() {
        return None;
    }
    let RateLimit { rate, burst } =
        operation.limit.unwrap_or(RateLimit { rate: gateway.rate, burst: gateway.burst });
    let mut settings = json!({
        "HttpMethod": operation.method.as_str(),
        "ResourcePath": format!("/{}", path.replace('/', "~1")),
        "ThrottlingRateLimit": rate,
        "ThrottlingBurstLimit": burst,
        "MetricsEnabled": false,
        "LoggingLevel": "ERROR",
        "DataTraceEnabled": false,
        "CachingEnabled": operation.cache.is_some(),
    });
    if let Some(cache) = &operation.cache {
        settings["CacheDataEncrypted"] = true.into();
        settings["CacheTtlInSeconds"] = cache.seconds.into();
    }
    Some(settings)
}

/// The API may call the aliases of the functions behind it, and the authorizer.
fn permissions(contract: &Contract, template: &mut Template) {
    let here = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Rest}";
    let mut permit = |name: String, function: &str, source: String| {
        let properties = json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": imported(contract, function),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": sub(source),
        });
        template.add(&name, "AWS::Lambda::Permission", &properties);
    };
    let behind = |work| matches!(work, Work::Api | Work::Sockets);
    for function in functions::all(contract).iter().filter(|function| behind(function.work)) {
        let name = format!("{}Permission", function.resource());
        permit(name, &function.export(), format!("{here}/{STAGE}/*/*"));
    }
    if let Some(function) = functions::own(contract, Work::Authorizer) {
        permit("AuthorizerPermission".to_owned(), &function.export(), format!("{here}/authorizers/*"));
    }
}

fn plans(contract: &Contract, template: &mut Template) {
    for plan in &contract.platform.deployment.gateway.plans {
        let mut properties = json!({
            "UsagePlanName": scoped(contract, &plan.name.value),
            "ApiStages": [{ "ApiId": named("Rest"), "Stage": named("RestStage") }],
            "Throttle": { "RateLimit": plan.rate, "BurstLimit": plan.burst },
        });
        if let Some(day) = plan.day {
            properties["Quota"] = json!({ "Limit": day, "Period": "DAY" });
        }
        let name = format!("{}Plan", functions::name(&plan.name.value).type_name());
        template.add(&name, "AWS::ApiGateway::UsagePlan", &properties);
    }
}

fn firewall(contract: &Contract, template: &mut Template) {
    let visible = |name: &str| json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name });
    let managed = |priority: u32, name: &str, counted: &[&str]| {
        let counted = counted.iter().map(|rule| json!({ "Name": rule, "ActionToUse": { "Count": {} } }));
        let mut group = json!({ "VendorName": "AWS", "Name": format!("AWSManagedRules{name}") });
        let counted: Vec<Value> = counted.collect();
        if !counted.is_empty() {
            group["RuleActionOverrides"] = counted.into();
        }
        json!({
            "Name": name,
            "Priority": priority,
            "OverrideAction": { "None": {} },
            "Statement": { "ManagedRuleGroupStatement": group },
            "VisibilityConfig": visible(name),
        })
    };
    let flood = json!({
        "Name": "Flood",
        "Priority": 0,
        "Action": { "Block": {} },
        "Statement": { "RateBasedStatement": {
            "AggregateKeyType": "IP",
            "Limit": contract.platform.deployment.gateway.per_address,
        } },
        "VisibilityConfig": visible("Flood"),
    });
    let properties = json!({
        "Name": scoped(contract, "firewall"),
        "Scope": "REGIONAL",
        "DefaultAction": { "Allow": {} },
        // Bodies over 8 KB are counted only: the validator of the API and the services know how long theirs may be.
        "Rules": [
            flood,
            managed(1, "AmazonIpReputationList", &[]),
            managed(2, "CommonRuleSet", &["SizeRestrictions_BODY"]),
            managed(3, "KnownBadInputsRuleSet", &[]),
        ],
        "VisibilityConfig": visible("Firewall"),
    });
    template.add("Firewall", "AWS::WAFv2::WebACL", &properties);
    let stage = sub("arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Rest}/stages/${RestStage}");
    let properties = json!({ "ResourceArn": stage, "WebACLArn": attribute("Firewall", "Arn") });
    template.add("FirewallAssociation", "AWS::WAFv2::WebACLAssociation", &properties);
}

fn alarms(contract: &Contract, template: &mut Template) {
    let objectives = &contract.platform.deployment.objectives;
    let dimensions = json!([
        { "Name": "ApiName", "Value": scoped(contract, "rest") },
        { "Name": "Stage", "Value": STAGE },
    ]);
    let failing = f64::from(100_000 - objectives.availability) / 100_000.0 * 10.0;
    let rows = [
        ("Failing", "rest-failing", "5XXError", "Average", (failing * 100_000.0).round() / 100_000.0),
        ("Slow", "rest-slow", "Latency", "p99", objectives.latency.as_millis() as f64),
    ];
    for (name, alarm, metric, statistic, threshold) in rows {
        let mut properties = json!({
            "AlarmName": scoped(contract, alarm),
            "AlarmDescription": "Callers get less than the objectives say. Runbook: infra/stacks/runbooks/rest.md",
            "Namespace": "AWS/ApiGateway",
            "MetricName": metric,
            "Dimensions": dimensions,
            "Period": 60,
            "EvaluationPeriods": 5,
            "DatapointsToAlarm": 3,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": threshold,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [imported(contract, "alarm-topic-arn")],
        });
        let key = if statistic.starts_with('p') { "ExtendedStatistic" } else { "Statistic" };
        properties[key] = statistic.into();
        template.add(&format!("Rest{name}Alarm"), "AWS::CloudWatch::Alarm", &properties);
    }
}
