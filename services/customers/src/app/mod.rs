//! The logic of customers: pure, without clock, table or network.

pub(crate) mod address;
pub(crate) mod certificate;
pub(crate) mod contact;
pub(crate) mod customer;
