//! Everything of one operation: what is known of it, what goes in, what comes out, the route.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Operation;
use stipule_ir::service::{Idempotency, Location, Security, Status};

use super::{Act, Scene, failure, input, outcome};
use crate::rust::{Source, ident};

pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> Source {
    let mut source = Source::default();
    source.push(input::items(scene, act));
    source.push(outcome::items(scene, act));
    source.push(failure::items(scene, act));
    source.push(metadata(scene, act));
    source.push(route(scene, act));
    source
}

/// The static description.
fn metadata(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let operation = act.operation;
    let (name, ty) = (ident(&act.constant), scene.runtime("Operation"));
    let doc = format!(" What is known of `{}` before any call.", operation.id.wire);
    let (id, service, template) = (&operation.id.wire, scene.wire, &operation.path.template);
    let method = ident(operation.method.as_str());
    let access = match &operation.security {
        Security::Public => quote!(public: true,),
        Security::Bearer { scopes } if scopes.is_empty() => quote!(),
        Security::Bearer { scopes } => quote!(scopes: &[#(#scopes),*],),
    };
    let idempotency = match operation.idempotency {
        Idempotency::ByMethod => quote!(),
        Idempotency::KeyOptional => quote!(idempotency: stipule_runtime::http::Idempotency::KeyOptional,),
        Idempotency::KeyRequired => quote!(idempotency: stipule_runtime::http::Idempotency::KeyRequired,),
    };
    let query: Vec<_> = named(operation, Location::Query).collect();
    let query = (!query.is_empty()).then(|| quote!(query: &[#(#query),*],));
    let consumes = operation.body.as_ref().map(|body| {
        let media = body.media.iter().map(|media| &media.media_type);
        quote!(consumes: &[#(#media),*],)
    });
    let mut produces: Vec<_> =
        act.successes().flat_map(|it| &it.media).map(|it| it.media_type.as_str()).collect();
    produces.dedup();
    let produces = (produces != ["application/json"]).then(|| quote!(produces: &[#(#produces),*],));
    let mut statuses: Vec<u16> =
        operation.outcomes.iter().filter_map(|outcome| code(outcome.status)).collect();
    statuses.sort_unstable();
    let statuses = statuses.into_iter().map(proc_macro2::Literal::u16_unsuffixed);
    quote! {
        #[doc = #doc]
        pub static #name: #ty = #ty {
            id: #id,
            service: #service,
            method: http::Method::#method,
            template: #template,
            #access
            #idempotency
            #query
            #consumes
            #produces
            statuses: &[#(#statuses),*],
            ..#ty::NEW
        };
    }
}

fn named(operation: &Operation, location: Location) -> impl Iterator<Item = &str> {
    let there = operation.parameters.iter().filter(move |parameter| parameter.location == location);
    there.map(|parameter| parameter.name.wire.as_str())
}

fn code(status: Status) -> Option<u16> {
    if let Status::Code(code) = status { Some(code) } else { None }
}

/// From a call to an answer, through the service.
fn route(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let [function, name, constant, input] =
        [&act.route, &act.function, &act.constant, &act.input].map(|name| ident(name));
    let (route, service) = (scene.runtime("Route"), ident(&scene.trait_name));
    scene.runtime("Answer");
    quote! {
        fn #function<S: #service>(service: Arc<S>) -> #route {
            #route::new(&#constant, move |cx, call| {
                let service = Arc::clone(&service);
                async move {
                    match service.#name(&cx, #input::read(&call)?).await {
                        Ok(ok) => Ok(ok.response()?),
                        Err(error) => error.response(&cx),
                    }
                }
            })
        }
    }
}
