//! The logic of fraud: pure, without clock, table or network.

pub(crate) mod review;
pub(crate) mod score;

#[cfg(test)]
mod samples;
