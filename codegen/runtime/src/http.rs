//! HTTP without a server: operations, calls, answers and problems, over the types of the `http` crate.

mod accept;
mod call;
mod operation;
mod parameter;
mod percent;
mod problem;
mod query;
mod read;
mod response;
mod route;

pub use call::Call;
pub use operation::{BODY_LIMIT, Idempotency, Operation};
pub use parameter::{Form, In, Style};
pub use problem::{Problem, Violation};
pub use read::Reader;
pub use response::{Answer, Refused, Response, declared_problem, empty, header, json};
pub use route::{Found, Handler, Route, Router, Twice};

pub(crate) use accept::{accepts, media_type};
