//! Sagas: from a changed contract to the runs of its state machine.

use stipule_emit::{EMITTERS, Files, state_machines};
use stipule_machine::Machine;

use super::machine::play;
use super::{Check, contract};
use crate::corpus::{Input, contracts_of};

/// A small repository that has a saga of every kind of step: one that undoes, one that waits, one that turns the run.
const GARAGE: &str = "codegen/emit/tests/golden/garage";

/// Small repositories much more often than the large one, which takes ten times as long to load.
pub(super) fn sagas() -> Vec<Input> {
    let of = |repository: &str| {
        let all = contracts_of(repository).into_iter();
        all.filter(|contract| contract.name.contains("/workflows/")).collect::<Vec<_>>()
    };
    let small = [of(GARAGE), of("tests/cases/obstacles")].concat();
    of(".").into_iter().chain(std::iter::repeat_n(small, 64).flatten()).collect()
}

/// A saga that nothing is found to be wrong with becomes a machine that can be read, and whose runs end.
pub(super) fn check() -> Check {
    let mut repositories = contract::repositories();
    repositories.push((GARAGE, contracts_of(GARAGE)));
    let writer = EMITTERS.iter().find(|emitter| emitter.id == "saga").expect("sagas are written");
    Box::new(move |input| {
        let Some((sources, contract, diagnostics)) = contract::judged(&repositories, input) else { return };
        contract::placed(&sources, &diagnostics);
        let Some(contract) = contract.filter(|_| !diagnostics.has_errors()) else { return };
        (writer.emit)(&contract, &mut Files::new());
        for (name, definition) in state_machines(&contract) {
            let text = definition.to_string();
            let machine = Machine::read(&text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            play(&machine, &text);
        }
    })
}
