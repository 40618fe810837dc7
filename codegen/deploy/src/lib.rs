//! Stacks brought to an account, by the APIs of CloudFormation and S3 alone: no SDK, so that the tool stays small.
//!
//! A [`Deployment`] plans, applies, tells how things stand, and goes back. Everything that it says of progress goes
//! through a closure; nothing prints a key.

mod apply;
pub mod call;
mod change;
mod deployment;
mod formation;
mod plan;
mod release;
mod status;
mod storage;
mod template;
mod xml;

pub use apply::{Applied, Ended, Failed};
pub use call::Settings;
pub use call::fault::{Fault, Refusal};
pub use change::{Change, Deed, holds};
pub use deployment::{Archive, Deployment, Wish};
pub use plan::{Plan, Planned, Verdict};
pub use release::{Release, Released};
pub use status::{Alias, Standing, Status};
pub use template::Template;
