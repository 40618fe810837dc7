//! From contract files to the typed model: reading, references, lowering. No I/O.

#[cfg(test)]
mod cases;
pub mod documents;
pub mod event;
mod folder;
pub mod formats;
mod import;
pub mod json_schema;
pub mod openapi;
pub mod pages;
mod pipeline;
pub mod platform;
pub mod posture;
mod rate;
pub mod reader;
pub mod review;
pub mod saga;
pub mod shape;
pub mod socket;
pub use stipule_ir::suggest;
pub mod table;
#[cfg(test)]
mod testing;
mod usage;

use stipule_ir::{Contract, Diagnostics, Sources};

use documents::Documents;
pub use formats::SCHEMAS;
pub use import::{adopt, import};
use json_schema::Lowering;
pub use pages::PAGES;
pub use posture::Posture;

/// Lowers all files of a contract repository.
///
/// The contract is there when no diagnostic is an error. The same files give the same contract, in whatever order
/// they were found.
pub fn load(sources: &Sources) -> (Option<Contract>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(sources, Posture::Contract, &mut diagnostics);
    folder::check(&documents, &mut diagnostics);
    pipeline::review(&documents, &mut diagnostics);
    let platform = pipeline::platform(sources, &documents, &mut diagnostics);

    let mut lowering = Lowering::new(&documents);
    pipeline::shared_types(&documents, &mut lowering);
    let mut schemes = Vec::new();
    let drafts =
        pipeline::services(&documents, platform.as_ref(), &mut lowering, &mut schemes, &mut diagnostics);
    let headers = pipeline::event_headers(&documents, &mut lowering, &mut diagnostics);
    let schemas = pipeline::table_schemas(&documents, &mut lowering);
    let saga_schemas = pipeline::saga_schemas(&documents, &mut lowering);
    let socket_schemas = pipeline::socket_schemas(&documents, &mut lowering);
    let mut types = lowering.finish(&mut diagnostics);

    let events = pipeline::events(headers, &types, &mut diagnostics);
    let services = pipeline::completed(drafts, platform.as_ref(), &types, &events, &mut diagnostics);
    let subscriptions = pipeline::subscriptions(&documents, platform.as_ref(), &events, &mut diagnostics);
    let tables =
        pipeline::tables(sources, &documents, platform.as_ref(), &types, &events, &schemas, &mut diagnostics);
    let workflows =
        pipeline::sagas(&documents, platform.as_ref(), &mut types, &events, &saga_schemas, &mut diagnostics);
    let sockets = pipeline::sockets(&documents, platform.as_ref(), &types, &socket_schemas, &mut diagnostics);
    usage::mark(&mut types, &services, &events, &workflows, &sockets);

    let files = documents.iter().map(|(_, path, _)| path.to_owned()).collect();
    let contract = platform.filter(|_| !diagnostics.has_errors()).map(|platform| Contract {
        platform,
        types,
        services,
        schemes,
        events,
        subscriptions,
        tables,
        workflows,
        sockets,
        files,
    });
    if let Some(contract) = &contract {
        pipeline::consumers(&documents, contract, &mut diagnostics);
    }
    (contract.filter(|_| !diagnostics.has_errors()), diagnostics)
}
