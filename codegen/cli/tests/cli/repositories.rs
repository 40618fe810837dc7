//! `stipule review` of whole repositories: two folders, and a revision of git.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{complained, printed, stipule};

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder of the test") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

fn library(at: &Path) {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../review/tests/repositories/library"), at);
}

pub(crate) fn replace(root: &Path, file: &str, from: &str, to: &str) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).expect("a file of the library");
    assert!(text.contains(from), "{from} in {file}");
    fs::write(path, text.replacen(from, to, 1)).expect("a file can be written");
}

const TABLE: &str = "contracts/tables/library.table.yaml";
const EVENT: &str = "contracts/events/book-lent.yaml";

pub(crate) fn git(root: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(root)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A repository below a folder of its git repository, so that paths differ.
pub(crate) fn repository() -> (tempfile::TempDir, std::path::PathBuf) {
    let top = tempfile::tempdir().expect("a temporary folder");
    let root = top.path().join("systems/library");
    library(&root);
    git(top.path(), &["init", "-q"]);
    git(top.path(), &["add", "-A"]);
    git(top.path(), &["commit", "-q", "-m", "The library"]);
    (top, root)
}

#[test]
fn folders_are_compared_with_consumers_versions_and_the_authors_lines() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    library(&old);
    library(&new);
    replace(&new, TABLE, "sk: [LOAN, memberId]", "sk: [LENT, memberId]");
    replace(&new, EVENT, "required: [bookId, memberId, dueAt]", "required: [bookId, memberId, dueAt, note]");
    let output = stipule(root.path(), &["review", "--base", "old", "--revision", "new"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for line in [
        "BLOCK  1 change breaks somebody, 1 change loses data",
        "Book.Lent needs v2, declares v1",
        "`Loan key`: the fixed part of a key is another one",
        "`BOOK#{bookId} / LOAN#{memberId}` → `BOOK#{bookId} / LENT#{memberId}`",
        "plan: write both, copy what is stored, read the new one, remove the old one",
        "`Book.Lent v1.note`: ",
        "affects: desk, which uses Book.Lent",
        "affects: members, which uses Book.Lent",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn a_revision_of_git_is_compared_with_the_work_tree_which_is_left_alone() {
    let (_top, root) = repository();
    let same = stipule(&root, &["review", "--against", "HEAD"]);
    assert_eq!(same.status.code(), Some(0), "{}", printed(&same));
    replace(&root, TABLE, "  all_members:", "  every_member:");
    git(&root, &["commit", "-q", "-a", "-m", "Another name"]);
    replace(&root, EVENT, "retention: 90d", "retention: 30d");
    let status = || {
        let output = Command::new("git").current_dir(&root).args(["status", "--porcelain"]).output();
        output.expect("git runs").stdout
    };
    let before = status();
    let codes = |revision: &str| -> Vec<String> {
        let output = stipule(&root, &["review", "--against", revision, "--format", "json"]);
        assert_eq!(output.status.code(), Some(1), "{}", complained(&output));
        let report: Value = serde_json::from_str(&printed(&output)).expect("it is JSON");
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().map(|found| found["code"].as_str().expect("a code").to_owned()).collect()
    };
    assert_eq!(codes("HEAD"), ["REV708"]);
    assert_eq!(codes("HEAD~1"), ["REV708", "REV765", "REV766"]);
    assert_eq!(status(), before);
}

/// The codes that a review finds.
fn found(root: &Path, base: &str, revision: &str) -> Vec<String> {
    let output = stipule(root, &["review", "--base", base, "--revision", revision, "--format", "json"]);
    let report: Value = serde_json::from_str(&printed(&output))
        .unwrap_or_else(|error| panic!("{error}: {}", complained(&output)));
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|found| found["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn code_that_is_not_what_the_contracts_say_is_found_as_long_as_it_is_not() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    copy(crate::support::base().path(), &old);
    copy(&old, &new);
    assert!(found(root.path(), "old", "new").is_empty(), "nothing is generated yet, and nothing is stale");
    for folder in [&old, &new] {
        assert!(stipule(folder, &["generate"]).status.success());
    }
    assert!(found(root.path(), "old", "new").is_empty(), "fresh code is no change of contracts");
    replace(&new, "generated/model/src/lib.rs", "@generated", "@edited");
    assert_eq!(found(root.path(), "old", "new"), ["REV955"]);
    fs::remove_file(new.join("generated/model/src/lib.rs")).expect("a generated file");
    assert_eq!(found(root.path(), "old", "new"), ["REV955"]);
    assert!(stipule(&new, &["generate"]).status.success());
    assert!(found(root.path(), "old", "new").is_empty());
}

#[test]
fn another_policy_is_a_finding_of_its_own() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    library(&old);
    library(&new);
    let policy = |folder: &Path, text: &str| {
        fs::create_dir_all(folder.join("contracts/review")).expect("a folder can be made");
        fs::write(folder.join("contracts/review/policy.yaml"), text).expect("a policy can be written");
    };
    policy(&new, "docs: true\n");
    assert_eq!(found(root.path(), "old", "new"), ["REV956"], "one that is new");
    policy(&old, "docs: true\n");
    assert!(found(root.path(), "old", "new").is_empty(), "the same policy");
    policy(&new, "docs: false\n");
    assert_eq!(found(root.path(), "old", "new"), ["REV956"], "another one");
}

#[test]
fn what_git_does_not_have_is_said() {
    let (_top, root) = repository();
    for revision in ["nowhere", "--output=x"] {
        let output = stipule(&root, &["review", &format!("--against={revision}")]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complained(&output).contains("git has no revision"), "{}", complained(&output));
    }
}

#[test]
fn contracts_at_fault_are_shown_and_nothing_is_judged() {
    let (_top, root) = repository();
    replace(&root, TABLE, "get: Book,", "get: Bok,");
    let output = stipule(&root, &["review", "--against", "HEAD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("did you mean `Book`?"), "{}", complained(&output));
}

#[test]
fn acknowledgements_of_the_repository_count_and_those_of_the_change_itself_are_looked_at() {
    let (_top, root) = repository();
    replace(&root, "contracts/platform.yaml", "audience: library", "audience: books");
    let output = stipule(&root, &["review", "--against", "HEAD", "--format", "json"]);
    let report: Value = serde_json::from_str(&printed(&output)).expect("it is JSON");
    let fingerprint = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint");
    let entry = format!(
        "acknowledgements:\n- {{fingerprint: '{fingerprint}', reason: no caller, owner: books, ticket: LIB-1, expires: 2030-06-30}}\n"
    );
    fs::write(root.join("contracts/review/acknowledgements.yaml"), entry).expect("it can be written");
    let day = ["--today", "2030-01-01"];
    let own = stipule(&root, &[&["review", "--against", "HEAD"][..], &day].concat());
    assert_eq!(own.status.code(), Some(3), "{}", printed(&own));
    assert!(printed(&own).contains("REV954"), "{}", printed(&own));
    git(&root, &["add", "contracts/review"]);
    git(&root, &["commit", "-q", "-m", "Considered"]);
    let known = stipule(&root, &[&["review", "--against", "HEAD"][..], &day].concat());
    assert_eq!(known.status.code(), Some(0), "{}", printed(&known));
    assert!(printed(&known).starts_with("PASS-ACKNOWLEDGED"), "{}", printed(&known));
}

#[test]
fn a_changelog_says_what_callers_have_to_know_and_nothing_else() {
    let (_top, root) = repository();
    git(&root, &["tag", "v1"]);
    replace(&root, "contracts/http/lending.yaml", "maximum: 100", "maximum: 50");
    replace(
        &root,
        "contracts/types/book.yaml",
        "  copies: {type: integer",
        "  pages: {type: integer}\n  copies: {type: integer",
    );
    replace(&root, "contracts/types/book.yaml", "[OPEN, RARE, LOST]", "[OPEN, RARE, LOST, SOLD]");
    replace(&root, TABLE, "sk: [LOAN, memberId]", "sk: [LENT, memberId]");
    replace(&root, EVENT, "retention: 90d", "retention: 30d");
    git(&root, &["commit", "-q", "-a", "-m", "Changes"]);
    git(&root, &["tag", "v2"]);
    let output = stipule(&root, &["changelog", "--from", "v1", "--to", "v2"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    assert_eq!(
        text,
        "# v1 → v2\n\n## Breaking\n\n\
         - `GET /books query limit`: a number that was small enough is refused: `100` → `50`; lending: GET /books, in requests. 51 was valid, and is refused now\n\
         - `Status`: a value may come that wasn't listed before, new: `\"SOLD\"`; lending: GET /books, in responses. {\"books\":[{\"status\":\"SOLD\",… 5 more}]} may come now, and was never valid before\n\n\
         ## New\n\n- `book.pages`: there is another member; lending: GET /books, in responses\n"
    );
    assert_eq!(text, printed(&stipule(&root, &["changelog", "--from", "v1"])).replace("the work tree", "v2"));
}
