//! Writes a [`Contract`] out: every generated file, in memory.
//!
//! `emit` can't fail: what could go wrong was found by the front and the rules. It neither reads nor writes files;
//! the command line does that.

pub mod export;
mod files;
mod import;
mod model;
mod origin;
mod rust;
mod saga;
mod scope;
mod sdk;
mod service;
mod stacks;
mod store;
mod types;

pub use files::{Files, HEADER};
pub use import::{Package, Stipule, emit_crate, owned_by_crate};
pub use saga::state_machines;
pub use stacks::StackResource;

use stipule_ir::Contract;

/// One writer of one generated folder.
pub struct Emitter {
    /// Short name, for people.
    pub id: &'static str,
    /// The folder it owns: nothing else may be in it.
    pub root: &'static str,
    /// Writes the folder's files.
    pub emit: fn(&Contract, &mut Files),
}

/// Every emitter. One more is a folder in `src/`, a row here and a golden case.
pub const EMITTERS: &[Emitter] = &[
    Emitter { id: "model", root: model::ROOT, emit: model::emit },
    Emitter { id: "service", root: service::ROOT, emit: service::emit },
    Emitter { id: "store", root: store::ROOT, emit: store::emit },
    Emitter { id: "sdk", root: sdk::ROOT, emit: sdk::emit },
    Emitter { id: "saga", root: saga::ROOT, emit: saga::emit },
    Emitter { id: "stacks", root: stacks::ROOT, emit: stacks::emit },
];

/// Everything that a contract repository generates.
///
/// Each emitter runs on a thread of its own: their files are disjoint, and joining them in the order of the table
/// keeps the result the same on any machine.
pub fn emit(contract: &Contract) -> Files {
    std::thread::scope(|scope| {
        let running: Vec<_> = EMITTERS
            .iter()
            .map(|emitter| {
                scope.spawn(|| {
                    let mut files = Files::new();
                    (emitter.emit)(contract, &mut files);
                    files
                })
            })
            .collect();
        let mut all = Files::new();
        for emitter in running {
            match emitter.join() {
                Ok(files) => all.append(files),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// The stacks alone: each template by its path.
pub fn emit_stacks(contract: &Contract) -> Files {
    let mut files = Files::new();
    stacks::emit(contract, &mut files);
    files
}

/// What the stacks consist of, without the text of their templates.
pub fn stack_resources(contract: &Contract) -> Vec<StackResource> {
    stacks::resources(contract)
}

/// The folders that belong to the generator: a file in one of them that [`emit`] doesn't give is an orphan.
pub fn owned_roots() -> impl Iterator<Item = &'static str> {
    EMITTERS.iter().map(|emitter| emitter.root)
}
