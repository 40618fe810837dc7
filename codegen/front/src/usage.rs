//! Which types are accepted from others and which are read by them.

use stipule_ir::types::{Extra, TypeKind};
use stipule_ir::{Event, Service, Socket, TypeId, TypeTable, Workflow};

/// Marks every declared type by what reaches it: requests and what goes into steps make it accepted, responses, events,
/// what comes out of steps and what sockets are told read.
pub(crate) fn mark(
    types: &mut TypeTable,
    services: &[Service],
    events: &[Event],
    workflows: &[Workflow],
    sockets: &[Socket],
) {
    let operations = || services.iter().flat_map(|service| &service.operations);
    let accepted = operations().flat_map(|operation| {
        let bodies = operation.body.iter().flat_map(|body| body.media.iter().map(|media| media.ty));
        operation.parameters.iter().map(|parameter| parameter.ty).chain(bodies)
    });
    let answered = operations().flat_map(|operation| &operation.outcomes).flat_map(|outcome| {
        let headers = outcome.headers.iter().map(|header| header.ty);
        outcome.media.iter().map(|media| media.ty).chain(headers)
    });
    let steps = || workflows.iter().flat_map(|workflow| &workflow.steps);
    let taken = steps().map(|step| step.input).chain(workflows.iter().map(|workflow| workflow.input));
    let given = steps().filter_map(|step| step.output);
    let accepted = reachable(types, accepted.chain(taken).collect());
    let payloads = events.iter().map(|event| event.payload);
    let topics = || sockets.iter().flat_map(|socket| &socket.topics);
    let told = topics().flat_map(|topic| &topic.messages).map(|message| message.payload);
    let parameters = topics().flat_map(stipule_ir::socket::Topic::parameters).map(|(_, ty)| ty);
    let told = told.chain(parameters);
    let read = reachable(types, answered.chain(payloads).chain(given).chain(told).collect());
    for (id, ty) in types.iter_mut() {
        if let Some(declaration) = &mut ty.declaration {
            declaration.accepted = accepted[id.0 as usize];
            declaration.read = read[id.0 as usize];
        }
    }
}

/// By type: whether it is among `from` or part of one that is.
pub(crate) fn reachable(types: &TypeTable, from: Vec<TypeId>) -> Vec<bool> {
    let mut reached = vec![false; types.len()];
    let mut waiting = from;
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut reached[id.0 as usize], true) {
            waiting.extend(parts(&types.get(id).kind));
        }
    }
    reached
}

fn parts(kind: &TypeKind) -> Vec<TypeId> {
    match kind {
        TypeKind::Scalar(_) | TypeKind::Newtype(_) | TypeKind::Enum(_) => Vec::new(),
        TypeKind::Struct(shape) => {
            let extra = match shape.extra {
                Extra::Kept(ty) => Some(ty),
                Extra::Refused | Extra::Ignored => None,
            };
            shape.fields.iter().map(|field| field.ty).chain(extra).collect()
        }
        TypeKind::Union(union) => union.variants.iter().map(|variant| variant.ty).collect(),
        TypeKind::List(list) => vec![list.item],
        TypeKind::Map(map) => map.key.into_iter().chain([map.value]).collect(),
        TypeKind::Tuple(places) => places.clone(),
        TypeKind::Multipart(body) => body.parts.iter().map(|part| part.ty).collect(),
    }
}
