//! `stipule table`: the grid, details, the page and example items.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::support::{base, complained, printed, stipule};

/// The shop, whose table is the largest there is.
fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shown(root: &Path, arguments: &[&str]) -> String {
    let output = stipule(root, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", complained(&output));
    printed(&output)
}

/// What a run prints is what the file beside this test says.
fn is_golden(name: &str, said: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/golden").join(name);
    if std::env::var_os("STIPULE_BLESS").is_some() {
        fs::create_dir_all(file.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(&file, said).expect("a golden file can be written");
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(said, expected, "STIPULE_BLESS=1 cargo test -p stipule --test cli writes {name} anew");
}

#[test]
fn a_small_table_is_shown_as_it_was_looked_at() {
    let root = base();
    is_golden("grid.txt", &shown(root.path(), &["table", "show", "--width", "60"]));
    is_golden("book.txt", &shown(root.path(), &["table", "show", "--entity", "book", "--width", "60"]));
    is_golden("examples.json", &shown(root.path(), &["table", "examples"]));
    is_golden("examples-plain.json", &shown(root.path(), &["table", "examples", "--plain"]));
}

#[test]
fn nothing_but_a_path_is_wider_than_the_terminal() {
    for width in ["40", "60", "100"] {
        let columns: usize = width.parse().expect("a number");
        for arguments in [&["table", "show"][..], &["table", "show", "--all"], &["cost"], &["cost", "--all"]]
        {
            let arguments = [arguments, &["--width", width]].concat();
            for line in shown(&shop(), &arguments).lines() {
                let path = !line.trim().contains(' ');
                assert!(path || line.width() <= columns, "{arguments:?}: {} columns: {line}", line.width());
            }
        }
    }
}

#[test]
fn the_page_shows_every_entity_and_needs_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("table.html");
    let path = file.display().to_string();
    assert_eq!(shown(&shop(), &["table", "show", "--format", "html", "--out", &path]), "");
    let page = fs::read_to_string(&file).expect("the page was written");
    let view: Value =
        serde_json::from_str(&shown(&shop(), &["table", "show", "--format", "json"])).expect("JSON");
    let groups = view["groups"].as_array().expect("groups");
    let entities: Vec<&Value> =
        groups.iter().flat_map(|group| group["entities"].as_array().expect("entities")).collect();
    assert!(entities.len() >= 25, "{}", entities.len());
    for entity in entities {
        let name = entity["name"].as_str().expect("a name");
        assert_eq!(page.matches(&format!("<article id=\"{name}\"")).count(), 1, "{name}");
    }
    for outside in ["src=", "url(", "@import", "href=\"http", "<link"] {
        assert!(!page.contains(outside), "the page asks for more: {outside}");
    }
}

#[test]
fn text_of_a_contract_stays_text_on_the_page() {
    let root = base();
    let schema = root.path().join("contracts/types/book.yaml");
    let text = fs::read_to_string(&schema).expect("the schema can be read");
    let title = text.lines().find(|line| line.starts_with("title:")).expect("it has a title").to_owned();
    fs::write(
        &schema,
        text.replace(&title, &format!("{title}\ndescription: \"<script>alert('&')</script>\"")),
    )
    .expect("the schema can be written");
    let page = shown(root.path(), &["table", "show", "--format", "html"]);
    assert!(page.contains("alert(") && !page.contains("<script>alert"), "{page}");
}

#[test]
fn an_entity_that_is_not_there_is_a_failure_with_the_nearest_name() {
    for command in ["show", "examples"] {
        let output = stipule(&shop(), &["table", command, "--entity", "Ordre"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complained(&output).contains("did you mean `Order`?"), "{}", complained(&output));
    }
}

#[test]
fn only_a_table_has_a_page() {
    let output = stipule(&shop(), &["check", "--format", "html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("this command prints text or json"), "{}", complained(&output));
}

#[test]
fn contracts_with_errors_show_those_and_no_table() {
    let root = base();
    let file = root.path().join("contracts/tables/library.table.yaml");
    let text = fs::read_to_string(&file).expect("the table can be read");
    fs::write(&file, text.replace("of: Loan", "of: Lona")).expect("the table can be written");
    for command in [&["table", "show"][..], &["table", "examples"], &["cost"]] {
        let output = stipule(root.path(), command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(printed(&output).starts_with("error[TBL001]"), "{}", printed(&output));
    }
}
