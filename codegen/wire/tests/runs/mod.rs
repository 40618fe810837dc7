//! How property tests run: with a fixed seed, shortly by default, long with `STIPULE_DEEP=1`.

use proptest::test_runner::{Config, RngSeed};

pub(crate) fn config() -> Config {
    let cases = if std::env::var_os("STIPULE_DEEP").is_some() { 50_000 } else { 500 };
    Config { cases, rng_seed: RngSeed::Fixed(20_260_102), failure_persistence: None, ..Config::default() }
}
