//! Every declared type by the place of its schema.

use quote::quote;

use super::{Module, Types};
use crate::origin::origin;
use crate::rust::{Source, Text, ident, inner_doc};

pub(super) fn list(types: &Types<'_>, modules: &[Module<'_>]) -> Source {
    let about = inner_doc("Every declared type, by the place of its schema.");
    let mut names: Vec<_> = modules.iter().map(|module| ident(&module.name)).collect();
    names.sort();
    let mut source = Source::from(quote!(#about use stipule_wire::Declared; use crate::{#(#names),*};));
    let mut text = Text::default();
    text.doc(0, "In the order of modules and of their documents.");
    text.line(0, format_args!("pub static DECLARED: &[Declared] = &["));
    for module in modules {
        for (id, _, declaration) in &module.types {
            let span = &types.contract.types.get(*id).span;
            let place = format!("{}#{}", origin(types.contract, span), span.pointer);
            let path = format!("{}::{}", module.name, declaration.name.type_name());
            text.line(1, format_args!("Declared::new::<{path}>({place:?}, {path:?}),"));
        }
    }
    text.line(0, format_args!("];"));
    source.push_text(text.into_string());
    source
}
