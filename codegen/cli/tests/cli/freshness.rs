//! Generated code that is checked in is what the contracts say, whole and without orphans, whichever way they are read.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_ir::{Source, Sources};

use crate::support::stipule;

/// Every repository of contracts whose generated code is checked in.
fn repositories() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [".", "tests/cases/library", "tests/cases/obstacles"].map(|folder| root.join(folder)).to_vec()
}

#[test]
fn generated_code_is_fresh_and_has_no_orphans() {
    for root in repositories() {
        let output = stipule(&root, &["--root", ".", "generate", "--check"]);
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{}: run `stipule generate` there\n{said}", root.display());
    }
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("contracts can be read") {
        let path = entry.expect("contracts can be read").path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let text = fs::read_to_string(&path).expect("contracts are text");
            let path = path.strip_prefix(root).expect("below the root").display().to_string();
            files.push(Source { path, text });
        }
    }
}

/// Fisher and Yates, with a fixed sequence of numbers (Knuth's MMIX generator).
fn shuffle(files: &mut [Source], state: &mut u64) {
    for last in (1..files.len()).rev() {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(*state >> 33).expect("31 bits") % (last + 1);
        files.swap(last, other);
    }
}

#[test]
fn twenty_orders_of_reading_give_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    gather(&root, &root.join("contracts"), &mut files);
    let emit = |files: &[Source]| {
        let (contract, diagnostics) = stipule_front::load(&Sources::new(files.iter().cloned()));
        let contract = contract.unwrap_or_else(|| panic!("{diagnostics:?}"));
        stipule_emit::emit(&contract)
    };
    let first = emit(&files);
    assert!(first.len() > 40, "the shop is emitted");
    let mut state = 20_261_123;
    for number in 0..20 {
        shuffle(&mut files, &mut state);
        assert!(emit(&files) == first, "order {number} gives other bytes");
    }
}
