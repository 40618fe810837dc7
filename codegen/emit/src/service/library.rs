//! The crate's root: its modules, and all services together.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

use super::Scene;
use crate::rust::{ident, inner_doc, paragraphs};
use crate::scope::Scope;

pub(super) fn library(contract: &Contract, scenes: &[Scene<'_, '_>]) -> TokenStream {
    let platform = &contract.platform.name.wire;
    let about = inner_doc(&format!(
        "What the services of {platform} do.\n\nA service has a trait with a function per operation, one with a \
         function per event that it consumes, and one per saga with a function per step that it takes. `Services` takes an implementation of each and makes an app of them."
    ));
    let modules = scenes.iter().map(|scene| {
        let name = ident(&scene.module);
        let docs = scene.platform_docs();
        quote!(#docs pub mod #name;)
    });
    let services = (!scenes.is_empty()).then(|| services(scenes));
    let sagas = (!contract.workflows.is_empty()).then(|| {
        quote! {
            #[doc = " The sagas: what starts each, and what may start it."]
            pub mod sagas;
        }
    });
    let platform = super::platform::platform(contract);
    let description = (!scenes.is_empty()).then(|| {
        quote! {
            #[doc = " Everything that the contracts say, as JSON, for pages that show it."]
            pub static DESCRIPTION: &str = include_str!("description.json");
        }
    });
    quote! {
        #about
        use stipule_runtime::platform::{Function, Platform, Scope};
        #(#modules)*
        #sagas
        #platform
        #description
        #services
    }
}

fn services(scenes: &[Scene<'_, '_>]) -> TokenStream {
    let mut scope = Scope::default();
    // `Services` is taken by the struct itself.
    scope.claim(&["Services".to_owned()]);
    let parameters: Vec<_> =
        scenes.iter().map(|scene| ident(&scope.claim(std::slice::from_ref(&scene.trait_name)))).collect();
    let fields: Vec<_> = scenes.iter().map(|scene| ident(&scene.field())).collect();
    let docs = scenes.iter().map(|scene| paragraphs(&format!("The service `{}`.", scene.wire)));
    let bounds = scenes.iter().zip(&parameters).map(|(scene, parameter)| {
        let module = ident(&scene.module);
        let service = (!scene.acts.is_empty()).then(|| {
            let name = ident(&scene.trait_name);
            quote!(#module::#name)
        });
        let events = (!scene.events.is_empty()).then(|| {
            let name = ident(&scene.events_name);
            quote!(#module::#name)
        });
        let sagas = scene.sagas.iter().map(|part| {
            let name = ident(&part.trait_name);
            quote!(#module::#name)
        });
        let topics = (!scene.topics.is_empty()).then(|| {
            let name = ident(&scene.topics_name);
            quote!(#module::#name)
        });
        let bounds = service.into_iter().chain(events).chain(sagas).chain(topics);
        quote!(#parameter: #(#bounds)+*,)
    });
    let shared = fields.iter().map(|field| quote!(let #field = std::sync::Arc::new(self.#field);));
    let routes =
        scenes.iter().zip(&fields).filter(|(scene, _)| !scene.acts.is_empty()).map(|(scene, field)| {
            let module = ident(&scene.module);
            quote!(#module::routes(&#field))
        });
    let subscriptions = scenes.iter().zip(&fields).filter(|(scene, _)| !scene.events.is_empty());
    let subscriptions = subscriptions.map(|(scene, field)| {
        let module = ident(&scene.module);
        quote!(#module::subscriptions(&#field))
    });
    let steps: Vec<_> = scenes.iter().zip(&fields).flat_map(|(scene, field)| steps(scene, field)).collect();
    let with_sagas = match steps.is_empty() {
        true => None,
        false => Some(quote!(.with_sagas(sagas::SAGAS.iter().copied(), [#(#steps),*].into_iter().flatten()))),
    };
    let with_topics = with_topics(scenes, &fields);
    quote! {
        #[doc = " Every service. One that is missing doesn't compile."]
        #[derive(Clone, Debug)]
        pub struct Services<#(#parameters),*> { #(#docs pub #fields: #parameters,)* }
        impl<#(#parameters),*> Services<#(#parameters),*>
        where
            #(#bounds)*
        {
            #[doc = " All of them as one app, for calls, events and steps of sagas."]
            pub fn into_app(self) -> stipule_runtime::App {
                // Nothing else has a name here: a service may be called anything.
                #(#shared)*
                stipule_runtime::App::new(
                    [#(#routes),*].into_iter().flatten(),
                    [#(#subscriptions),*].into_iter().flatten(),
                )
                    .expect("no two operations share method and path")
                    #with_sagas
                    #with_topics
                    .described(DESCRIPTION)
                    .behind(PLATFORM.gateway)
            }
        }
    }
}

/// The steps that a service takes, saga by saga.
fn steps(scene: &Scene<'_, '_>, field: &proc_macro2::Ident) -> Vec<TokenStream> {
    let module = ident(&scene.module);
    let functions = scene.sagas.iter().map(|part| {
        let function = ident(&part.function);
        quote!(#module::#function(&#field))
    });
    functions.collect()
}

/// What sockets may listen to, service by service; none where there is nothing.
fn with_topics(scenes: &[Scene<'_, '_>], fields: &[proc_macro2::Ident]) -> Option<TokenStream> {
    let topics = scenes.iter().zip(fields).filter(|(scene, _)| !scene.topics.is_empty());
    let topics = topics.map(|(scene, field)| {
        let module = ident(&scene.module);
        quote!(#module::topics(&#field))
    });
    let topics: Vec<_> = topics.collect();
    (!topics.is_empty()).then(|| quote!(.with_topics([#(#topics),*].into_iter().flatten())))
}
