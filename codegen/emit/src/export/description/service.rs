//! Services and their operations.

use std::collections::BTreeMap;

use stipule_ir::service::{Idempotency, Location, Media, Outcome, Status};
use stipule_ir::{Contract, Operation};

use super::super::schema::Schemas;
use super::super::tree::Tree;
use super::{documented, texts};

/// By operation: how the client is asked for the service, and the function there.
pub(crate) type Functions = BTreeMap<String, (String, String)>;

/// Every service of the platform, those without operations too.
pub(super) fn all(contract: &Contract, functions: &Functions, schemas: &mut Schemas<'_>) -> Tree {
    let services = contract.platform.services.iter().map(|listed| {
        let name = &listed.name.value.wire;
        let document = contract.services.iter().find(|service| service.name.wire == *name);
        let written = Tree::object().with("name", Tree::text(name));
        let mut written = documented(written, &listed.docs);
        let operations = document.map_or(&[][..], |service| &service.operations);
        let operations = operations.iter().filter(|it| it.served).map(|operation| {
            let written = self::operation(contract, operation, schemas);
            match functions.get(&operation.id.wire) {
                Some((handle, function)) => {
                    let sdk = Tree::object().with("handle", Tree::text(handle));
                    written.with("sdk", sdk.with("function", Tree::text(function)))
                }
                None => written,
            }
        });
        written.set("operations", Tree::List(operations.collect()));
        written
    });
    Tree::List(services.collect())
}

fn operation(contract: &Contract, operation: &Operation, schemas: &mut Schemas<'_>) -> Tree {
    let written = Tree::object()
        .with("id", Tree::text(&operation.id.wire))
        .with("method", Tree::text(operation.method.as_str()))
        .with("path", Tree::text(&operation.path.template));
    let mut written = documented(written, &operation.docs);
    written.set("public", Tree::raw(operation.security.is_public()));
    written.set("scopes", texts(operation.security.scopes().iter().map(String::as_str)));
    written.set("idempotency", Tree::text(repeated(operation.idempotency)));
    let parameters = operation.parameters.iter().map(|parameter| {
        let place = match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
        };
        let it = Tree::object()
            .with("name", Tree::text(&parameter.name.wire))
            .with("in", Tree::text(place))
            .with("required", Tree::raw(parameter.required))
            .with("schema", schemas.of(parameter.ty));
        let it = documented(it, &parameter.docs);
        parameter.default.iter().fold(it, |it, default| it.with("default", Tree::json(default)))
    });
    written.set("parameters", Tree::List(parameters.collect()));
    if let Some(body) = &operation.body {
        let it = documented(Tree::object().with("required", Tree::raw(body.required)), &body.docs);
        written.set("body", it.with("media", media(&body.media, schemas)));
    }
    let responses = operation.outcomes.iter().map(|outcome| response(outcome, schemas));
    written.set("responses", Tree::List(responses.collect()));
    if let Some(paginate) = &operation.paginate {
        written.set("paged", Tree::text(&paginate.items));
    }
    if let Some(limit) = operation.limit {
        let limit = Tree::object()
            .with("rate", Tree::raw(u64::from(limit.rate)))
            .with("burst", Tree::raw(u64::from(limit.burst)));
        written.set("limit", limit);
    }
    if let Some(cache) = &operation.cache {
        let until = cache.until.iter().map(|event| contract.event(*event).name.wire.as_str());
        let kept = Tree::object().with("seconds", Tree::raw(u64::from(cache.seconds)));
        let kept = kept.with("keys", texts(cache.keys.iter().map(String::as_str)));
        written.set("kept", kept.with("until", texts(until)));
    }
    let emits = operation.emits.iter().map(|event| contract.event(*event).name.wire.as_str());
    written.set("emits", texts(emits));
    written
}

fn repeated(idempotency: Idempotency) -> &'static str {
    match idempotency {
        Idempotency::ByMethod => "method",
        Idempotency::KeyOptional => "optional",
        Idempotency::KeyRequired => "required",
        Idempotency::None => "none",
    }
}

fn response(outcome: &Outcome, schemas: &mut Schemas<'_>) -> Tree {
    let status = match outcome.status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    };
    let it =
        Tree::object().with("status", Tree::text(status)).with("name", Tree::text(outcome.name.sentence()));
    documented(it, &outcome.docs).with("media", media(&outcome.media, schemas))
}

fn media(media: &[Media], schemas: &mut Schemas<'_>) -> Tree {
    let all = media
        .iter()
        .map(|it| Tree::object().with("type", Tree::text(&it.media_type)).with("schema", schemas.of(it.ty)));
    Tree::List(all.collect())
}
