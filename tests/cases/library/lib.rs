//! A lending library: a second contract repository, which proves that the generator knows no particular business.
//! Here is what its tests have in common.

pub mod samples;
