//! Random tables, judged by the rules and played on the real store against a plain model.
//!
//! A [`draw`]n contract is text: it goes through the front and the rules as any other. When the rules pass it, [`play`]
//! writes and reads at random through the runtime and the store of the local platform, and everything must be as in the
//! [`model`], which knows values and no keys. When a rule finds a fault, [`replay`] does what its counterexample says and
//! must see it happen. [`act`] has mutants, mistakes of the kind that libraries make, which the play must find.
//!
//! ```text
//! cargo run --release -p table-tests -- --tables 10000 --seed 1
//! ```

pub mod act;
pub mod draw;
pub mod judge;
pub mod model;
pub mod play;
pub mod random;
pub mod replay;
pub mod tally;
pub mod value;
pub mod world;
