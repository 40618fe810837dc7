//! Documents near to those that are known to be valid: of a large schema few that are made by chance are.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::dice::Dice;

/// Valid documents.
pub(crate) struct Known {
    list: Vec<Value>,
    seen: BTreeSet<String>,
    dice: Dice,
}

impl Known {
    /// `seeds`: documents that are worth starting from, valid or not.
    pub(crate) fn new(seeds: &[Value]) -> Self {
        Known { list: seeds.to_vec(), seen: BTreeSet::new(), dice: Dice::new(11) }
    }

    /// Keeps a valid document; false if it is there already.
    pub(crate) fn add(&mut self, document: &Value) -> bool {
        let new = self.seen.insert(document.to_string());
        if new {
            self.list.push(document.clone());
        }
        new
    }

    /// A document made by chance, or a known one with a part of it, or without one of its own.
    pub(crate) fn near(&mut self, made: Value) -> Value {
        if self.list.is_empty() || self.dice.one_in(3) {
            return made;
        }
        let mut document = self.dice.pick(&self.list).clone();
        for _ in 0..=self.dice.below(2) {
            if self.dice.one_in(3) {
                prune(&mut self.dice, &mut document);
            } else {
                graft(&mut self.dice, &mut document, &made);
            }
        }
        document
    }
}

/// Takes a member or an item away, somewhere.
fn prune(dice: &mut Dice, document: &mut Value) {
    match document {
        Value::Object(members) if !members.is_empty() => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names);
            if dice.one_in(2) {
                members.remove(name);
            } else if let Some(member) = members.get_mut(name) {
                prune(dice, member);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = dice.below(items.len());
            if dice.one_in(2) {
                items.remove(index);
            } else {
                prune(dice, &mut items[index]);
            }
        }
        _ => {}
    }
}

/// Puts a part of another document where a part of the same name is, or isn't yet.
fn graft(dice: &mut Dice, document: &mut Value, from: &Value) {
    match (document, from) {
        (Value::Object(members), Value::Object(others)) if !others.is_empty() => {
            let names: Vec<&String> = others.keys().collect();
            let name = *dice.pick(&names);
            match members.get_mut(name) {
                Some(member) if dice.one_in(2) => graft(dice, member, &others[name]),
                _ => {
                    members.insert(name.clone(), others[name].clone());
                }
            }
        }
        (Value::Array(items), Value::Array(others)) if !others.is_empty() => {
            let other = dice.pick(others).clone();
            if items.is_empty() || dice.one_in(2) {
                items.push(other);
            } else {
                let index = dice.below(items.len());
                graft(dice, &mut items[index], &other);
            }
        }
        (document, from) => *document = from.clone(),
    }
}
