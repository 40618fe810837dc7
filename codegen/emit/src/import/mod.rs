//! A crate of its own for somebody else's document: types, client and server in one.

mod client;
mod example;
mod library;
mod manifest;
mod readme;
mod server;

use stipule_ir::Contract;

use crate::files::Files;
use crate::origin::origin;
use crate::types::{Home, Types};
use crate::{model, sdk, service};

pub(crate) use client::group;
pub use manifest::{Package, Stipule};

/// The files of a crate, with paths relative to its folder.
pub fn emit_crate(contract: &Contract, package: &Package) -> Files {
    let types = Types::of(contract, Home::Import);
    let mut files = Files::new();
    let example = example::call(&types, package);
    let origin = origin(contract, &contract.platform.span);
    files.add("Cargo.toml", origin, &manifest::manifest(contract, package, example.is_some()));
    if let Some(example) = &example {
        files.add("examples/call.rs", origin, example);
    }
    files.add("README.md", origin, &readme::readme(&types, package, example.as_deref()));
    // Nobody wants generated text to change with the next `cargo fmt`.
    files.add("rustfmt.toml", "the import", "disable_all_formatting = true\n");
    std::thread::scope(|scope| {
        let parts = [
            scope.spawn(|| model_files(&types)),
            scope.spawn(|| client_files(&types)),
            scope.spawn(|| server_files(&types)),
        ];
        for part in parts {
            match part.join() {
                Ok(part) => files.append(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    files
}

fn model_files(types: &Types<'_>) -> Files {
    let mut files = Files::new();
    let modules = types.modules();
    for module in &modules {
        let origin = model::declared_by(types.contract, module);
        files.add_rust(&format!("src/{}.rs", module.name), origin, model::closed_module(types, module));
    }
    files
}

fn client_files(types: &Types<'_>) -> Files {
    let mut files = Files::new();
    let contract = types.contract;
    let origin = origin(contract, &contract.platform.span);
    let scenes = sdk::scenes(types);
    let modules: Vec<String> = types.modules().into_iter().map(|module| module.name).collect();
    files.add_rust("src/lib.rs", origin, library::library(contract, &modules, &scenes));
    if !scenes.is_empty() {
        files.add_rust("src/client.rs", origin, client::root(contract, &scenes));
        for scene in &scenes {
            files.add_rust(&format!("src/client/{}.rs", scene.module), origin, sdk::module(scene));
        }
    }
    files
}

fn server_files(types: &Types<'_>) -> Files {
    let mut files = Files::new();
    let contract = types.contract;
    let origin = origin(contract, &contract.platform.span);
    let mut scenes = service::scenes(types);
    // Of operations that differ only in what a server never sees, the first is served.
    scenes.retain(|scene| !scene.is_idle());
    if !scenes.is_empty() {
        files.add_rust("src/server.rs", origin, server::root(contract, &scenes));
        for scene in &scenes {
            files.add_rust(&format!("src/server/{}.rs", scene.module), origin, service::module(scene));
        }
    }
    files
}

/// The folders of an imported crate that hold nothing but what is generated.
pub fn owned_by_crate() -> impl Iterator<Item = &'static str> {
    ["src"].into_iter()
}
