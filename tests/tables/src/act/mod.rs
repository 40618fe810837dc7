//! What generated code does with a table, done from the model of the contract: keys, items, writes, reads.
//!
//! Keys are made by the runtime's own functions, transactions and pages by its own `Write` and `page`. A [`Mutant`]
//! makes one of these steps wrong, as a careless library would.

mod item;
mod key;
mod mutant;
mod page;
mod read;
mod write;

pub use item::Stored;
pub use mutant::{MUTANTS, Mutant};
pub(crate) use read::selected;
pub use read::{Asked, Found, Range};
pub use write::{Act, Edits, Refused, Step};
pub(crate) use write::{key_fields, unique_values};

use crate::world::World;

/// Acts on a table, correctly but for a mutant.
#[derive(Clone, Copy)]
pub struct Actor<'w> {
    /// The table.
    pub world: &'w World,
    /// What is done wrong.
    pub mutant: Option<Mutant>,
}

impl<'w> Actor<'w> {
    /// One that does everything right.
    pub fn new(world: &'w World) -> Self {
        Self { world, mutant: None }
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}
