//! The stages of loading, each over all files of its language.

use std::collections::BTreeMap;

use stipule_ir::types::Scalar;
use stipule_ir::{
    Contract, Diagnostic, Diagnostics, Event, FileId, Platform, Scheme, Service, Socket, Sources, Span,
    Subscription, Table, Type, TypeId, TypeKind, TypeTable, Workflow,
};

use crate::documents::Documents;
use crate::event::{self, Header, subscription};
use crate::folder;
use crate::json_schema::{self, Lowering};
use crate::openapi::{self, Draft};
use crate::saga;
use crate::socket;
use crate::table::{self, Surroundings};

/// The platform; `None` when it is missing or at fault.
pub(crate) fn platform(
    sources: &Sources,
    documents: &Documents<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Platform> {
    let mut files = crate::platform::PATHS.iter().filter_map(|path| sources.find(path));
    let Some(file) = files.next() else {
        // Without any file there is no place to point at; any file will do, as the message names the one missing.
        diagnostics.push(crate::platform::missing(&Span::start_of(FileId(0))));
        return None;
    };
    for second in files {
        let message = "the platform is described in two files";
        let fault = Diagnostic::error("SYN012", &Span::start_of(second), message);
        diagnostics.push(fault.related(&Span::start_of(file), "this one is read"));
    }
    crate::platform::lower(documents.root(file)?, diagnostics)
}

/// Faults of what the review of changes is told; it is read again when there is a review.
pub(crate) fn review(documents: &Documents<'_>, diagnostics: &mut Diagnostics) {
    for (file, path, root) in documents.within(folder::REVIEW) {
        match json_schema::stem(path) {
            "policy" => drop(crate::review::policy::read(root, diagnostics)),
            "acknowledgements" => drop(crate::review::acknowledgements::read(root, diagnostics)),
            "consumers" => drop(crate::review::consumers::read(root, diagnostics)),
            other => {
                let message = format!("nothing reads the file `{path}`");
                let help = crate::suggest::help(other, &["policy", "acknowledgements", "consumers"]);
                diagnostics.push(Diagnostic::error("SYN012", &Span::start_of(file), message).help(help));
            }
        }
    }
}

/// Uses of what isn't there, by consumers that say what they use.
pub(crate) fn consumers(documents: &Documents<'_>, contract: &Contract, diagnostics: &mut Diagnostics) {
    for (_, path, root) in documents.within(folder::REVIEW) {
        if json_schema::stem(path) == "consumers" {
            // Its own faults are known.
            let consumers = crate::review::consumers::read(root, &mut Diagnostics::new());
            crate::review::consumers::check(&consumers, contract, diagnostics);
        }
    }
}

/// Every shared type, and every named schema of the documents of HTTP and of sockets, whether something refers to it or not.
pub(crate) fn shared_types(documents: &Documents<'_>, lowering: &mut Lowering<'_>) {
    for (file, path, root) in documents.iter() {
        if folder::is_shared_type(path) {
            if json_schema::is_schema(root) {
                lowering.file(file);
            }
            lowering.definitions(file);
        } else if [folder::HTTP, folder::SOCKETS].contains(&crate::documents::folder_of(path)) {
            lowering.definitions(file);
        }
    }
}

/// HTTP documents, in the order of their paths.
pub(crate) fn services<'d>(
    documents: &'d Documents<'d>,
    platform: Option<&Platform>,
    lowering: &mut Lowering<'d>,
    schemes: &mut Vec<Scheme>,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    documents
        .within(folder::HTTP)
        .filter_map(|(_, _, root)| openapi::lower(documents, root, platform, lowering, schemes, diagnostics))
        .collect()
}

