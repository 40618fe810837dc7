//! `generated/service`: what a service must do, as traits, and how it is reached.

mod content;
mod event;
mod failure;
mod input;
mod library;
mod operation;
mod outcome;
mod platform;
mod problem;
mod sagas;
mod scene;
mod steps;
mod topics;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

use crate::export;
use crate::files::Files;
use crate::model;
use crate::origin::origin;
use crate::rust::{self, Crate, Dependency, Source, Text};
use crate::types::{Home, Types};
use scene::Act;
pub(crate) use scene::{Scene, scenes};

pub(crate) const ROOT: &str = "generated/service";

/// Writes the crate.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let types = Types::of(contract, Home::Repository);
    let scenes = scenes(&types);
    manifest(contract, files);
    if let Some(module) = sagas::module(&types) {
        files.add_rust(&format!("{ROOT}/src/sagas.rs"), "contracts/workflows", module);
    }
    files.add_rust(&format!("{ROOT}/src/lib.rs"), "contracts", library::library(contract, &scenes));
    let text = export::description_text(contract);
    files.add(&format!("{ROOT}/src/description.json"), "contracts", &text);
    for scene in &scenes {
        let origin = scene.service.map_or("contracts", |service| origin(contract, &service.span));
        files.add_rust(&format!("{ROOT}/src/{}.rs", scene.module), origin, module(scene));
    }
}

fn manifest(contract: &Contract, files: &mut Files) {
    let platform = contract.platform.name.kebab();
    Crate {
        root: ROOT,
        name: format!("{platform}-service"),
        description: format!("What the services of {platform} do, as traits, with routes and subscriptions"),
        dependencies: vec![
            Dependency::Generated(model::package(contract), "../model"),
            Dependency::Workspace("http"),
            Dependency::Workspace("stipule-runtime"),
            Dependency::Workspace("stipule-wire"),
        ],
    }
    .emit(files);
}

/// One service: its trait, its operations, its events.
pub(crate) fn module(scene: &Scene<'_, '_>) -> Source {
    let mut items = Source::default();
    if !scene.acts.is_empty() {
        items.push_text(service(scene).into_string());
    }
    if !scene.events.is_empty() {
        items.push_text(event::items(scene).into_string());
    }
    if !scene.sagas.is_empty() {
        items.push_text(steps::items(scene).into_string());
    }
    if !scene.topics.is_empty() {
        items.push_text(topics::items(scene).into_string());
    }
    for act in &scene.acts {
        items.push_text(operation::items(scene, act));
    }
    items.push(scene.problems.items());
    let (about, imports) = (about(scene), scene.imports());
    let mut source = Source::from(quote!(#about #imports));
    source.append(items);
    source
}

fn about(scene: &Scene<'_, '_>) -> TokenStream {
    match scene.service {
        Some(service) => {
            let docs = rust::markdown(&service.docs);
            rust::inner_doc(if docs.is_empty() { &service.name.wire } else { &docs })
        }
        None if !scene.topics.is_empty() => {
            rust::inner_doc(&format!("What `{}` tells those who listen.", scene.wire))
        }
        None if scene.events.is_empty() => rust::inner_doc(&format!("What `{}` does for sagas.", scene.wire)),
        None => rust::inner_doc(&format!("What `{}` does about events.", scene.wire)),
    }
}

/// The trait with a function per operation, and its routes.
fn service(scene: &Scene<'_, '_>) -> Text {
    let (name, context, route) = (&scene.trait_name, scene.item("Context"), scene.item("Route"));
    scene.std("std::sync::Arc");
    let mut text = Text::default();
    text.doc(0, &format!("What `{}` does for callers. A missing operation doesn't compile.", scene.wire));
    text.code(0, &format!("pub trait {name}: Send + Sync + 'static {{"));
    for act in &scene.acts {
        let endpoint = format!("`{} {}`", act.operation.method.as_str(), act.operation.path.template);
        text.part();
        text.docs_and(1, &act.operation.docs, Some(&endpoint));
        let arguments = ["&self".to_owned(), format!("cx: &{context}"), format!("input: {}", act.input)];
        let close = format!(") -> impl Future<Output = Result<{}, {}>> + Send;", act.ok, act.error);
        text.list(1, &format!("fn {}(", act.function), &arguments, &close);
    }
    text.code(0, "}");
    text.part();
    text.doc(0, "A route to the service per operation.");
    text.code(0, &format!("pub fn routes<S: {name}>(service: &Arc<S>) -> Vec<{route}> {{"));
    let routes: Vec<_> = scene.acts.iter().map(|act| format!("{}(Arc::clone(service))", act.route)).collect();
    text.list(1, "Vec::from([", &routes, "])");
    text.code(0, "}");
    text
}
