//! Declared lists, maps and bare scalars: another name for what they are.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::Declaration;

use crate::rust::{docs, ident};
use crate::types::{Form, Paths};

pub(super) fn item(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration, form: Form) -> TokenStream {
    let (docs, name) = (docs(&declaration.docs, ""), ident(&declaration.name.type_name()));
    let ty = paths.in_place(id, form);
    quote!(#docs pub type #name = #ty;)
}
