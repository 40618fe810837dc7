//! Numbers between bounds, on and off the grids of `multipleOf`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Outcome, Solver};
use crate::decimal::Decimal;
use crate::formula::{Literal, Node};

/// Most points of a grid that are looked at.
const MOST_POINTS: i128 = 5_000;

/// Assertions about a number, in whole units of a power of ten.
#[derive(Debug, Default)]
struct Grid {
    /// The unit is `10^exponent`.
    exponent: i32,
    /// Least value, and whether it is itself excluded.
    low: Option<(i128, bool)>,
    high: Option<(i128, bool)>,
    /// Must be multiples of these.
    on: Vec<i128>,
    /// Must not be multiples of these.
    off: Vec<i128>,
    excluded: BTreeSet<i128>,
}

impl Solver {
    pub(super) fn number(&self, atoms: &[Literal]) -> Outcome {
        // Three more digits leave room between any two bounds.
        let finest = atoms.iter().filter_map(|atom| self.exponent(*atom)).min().unwrap_or(0).min(0);
        let Some(grid) = self.grid(atoms, finest) else { return Outcome::Unknown };
        if !grid.on.is_empty() {
            return grid.on_grid();
        }
        let finer = self.grid(atoms, finest.saturating_sub(3));
        match finer {
            Some(finer) => finer.anywhere(),
            None => Outcome::Unknown,
        }
    }

    fn exponent(&self, atom: Literal) -> Option<i32> {
        match self.arena.node(atom) {
            Node::AtLeast { bound, .. } | Node::AtMost { bound, .. } => Some(bound.exponent()),
            Node::MultipleOf(divisor) => Some(divisor.exponent()),
            Node::Enum(values) => {
                let numbers = values.iter().filter_map(|id| self.arena.value(*id).as_number());
                numbers.filter_map(Decimal::of).map(Decimal::exponent).min()
            }
            _ => None,
        }
    }

    /// All atoms in units of a power of ten; `None` if one of them doesn't fit the arithmetic.
    fn grid(&self, atoms: &[Literal], exponent: i32) -> Option<Grid> {
        let mut grid = Grid { exponent, ..Grid::default() };
        for atom in atoms {
            let positive = atom.is_positive();
            match self.arena.node(*atom) {
                Node::AtLeast { bound, strict } if positive => grid.above(bound.scaled(exponent)?, *strict),
                Node::AtLeast { bound, strict } => grid.below(bound.scaled(exponent)?, !strict),
                Node::AtMost { bound, strict } if positive => grid.below(bound.scaled(exponent)?, *strict),
                Node::AtMost { bound, strict } => grid.above(bound.scaled(exponent)?, !strict),
                Node::MultipleOf(divisor) if positive => grid.on.push(divisor.scaled(exponent)?),
                Node::MultipleOf(divisor) => grid.off.push(divisor.scaled(exponent)?),
                Node::Integral if positive => grid.on.push(Decimal::ONE.scaled(exponent)?),
                Node::Integral => grid.off.push(Decimal::ONE.scaled(exponent)?),
                Node::Enum(values) => {
                    let numbers = values.iter().filter_map(|id| self.arena.value(*id).as_number());
                    for number in numbers {
                        // A number too large for the grid is none of its points that are looked at.
                        grid.excluded.extend(Decimal::of(number).and_then(|number| number.scaled(exponent)));
                    }
                }
                _ => {}
            }
        }
        Some(grid)
    }
}

impl Grid {
    fn above(&mut self, bound: i128, strict: bool) {
        self.low = self.low.max(Some((bound, strict)));
    }

    fn below(&mut self, bound: i128, strict: bool) {
        let tighter = self.high.is_none_or(|(high, excluded)| (bound, !strict) < (high, !excluded));
        if tighter {
            self.high = Some((bound, strict));
        }
    }

