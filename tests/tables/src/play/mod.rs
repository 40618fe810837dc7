//! Random writes and reads, on the store and on the model; they must agree in everything.

mod arguments;
mod compare;

use std::fmt;

use stipule_runtime::store::Get;

use crate::act::{Actor, Mutant, Refused, Stored};
use crate::draw::Sheet;
use crate::model::{Identity, Model};
use crate::random::Random;
use crate::value::shown;
use crate::world::World;

/// Where store and model differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What was seen.
    pub what: String,
}

impl Disagreement {
    fn new(what: impl fmt::Display) -> Self {
        Self { what: what.to_string() }
    }
}

/// How much was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Writes that happened.
    pub written: usize,
    /// Writes that both refused.
    pub denied: usize,
    /// Reads.
    pub read: usize,
    /// Rows that reads found.
    pub found: usize,
}

/// Whose data: one tenant's name begins another's, and one looks like a key.
const TENANTS: [&str; 3] = ["t", "t#A", "u"];

/// One game.
pub struct Play<'w> {
    world: &'w World,
    sheet: &'w Sheet,
    actor: Actor<'w>,
    model: Model,
    random: Random,
    done: Done,
}

impl<'w> Play<'w> {
    /// A game over an empty table.
    pub fn new(world: &'w World, sheet: &'w Sheet, mutant: Option<Mutant>, seed: u64) -> Self {
        let actor = Actor { world, mutant };
        let (model, random) = (Model::default(), Random::new(seed));
        Self { world, sheet, actor, model, random, done: Done::default() }
    }

    /// Plays so many writes, with reads between them, and looks at every item in the end.
    ///
    /// # Errors
    /// The first [`Disagreement`].
    pub async fn run(mut self, writes: usize) -> Result<Done, Disagreement> {
        for number in 0..writes {
            self.write().await?;
            if number % 3 == 2 {
                self.read().await?;
            }
        }
        for read in 0..self.world.table().reads.len() {
            for tenant in TENANTS {
                if let Some(asked) = self.asked(tenant, read) {
                    self.compare(tenant, &asked).await?;
                }
            }
        }
        self.look().await?;
        Ok(self.done)
    }

    async fn write(&mut self) -> Result<(), Disagreement> {
        let writes = &self.world.table().writes;
        let Some(write) = self.random.pick(writes) else { return Ok(()) };
        let tenant = self.random.one(&TENANTS);
        let Some(step) = self.step(tenant, &write.operations) else { return Ok(()) };
        let expected = self.model.write(self.world, tenant, &step);
        let outcome = self.actor.write(tenant, &step).await;
        match (&expected, &outcome) {
            (Ok(()), Ok(())) => self.done.written += 1,
            (Err(_), Err(Refused::Condition | Refused::Taken)) => self.done.denied += 1,
            _ => {
                let acts: Vec<String> = step.iter().map(|act| act.shown(self.world)).collect();
                return Err(Disagreement::new(format_args!(
                    "`{}` for {tenant}: the store says {outcome:?}, the model {expected:?}: {}",
                    write.name,
                    acts.join("; ")
                )));
            }
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), Disagreement> {
        let tenant = self.random.one(&TENANTS);
        let read = self.random.below(self.world.table().reads.len());
        match self.asked(tenant, read) {
            Some(asked) => self.compare(tenant, &asked).await,
            None => Ok(()),
        }
    }

    /// Looks at every item: it is what its row says, keys in indexes included.
    async fn look(&mut self) -> Result<(), Disagreement> {
        let right = Actor::new(self.world);
        let rows: Vec<(Identity, Stored)> =
            self.model.all().map(|(which, stored)| (which.clone(), stored.clone())).collect();
        for (which, stored) in rows {
            let key = self.actor.primary_key(&which.tenant, which.entity, &stored.row);
            let item = self.world.ports().store.get(Get { key, consistent: true }).await;
            let item = item.map_err(Disagreement::new)?;
            // A mutant's keys are its own.
            let judge = if self.actor.mutant.is_some() { self.actor } else { right };
            if item.as_ref() != Some(&judge.item(&which.tenant, which.entity, &stored)) {
                return Err(Disagreement::new(format_args!(
                    "an item isn't what its row says: {}",
                    shown(self.world, which.entity, &stored.row)
                )));
            }
        }
        Ok(())
    }
}
