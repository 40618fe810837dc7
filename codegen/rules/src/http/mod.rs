//! Rules about HTTP operations.

pub(crate) mod paginate;
pub(crate) mod problem;
pub(crate) mod rate;

use stipule_ir::{Contract, Operation};

/// Every operation of every service.
fn operations(contract: &Contract) -> impl Iterator<Item = &Operation> {
    contract.services.iter().flat_map(|service| &service.operations)
}
