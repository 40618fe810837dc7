//! The REST API as API Gateway reads it: OpenAPI 3.0.1 with its extensions, and no more of the schemas than it checks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use stipule_ir::service::Operation;
use stipule_ir::{Contract, Service};

use super::sockets::invocation;
use crate::export::{Dialect, Reader, openapi};
use crate::stacks::functions::{self, Work};

/// Keywords that API Gateway refuses or that say nothing to a validator. Source: "Amazon API Gateway important notes".
const DROPPED: [&str; 11] = [
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Where a token is changed for a ticket, which opens a socket.
const TICKET: &str = "/live/ticket";

/// Names of the validators.
const VALIDATORS: [(&str, bool, bool); 2] = [("all", true, true), ("parameters", false, true)];

/// Milliseconds until the gateway gives up: its longest.
const PATIENCE: u64 = 29_000;

/// Operations that callers reach.
pub(super) fn operations(contract: &Contract) -> impl Iterator<Item = (&Service, &Operation)> {
    let services = contract.services.iter().filter(|service| !service.inbound);
    services.flat_map(|service| {
        let served = service.operations.iter().filter(|operation| operation.served);
        served.map(move |operation| (service, operation))
    })
}

/// The document.
pub(super) fn body(contract: &Contract) -> Value {
    let written = openapi(contract, Dialect::OpenApi30, Reader::Others).to_json();
    let written: Value = serde_json::from_str(&written).unwrap_or_default();
    let mut paths = Map::new();
    let mut wanted = BTreeSet::new();
    let mut names = Names::default();
    for (service, operation) in operations(contract) {
        let method = operation.method.as_str().to_lowercase();
        let known = &written["paths"][&operation.path.template][&method];
        let mut said = self::operation(contract, service, operation, known, &mut wanted);
        let template = names.agree(&operation.path.template, &mut said);
        if operation.cache.is_some() {
            let keys = keys(&said);
            said["x-amazon-apigateway-integration"]["cacheKeyParameters"] = keys;
        }
        let path = paths.entry(template).or_insert_with(|| json!({}));
        path[&method] = said;
    }
    if let Some(sockets) = functions::own(contract, Work::Sockets) {
        let path = paths.entry(TICKET).or_insert_with(|| json!({}));
        path["post"] = ticket(contract, &sockets);
    }
    let validators = VALIDATORS.map(|(name, body, parameters)| {
        let says = json!({ "validateRequestBody": body, "validateRequestParameters": parameters });
        (name.to_owned(), says)
    });
    let title = contract.platform.docs.title.clone();
    json!({
        "openapi": "3.0.1",
        "info": { "title": title.unwrap_or_else(|| contract.platform.name.sentence()), "version": "1" },
        "paths": paths,
        "components": {
            "schemas": models(&written["components"]["schemas"], wanted),
            "securitySchemes": { "token": token(contract) },
        },
        "x-amazon-apigateway-request-validators": Value::Object(validators.into_iter().collect()),
        "x-amazon-apigateway-gateway-responses": refusals(),
    })
}

/// What tells one kept answer from another: everything that the gateway knows of.
fn keys(said: &Value) -> Value {
    let parameters = said["parameters"].as_array().into_iter().flatten();
    let keys = parameters.filter_map(|parameter| {
        let place = match parameter["in"].as_str()? {
            "path" => "path",
            "query" => "querystring",
            "header" => "header",
            _ => return None,
        };
        Some(format!("method.request.{place}.{}", parameter["name"].as_str()?))
    });
    keys.collect()
}

/// Every operation with its path as the document has it.
pub(super) fn placed(contract: &Contract) -> impl Iterator<Item = (String, &Operation)> {
    let mut names = Names::default();
    operations(contract)
        .map(move |(_, operation)| (names.agree(&operation.path.template, &mut Value::Null), operation))
}

/// Names of parameters by the path before them: the gateway knows one for each place, contracts may call it this here and
/// that there. Functions get the path as it was sent and name its parts themselves.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The path with the names that were there first, which the operation's parameters get too. One that would have the
    /// same name twice stays as it is.
    fn agree(&mut self, template: &str, said: &mut Value) -> String {
        let mut agreed = String::new();
        let mut given = BTreeMap::new();
        for part in template.split('/').skip(1) {
            let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            agreed.push('/');
            match name.filter(|name| !name.contains(['{', '}'])) {
                Some(name) => {
                    let first = self.0.entry(agreed.clone()).or_insert_with(|| name.to_owned());
                    agreed.push_str(&format!("{{{first}}}"));
                    given.insert(name, first.clone());
                }
                None => agreed.push_str(part),
            }
        }
        if given.values().collect::<BTreeSet<_>>().len() < given.len() {
            return template.to_owned();
        }
        let parameters = said.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let first = parameter["name"].as_str().and_then(|name| given.get(name)).cloned();
            if let (Some(first), "path") = (first, parameter["in"].as_str().unwrap_or_default()) {
                parameter["name"] = first.into();
            }
        }
        agreed
    }
}

