//! What follows from the shop's table file, before judges of its own: the generated store, a JSON Schema validator, the
//! services' sources, and an embedded DynamoDB.

mod access;
mod capacity;
mod examples;

use std::path::{Path, PathBuf};

use platform_tests::contracts::contract;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is below the root").to_path_buf()
}
