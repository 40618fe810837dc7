//! `stipule docs`: the site as Chromium shows it, every link of it, and what it does with words that would be markup.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{base, complained, printed, stipule};

fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn docs(root: &Path, desk: &TempDir) -> PathBuf {
    let out = desk.path().join("site");
    let [from, to] = [root, &out].map(|path| path.to_str().expect("a path in UTF-8").to_owned());
    let output = stipule(desk.path(), &["--root", &from, "docs", "--out", &to]);
    assert!(output.status.success(), "{}", printed(&output) + &complained(&output));
    out
}

#[test]
fn the_site_can_be_read_searched_and_followed_to_every_end() {
    let node = repository(".tools/node");
    assert!(
        node.join("node_modules/playwright-core").is_dir(),
        "playwright-core isn't there: run tests/setup"
    );
    for name in [".", "tests/cases/library", "tests/cases/obstacles"] {
        let desk = tempfile::tempdir().expect("a temporary folder");
        let site = docs(&repository(name), &desk);
        let mut read = Command::new("node");
        read.arg(repository("tests/console/docs.mjs")).arg(&site).env("STIPULE_NODE", &node);
        assert!(read.status().expect("node starts").success(), "{name}: the faults stand above");
    }
}

#[test]
fn words_of_a_contract_are_never_markup() {
    let root = base();
    let platform = root.path().join("contracts/platform.yaml");
    let text = fs::read_to_string(&platform).expect("the platform is described");
    let text = text.replacen("name:", "description: \"<img src=x onerror=alert(1)> `<b>`\"\nname:", 1);
    fs::write(&platform, text).expect("it can be changed");
    let desk = tempfile::tempdir().expect("a temporary folder");
    let site = docs(root.path(), &desk);
    let index = fs::read_to_string(site.join("index.html")).expect("there is a first page");
    assert!(index.contains("&lt;img src=x onerror=alert(1)&gt; <code>&lt;b&gt;</code>"), "{index}");
    assert!(!index.contains("<img src=x"), "{index}");
}

#[test]
fn why_something_carries_personal_data_stands_on_its_page() {
    let root = base();
    let change = |file: &str, from: &str, to: &str| {
        let path = root.path().join("contracts").join(file);
        let text = fs::read_to_string(&path).expect("a contract");
        assert!(text.contains(from), "{file}: {text}");
        fs::write(path, text.replacen(from, to, 1)).expect("it can be changed");
    };
    change("events/book-lent.yaml", "retention: 90d}", "retention: 1d, personal: the board shows it}");
    change("events/book-lent.yaml", "maxLength: 500}", "maxLength: 500, x-stipule-pii: true}");
    change("types/steps.yaml", "maxLength: 100}", "maxLength: 100, x-stipule-pii: true}");
    change("workflows/lending.saga.yaml", "timeout: 2d", "timeout: 2d\npersonal: the desk has nothing else");
    let desk = tempfile::tempdir().expect("a temporary folder");
    let site = docs(root.path(), &desk);
    for (page, why) in
        [("events/Book.Lent.html", "the board shows it"), ("sagas/lending.html", "the desk has nothing else")]
    {
        let page = fs::read_to_string(site.join(page)).expect("a page");
        assert!(page.contains("personal data</span>") && page.contains(why), "{page}");
    }
}
