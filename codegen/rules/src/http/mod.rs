//! Rules about HTTP operations.

pub(crate) mod operation_id;
pub(crate) mod paginate;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod service;
pub(crate) mod success;

use stipule_ir::{Contract, Operation, Service};

/// Every operation with its service.
fn operations(contract: &Contract) -> impl Iterator<Item = (&Service, &Operation)> {
    contract.services.iter().flat_map(|service| service.operations.iter().map(move |op| (service, op)))
}
