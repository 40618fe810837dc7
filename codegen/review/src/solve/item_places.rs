//! Which item answers which demand, how often something may occur, and items that differ or repeat.

use serde_json::Value;

use super::array::Items;
use super::{Outcome, Solver};
use crate::formula::Literal;

/// Something that some item must satisfy.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    /// Least index of the item.
    pub(super) from: usize,
    pub(super) schema: Literal,
    pub(super) duty: Duty,
}

/// Whether one item may answer several demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// It may.
    Alone,
    /// Not two of those that count the same.
    Count(Literal),
}

/// The items of an array of fixed length: what each must satisfy, and what it counts for.
#[derive(Clone, Debug)]
pub(super) struct Places<'i> {
    pub(super) items: &'i Items,
    pub(super) slots: Vec<(Vec<Literal>, Vec<Literal>)>,
}

/// Most items of which all values that tell them apart are compared.
const MOST_COMPARED: usize = 12;

impl Solver {
    /// Finds an item for each demand from the `next` on.
    pub(super) fn assign(&mut self, places: &mut Places<'_>, next: usize) -> Outcome {
        let Some(demand) = places.items.demands.get(next) else { return self.limited(places) };
        if !self.step() {
            return Outcome::Unknown;
        }
        let mut unknown = false;
        let mut tried: Vec<(Vec<Literal>, Vec<Literal>)> = Vec::new();
        for index in demand.from..places.slots.len() {
            let slot = places.slots[index].clone();
            // An item like one that was tried makes no difference.
            if tried.contains(&slot) {
                continue;
            }
            tried.push(slot.clone());
            if let Duty::Count(counted) = demand.duty {
                if slot.1.contains(&counted) {
                    continue;
                }
                places.slots[index].1.push(counted);
            }
            places.slots[index].0.push(demand.schema);
            places.slots[index].0.sort_unstable();
            let outcome = match self.goal(places.slots[index].0.clone()) {
                Outcome::Witness(_) => self.assign(places, next + 1),
                other => other,
            };
            places.slots[index] = slot;
            match outcome {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Keeps the number of items that satisfy something within its limit.
    fn limited(&mut self, places: &Places<'_>) -> Outcome {
        let mut goals: Vec<Vec<Literal>> =
            places.slots.iter().map(|(literals, _)| literals.clone()).collect();
        let mut unsure = places.items.at_most.len() > 1;
        for (most, schema) in &places.items.at_most {
            let assigned = goals.iter().filter(|goal| goal.contains(schema)).count() as u64;
            if assigned > *most {
                return Outcome::Empty;
            }
            let mut count = 0;
            for goal in &mut goals {
                let mut without = goal.clone();
                without.push(!*schema);
                without.sort_unstable();
                match self.goal(without.clone()) {
                    Outcome::Witness(_) => *goal = without,
                    Outcome::Empty => count += 1,
                    Outcome::Unknown => {
                        unsure = true;
                        count += 1;
                    }
                }
            }
            if count > *most {
                return if unsure { Outcome::Unknown } else { Outcome::Empty };
            }
        }
        let outcome = self.compared(places.items, goals);
        // With limits an item may have been kept from what another needed it for.
        let entangled = unsure || !places.items.at_most.is_empty() && places.items.unique;
        if outcome == Outcome::Empty && entangled { Outcome::Unknown } else { outcome }
    }

    /// Items that differ, or two that don't.
    fn compared(&mut self, items: &Items, goals: Vec<Vec<Literal>>) -> Outcome {
        if items.unique {
            // Two equal items among different ones: a contradiction that is seen earlier.
            return self.distinct(&goals);
        }
        if !items.duplicate {
            return self.each(goals);
        }
        let mut unknown = false;
        let mut tried: Vec<(&Vec<Literal>, &Vec<Literal>)> = Vec::new();
        for (first, one) in goals.iter().enumerate() {
            for (second, two) in goals.iter().enumerate().skip(first + 1) {
                if tried.contains(&(one, two)) {
                    continue;
                }
                tried.push((one, two));
                let both: Vec<Literal> = one.iter().chain(two).copied().collect();
                match self.goal(both) {
                    Outcome::Witness(value) => match self.each(goals.clone()) {
                        Outcome::Witness(Value::Array(mut values)) => {
                            values[first] = value.clone();
                            values[second] = value;
                            return Outcome::Witness(Value::Array(values));
                        }
                        other => return other,
                    },
                    Outcome::Empty => {}
                    Outcome::Unknown => unknown = true,
                }
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// A value for each goal, no two alike.
    fn distinct(&mut self, goals: &[Vec<Literal>]) -> Outcome {
        let alike = goals.windows(2).all(|pair| pair[0] == pair[1]);
        if alike && !goals.is_empty() {
            let (values, complete) = self.several(&goals[0], goals.len());
            return match (values.len() == goals.len(), complete) {
                (true, _) => Outcome::Witness(Value::Array(values)),
                (false, true) => Outcome::Empty,
                (false, false) => Outcome::Unknown,
            };
        }
        if goals.len() > MOST_COMPARED {
            return Outcome::Unknown;
        }
        let mut all_complete = true;
        let mut choices = Vec::new();
        for goal in goals {
            let (values, complete) = self.several(goal, goals.len());
            all_complete &= complete || values.len() == goals.len();
            choices.push(values);
        }
        match matching(&choices) {
            Some(values) => Outcome::Witness(Value::Array(values)),
            None if all_complete => Outcome::Empty,
            None => Outcome::Unknown,
        }
    }

    /// Up to so many different values of a goal, and whether these are all.
    fn several(&mut self, goal: &[Literal], count: usize) -> (Vec<Value>, bool) {
        let mut values = Vec::new();
        while values.len() < count {
            let mut next = goal.to_vec();
            if !values.is_empty() {
                next.push(!self.arena.values(&values));
            }
            match self.goal(next) {
                Outcome::Witness(value) => values.push(value),
                Outcome::Empty => return (values, true),
                Outcome::Unknown => return (values, false),
            }
        }
        (values, false)
    }
}

/// One choice for each, no two alike, if that is possible.
fn matching(choices: &[Vec<Value>]) -> Option<Vec<Value>> {
    let mut texts: Vec<String> = Vec::new();
    let mut numbered: Vec<Vec<usize>> = Vec::new();
    for values in choices {
        let mut numbers = Vec::new();
        for value in values {
            let text = crate::value::canonical(value);
            let number = texts.iter().position(|known| *known == text).unwrap_or_else(|| {
                texts.push(text);
                texts.len() - 1
            });
            numbers.push(number);
        }
        numbered.push(numbers);
    }
    let mut taken_by = vec![None; texts.len()];
    for index in 0..choices.len() {
        if !place(index, &numbered, &mut taken_by, &mut vec![false; texts.len()]) {
            return None;
        }
    }
    let value = |index: usize| {
        let at = numbered[index].iter().position(|number| taken_by[*number] == Some(index))?;
        Some(choices[index][at].clone())
    };
    (0..choices.len()).map(value).collect()
}

/// Finds a value for one item, moving others to their other choices.
fn place(
    index: usize,
    numbered: &[Vec<usize>],
    taken_by: &mut [Option<usize>],
    visited: &mut [bool],
) -> bool {
    for number in &numbered[index] {
        if std::mem::replace(&mut visited[*number], true) {
            continue;
        }
        let free = match taken_by[*number] {
            None => true,
            Some(other) => place(other, numbered, taken_by, visited),
        };
        if free {
            taken_by[*number] = Some(index);
            return true;
        }
    }
    false
}
