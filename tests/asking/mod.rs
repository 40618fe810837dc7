//! What one tenant is answered about another, of any platform whose contract is known.

mod ask;
mod held;
pub mod strangers;

pub use ask::{Ask, asks_of};
pub use held::Held;
