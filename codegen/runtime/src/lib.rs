//! What generated code stands on: the behaviour that doesn't vary from contract to contract.
//!
//! - [`item`], [`key`], [`store`]: the table, its keys and the port to it
//! - [`mod@write`], [`page`], [`stored`]: one transaction per cause, pages of reads, versions
//! - [`batch`], [`stream`]: many items, each for itself; changes of items
//! - [`entity`], [`field`], [`change`], [`lock`], [`expiry`]: what generated stores are made of
//! - [`migrate`]: items from before get the keys that were added since
//! - [`http`]: operations, calls with every violation at once, problem documents
//! - [`event`], [`subscription`]: envelopes and their consumers
//! - [`saga`]: steps that services take one after the other
//! - [`socket`]: what open sockets may listen to
//! - [`webhook`]: messages of others, signed over their bytes
//! - [`app`]: all of it behind a function each for calls, events, steps of sagas and listeners
//! - [`context`], [`ports`], [`failure`]: what a handler knows, reaches and may fail with
//! - `auth` (feature): strict verification of bearer tokens
//!
//! No executor, no clock, no randomness and no I/O of its own: those are [`ports`].

pub mod app;
#[cfg(feature = "auth")]
pub mod auth;
pub mod batch;
pub mod change;
pub mod context;
mod demand;
pub mod entity;
pub mod event;
pub mod expiry;
pub mod failure;
pub mod field;
pub mod http;
mod id;
pub mod idempotency;
pub mod item;
pub mod key;
pub mod lock;
pub mod migrate;
pub mod mutant;
pub mod page;
pub mod platform;
pub mod ports;
pub mod saga;
mod seal;
pub mod seen;
pub mod socket;
pub mod store;
pub mod stored;
pub mod stream;
pub mod subscription;
pub mod webhook;
pub mod write;

pub use stipule_wire as wire;

pub use crate::app::{App, Caller};
pub use crate::batch::Batched;
pub use crate::context::{Cause, Context, Principal, Trace};
pub use crate::event::{Envelope, Received};
pub use crate::failure::{Failed, StoreFailure};
pub use crate::http::{Answer, Call, Operation, Problem, Reader, Refused, Response, Route};
pub use crate::item::{Attr, Item};
pub use crate::key::{KeyBuf, Segment};
pub use crate::page::{CursorKey, PageRequest, Paged};
pub use crate::ports::{Clock, Ids, Ports};
pub use crate::saga::{Saga, SagaStart, SagaStep, StepFailure, StepTask, Token, Workflows};
pub use crate::socket::{Sockets, Topic, TopicName};
pub use crate::store::{
    Action, BatchAction, BatchGet, BatchGot, Cancellation, Expression, Get, IndexSchema, KeyAttribute,
    NativeIndex, PrimaryKey, Projection, Query, QueryPage, Scan, Sort, Store, StoreError, TableSchema,
    TransactError, Transaction,
};
pub use crate::stored::Stored;
pub use crate::subscription::{Delivery, Failure, Gap, Subscription};
pub use crate::write::Write;
