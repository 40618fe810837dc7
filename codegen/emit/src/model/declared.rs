//! Every declared type by the place of its schema.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Module, Types};
use crate::origin::origin;
use crate::rust::{ident, inner_doc};

pub(super) fn list(types: &Types<'_>, modules: &[Module<'_>]) -> TokenStream {
    let about = inner_doc("Every declared type, by the place of its schema.");
    let rows = modules.iter().flat_map(|module| {
        module.types.iter().map(|(id, _, declaration)| {
            let span = &types.contract.types.get(*id).span;
            let place = format!("{}#{}", origin(types.contract, span), span.pointer);
            let [module, name] = [&module.name, &declaration.name.type_name()].map(|name| ident(name));
            let path = format!("{module}::{name}");
            quote!(Declared::new::<#module::#name>(#place, #path))
        })
    });
    let names = modules.iter().map(|module| ident(&module.name));
    quote! {
        #about
        use stipule_wire::Declared;
        use crate::{#(#names),*};
        #[doc = " In the order of modules and of their documents."]
        pub static DECLARED: &[Declared] = &[#(#rows),*];
    }
}
