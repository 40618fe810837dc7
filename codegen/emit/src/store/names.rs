//! Names of the types that a store defines beside its entities.

use std::collections::BTreeSet;

use super::imports;
use super::scene::Scene;

/// Type names, each given once and none that generated files import.
pub(super) struct Names {
    taken: BTreeSet<String>,
    given: Vec<String>,
}

impl Names {
    pub(super) fn new(scene: &Scene<'_>) -> Self {
        let imported = imports::types().map(str::to_owned);
        Self { taken: imported.chain([scene.client()]).collect(), given: Vec::new() }
    }

    /// The name, or with a number behind it.
    pub(super) fn give(&mut self, name: &str) -> String {
        let mut chosen = name.to_owned();
        let mut number = 1;
        while !self.taken.insert(chosen.clone()) {
            number += 1;
            chosen = format!("{name}{number}");
        }
        self.given.push(chosen.clone());
        chosen
    }

    /// Nothing came to be called so.
    pub(super) fn unused(&mut self, name: &str) {
        self.given.retain(|given| given != name);
    }

    /// The names given since the last time.
    pub(super) fn take_given(&mut self) -> Vec<String> {
        std::mem::take(&mut self.given)
    }
}
