//! The root of an imported crate.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

use crate::rust::{ident, inner_doc, markdown};
use crate::sdk::Scene;

pub(super) fn library(contract: &Contract, modules: &[String], scenes: &[Scene<'_, '_>]) -> TokenStream {
    let platform = &contract.platform;
    let words = markdown(&platform.docs);
    let words = if words.is_empty() { platform.name.wire.clone() } else { words };
    let about = inner_doc(&words);
    let modules = modules.iter().map(|module| {
        let name = ident(module);
        quote!(#[doc = " Every type of the document."] pub mod #name;)
    });
    let client = (!scenes.is_empty()).then(|| {
        quote! {
            #[cfg(feature = "client")]
            pub mod client;
            #[cfg(feature = "client")]
            pub use client::Client;
        }
    });
    let mut operations = contract.services.iter().flat_map(|service| &service.operations);
    let server = operations.any(|operation| operation.served).then(|| {
        quote!(
            #[cfg(feature = "server")]
            pub mod server;
        )
    });
    quote! {
        #about
        #(#modules)*
        #client
        #server
        #[doc = " What the types stand on: JSON, limits, formats."]
        pub use stipule_wire as wire;
    }
}
