//! Everything of one operation: what is known of it, what goes in, what comes out, the route.

use stipule_ir::Operation;
use stipule_ir::service::{Idempotency, Location, Media, Parameter, RateLimit, Status, Style};
use stipule_ir::types::{Extra, TypeKind};

use super::{Act, Scene, failure, input, outcome};
use crate::rust::Text;

pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> String {
    let mut text = Text::default();
    input::items(scene, act, &mut text);
    outcome::items(scene, act, &mut text);
    failure::items(scene, act, &mut text);
    metadata(scene, act, &mut text);
    route(scene, act, &mut text);
    text.into_string()
}

/// The static description.
fn metadata(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let (operation, ty) = (act.operation, scene.item("Operation"));
    text.doc(0, &format!("What is known of `{}` before any call.", operation.id.wire));
    text.line(0, format_args!("pub static {}: {ty} = {ty} {{", act.constant));
    text.line(1, format_args!("id: {:?},", operation.id.wire));
    text.line(1, format_args!("service: {:?},", scene.wire));
    text.line(1, format_args!("method: http::Method::{},", operation.method.as_str()));
    text.line(1, format_args!("template: {:?},", operation.path.template));
    match operation.security.scopes() {
        _ if operation.security.is_public() => text.line(1, format_args!("public: true,")),
        [] => {}
        scopes => texts(text, "scopes", scopes),
    }
    match operation.idempotency {
        // Nothing is remembered where there is no store.
        _ if scene.paths.types.is_shared() => {}
        Idempotency::ByMethod | Idempotency::None => {}
        way @ (Idempotency::KeyOptional | Idempotency::KeyRequired) => {
            text.line(1, format_args!("idempotency: stipule_runtime::http::Idempotency::{way:?},"));
        }
    }
    let query = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
    let query: Vec<_> = query.flat_map(|parameter| query_names(scene, parameter)).collect();
    if !query.is_empty() {
        texts(text, "query", &query);
    }
    if let Some(body) = &operation.body {
        let types = body.media.iter().flat_map(|media| std::iter::once(&media.media_type).chain(&media.also));
        texts(text, "consumes", &types.collect::<Vec<_>>());
    }
    let mut produces: Vec<_> = act.successes().flat_map(|it| &it.media).flat_map(media_types).collect();
    produces.dedup();
    if produces != ["application/json"] {
        texts(text, "produces", &produces);
    }
    let code = |status| if let Status::Code(code) = status { Some(code) } else { None };
    let mut statuses: Vec<u16> =
        operation.outcomes.iter().filter_map(|outcome| code(outcome.status)).collect();
    statuses.sort_unstable();
    let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
    text.list(1, "statuses: &[", &statuses, "],");
    governed(scene, operation, text);
    text.line(0, format_args!("    ..{ty}::NEW\n}};\n"));
}

/// What the gateway in front of it does.
fn governed(scene: &Scene<'_, '_>, operation: &Operation, text: &mut Text) {
    if let Some(RateLimit { rate, burst }) = operation.limit {
        let throttle = "stipule_runtime::app::Throttle";
        text.line(1, format_args!("limit: Some({throttle} {{ rate: {rate}, burst: {burst} }}),"));
    }
    let Some(cache) = &operation.cache else { return };
    let headers = operation.parameters.iter().filter(|it| it.location == Location::Header);
    let headers: Vec<_> = headers.map(|it| it.name.wire.to_ascii_lowercase()).collect();
    let until = cache.until.iter().map(|event| scene.paths.types.contract.event(*event).name.wire.clone());
    text.line(1, format_args!("keep: Some(stipule_runtime::http::Keep {{"));
    text.line(2, format_args!("seconds: {},", cache.seconds));
    text.line(2, format_args!("headers: &{headers:?},"));
    text.line(2, format_args!("until: &{:?},", until.collect::<Vec<_>>()));
    text.line(1, format_args!("}}),"));
}

fn media_types(media: &Media) -> impl Iterator<Item = &str> {
    std::iter::once(&media.media_type).chain(&media.also).map(String::as_str)
}

/// The names in a query that a parameter may have.
fn query_names(scene: &Scene<'_, '_>, parameter: &Parameter) -> Vec<String> {
    let wire = &parameter.name.wire;
    let kind = scene.paths.types.kind(parameter.ty);
    match (parameter.style, kind) {
        (Style::DeepObject, _) => vec![wire.clone(), format!("{wire}[")],
        (Style::Form { explode: true }, TypeKind::Struct(object))
            if !matches!(object.extra, Extra::Kept(_)) =>
        {
            object.fields.iter().map(|field| field.name.wire.clone()).collect()
        }
        (Style::Form { explode: true }, TypeKind::Struct(_) | TypeKind::Map(_)) => vec!["*".to_owned()],
        (_, TypeKind::List(_)) if scene.paths.types.is_shared() => vec![wire.clone(), format!("{wire}[]")],
        _ => vec![wire.clone()],
    }
}

/// `scopes: &["loans:read"],`
fn texts(text: &mut Text, field: &str, values: &[impl AsRef<str>]) {
    let values: Vec<_> = values.iter().map(|value| format!("{:?}", value.as_ref())).collect();
    text.list(1, &format!("{field}: &["), &values, "],");
}

/// From a call to an answer, through the service.
fn route(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let (route, service) = (scene.item("Route"), &scene.trait_name);
    scene.item("Answer");
    text.line(0, format_args!("fn {}<S: {service}>(service: Arc<S>) -> {route} {{", act.route));
    text.line(1, format_args!("{route}::new(&{}, move |cx, call| {{", act.constant));
    text.line(2, format_args!("let service = Arc::clone(&service);"));
    text.line(2, format_args!("async move {{"));
    text.line(3, format_args!("match service.{}(&cx, {}::read(&call)?).await {{", act.function, act.input));
    text.line(4, format_args!("Ok(ok) => Ok(ok.response()?),"));
    text.line(4, format_args!("Err(error) => error.response(&cx),"));
    text.line(0, format_args!("            }}\n        }}\n    }})\n}}"));
}
