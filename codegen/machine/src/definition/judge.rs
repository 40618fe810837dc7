//! What must hold between the states of a scope.

use std::collections::BTreeSet;

use super::{Next, Scope, State, Work};
use crate::data::template::escaped;
use crate::fault::Fault;

/// Judges a scope and those inside of it.
pub(super) fn scope(scope: &Scope, pointer: &str, faults: &mut Vec<Fault>) {
    if !scope.states.contains_key(&scope.start) {
        let message = format!("there is no state `{}`", scope.start);
        faults.push(Fault { pointer: format!("{pointer}/StartAt"), message });
        return;
    }
    let mut sound = true;
    for (name, state) in &scope.states {
        let place = format!("{pointer}/States/{}", escaped(name));
        for (field, target) in targets(state) {
            if !scope.states.contains_key(target) {
                sound = false;
                let message = format!("there is no state `{target}` beside this one");
                faults.push(Fault { pointer: format!("{place}/{field}"), message });
            }
        }
        inside(state, &place, faults);
    }
    if sound {
        unreachable(scope, pointer, faults);
        endless(scope, pointer, faults);
    }
}

fn inside(state: &State, place: &str, faults: &mut Vec<Fault>) {
    match &state.work {
        Work::Parallel(branches) => {
            for (at, branch) in branches.iter().enumerate() {
                scope(branch, &format!("{place}/Branches/{at}"), faults);
            }
        }
        Work::Map(map) => scope(&map.scope, &format!("{place}/ItemProcessor"), faults),
        _ => {}
    }
}

/// Where a state may go, with the field that says so.
fn targets(state: &State) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    match (&state.work, &state.next) {
        (Work::Choice { rules, default }, _) => {
            found.extend(
                rules.iter().enumerate().map(|(at, (_, next))| (format!("Choices/{at}/Next"), next.as_str())),
            );
            found.extend(default.iter().map(|next| ("Default".to_owned(), next.as_str())));
        }
        (_, Next::State(next)) => found.push(("Next".to_owned(), next)),
        (_, Next::End) => {}
    }
    found.extend(
        state.catch.iter().enumerate().map(|(at, catch)| (format!("Catch/{at}/Next"), catch.next.as_str())),
    );
    found
}

fn unreachable(scope: &Scope, pointer: &str, faults: &mut Vec<Fault>) {
    let mut reached = BTreeSet::from([scope.start.as_str()]);
    let mut open = vec![scope.start.as_str()];
    while let Some(name) = open.pop() {
        let next = scope.states.get(name).map(targets).unwrap_or_default();
        open.extend(next.into_iter().map(|(_, target)| target).filter(|target| reached.insert(target)));
    }
    for name in scope.states.keys().filter(|name| !reached.contains(name.as_str())) {
        let message = format!("nothing leads to `{name}`");
        faults.push(Fault { pointer: format!("{pointer}/States/{}", escaped(name)), message });
    }
}

/// From each state some way must lead to an end.
fn endless(scope: &Scope, pointer: &str, faults: &mut Vec<Fault>) {
    let is_end = |state: &State| match &state.work {
        Work::Succeed | Work::Fail { .. } => true,
        Work::Choice { default, .. } => default.is_none(),
        _ => state.next == Next::End,
    };
    let mut ending: BTreeSet<&str> =
        scope.states.iter().filter(|(_, state)| is_end(state)).map(|(name, _)| name.as_str()).collect();
    loop {
        let before = ending.len();
        for (name, state) in &scope.states {
            if targets(state).iter().any(|(_, target)| ending.contains(target)) {
                ending.insert(name);
            }
        }
        if ending.len() == before {
            break;
        }
    }
    for name in scope.states.keys().filter(|name| !ending.contains(name.as_str())) {
        let message = format!("no way leads from `{name}` to an end");
        faults.push(Fault { pointer: format!("{pointer}/States/{}", escaped(name)), message });
    }
}
