//! Documents of others: one OpenAPI document, with the files that it refers to, into a contract of its own.
//!
//! What is wrong with such a document is a warning: its author won't correct it for us, and the type is the best one
//! that is still true. Only what can't be read at all is an error.

mod adopt;
mod groups;

pub use adopt::adopt;

use stipule_ir::platform::{Platform, PlatformService, Tenant, Token};
use stipule_ir::types::Docs;
use stipule_ir::{Contract, Diagnostic, Diagnostics, FileId, Name, Service, Sources, Span, Spanned};

use crate::documents::Documents;
use crate::json_schema::Lowering;
use crate::openapi;
use crate::posture::Posture;
use crate::reader::Node;
use crate::usage;

/// Lowers the OpenAPI document `root`. `name` is what the crate is called.
///
/// The contract is there unless the document can't be read: everything else is a warning with its place.
pub fn import(sources: &Sources, root: FileId, name: &str) -> (Option<Contract>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(sources, Posture::Import, &mut diagnostics);
    let Some(node) = documents.root(root) else { return (None, diagnostics) };
    let mut diagnostics = diagnostics.softened();
    if let Some(fault) = unreadable(node) {
        diagnostics.push(fault);
        return (None, diagnostics);
    }
    let mut found = Diagnostics::new();
    let contract = lower(&documents, node, name, &mut found);
    // What nothing comes of is an error after all.
    diagnostics.append(if contract.is_some() { found.softened() } else { found });
    (contract, diagnostics)
}

/// Why a document isn't one that can be imported.
fn unreadable(root: &Node) -> Option<Diagnostic> {
    if root.get("openapi").is_some() {
        return None;
    }
    let place = Span { end: root.span.start, ..root.span.clone() };
    Some(match root.entry("swagger") {
        Some(entry) => Diagnostic::error("OAS003", &entry.key.span, "Swagger 2.0 is not read")
            .help("convert it to OpenAPI 3 first, for instance with `npx swagger2openapi`"),
        None => Diagnostic::error("OAS003", &place, "this is no OpenAPI document: it has no `openapi`")
            .help("it begins with `openapi: 3.0.3` or `openapi: 3.1.0`"),
    })
}

fn lower(
    documents: &Documents<'_>,
    root: &Node,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Contract> {
    let span = Span::start_of(root.span.file);
    let name = Name::new(name, span.clone());
    let mut lowering = Lowering::new(documents);
    lowering.definitions(root.span.file);
    let mut schemes = Vec::new();
    let draft = openapi::lower(documents, root, None, &mut lowering, &mut schemes, diagnostics)?;
    let (mut types, unfit) = lowering.finish_with_unfit(diagnostics);
    let (docs, drafts) = groups::split(draft, root);
    let mut services: Vec<Service> = drafts.into_iter().map(|draft| draft.into_parts().0).collect();
    openapi::set_apart(&mut services, diagnostics);
    for parameter in services.iter_mut().flat_map(|it| &mut it.operations).flat_map(|it| &mut it.parameters) {
        let ty = parameter.ty;
        parameter.default = parameter.default.take().filter(|json| !unfit.contains(&(ty, json.clone())));
    }
    usage::mark(&mut types, &services, &[], &[], &[]);
    let files = documents.iter().map(|(_, path, _)| path.to_owned()).collect();
    let platform = platform(name, docs, &services, span);
    Some(Contract {
        platform,
        types,
        services,
        schemes,
        events: Vec::new(),
        subscriptions: Vec::new(),
        tables: Vec::new(),
        workflows: Vec::new(),
        sockets: Vec::new(),
        files,
    })
}

/// A document of others stands for itself: it has no tenants, and its tokens are its own affair.
fn platform(name: Name, docs: Docs, services: &[Service], span: Span) -> Platform {
    let services = services.iter().map(|service| PlatformService {
        name: Spanned::new(service.name.clone(), service.name.span.clone()),
        docs: service.docs.clone(),
        domain: None,
        functions: stipule_ir::deployment::Functions::default(),
    });
    Platform {
        tenant: Tenant { name: Name::new("tenant", span.clone()), claim: String::new() },
        token: Token { issuer: String::new(), audience: String::new(), scopes: Vec::new() },
        services: services.collect(),
        budget: None,
        assumptions: Vec::new(),
        deployment: stipule_ir::deployment::Deployment::default(),
        name,
        docs,
        span,
    }
}
