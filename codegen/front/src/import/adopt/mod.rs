//! Somebody else's document as a contract of ours: what a contract can't say is left out or said more widely, with a
//! warning at its place.

mod operation;
mod problem;
mod types;

use std::collections::BTreeSet;

use stipule_ir::service::{SchemeId, SchemeKind};
use stipule_ir::types::Docs;
use stipule_ir::{
    Contract, Diagnostic, Diagnostics, Name, Operation, Platform, Scheme, Service, Span, TypeId, TypeTable,
};

/// The imported contract as one service called `name` of a platform.
pub fn adopt(mut contract: Contract, name: &str, platform: &Platform) -> (Contract, Diagnostics) {
    let span = contract.platform.span.clone();
    let known = platform.token.scopes.iter().map(|(scope, _)| scope.value.clone()).collect();
    let schemes = std::mem::take(&mut contract.schemes);
    let mut adoption = Adoption {
        types: std::mem::take(&mut contract.types),
        schemes,
        known,
        problem: None,
        said: BTreeSet::new(),
        diagnostics: Diagnostics::new(),
    };
    let docs = contract.platform.docs.clone();
    let mut service = Service {
        name: Name::new(name, span.clone()),
        docs: Docs { title: docs.title.or_else(|| Some(name.to_owned())), ..docs },
        version: contract.services.first().map(|service| service.version.clone()).unwrap_or_default(),
        operations: Vec::new(),
        inbound: false,
        servers: Vec::new(),
        span: span.clone(),
    };
    for group in contract.services {
        for operation in group.operations {
            if group.inbound {
                let help = "describe what is sent as an event";
                adoption.say(
                    &operation.span,
                    format!("`{}` is called on others and left out", operation.id),
                    help,
                );
            } else {
                service.operations.extend(adoption.operation(operation));
            }
        }
    }
    adoption.types(&service);
    contract.types = adoption.types;
    contract.schemes = vec![bearer(span)];
    contract.services = vec![service];
    (contract, adoption.diagnostics)
}

/// The one scheme of a contract.
fn bearer(span: Span) -> Scheme {
    let name = Name::new("bearer", span.clone());
    Scheme { name, kind: SchemeKind::Bearer, docs: Docs::default(), span }
}

/// The scheme of [`bearer`].
const BEARER: SchemeId = SchemeId(0);

struct Adoption {
    types: TypeTable,
    /// Those of the document.
    schemes: Vec<Scheme>,
    /// Scopes of the platform.
    known: BTreeSet<String>,
    /// The type of a failure, when somebody needed it.
    problem: Option<TypeId>,
    /// Warnings of which one is enough.
    said: BTreeSet<String>,
    diagnostics: Diagnostics,
}

impl Adoption {
    fn say(&mut self, place: &Span, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::warning("OAS001", place, message).help(help));
    }

    /// As [`say`](Self::say), once for each message.
    fn say_once(&mut self, place: &Span, message: String, help: &str) {
        if self.said.insert(message.clone()) {
            self.say(place, message, help);
        }
    }
}

/// Every type that an operation names.
fn named(operation: &Operation) -> Vec<TypeId> {
    let bodies = operation.body.iter().flat_map(|body| &body.media).map(|media| media.ty);
    let answers = operation.outcomes.iter().flat_map(|outcome| {
        outcome.media.iter().map(|media| media.ty).chain(outcome.headers.iter().map(|header| header.ty))
    });
    let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
    parameters.chain(bodies).chain(answers).collect()
}
