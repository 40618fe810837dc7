//! What can only be judged when types and events are there.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::service::{Location, Method, Paginate, Path, PathSegment};
use stipule_ir::types::{Field, Scalar, Struct};
use stipule_ir::{
    Diagnostic, Diagnostics, Event, EventId, Name, Operation, Service, Span, Spanned, TypeId, TypeKind,
    TypeTable,
};

use super::{Draft, Loose, PagingPlaces};
use crate::suggest;

impl Draft {
    /// Ties the loose ends: events that are emitted, paging, types that travel as text.
    pub fn complete(self, types: &TypeTable, events: &[Event], diagnostics: &mut Diagnostics) -> Service {
        let mut service = self.service;
        for (operation, loose) in service.operations.iter_mut().zip(self.loose) {
            operation.emits = emits(&loose.emits, events, diagnostics);
            let until = emits(&loose.until, events, diagnostics);
            if let Some(cache) = &mut operation.cache {
                cache.until = until;
            }
            for (ty, place, what) in &loose.texts {
                check_text(types, *ty, place, what, diagnostics);
            }
            check_cookies(operation, types, diagnostics);
            check_paginate(operation, &loose, types, diagnostics);
        }
        service
    }
}

/// The newest version of each named event.
fn emits(names: &[Spanned<String>], events: &[Event], diagnostics: &mut Diagnostics) -> Vec<EventId> {
    let mut found = Vec::new();
    for name in names {
        let newest = (0u32..)
            .map(EventId)
            .zip(events)
            .filter(|(_, event)| event.name.wire == name.value)
            .max_by_key(|(_, event)| event.version);
        match newest {
            Some((id, _)) if found.contains(&id) => {
                let message = format!("event `{}` is listed twice", name.value);
                diagnostics.push(Diagnostic::error("OAS015", &name.span, message));
            }
            Some((id, _)) => found.push(id),
            None => {
                let known: Vec<&str> = events.iter().map(|event| event.name.wire.as_str()).collect();
                let message = format!("there is no event `{}`", name.value);
                let help = suggest::help(&name.value, &known);
                diagnostics.push(Diagnostic::error("OAS015", &name.span, message).help(help));
            }
        }
    }
    found
}

/// Parameters and headers are text: scalars, enums, and lists of those.
fn check_text(types: &TypeTable, ty: TypeId, place: &Span, what: &str, diagnostics: &mut Diagnostics) {
    let item = match &types.get(ty).kind {
        TypeKind::List(list) if !list.nullable_items => list.item,
        _ => ty,
    };
    let fits = match &types.get(item).kind {
        TypeKind::Scalar(scalar) => !matches!(scalar, Scalar::Any | Scalar::Null),
        TypeKind::Newtype(_) | TypeKind::Enum(_) => true,
        _ => false,
    };
    if !fits {
        let message = format!("the type of {what} must be text, a number, a boolean, or a list of such");
        let fault = Diagnostic::error("OAS016", place, message);
        diagnostics.push(fault.related(&types.get(item).span, "this type"));
    }
}

fn check_cookies(operation: &Operation, types: &TypeTable, diagnostics: &mut Diagnostics) {
    for parameter in operation.parameters.iter().filter(|parameter| parameter.location == Location::Cookie) {
        if matches!(types.get(parameter.ty).kind, TypeKind::List(_)) {
            let message = "a list in a cookie is not supported yet";
            diagnostics.push(Diagnostic::error("OAS001", &parameter.span, message));
        }
    }
}

fn check_paginate(operation: &Operation, loose: &Loose, types: &TypeTable, diagnostics: &mut Diagnostics) {
    let (Some(paginate), Some(places)) = (&operation.paginate, &loose.paginate) else { return };
    if operation.method != Method::Get {
        diagnostics.push(Diagnostic::error("OAS017", &places.key, "only GET can be paged"));
    }
    let query: Vec<&str> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Query)
        .map(|parameter| parameter.name.wire.as_str())
        .collect();
    let limit = paginate.limit.as_ref().zip(places.limit.as_ref());
    let roles = [("cursor", Some((&paginate.cursor, &places.cursor))), ("limit", limit)];
    for (role, named) in roles {
        let Some((name, place)) = named else { continue };
        if !query.contains(&name.as_str()) {
            let message = format!("`{role}` names the query parameter `{name}`, which isn't there");
            let help = suggest::help(name, &query);
            diagnostics.push(Diagnostic::error("OAS017", place, message).help(help));
        }
    }
    let page = operation
        .outcomes
        .iter()
        .filter(|outcome| outcome.status.is_success())
        .flat_map(|outcome| &outcome.media)
        .find_map(|media| match &types.get(media.ty).kind {
            TypeKind::Struct(page) => Some(page),
            _ => None,
        });
    match page {
        Some(page) => check_page(page, paginate, places, types, diagnostics),
        None => {
            let message = "a paged operation must answer with an object";
            diagnostics.push(Diagnostic::error("OAS017", &places.key, message));
        }
    }
}

