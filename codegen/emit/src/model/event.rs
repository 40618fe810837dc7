//! Payloads of events.

use stipule_ir::types::{Declaration, Struct, TypeKind};
use stipule_ir::{Event, Type, TypeId};

use crate::rust::{Text, tight};
use crate::types::{Form, Paths};

/// `EventPayload` for those of a module's types that are one.
pub(super) fn payloads(
    paths: &Paths<'_, '_>,
    types: &[(TypeId, &Type, &Declaration)],
    form: Form,
) -> Option<Text> {
    let mut text = Text::default();
    for (id, ty, declaration) in types {
        let event = paths.types.contract.events.iter().find(|event| event.payload == *id);
        let (Some(event), TypeKind::Struct(object)) = (event, &ty.kind) else { continue };
        // A payload without an open form is one type under both names.
        if form == Form::Closed || paths.types.has_open_form(*id) {
            payload(paths, event, declaration, object, &mut text);
        }
    }
    (!text.as_str().is_empty()).then_some(text)
}

fn payload(
    paths: &Paths<'_, '_>,
    event: &Event,
    declaration: &Declaration,
    object: &Struct,
    text: &mut Text,
) {
    let field = |wire: &str| {
        let field = object.fields.iter().find(|field| field.name.wire == wire);
        field.expect("lowering resolved the fields of the event's keys").name.field()
    };
    let (id, key) = (field(&event.aggregate_id.value), field(&event.ordering_key.value));
    paths.wire("Plain");
    let (trait_name, name) = (tight(&paths.wire("EventPayload")), declaration.name.type_name());
    text.part();
    text.code(0, &format!("impl {trait_name} for {name} {{"));
    text.line(1, format_args!("const NAME: &'static str = {:?};", event.name.wire));
    text.line(1, format_args!("const SOURCE: &'static str = {:?};", event.source));
    text.line(1, format_args!("const VERSION: u32 = {};", event.version));
    text.line(1, format_args!("const AGGREGATE: &'static str = {:?};", event.aggregate.wire));
    // Unless said otherwise, the trait orders by the aggregate.
    let ordering = (id != key).then_some(("ordering_key", key));
    for (function, field) in [("aggregate_id", id)].into_iter().chain(ordering) {
        text.part();
        text.code(1, &format!("fn {function}(&self) -> String {{"));
        text.code(2, &format!("self.{field}.to_text().into_owned()"));
        text.code(1, "}");
    }
    text.code(0, "}");
}
