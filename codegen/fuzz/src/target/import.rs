//! Documents of others, as they may come.

use stipule_emit::export::{Dialect, Reader, openapi};
use stipule_emit::{Package, Stipule, emit_crate};
use stipule_ir::{Source, Sources};

use super::Check;
use super::reader::inside;
use crate::corpus::{Input, files};

/// The hard documents.
pub(super) fn documents() -> Vec<Input> {
    files("tests/cases/import", &[".yaml", ".json"])
}

/// A document that can be read becomes a crate, and a document again which says as much.
pub(super) fn check() -> Check {
    Box::new(|input| {
        let name = input.name.rsplit('/').next().unwrap_or("api.yaml").to_owned();
        let sources = Sources::new([Source { path: name.clone(), text: input.text() }]);
        let Some(root) = sources.find(&name) else { return };
        let (contract, diagnostics) = stipule_front::import(&sources, root, "fuzzed");
        for diagnostic in diagnostics.iter() {
            let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
            for label in labels {
                inside(&label.span, &sources.get(label.span.file).text, diagnostic.code);
            }
        }
        let Some(contract) = contract else {
            assert!(diagnostics.has_errors(), "a contract, or an error why there is none");
            return;
        };
        let package = Package { name: "fuzzed".to_owned(), stipule: Stipule::Version("0".to_owned()) };
        emit_crate(&contract, &package);
        let again = openapi(&contract, Dialect::OpenApi31, Reader::Others).to_yaml();
        let sources = Sources::new([Source { path: "again.yaml".to_owned(), text: again }]);
        let root = sources.find("again.yaml").expect("it is the only one");
        let (again, _) = stipule_front::import(&sources, root, "fuzzed");
        let count = |contract: &stipule_ir::Contract| -> usize {
            let services = contract.services.iter().filter(|service| !service.inbound);
            services.flat_map(|service| &service.operations).filter(|operation| operation.served).count()
        };
        let again = again.expect("what was written can be read");
        assert_eq!(count(&again), count(&contract), "every operation is there again");
    })
}
