//! What is stored stays findable: key templates change only with a migration.

mod differ;
mod readable;
mod template;
mod useful;

pub use differ::{Difference, What, differences};
pub use template::{Template, is_kept, released, unique};

pub(crate) use differ::RULE;
pub(crate) use readable::RULE as READABLE;
pub(crate) use useful::RULE as USEFUL;
