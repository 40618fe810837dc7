//! The typed contract model: values with all references resolved.
//!
//! No YAML, no tokens, no I/O. Made by `stipule-front`, judged by `stipule-rules`, written out by `stipule-emit`.

pub mod assumption;
pub mod deployment;
pub mod diagnostic;
pub mod event;
mod fit;
pub mod name;
pub mod personal;
pub mod platform;
pub mod security;
pub mod service;
pub mod socket;
pub mod sources;
pub mod span;
pub mod suggest;
pub mod table;
pub mod types;
pub mod witness;
pub mod workflow;

pub use diagnostic::{Diagnostic, Diagnostics, Label, Page, Severity};
pub use event::{Event, EventId, Subscription};
pub use name::Name;
pub use platform::Platform;
pub use service::{Operation, Scheme, Service};
pub use socket::Socket;
pub use sources::{LineColumn, Source, Sources};
pub use span::{FileId, Span, Spanned};
pub use table::Table;
pub use types::{Type, TypeId, TypeKind, TypeTable};
pub use witness::{Example, Witness};
pub use workflow::Workflow;

/// A whole contract repository.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What it is put together to.
    pub platform: Platform,
    /// Every type.
    pub types: TypeTable,
    /// Services with HTTP operations, in the order of the platform.
    pub services: Vec<Service>,
    /// Events by name and version.
    pub events: Vec<Event>,
    /// How callers show who they are, for all services.
    pub schemes: Vec<Scheme>,
    /// Who consumes what.
    pub subscriptions: Vec<Subscription>,
    /// Tables. One today: the generated store and the platform's own rows share it.
    pub tables: Vec<Table>,
    /// Sagas, in the order of their paths.
    pub workflows: Vec<Workflow>,
    /// What sockets may listen to, in the order of the paths.
    pub sockets: Vec<Socket>,
    /// Paths of the files it was made from, in order: for the header of generated files.
    pub files: Vec<String>,
}

impl Contract {
    /// The event with this id.
    ///
    /// # Panics
    /// When the id comes from another contract.
    pub fn event(&self, id: EventId) -> &Event {
        &self.events[id.0 as usize]
    }
}
