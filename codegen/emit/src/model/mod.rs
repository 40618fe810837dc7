//! `generated/model`: every declared type and event, once.

mod alias;
mod choice;
mod conversion;
mod declared;
mod event;
mod newtype;
mod object;
mod parts;
mod union;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::types::{Declaration, TypeKind};
use stipule_ir::{Contract, TypeId};

use crate::files::Files;
use crate::origin::origin_of_all;
use crate::rust::{self, Crate, Dependency, Source, ident};
use crate::types::{Form, Home, Module, Paths, Types};

pub(crate) const ROOT: &str = "generated/model";

/// Writes the crate.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let types = Types::of(contract, Home::Repository);
    let modules = types.modules();
    manifest(contract, files);
    files.add_rust(&format!("{ROOT}/src/lib.rs"), "contracts", library(contract, &modules));
    files.add_rust(&format!("{ROOT}/src/open/mod.rs"), "contracts", open_library(&types, &modules));
    files.add_rust(&format!("{ROOT}/src/declared.rs"), "contracts", declared::list(&types, &modules));
    for module in &modules {
        let origin = declared_by(contract, module);
        let name = &module.name;
        let closed = closed_module(&types, module);
        files.add_rust(&format!("{ROOT}/src/{name}.rs"), origin, closed);
        if let Some(open) = open_module(&types, module) {
            files.add_rust(&format!("{ROOT}/src/open/{name}.rs"), origin, open);
        }
    }
}

/// Name of the crate, as Cargo writes it.
pub(crate) fn package(contract: &Contract) -> String {
    format!("{}-model", contract.platform.name.kebab())
}

/// The file that declares a module, or the folder of those that do.
pub(crate) fn declared_by<'c>(contract: &'c Contract, module: &Module<'_>) -> &'c str {
    origin_of_all(contract, module.types.iter().map(|(_, ty, _)| &ty.span))
}

fn manifest(contract: &Contract, files: &mut Files) {
    let platform = contract.platform.name.kebab();
    Crate {
        root: ROOT,
        name: package(contract),
        description: format!(
            "Types and events of {platform}, shared by its services, its store and its clients"
        ),
        dependencies: vec![Dependency::Workspace("serde"), Dependency::Workspace("stipule-wire")],
    }
    .emit(files);
}

fn library(contract: &Contract, modules: &[Module<'_>]) -> TokenStream {
    let about = rust::inner_doc(&format!(
        "Types and events of {}.\n\nA type stands in the module of the document that declares it, in its closed \
         form: exactly what the contract allows, by construction. The module `open` has the forms for readers, which keep \
         values that the contract may come to allow later.",
        contract.platform.name
    ));
    let modules = modules.iter().map(|module| {
        let doc = rust::paragraphs(&format!("Declared by `{}`.", declared_by(contract, module)));
        let name = ident(&module.name);
        quote!(#doc pub mod #name;)
    });
    quote! {
        #about
        #(#modules)*
        #[doc = " Forms for readers."]
        pub mod open;
        mod declared;
        pub use declared::DECLARED;
    }
}

fn open_library(types: &Types<'_>, modules: &[Module<'_>]) -> TokenStream {
    let about = rust::inner_doc(
        "Forms for readers, who may be older than the writer.\n\nAn enum has a variant `Unknown` with the text that \
         was read, a union one with the whole value. Types without a choice inside are those of the closed form. All \
         others are made from it with `From`; the way back is `TryFrom`, which fails where the contract doesn't know \
         something.",
    );
    let read = |module: &&Module<'_>| module.types.iter().any(|(id, _, _)| types.is_read(*id));
    let modules = modules.iter().filter(read).map(|module| {
        let name = ident(&module.name);
        quote!(pub mod #name;)
    });
    quote!(#about #(#modules)*)
}

/// The closed forms of a module; of types that both sides share, the only ones.
pub(crate) fn closed_module(types: &Types<'_>, module: &Module<'_>) -> Source {
    let paths = Paths::in_model(types, &module.name, Form::Closed);
    let mut items = Source::default();
    for (id, _, declaration) in &module.types {
        items.append(item(&paths, *id, declaration, Form::Closed));
    }
    items.extend(event::payloads(&paths, &module.types, Form::Closed));
    let mut source = Source::from(imports(&paths, Form::Closed));
    source.append(items);
    source
}

/// The open forms of a module: its own, and the closed ones again where they serve both. `None` when nobody reads
/// anything of the module.
fn open_module(types: &Types<'_>, module: &Module<'_>) -> Option<Source> {
    let paths = Paths::in_model(types, &module.name, Form::Open);
    let mut items = Source::default();
    let mut shared = Vec::new();
    for (id, _, declaration) in &module.types {
        if types.has_open_form(*id) {
            items.append(item(&paths, *id, declaration, Form::Open));
            items.extend(conversion::between(&paths, *id, declaration));
        } else if types.is_read(*id) {
            shared.push(ident(&declaration.name.type_name()));
        }
    }
    if items.is_empty() && shared.is_empty() {
        return None;
    }
    items.extend(event::payloads(&paths, &module.types, Form::Open));
    let closed = ident(&module.name);
    let shared = (!shared.is_empty()).then(|| quote!(pub use crate::#closed::{#(#shared),*};));
    let imports = imports(&paths, Form::Open);
    let mut source = Source::from(quote!(#imports #shared));
    source.append(items);
    Some(source)
}

fn imports(paths: &Paths<'_, '_>, form: Form) -> TokenStream {
    let std = paths.std_imports();
    let wire = paths.wire_names();
    let wire = wire.iter().map(|name| ident(name));
    let wire = (wire.len() > 0).then(|| quote!(use stipule_wire::{#(#wire),*};));
    let modules: Vec<_> = paths.modules(form).iter().map(|module| ident(module)).collect();
    let siblings = match form {
        _ if modules.is_empty() => quote!(),
        Form::Closed => quote!(use crate::{#(#modules),*};),
        Form::Open => quote!(use super::{#(#modules),*};),
    };
    quote!(#std #wire #siblings)
}

/// The statement that declares what a type can't say by itself, if there is such.
fn check(paths: &Paths<'_, '_>, id: TypeId) -> Option<String> {
    let schema = paths.types.contract.types.check(id)?;
    let literal = match schema.contains("\"##") {
        false => format!("r##\"{schema}\"##"),
        true => proc_macro2::Literal::string(schema).to_string(),
    };
    let path = rust::tight(&paths.wire("Schema"));
    Some(format!("static CHECK: {path} = {path}::new({literal});"))
}

fn item(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration, form: Form) -> Source {
    let docs = rust::beside_name(&declaration.docs, &declaration.name);
    let declaration = &Declaration { docs, ..declaration.clone() };
    match paths.types.kind(id) {
        TypeKind::Struct(it) => object::item(paths, id, declaration, it, form),
        TypeKind::Enum(it) => choice::item(paths, declaration, it, form),
        TypeKind::Union(it) => union::item(paths, id, declaration, it, form).into(),
        TypeKind::Newtype(it) => newtype::item(paths, id, declaration, it),
        TypeKind::Multipart(it) => parts::item(paths, declaration, it),
        TypeKind::Scalar(_) | TypeKind::List(_) | TypeKind::Map(_) | TypeKind::Tuple(_) => {
            alias::item(paths, id, declaration, form).into()
        }
    }
}
