//! The algebra of keys: what segments may read, which keys two templates have in common, how long a key can get.
//!
//! Everything here is exact or says that it isn't: a pattern that is too large, a format that only a parser knows, give
//! «unknown», never a wrong answer.

mod integers;
mod longest;
mod numbers;
mod pattern;
mod scene;
mod set;
mod shard;

mod unify;

pub(super) use longest::{Longest, escaped_len, most_bytes};
pub(super) use pattern::{Pattern, platform_rows};
pub(super) use scene::{Keys, key_in};
pub(super) use set::{Set, literal};
pub(super) use unify::Meeting;
