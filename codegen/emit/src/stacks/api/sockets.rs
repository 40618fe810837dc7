//! Routes of the API of sockets: open, close, and what a socket asks for.

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::STAGE;
use crate::stacks::functions::{self, Work};
use crate::stacks::template::{Template, attribute, imported, named, sub};

/// Routes with the resource that each becomes.
const ROUTES: [(&str, &str); 3] =
    [("$connect", "ConnectRoute"), ("$disconnect", "DisconnectRoute"), ("$default", "DefaultRoute")];

/// What is noted of each socket that opens or closes and of each message; neither address of the caller nor what was said.
const NOTED: [(&str, &str); 8] = [
    ("request", "$context.requestId"),
    ("time", "$context.requestTimeEpoch"),
    ("event", "$context.eventType"),
    ("route", "$context.routeKey"),
    ("status", "$context.status"),
    ("connection", "$context.connectionId"),
    ("integration", "$context.integrationLatency"),
    ("error", "$context.error.responseType"),
];

/// The path by which the gateway calls a function.
pub(super) fn invocation(contract: &Contract, function: &str) -> Value {
    json!({ "Fn::Sub": [
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations",
        { "Function": imported(contract, function) },
    ] })
}

pub(super) fn add(contract: &Contract, template: &mut Template) {
    let Some(sockets) = functions::own(contract, Work::Sockets) else { return };
    let api = || imported(contract, "sockets-id");
    let properties = json!({
        "ApiId": api(),
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": invocation(contract, &sockets.export()),
    });
    template.add("SocketsIntegration", "AWS::ApiGatewayV2::Integration", &properties);
    let properties = json!({
        "ApiId": api(),
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": invocation(contract, &sockets.export()),
        // A browser can't give a socket headers, and addresses end up in logs: what travels in the query is good once.
        "IdentitySource": ["route.request.querystring.ticket"],
        "Name": "ticket",
    });
    template.add("SocketsAuthorizer", "AWS::ApiGatewayV2::Authorizer", &properties);
    for (key, name) in ROUTES {
        let mut properties = json!({
            "ApiId": api(),
            "RouteKey": key,
            "Target": { "Fn::Sub": "integrations/${SocketsIntegration}" },
        });
        if key == "$connect" {
            properties["AuthorizationType"] = "CUSTOM".into();
            properties["AuthorizerId"] = named("SocketsAuthorizer");
        }
        template.add(name, "AWS::ApiGatewayV2::Route", &properties);
    }
    let properties = json!({ "ApiId": api(), "Description": "The routes of sockets" });
    let deployment = template.add("SocketsDeployment", "AWS::ApiGatewayV2::Deployment", &properties);
    deployment.after(ROUTES.map(|(_, name)| name.to_owned()));
    stage(contract, template);
    let here = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Sockets}";
    for (name, path) in [
        ("SocketRoutesPermission", format!("{here}/{STAGE}/*")),
        ("SocketsAuthorizerPermission", format!("{here}/authorizers/*")),
    ] {
        let properties = json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": imported(contract, &sockets.export()),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": { "Fn::Sub": [path, { "Sockets": api() }] },
        });
        template.add(name, "AWS::Lambda::Permission", &properties);
    }
}

fn stage(contract: &Contract, template: &mut Template) {
    let group = sub(format!("/aws/apigateway/{}-${{Stage}}-sockets", contract.platform.name.kebab()));
    let days = contract.platform.deployment.functions.log_days();
    let logs = json!({ "LogGroupName": group, "RetentionInDays": days });
    template.add("SocketsAccessLogs", "AWS::Logs::LogGroup", &logs);
    let noted: serde_json::Map<String, Value> =
        NOTED.into_iter().map(|(name, what)| (name.to_owned(), what.into())).collect();
    let gateway = &contract.platform.deployment.gateway;
    let properties = json!({
        "ApiId": imported(contract, "sockets-id"),
        "StageName": STAGE,
        "DeploymentId": named("SocketsDeployment"),
        "AccessLogSettings": {
            "DestinationArn": attribute("SocketsAccessLogs", "Arn"),
            "Format": Value::Object(noted).to_string(),
        },
        "DefaultRouteSettings": {
            // Those of the whole stage are there anyway, and no alarm or dashboard looks at one of a route, which costs.
            "DetailedMetricsEnabled": false,
            "LoggingLevel": "ERROR",
            "DataTraceEnabled": false,
            "ThrottlingRateLimit": gateway.rate,
            "ThrottlingBurstLimit": gateway.burst,
        },
    });
    template.add("SocketsStage", "AWS::ApiGatewayV2::Stage", &properties);
}