/// Who calls is asked of the authorizer, once in a while per token.
fn token(contract: &Contract) -> Value {
    let authorizer = functions::own(contract, Work::Authorizer);
    let uri = authorizer.map(|function| invocation(contract, &function.export()));
    json!({
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "identitySource": "method.request.header.Authorization",
            "authorizerUri": uri,
            "authorizerResultTtlInSeconds": contract.platform.deployment.gateway.authorizer_seconds,
        },
    })
}

fn operation(
    contract: &Contract,
    service: &Service,
    operation: &Operation,
    known: &Value,
    wanted: &mut BTreeSet<String>,
) -> Value {
    let function = functions::of(contract, &service.name.wire, Work::Api);
    let uri = function.map(|function| invocation(contract, &function.export()));
    let mut parameters: Vec<Value> =
        known["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    // Nobody gets what somebody else was told.
    if operation.cache.is_some() && !operation.security.is_public() {
        parameters.push(parameter(&json!({ "name": "Authorization", "in": "header" })));
    }
    let raw = operation.body.as_ref().is_some_and(|body| body.raw);
    let model = known["requestBody"]["content"]["application/json"]["schema"].clone();
    let mut said = json!({
        "operationId": known["operationId"],
        "responses": { "default": { "description": "As the contract says" } },
        "x-amazon-apigateway-integration": integration(&uri),
        "x-amazon-apigateway-request-validator": "parameters",
    });
    // What a signature stands over is checked behind it, as it came.
    if !model.is_null() && !raw {
        let model = plain(&model, wanted);
        said["requestBody"] = json!({
            "required": known["requestBody"]["required"].as_bool().unwrap_or(false),
            "content": { "application/json": { "schema": model } },
        });
        said["x-amazon-apigateway-request-validator"] = "all".into();
    }
    if !parameters.is_empty() {
        said["parameters"] = parameters.into();
    }
    if operation.security.is_public() {
        said["security"] = json!([]);
        said["x-stipule-public"] = "the contract lets everybody call".into();
    } else {
        said["security"] = json!([{ "token": [] }]);
    }
    said
}

/// How a method reaches the function at this path.
fn integration(uri: &Option<Value>) -> Value {
    json!({
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": uri,
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": PATIENCE,
    })
}

/// A ticket for the bearer of a token: a browser can't send a token with a socket.
fn ticket(contract: &Contract, sockets: &functions::Function<'_>) -> Value {
    json!({
        "operationId": "issueSocketTicket",
        "responses": { "default": { "description": "A ticket that opens one socket, once and within a minute" } },
        "security": [{ "token": [] }],
        "x-amazon-apigateway-integration": integration(&Some(invocation(contract, &sockets.export()))),
        "x-amazon-apigateway-request-validator": "parameters",
    })
}

/// The gateway looks at whether a parameter is there; what is in it the service knows better.
fn parameter(parameter: &Value) -> Value {
    json!({
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter["required"].as_bool().unwrap_or(false),
        "schema": { "type": "string" },
    })
}

/// The schemas that bodies need, and those that these need.
fn models(schemas: &Value, mut wanted: BTreeSet<String>) -> Value {
    let mut models = Map::new();
    while let Some(name) = wanted.pop_first() {
        let mut more = BTreeSet::new();
        models.insert(name.clone(), plain(&schemas[&name], &mut more));
        wanted.extend(more.into_iter().filter(|name| !models.contains_key(name)));
    }
    Value::Object(models)
}

/// A schema without what a validator of API Gateway can't read; notes the schemas that it refers to.
fn plain(schema: &Value, wanted: &mut BTreeSet<String>) -> Value {
    match schema {
        Value::Object(members) => {
            if let Some(name) =
                schema["$ref"].as_str().and_then(|it| it.strip_prefix("#/components/schemas/"))
            {
                wanted.insert(name.to_owned());
                return json!({ "$ref": format!("#/components/schemas/{name}") });
            }
            // A value that may be null has no type that it could be held to.
            let open = members.get("nullable").and_then(Value::as_bool) == Some(true);
            let kept = members.iter().filter(|(key, value)| {
                let a_name =
                    value.is_object() && !matches!(key.as_str(), "discriminator" | "externalDocs" | "xml");
                let dropped = DROPPED.contains(&key.as_str()) && !a_name;
                let unread = matches!(key.as_str(), "nullable" | "x-stipule-transitions")
                    || (open && matches!(key.as_str(), "enum" | "type"));
                !dropped && !unread
            });
            kept.map(|(key, value)| (key.clone(), plain(value, wanted))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| plain(item, wanted)).collect(),
        other => other.clone(),
    }
}

/// What the gateway itself answers, as problem documents.
fn refusals() -> Value {
    let rows = [
        ("ACCESS_DENIED", "403", "The token lacks a scope that the operation asks for"),
        (
            "BAD_REQUEST_BODY",
            "422",
            "The body breaks its schema: $util.escapeJavaScript($context.error.validationErrorString)",
        ),
        (
            "BAD_REQUEST_PARAMETERS",
            "400",
            "A parameter is missing: $util.escapeJavaScript($context.error.validationErrorString)",
        ),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "There is no such operation"),
        ("QUOTA_EXCEEDED", "429", "The plan's requests of today are used up"),
        ("REQUEST_TOO_LARGE", "413", "The body is larger than the platform reads"),
        ("THROTTLED", "429", "More requests came than may"),
        ("UNAUTHORIZED", "401", "There is no token, or it is not valid"),
        ("UNSUPPORTED_MEDIA_TYPE", "415", "The body is of a media type that the operation doesn't read"),
        ("WAF_FILTERED", "403", "The request looks like an attack"),
    ];
    let refusal = |status: &str, title: &str| {
        let body = format!("{{\"type\":\"about:blank\",\"title\":\"{title}\",\"status\":{status}}}");
        json!({
            "statusCode": status,
            "responseParameters": { "gatewayresponse.header.Content-Type": "'application/problem+json'" },
            "responseTemplates": { "application/json": body },
        })
    };
    let all = rows.iter().map(|(kind, status, title)| ((*kind).to_owned(), refusal(status, title)));
    Value::Object(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_path_has_one_name() {
        let mut names = Names::default();
        let mut agree = |template: &str| {
            let mut said = json!({ "parameters": [
                { "in": "path", "name": "thing" }, { "in": "query", "name": "thing" }
            ] });
            let template = names.agree(template, &mut said);
            (template, said["parameters"][0]["name"].clone(), said["parameters"][1]["name"].clone())
        };
        let stays = |template: &str| (template.to_owned(), json!("thing"), json!("thing"));
        assert_eq!(agree("/things/{id}"), stays("/things/{id}"));
        assert_eq!(agree("/things/{thing}"), ("/things/{id}".to_owned(), json!("id"), json!("thing")));
        assert_eq!(agree("/things/{thing}/a"), ("/things/{id}/a".to_owned(), json!("id"), json!("thing")));
        assert_eq!(agree("/others/{thing}"), stays("/others/{thing}"));
        assert_eq!(agree("/things/{thing}/of/{id}"), stays("/things/{thing}/of/{id}"), "it has both");
    }
}
