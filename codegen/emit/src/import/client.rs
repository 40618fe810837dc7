//! The client of an imported crate.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;
use stipule_ir::service::{Location, SchemeKind};

use crate::rust::{docs, ident, inner_doc, paragraphs};
use crate::sdk::Scene;

pub(super) fn root(contract: &Contract, scenes: &[Scene<'_, '_>]) -> TokenStream {
    let platform = &contract.platform;
    let about = inner_doc("A module per group of operations, with a builder per operation.");
    let modules = scenes.iter().map(|scene| {
        let (name, docs) = (ident(&scene.module), docs(&scene.service.docs, ""));
        quote!(#docs pub mod #name;)
    });
    let handles = scenes.iter().map(|scene| {
        let docs = paragraphs(&format!("Calls of `{}`.", scene.service.name.wire));
        let [module, handle] = [&scene.module, &scene.handle].map(|name| ident(name));
        let function = ident(&group(scene));
        quote! {
            #docs
            pub fn #function(&self) -> #module::#handle { #module::#handle::new(self.client.clone()) }
        }
    });
    let client = docs(&platform.docs, "The client.");
    let (default, servers) = servers(contract);
    let schemes = schemes(contract);
    quote! {
        #about
        #(#modules)*
        pub use stipule_client::{
            Answer, Attempt, BuildError, Builder, Declared, Documents, Download, Error, Fault, Hook, Meta, Misfit, Mock,
            Pages, Reply, Retry, Token, TokenProvider, Transport, TransportError, transport,
        };
        #client
        #[doc = ""]
        #[doc = " Cheap to clone: clones share connections and tokens."]
        #[derive(Clone, Debug)]
        pub struct Client { client: stipule_client::Client }
        impl Client {
            #[doc = " Settings for a client of the server at this address."]
            pub fn builder(base_url: impl Into<String>) -> Builder<Self> { Builder::new(base_url) }
            #default
            #(#handles)*
        }
        impl From<stipule_client::Client> for Client {
            fn from(client: stipule_client::Client) -> Self { Self { client } }
        }
        #servers
        #schemes
    }
}

/// The client's function for a group of operations.
pub(crate) fn group(scene: &Scene<'_, '_>) -> String {
    function(&scene.service.name.field())
}

/// The address that a client calls when nothing else is said.
pub(super) fn default_url(contract: &Contract) -> Option<String> {
    let url = contract.services.first()?.servers.first()?.default_url();
    (url.starts_with("http://") || url.starts_with("https://")).then_some(url)
}

/// A name that the client's own functions don't have.
fn function(name: &str) -> String {
    match name {
        "builder" | "default_server" | "clone" | "from" | "into" => format!("{name}_"),
        name => name.to_owned(),
    }
}

/// The addresses that the document names: the first as the default, all of them as functions of their variables.
fn servers(contract: &Contract) -> (TokenStream, TokenStream) {
    let Some(service) = contract.services.first() else { return Default::default() };
    if service.servers.is_empty() {
        return Default::default();
    }
    let default = default_url(contract).map(|url| {
        let doc = paragraphs(&format!("Settings for a client of the document's first server, `{url}`."));
        quote! {
            #doc
            pub fn default_server() -> Builder<Self> { Builder::new(#url) }
        }
    });
    let mut names: Vec<stipule_ir::Name> = service
        .servers
        .iter()
        .enumerate()
        .map(|(index, server)| {
            let words = server.description.as_deref().unwrap_or_default();
            let short = words.split_whitespace().count() <= 4 && !words.trim().is_empty();
            let word = if short { words.to_owned() } else { format!("server {}", index + 1) };
            stipule_ir::Name::new(word, contract.platform.span.clone())
        })
        .collect();
    stipule_ir::Name::distinguish(&mut names);
    let functions = service.servers.iter().zip(&names).map(|(server, name)| {
        let function = ident(&name.field());
        let doc = server.description.clone().unwrap_or_else(|| server.url.clone());
        let mut doc = format!("{doc}\n\n`{}`", server.url);
        for variable in &server.variables {
            let words = variable.description.clone().unwrap_or_default();
            doc.push_str(&format!("\n\n`{}`: default `{}`. {words}", variable.name.field(), variable.default));
            if !variable.values.is_empty() {
                doc.push_str(&format!(" One of `{}`.", variable.values.join("`, `")));
            }
        }
        let doc = paragraphs(&doc);
        let url = &server.url;
        let arguments: Vec<_> = server.variables.iter().map(|variable| ident(&variable.name.field())).collect();
        let wires = server.variables.iter().map(|variable| format!("{{{}}}", variable.name.wire));
        quote! {
            #doc
            pub fn #function(#(#arguments: &str),*) -> String { String::from(#url) #(.replace(#wires, #arguments))* }
        }
    });
    let servers = quote! {
        #[doc = " Addresses of the document."]
        pub mod servers { #(#functions)* }
    };
    (quote!(#default), servers)
}

/// How callers show who they are, as statics that the operations name.
fn schemes(contract: &Contract) -> TokenStream {
    if contract.schemes.is_empty() {
        return TokenStream::new();
    }
    let schemes = contract.schemes.iter().map(|scheme| {
        let (wire, name) = (&scheme.name.wire, ident(&scheme.name.constant()));
        let docs = docs(&scheme.docs, &format!("`{wire}`"));
        let kind = match &scheme.kind {
            SchemeKind::Bearer => quote!(Bearer),
            SchemeKind::Basic => quote!(Basic),
            SchemeKind::Other(word) => quote!(Other(#word)),
            SchemeKind::ApiKey { location: Location::Query, name } => quote!(Query(#name)),
            SchemeKind::ApiKey { location: Location::Cookie, name } => quote!(Cookie(#name)),
            SchemeKind::ApiKey { name, .. } => quote!(Header(#name)),
            SchemeKind::MutualTls => quote!(MutualTls),
        };
        quote!(#docs pub static #name: Scheme = Scheme { name: #wire, kind: SchemeKind::#kind };)
    });
    quote! {
        #[doc = " How callers show who they are. `Builder::secret` takes their names."]
        pub mod schemes {
            use stipule_client::{Scheme, SchemeKind};
            #(#schemes)*
        }
    }
}
