//! Documents drawn from the schemas of contracts, by code that shares nothing with the product.

pub mod bundle;
pub mod documents;
pub mod random;
mod splitmix;

pub use bundle::Bundle;
pub use documents::Documents;
pub use random::Random;
