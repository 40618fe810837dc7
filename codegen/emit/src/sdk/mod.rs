//! `sdk/src/generated`: a client with a builder per operation.
//!
//! What doesn't vary is in `stipule-client`; the crate around the generated folder is written by hand.

mod answer;
mod argument;
mod content;
mod example;
mod library;
mod operation;
mod scene;

use quote::quote;
use stipule_ir::Contract;

use crate::files::Files;
use crate::origin::origin;
use crate::rust::{self, Source, Text};
use crate::types::{Home, Types};
use scene::Act;
pub(crate) use scene::{Scene, functions_of as functions, scenes};

pub(crate) const ROOT: &str = "sdk/src/generated";

/// Writes the folder.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    if contract.services.is_empty() {
        return;
    }
    let types = Types::of(contract, Home::Repository);
    let scenes = scenes(&types);
    files.add_rust(&format!("{ROOT}/mod.rs"), "contracts", library::library(contract, &scenes));
    for scene in &scenes {
        let origin = origin(contract, &scene.service.span);
        files.add_rust(&format!("{ROOT}/{}.rs", scene.module), origin, module(scene));
    }
}

/// One service: its handle, its operations.
pub(crate) fn module(scene: &Scene<'_, '_>) -> Source {
    let docs = rust::markdown(&scene.service.docs);
    let about = rust::inner_doc(if docs.is_empty() { &scene.service.name.wire } else { &docs });
    let mut items = Source::from(handle(scene));
    for act in &scene.acts {
        items.append(operation::items(scene, act));
    }
    let imports = scene.imports();
    let mut source = Source::from(quote!(#about #imports));
    source.append(items);
    source
}

/// The struct with a function per operation.
fn handle(scene: &Scene<'_, '_>) -> Text {
    let (name, client) = (&scene.handle, scene.item("Client"));
    let mut text = Text::default();
    text.doc(0, &format!("Calls of `{}`.", scene.service.name.wire));
    text.code(0, "#[derive(Clone, Debug)]");
    text.code(0, &format!("pub struct {name} {{"));
    text.code(1, &format!("client: {client},"));
    text.code(0, "}");
    text.part();
    text.code(0, &format!("impl {name} {{"));
    text.code(1, &format!("pub(super) fn new(client: {client}) -> Self {{"));
    text.code(2, "Self { client }");
    text.code(1, "}");
    scene.acts.iter().for_each(|act| operation::function(scene, act, &mut text));
    text.code(0, "}");
    text
}