    /// Points are multiples of all of `on`.
    fn on_grid(&self) -> Outcome {
        let Some(step) = self.on.iter().try_fold(1i128, |step, each| lcm(step, *each)) else {
            return Outcome::Unknown;
        };
        let first = self.low.map(|(low, strict)| {
            let first = low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0);
            if strict && first.checked_mul(step) == Some(low) { first + 1 } else { first }
        });
        let last = self.high.map(|(high, strict)| {
            let last = high.div_euclid(step);
            if strict && last.checked_mul(step) == Some(high) { last - 1 } else { last }
        });
        if first.zip(last).is_some_and(|(first, last)| first > last)
            || self.off.iter().any(|off| step % off == 0)
        {
            return Outcome::Empty;
        }
        // From the point nearest to zero, outward.
        let start = 0.max(first.unwrap_or(0)).min(last.unwrap_or(i128::MAX));
        let within = |point: &i128| {
            first.is_none_or(|first| *point >= first) && last.is_none_or(|last| *point <= last)
        };
        let mut lost = false;
        for distance in 0..MOST_POINTS {
            let near = [start.checked_add(distance), start.checked_sub(distance)];
            for point in near.into_iter().flatten().filter(within) {
                let Some(value) = point.checked_mul(step) else {
                    lost = true;
                    continue;
                };
                if self.admits(value) {
                    match self.number(value) {
                        Some(number) => return Outcome::Witness(number),
                        None => lost = true,
                    }
                }
            }
        }
        let count = first.zip(last).and_then(|(first, last)| last.checked_sub(first));
        // Everything was looked at, and nothing was left out for want of a JSON number.
        let all = count.is_some_and(|count| count < MOST_POINTS) && !lost;
        if all { Outcome::Empty } else { Outcome::Unknown }
    }

    /// Any decimal between the bounds.
    fn anywhere(&self) -> Outcome {
        if let (Some((low, low_strict)), Some((high, high_strict))) = (self.low, self.high) {
            if low > high || low == high && (low_strict || high_strict) {
                return Outcome::Empty;
            }
            if low == high {
                let fits = self.admits(low);
                let number = self.number(low);
                return if fits { number.map_or(Outcome::Unknown, Outcome::Witness) } else { Outcome::Empty };
            }
        }
        let unit = 10i128.checked_pow(self.exponent.unsigned_abs()).unwrap_or(1000);
        let mut anchors = vec![0, unit];
        anchors.extend(self.low.map(|(low, _)| low));
        anchors.extend(self.high.map(|(high, _)| high));
        if let (Some((low, _)), Some((high, _))) = (self.low, self.high) {
            anchors.push(low / 2 + high / 2);
            anchors.push(low.div_euclid(unit).saturating_add(1).saturating_mul(unit));
        }
        for distance in 0..MOST_POINTS {
            for pace in [unit, unit / 2, unit / 10, 500, 100, 1] {
                for anchor in &anchors {
                    let away = distance.saturating_mul(pace);
                    for value in [anchor.saturating_add(away), anchor.saturating_sub(away)] {
                        if let Some(number) = Some(value)
                            .filter(|value| self.admits(*value))
                            .and_then(|value| self.number(value))
                        {
                            return Outcome::Witness(number);
                        }
                    }
                }
            }
        }
        Outcome::Unknown
    }

    fn admits(&self, value: i128) -> bool {
        let above = self.low.is_none_or(|(low, strict)| if strict { value > low } else { value >= low });
        let below = self.high.is_none_or(|(high, strict)| if strict { value < high } else { value <= high });
        above
            && below
            && self.on.iter().all(|on| value % on == 0)
            && self.off.iter().all(|off| value % off != 0)
            && !self.excluded.contains(&value)
    }

    fn number(&self, value: i128) -> Option<Value> {
        Decimal::new(value, self.exponent).to_number().map(Value::Number)
    }
}

fn lcm(one: i128, two: i128) -> Option<i128> {
    let (mut a, mut b) = (one, two);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (one / a).checked_mul(two)
}
