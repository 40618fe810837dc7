//! What a service does about events.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use stipule_ir::Subscription;
use stipule_ir::event::Delivery;

use super::Scene;
use crate::rust::{docs, ident, paragraphs};
use crate::types::Form;

/// The trait with a function per event, and the subscriptions to it.
pub(super) fn items(scene: &Scene<'_, '_>) -> TokenStream {
    let name = ident(&scene.events_name);
    let [context, failure, received, subscription] =
        ["Context", "Failure", "Received", "Subscription"].map(|name| scene.runtime(name));
    let functions = scene.events.iter().map(|(it, function)| {
        let event = scene.paths.types.contract.event(it.event);
        let docs = docs(&it.docs, &format!("Handles `{}`.", event.name.wire));
        let (function, payload) = (ident(function), scene.paths.in_form(event.payload, Form::Open));
        quote! {
            #docs
            fn #function(
                &self,
                cx: &#context,
                event: #received<#payload>
            ) -> impl Future<Output = Result<(), #failure>> + Send;
        }
    });
    let subscriptions = scene.events.iter().map(|(it, function)| subscribe(scene, it, function));
    let doc =
        paragraphs(&format!("What `{}` does about events. A missing handler doesn't compile.", scene.wire));
    scene.std("std::sync::Arc");
    quote! {
        #doc
        pub trait #name: Send + Sync + 'static { #(#functions)* }
        #[doc = " A subscription to the handler per event."]
        pub fn subscriptions<H: #name>(handler: &Arc<H>) -> Vec<#subscription> { Vec::from([#(#subscriptions),*]) }
    }
}

fn subscribe(scene: &Scene<'_, '_>, it: &Subscription, function: &str) -> TokenStream {
    let (subscription, delivery) = (scene.runtime("Subscription"), scene.runtime("Delivery"));
    let function = ident(function);
    let event = &scene.paths.types.contract.event(it.event).name.wire;
    let (name, service, dead_letters) = (&it.name.wire, &it.service.value, &it.dead_letters.value);
    let number = Literal::u32_unsuffixed;
    let versions = it.versions.iter().copied().map(number);
    let way = match it.delivery {
        Delivery::Queue => quote!(#delivery::Queue),
        Delivery::OrderedQueue => quote!(#delivery::OrderedQueue),
    };
    let (attempts, concurrency, batch) = (number(it.max_attempts), number(it.concurrency), number(it.batch));
    scene.std("std::time::Duration");
    let [backoff, max_backoff] = [it.backoff, it.max_backoff].map(|wait| {
        if wait.subsec_millis() == 0 {
            let seconds = Literal::u64_unsuffixed(wait.as_secs());
            quote!(Duration::from_secs(#seconds))
        } else {
            let millis = Literal::u128_unsuffixed(wait.as_millis());
            quote!(Duration::from_millis(#millis))
        }
    });
    quote! {
        #subscription {
            name: #name,
            service: #service,
            event: #event,
            versions: &[#(#versions),*],
            delivery: #way,
            max_attempts: #attempts,
            backoff: #backoff,
            max_backoff: #max_backoff,
            dead_letters: #dead_letters,
            concurrency: #concurrency,
            batch: #batch,
            handler: stipule_runtime::subscription::event_handler({
                let handler = Arc::clone(handler);
                move |cx, event| {
                    let handler = Arc::clone(&handler);
                    async move { handler.#function(&cx, event).await }
                }
            }),
        }
    }
}
