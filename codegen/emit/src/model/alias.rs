//! Declared lists, maps and bare scalars: another name for what they are, or a struct around it where the name would
//! never end.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::Declaration;

use crate::rust::{docs, ident};
use crate::types::{Form, Paths};

pub(super) fn item(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration, form: Form) -> TokenStream {
    let (docs, name) = (docs(&declaration.docs, ""), ident(&declaration.name.type_name()));
    let ty = paths.in_place(id, form);
    if !paths.types.is_endless(id) {
        return quote!(#docs pub type #name = #ty;);
    }
    let [decode, decoder, json] = ["Decode", "Decoder", "Json"].map(|name| paths.wire(name));
    let eq = paths.types.is_eq(id).then(|| quote!(Eq));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, #eq)]
        pub struct #name(pub #ty);
        impl #decode for #name {
            fn decode(json: &#json<'_>, d: &mut #decoder) -> Option<Self> { Decode::decode(json, d).map(Self) }
        }
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }
        stipule_wire::serde_through_decode!(#name);
    }
}
