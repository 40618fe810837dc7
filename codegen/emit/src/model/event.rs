//! Payloads of events.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use stipule_ir::types::{Declaration, Struct, TypeKind};
use stipule_ir::{Event, Type, TypeId};

use crate::rust::ident;
use crate::types::{Form, Paths};

/// `EventPayload` for those of a module's types that are one.
pub(super) fn payloads(
    paths: &Paths<'_, '_>,
    types: &[(TypeId, &Type, &Declaration)],
    form: Form,
) -> TokenStream {
    let payloads = types.iter().filter_map(|(id, ty, declaration)| {
        let event = paths.types.contract.events.iter().find(|event| event.payload == *id)?;
        let TypeKind::Struct(object) = &ty.kind else { return None };
        // A payload without an open form is one type under both names.
        let here = form == Form::Closed || paths.types.has_open_form(*id);
        here.then(|| payload(paths, event, declaration, object))
    });
    quote!(#(#payloads)*)
}

fn payload(paths: &Paths<'_, '_>, event: &Event, declaration: &Declaration, object: &Struct) -> TokenStream {
    let trait_name = paths.wire("EventPayload");
    let name = ident(&declaration.name.type_name());
    let (wire, source, aggregate) = (&event.name.wire, &event.source, &event.aggregate.wire);
    let version = Literal::u32_unsuffixed(event.version);
    let field = |wire: &str| {
        let field = object.fields.iter().find(|field| field.name.wire == wire);
        ident(&field.expect("lowering resolved the fields of the event's keys").name.field())
    };
    let (id, key) = (field(&event.aggregate_id.value), field(&event.ordering_key.value));
    paths.wire("Plain");
    // Unless said otherwise, the trait orders by the aggregate.
    let ordering =
        (id != key).then(|| quote!(fn ordering_key(&self) -> String { self.#key.to_text().into_owned() }));
    quote! {
        impl #trait_name for #name {
            const NAME: &'static str = #wire;
            const SOURCE: &'static str = #source;
            const VERSION: u32 = #version;
            const AGGREGATE: &'static str = #aggregate;
            fn aggregate_id(&self) -> String { self.#id.to_text().into_owned() }
            #ordering
        }
    }
}
