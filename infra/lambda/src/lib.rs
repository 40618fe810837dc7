//! What runs inside a Lambda function: the loop of the Runtime API, and each kind of event as the runtime takes it. It
//! knows no shop and no SDK.
//!
//! ```text
//! Runtime API ──next──▶ serve ──_HANDLER──▶ api         proxy event ──▶ App::handle
//!      ▲                                    authorizer  token ──▶ policy and context
//!      └────────answer────────────────────  events      batch of a queue, or one event ──▶ App::deliver
//!                                           steps       task of a state machine ──▶ App::perform
//!                                           starter     batch of a queue ──▶ Workflows::start
//!                                           publisher   records of the stream ──▶ Bus, then the outbox is cleared
//!                                           sweeper     what the publisher left behind
//!                                           sockets     routes of sockets, tickets ──▶ rows, and Connections
//!                                           before, after   a new version is tried ──▶ Releases
//! ```
//!
//! One binary is every function of a platform: `_HANDLER` says which. Source of the protocol: "Using the Lambda runtime API
//! for custom runtimes" of the Lambda developer guide.

mod api;
mod authorizer;
mod function;
mod names;
mod outbox;
mod queue;
mod record;
mod release;
mod runtime_api;
mod serve;
mod sockets;
pub mod system;
mod text;
mod trial;

pub use function::{Fault, Function, Unknown, Work};
pub use names::queue_of;
pub use outbox::{Bus, BusError, Entry, Ordered};
pub use release::{ReleaseError, Releases};
pub use serve::{Ended, Served, serve};
