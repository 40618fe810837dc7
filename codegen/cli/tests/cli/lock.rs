//! `stipule table lock`: templates are released, kept, and changed only with a migration.

use std::fs;
use std::path::Path;

use crate::support::{base, printed, stipule};

const TABLE: &str = "contracts/tables/library.table.yaml";
const LOCK: &str = "contracts/tables/library.lock.yaml";

fn lock(root: &Path, more: &[&str]) -> (String, bool) {
    let output = stipule(root, &[&["table", "lock"], more].concat());
    let complained = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    (printed(&output) + &complained, output.status.success())
}

fn edit(root: &Path, from: &str, to: &str) {
    let file = root.join(TABLE);
    let text = fs::read_to_string(&file).expect("the table can be read");
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands there once");
    fs::write(&file, text.replace(from, to)).expect("the table can be written");
}

fn released(root: &Path) -> String {
    fs::read_to_string(root.join(LOCK)).expect("the lock can be read")
}

#[test]
fn what_is_released_stays_until_it_is_accepted_that_nothing_is_stored() {
    let root = base();
    let root = root.path();
    assert!(!lock(root, &["--check"]).1, "nothing is released yet");
    let (said, done) = lock(root, &[]);
    assert!(done && said.contains("3 keys") && said.contains("Loan.key v1"), "{said}");
    let first = released(root);
    assert!(lock(root, &["--check"]).1 && lock(root, &[]).1);
    assert_eq!(released(root), first, "the same again is the same");

    edit(root, "sk: [LOAN, memberId]", "sk: [LEND, memberId]");
    let (said, done) = lock(root, &[]);
    assert!(!done && said.contains("TBL120") && said.contains("--accept Loan.key"), "{said}");
    assert!(!lock(root, &["--check"]).1);
    assert_eq!(released(root), first, "a refusal writes nothing");
    let (said, done) = lock(root, &["--accept", "Loan.gsi1"]);
    assert!(!done && said.contains("nothing by the name `Loan.gsi1` changed"), "{said}");
    let (said, done) = lock(root, &["--accept", "Loan.key"]);
    assert!(done && said.contains("released: Loan.key v2"), "{said}");
    assert!(released(root).contains(r#"key: {version: 2, pk: ["BOOK", "bookId: uuid"], sk: ["LEND", "#));
    assert!(stipule(root, &["check"]).status.success());
}

#[test]
fn a_key_comes_in_and_another_goes_out() {
    let root = base();
    let root = root.path();
    assert!(lock(root, &[]).1);
    let first = released(root);
    // In: written by all, read by none, then read.
    edit(root, "  gsi1: {project: all}\n", "  gsi1: {project: all}\n  gsi2: {project: all}\n");
    edit(
        root,
        "    gsi1: {pk: [BOOKS, status], sk: [title, bookId]}\n",
        "    gsi1: {pk: [BOOKS, status], sk: [title, bookId]}\n    gsi2: {pk: [TITLES], sk: [title, bookId]}\n",
    );
    edit(root, "writes:\n", "migrate:\n  Book.gsi2: {phase: dual_write}\nwrites:\n");
    let (said, done) = lock(root, &[]);
    assert!(done && said.contains("waits for its migration: Book.gsi2"), "{said}");
    assert_eq!(released(root), first, "it isn't released before every item has it");
    edit(root, "{phase: dual_write}", "{phase: read_new}");
    let (said, done) = lock(root, &[]);
    assert!(done && said.contains("released: Book.gsi2 v1"), "{said}");
    assert!(said.contains("take it out of `migrate`: Book.gsi2"), "{said}");
    let checked = printed(&stipule(root, &["check"]));
    assert!(checked.contains("`Book.gsi2` is as it was released: this migration is over"), "{checked}");
    // Out: no read, no key, and the runner takes it from the items.
    edit(root, "  Book.gsi2: {phase: read_new}\n", "  Book.gsi1: {from: v1, phase: drop}\n");
    edit(root, "    gsi1: {pk: [BOOKS, status], sk: [title, bookId]}\n", "");
    edit(
        root,
        "books_in_status: {index: gsi1, of: Book, bind: [status]",
        "titles: {index: gsi2, of: Book, bind: []",
    );
    let (said, done) = lock(root, &[]);
    assert!(done && said.contains("take it out of `migrate`: Book.gsi1"), "{said}");
    assert!(!released(root).contains("gsi1"), "{}", released(root));
    edit(root, "migrate:\n  Book.gsi1: {from: v1, phase: drop}\n", "");
    edit(root, "  gsi1: {project: all}\n", "");
    let checked = printed(&stipule(root, &["check"]));
    assert!(checked.contains("no finding") || checked.starts_with("0 "), "{checked}");
    assert!(lock(root, &["--check"]).1);
}

#[test]
fn other_faults_come_first() {
    let root = base();
    edit(root.path(), "of: Loan", "of: Lona");
    let (said, done) = lock(root.path(), &[]);
    assert!(!done && said.contains("TBL001") && !root.path().join(LOCK).exists(), "{said}");
}