/// Services with everything checked, in the order of the platform.
pub(crate) fn completed(
    drafts: Vec<Draft>,
    platform: Option<&Platform>,
    types: &TypeTable,
    events: &[Event],
    diagnostics: &mut Diagnostics,
) -> Vec<Service> {
    let mut services: Vec<Service> =
        drafts.into_iter().map(|draft| draft.complete(types, events, diagnostics)).collect();
    openapi::find_repeated(&services, diagnostics);
    if let Some(platform) = platform {
        services.sort_by_key(|service| {
            platform.services.iter().position(|known| known.name.value.wire == service.name.wire)
        });
    }
    services
}

/// The headers of all events with the types of their payloads, which are not complete yet.
pub(crate) fn event_headers(
    documents: &Documents<'_>,
    lowering: &mut Lowering<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(Header, TypeId)> {
    documents
        .within(folder::EVENTS)
        .filter_map(|(file, _, root)| {
            let header = Header::read(root, diagnostics);
            let payload = lowering.file(file);
            header.zip(payload)
        })
        .collect()
}

/// Events, in the order of their paths.
pub(crate) fn events(
    headers: Vec<(Header, TypeId)>,
    types: &TypeTable,
    diagnostics: &mut Diagnostics,
) -> Vec<Event> {
    let events: Vec<Event> = headers
        .into_iter()
        .filter_map(|(header, payload)| header.join(payload, types, diagnostics))
        .collect();
    event::find_repeated(&events, diagnostics);
    events
}

/// Who consumes what.
pub(crate) fn subscriptions(
    documents: &Documents<'_>,
    platform: Option<&Platform>,
    events: &[Event],
    diagnostics: &mut Diagnostics,
) -> Vec<Subscription> {
    let services = platform.map(|platform| platform.services.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for (_, _, root) in documents.within(folder::SUBSCRIPTIONS) {
        subscription::lower(root, subscription::Known { events, services }, &mut found, diagnostics);
    }
    found
}

/// The types of the entities of every table, by file and entity.
pub(crate) fn table_schemas(
    documents: &Documents<'_>,
    lowering: &mut Lowering<'_>,
) -> BTreeMap<FileId, BTreeMap<String, TypeId>> {
    documents
        .within(folder::TABLES)
        .map(|(file, _, root)| {
            let schemas = table::schemas(root)
                .into_iter()
                .filter_map(|(entity, schema)| Some((entity, lowering.reference(&schema)?)))
                .collect();
            (file, schemas)
        })
        .collect()
}

/// Tables, in the order of their paths. There may be one.
pub(crate) fn tables(
    sources: &Sources,
    documents: &Documents<'_>,
    platform: Option<&Platform>,
    types: &TypeTable,
    events: &[Event],
    schemas: &BTreeMap<FileId, BTreeMap<String, TypeId>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Table> {
    let services = platform.map(|platform| platform.services.as_slice()).unwrap_or_default();
    let none = BTreeMap::new();
    let mut first: Option<FileId> = None;
    let mut tables: Vec<Table> = Vec::new();
    for (file, path, root) in documents.within(folder::TABLES) {
        let stem = json_schema::stem(path);
        if stem.ends_with(".lock") {
            continue;
        }
        let Some(name) = stem.strip_suffix(".table") else {
            let message = "the name of a table's file must end in `.table.yaml`";
            let help = format!("rename it: `{stem}.table.yaml`");
            diagnostics.push(Diagnostic::error("SYN012", &Span::start_of(file), message).help(help));
            continue;
        };
        if let Some(first) = first {
            let message = "a second table is not supported yet";
            let fault = Diagnostic::error("SYN012", &Span::start_of(file), message);
            diagnostics.push(fault.related(&Span::start_of(first), "the first table"));
        }
        first = first.or(Some(file));
        let schemas = schemas.get(&file).unwrap_or(&none);
        let around = Surroundings { sources, types, events, services, schemas };
        tables.extend(table::lower(name, root, &around, diagnostics));
    }
    locks(sources, documents, &mut tables, diagnostics);
    tables
}

/// Released templates, each to its table.
fn locks(sources: &Sources, documents: &Documents<'_>, tables: &mut [Table], diagnostics: &mut Diagnostics) {
    for (file, path, root) in documents.within(folder::TABLES) {
        let Some(name) = json_schema::stem(path).strip_suffix(".lock") else { continue };
        let lock = table::lock::read(root, diagnostics);
        // A table that couldn't be read is there all the same.
        let is_there =
            |ending: &&str| sources.find(&format!("contracts/tables/{name}.table.{ending}")).is_some();
        if let Some(table) = tables.iter_mut().find(|table| table.name.wire == name) {
            table.lock = lock;
        } else if !["yaml", "yml", "json"].iter().any(is_there) {
            let message = format!("there is no table `{name}.table.yaml` beside this lock");
            let help = "it holds key templates as released; rename it with the table";
            diagnostics.push(Diagnostic::error("SYN012", &Span::start_of(file), message).help(help));
        }
    }
}

/// The types that the steps of every saga take and give, by file and by what they are for.
pub(crate) fn saga_schemas(
    documents: &Documents<'_>,
    lowering: &mut Lowering<'_>,
) -> BTreeMap<FileId, BTreeMap<String, TypeId>> {
    documents
        .within(folder::WORKFLOWS)
        .map(|(file, _, root)| {
            let schemas = saga::schemas(root).into_iter();
            let types = schemas.filter_map(|(what, schema)| Some((what, lowering.reference(&schema)?)));
            (file, types.collect())
        })
        .collect()
}

/// Sagas, in the order of their paths.
pub(crate) fn sagas(
    documents: &Documents<'_>,
    platform: Option<&Platform>,
    types: &mut TypeTable,
    events: &[Event],
    schemas: &BTreeMap<FileId, BTreeMap<String, TypeId>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Workflow> {
    let none = BTreeMap::new();
    let services = platform.map(|platform| platform.services.as_slice()).unwrap_or_default();
    let mut sagas = Vec::new();
    for (file, path, root) in documents.within(folder::WORKFLOWS) {
        let stem = json_schema::stem(path);
        let Some(name) = stem.strip_suffix(".saga") else {
            let message = "the name of a saga's file must end in `.saga.yaml`";
            let help = format!("rename it: `{stem}.saga.yaml`");
            diagnostics.push(Diagnostic::error("SYN012", &Span::start_of(file), message).help(help));
            continue;
        };
        // What a failure says is text, whether any schema says so or not.
        let kind = TypeKind::Scalar(Scalar::String);
        let text = types.add(Type { declaration: None, kind, span: Span::start_of(file) });
        let schemas = schemas.get(&file).unwrap_or(&none);
        let around = saga::Surroundings { types, text, events, services, schemas };
        sagas.extend(saga::lower(name, root, &around, diagnostics));
    }
    sagas
}

/// The types of the parameters and messages of sockets, by file and by what they are for.
pub(crate) fn socket_schemas(
    documents: &Documents<'_>,
    lowering: &mut Lowering<'_>,
) -> BTreeMap<FileId, BTreeMap<String, TypeId>> {
    documents
        .within(folder::SOCKETS)
        .map(|(file, _, root)| {
            let schemas = socket::schemas(root).into_iter();
            let types = schemas.filter_map(|(what, schema)| Some((what, lowering.reference(&schema)?)));
            (file, types.collect())
        })
        .collect()
}

/// What sockets may listen to, in the order of the paths.
pub(crate) fn sockets(
    documents: &Documents<'_>,
    platform: Option<&Platform>,
    types: &TypeTable,
    schemas: &BTreeMap<FileId, BTreeMap<String, TypeId>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Socket> {
    let none = BTreeMap::new();
    let mut sockets = Vec::new();
    for (file, path, root) in documents.within(folder::SOCKETS) {
        let schemas = schemas.get(&file).unwrap_or(&none);
        let around = socket::Surroundings { types, platform, schemas };
        sockets.extend(socket::lower(json_schema::stem(path), root, &around, diagnostics));
    }
    socket::find_repeated(&sockets, diagnostics);
    sockets
}
