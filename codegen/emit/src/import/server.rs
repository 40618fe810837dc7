//! The server of an imported crate.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

use crate::rust::{docs, ident, inner_doc};
use crate::service::Scene;

pub(super) fn root(contract: &Contract, scenes: &[Scene<'_, '_>]) -> TokenStream {
    let about = inner_doc(
        "A trait per group of operations; what implements them all is served as one.\n\nWhat comes is checked against \
         the document before a handler sees it, and what is wrong with it is told all at once.",
    );
    let modules = scenes.iter().map(|scene| {
        let name = ident(&scene.module);
        let words = contract.services.iter().find(|service| service.name.wire == scene.wire);
        let docs = docs(&words.map(|service| service.docs.clone()).unwrap_or_default(), "");
        quote!(#docs pub mod #name;)
    });
    let own = scenes.iter().filter(|scene| !is_inbound(contract, scene));
    let paths: Vec<TokenStream> = own
        .map(|scene| {
            let (module, name) = (ident(&scene.module), ident(&scene.trait_name));
            quote!(#module::#name)
        })
        .collect();
    let routes = scenes.iter().filter(|scene| !is_inbound(contract, scene)).map(|scene| {
        let module = ident(&scene.module);
        quote!(#module::routes(&service))
    });
    let app = (!paths.is_empty()).then(|| {
        quote! {
            #[doc = " Everything behind one function that takes a call and gives its answer."]
            pub fn app<S>(service: S) -> stipule_runtime::App
            where
                S: #(#paths)+*,
            {
                let service = std::sync::Arc::new(service);
                let routes = [#(#routes),*].into_iter().flatten();
                stipule_runtime::App::new(routes, []).expect("no two operations share method and path")
            }
        }
    });
    quote! {
        #about
        #(#modules)*
        pub use stipule_runtime::{App, Caller, Context, Failed, Principal};
        #[cfg(feature = "serve")]
        pub use stipule_server::{serve, serve_until};
        #app
    }
}

fn is_inbound(contract: &Contract, scene: &Scene<'_, '_>) -> bool {
    contract.services.iter().any(|service| service.inbound && service.name.wire == scene.wire)
}