/// The fields of the response that paging names.
fn check_page(
    page: &Struct,
    paginate: &Paginate,
    places: &PagingPlaces,
    types: &TypeTable,
    diagnostics: &mut Diagnostics,
) {
    let names: Vec<&str> = page.fields.iter().map(|field| field.name.wire.as_str()).collect();
    let mut field = |role: &str, name: &str, place: &Span| -> Option<&Field> {
        let found = page.fields.iter().find(|field| field.name.wire == name);
        if found.is_none() {
            let message = format!("`{role}` names the response field `{name}`, which isn't there");
            let help = suggest::help(name, &names);
            diagnostics.push(Diagnostic::error("OAS017", place, message).help(help));
        }
        found
    };
    let items = field("items", &paginate.items, &places.items);
    let next = field("next", &paginate.next, &places.next);
    if let Some(items) = items
        && !matches!(types.get(items.ty).kind, TypeKind::List(_))
    {
        let message = format!("`items` names `{}`, which is not a list", items.name);
        let fault = Diagnostic::error("OAS017", &places.items, message);
        diagnostics.push(fault.related(&items.span, "declared here"));
    }
    if let Some(next) = next.filter(|next| next.required && !next.nullable) {
        let message = format!("`next` names `{}`, which the last page can't leave out", next.name);
        let fault = Diagnostic::error("OAS017", &places.next, message);
        diagnostics.push(fault.related(&next.span, "required here"));
    }
}

/// Operations that two documents, or two places of one, declare alike.
pub fn find_repeated(services: &[Service], diagnostics: &mut Diagnostics) {
    let mut ids: BTreeMap<String, &Span> = BTreeMap::new();
    let mut routes: BTreeMap<(Method, Route<&str>), &Operation> = BTreeMap::new();
    for operation in services.iter().flat_map(|service| &service.operations) {
        let id = &operation.id;
        match ids.get(&id.plain_field()) {
            Some(first) => {
                let message = format!("operation `{id}` is declared twice");
                let fault =
                    Diagnostic::error("OAS018", &id.span, message).related(first, "first declared here");
                diagnostics.push(fault.help("give one of them another `operationId`"));
            }
            None => {
                ids.insert(id.plain_field(), &id.span);
            }
        }
        let route = (operation.method, route(&operation.path));
        match routes.get(&route) {
            Some(first) => {
                let (method, path) = (operation.method.as_str(), &operation.path.template);
                let message = format!("{method} {path} answers the same calls as another operation");
                let fault = Diagnostic::error("OAS019", &operation.span, message);
                let other = format!("{method} {} is declared here", first.path.template);
                diagnostics.push(fault.related(&first.span, other));
            }
            None => {
                routes.insert(route, operation);
            }
        }
    }
}

/// What a path looks like to a router, segment by segment: the names of parameters don't count.
type Route<T> = Vec<Vec<Option<T>>>;

fn route(path: &Path) -> Route<&str> {
    fn parts(segment: &PathSegment) -> Vec<Option<&str>> {
        match segment {
            PathSegment::Literal(text) => vec![Some(text)],
            PathSegment::Parameter(_) => vec![None],
            PathSegment::Mixed(pieces) => pieces.iter().flat_map(parts).collect(),
        }
    }
    path.segments.iter().map(parts).collect()
}

/// Operations of others that are alike: ids are set apart, and of two that answer the same calls the first is served.
pub(crate) fn set_apart(services: &mut [Service], diagnostics: &mut Diagnostics) {
    find_repeated(services, diagnostics);
    Name::distinguish(
        services.iter_mut().flat_map(|it| &mut it.operations).map(|operation| &mut operation.id),
    );
    let mut routes: BTreeSet<(bool, Method, Route<String>)> = BTreeSet::new();
    for service in services {
        for operation in &mut service.operations {
            let owned = |part: &Option<&str>| part.map(str::to_owned);
            let route =
                route(&operation.path).iter().map(|parts| parts.iter().map(owned).collect()).collect();
            operation.served = routes.insert((service.inbound, operation.method, route));
        }
    }
}
