//! Which folder belongs to which language, and files that belong to none.

use stipule_ir::{Diagnostic, Diagnostics, Span};

use crate::documents::{Documents, folder_of};
use crate::event::HEADER;
use crate::suggest;

/// OpenAPI documents.
pub(crate) const HTTP: &str = "http";
/// Events.
pub(crate) const EVENTS: &str = "events";
/// Who consumes what.
pub(crate) const SUBSCRIPTIONS: &str = "events/subscriptions";
/// Tables.
pub(crate) const TABLES: &str = "tables";
/// Sagas.
pub(crate) const WORKFLOWS: &str = "workflows";
/// What sockets may listen to.
pub(crate) const SOCKETS: &str = "sockets";
/// Shared types, in any folder below.
pub(crate) const TYPES: &str = "types";

/// What the review of changes is told.
pub(crate) const REVIEW: &str = "review";

const KNOWN: [&str; 8] = [HTTP, EVENTS, SUBSCRIPTIONS, TABLES, WORKFLOWS, SOCKETS, TYPES, REVIEW];

/// Whether a path is among the shared types.
pub(crate) fn is_shared_type(path: &str) -> bool {
    let folder = folder_of(path);
    folder == TYPES || folder.starts_with("types/")
}

/// `SYN012`: a file where nothing reads it.
pub(crate) fn check(documents: &Documents<'_>, diagnostics: &mut Diagnostics) {
    for (file, path, root) in documents.iter() {
        let folder = folder_of(path);
        if let Some(header) = root.entry(HEADER).filter(|_| folder != EVENTS) {
            let message = format!("nothing reads `{HEADER}` here");
            let fault = Diagnostic::error("SYN012", &header.key.span, message);
            diagnostics.push(fault.help("events are files of `contracts/events`"));
        }
        let is_platform = crate::platform::PATHS.contains(&path);
        if is_platform || KNOWN.contains(&folder) || is_shared_type(path) {
            continue;
        }
        let help = suggest::help(folder, &KNOWN);
        let message = format!("nothing reads the file `{path}`");
        let fault = Diagnostic::error("SYN012", &Span::start_of(file), message).help(help);
        diagnostics.push(fault);
    }
}
