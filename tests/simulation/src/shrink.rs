//! The smallest plan that still breaks a promise.

use crate::plan::Plan;
use crate::world::run;

/// Leaves out faults, halves first, then one by one, as long as a promise is still broken.
pub fn shrink(plan: &Plan) -> Plan {
    shrink_while(plan, |plan| !run(plan).violations.is_empty())
}

fn shrink_while(plan: &Plan, is_broken: impl Fn(&Plan) -> bool) -> Plan {
    let mut smallest = plan.clone();
    let mut size = smallest.strikes.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < smallest.strikes.len() {
            let mut smaller = smallest.clone();
            smaller.strikes.drain(from..(from + size).min(smallest.strikes.len()));
            if is_broken(&smaller) {
                smallest = smaller;
            } else {
                from += size;
            }
        }
        size /= 2;
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_spared_is_left_out() {
        let plan = Plan::of(7);
        let (first, last) = (plan.strikes[1], plan.strikes[plan.strikes.len() - 1]);
        let both = |plan: &Plan| plan.strikes.contains(&first) && plan.strikes.contains(&last);
        assert_eq!(shrink_while(&plan, both).strikes, [first, last]);
        assert_eq!(
            shrink_while(&plan, |_| false),
            plan,
            "nothing can be spared of what isn't broken without it"
        );
    }
}
