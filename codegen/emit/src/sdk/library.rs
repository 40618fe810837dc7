//! The client itself.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

use super::Scene;
use crate::rust::{docs, ident, inner_doc, paragraphs};

pub(super) fn library(contract: &Contract, scenes: &[Scene<'_, '_>]) -> TokenStream {
    let platform = &contract.platform;
    let name = ident(&platform.name.type_name());
    let about = inner_doc(&format!(
        "The client of {}: a module per service, with a builder per operation.",
        platform.name.wire
    ));
    let modules = scenes.iter().map(|scene| {
        let (name, docs) = (ident(&scene.module), docs(&scene.service.docs, ""));
        quote!(#docs pub mod #name;)
    });
    let handles = scenes.iter().map(|scene| {
        let docs = paragraphs(&format!("Calls of `{}`.", scene.service.name.wire));
        let [module, function, handle] =
            [&scene.module, &scene.service.name.field(), &scene.handle].map(|name| ident(name));
        quote! {
            #docs
            pub fn #function(&self) -> #module::#handle { #module::#handle::new(self.client.clone()) }
        }
    });
    let client = docs(&platform.docs, "The client.");
    quote! {
        #about
        #(#modules)*
        #client
        #[doc = ""]
        #[doc = " Cheap to clone: clones share connections and tokens."]
        #[derive(Clone, Debug)]
        pub struct #name { client: stipule_client::Client }
        impl #name {
            #[doc = " Settings for a client of the server at this address."]
            pub fn builder(base_url: impl Into<String>) -> stipule_client::Builder<Self> {
                stipule_client::Builder::new(base_url)
            }
            #(#handles)*
        }
        impl From<stipule_client::Client> for #name {
            fn from(client: stipule_client::Client) -> Self { Self { client } }
        }
    }
}
