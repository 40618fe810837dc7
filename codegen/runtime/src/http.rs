//! HTTP without a server: operations, calls, answers and problems, over the types of the `http` crate.

mod accept;
mod call;
mod operation;
mod parameter;
mod pieces;
mod problem;
mod query;
mod raw;
mod read;
mod read_body;
mod read_styled;
mod response;
mod route;

pub use call::Call;
pub use operation::{BODY_LIMIT, Idempotency, Keep, Operation};
pub use parameter::{Form, In, Style};
pub use problem::{Problem, Violation};
pub use raw::Raw;
pub use read::Reader;
pub use response::{
    Answer, Refused, Response, bytes, declared_problem, empty, header, json, json_as, styled_header, text,
};
pub use route::{Found, Handler, Route, Router, Twice};

pub(crate) use accept::{accepts, is_of, media_type};
