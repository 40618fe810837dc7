//! The recipes of the README for continuous integration, run line by line in a repository with a change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::repositories::{git, replace, repository};

/// The recipe of the README that has a text in it.
fn recipe(mark: &str) -> Value {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).expect("the README is there");
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    let found: Vec<&str> = blocks.filter(|block| block.contains(mark)).collect();
    let [block] = found.as_slice() else { panic!("{} recipes have `{mark}`", found.len()) };
    serde_yaml_ng::from_str(block).expect("a recipe is YAML")
}

/// The lines of the GitHub recipe, in the order of its steps.
fn of_github() -> Vec<String> {
    let recipe = recipe("runs-on");
    let steps = recipe["jobs"]["contracts"]["steps"].as_array().expect("steps").clone();
    steps.iter().filter_map(|step| step["run"].as_str().map(str::to_owned)).collect()
}

fn of_gitlab() -> Vec<String> {
    let recipe = recipe("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    let script = recipe["contracts"]["script"].as_array().expect("a script").clone();
    script.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect()
}

/// A clone in which a branch is checked out, as a runner finds it.
struct Runner {
    _top: tempfile::TempDir,
    root: PathBuf,
    tools: tempfile::TempDir,
    base: String,
}

impl Runner {
    /// `change`: what the branch does on top of the main one.
    fn new(change: impl FnOnce(&Path)) -> Self {
        let (top, root) = repository();
        git(&root, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        let base = Command::new("git").current_dir(&root).args(["rev-parse", "HEAD"]).output();
        let base = String::from_utf8(base.expect("git runs").stdout).expect("a commit");
        git(&root, &["checkout", "-q", "-b", "change"]);
        change(&root);
        git(&root, &["commit", "-q", "-a", "--allow-empty", "-m", "A change"]);
        let tools = tempfile::tempdir().expect("a temporary folder");
        let link = |name: &str, target: &Path| {
            std::os::unix::fs::symlink(target, tools.path().join(name)).expect("a link can be made");
        };
        link("stipule", Path::new(env!("CARGO_BIN_EXE_stipule")));
        // Stands for the command line of GitHub: says what it was asked, and with which text.
        let gh = "#!/bin/sh\necho \"$@\" > gh.asked\ncp review.md gh.body\n";
        fs::write(tools.path().join("gh"), gh).expect("a tool can be written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(tools.path().join("gh"), mode).expect("it can be run");
        Runner { _top: top, root, tools, base: base.trim().to_owned() }
    }

    fn run(&self, line: &str) -> Output {
        let path = format!("{}:{}", self.tools.path().display(), std::env::var("PATH").unwrap_or_default());
        Command::new("bash")
            .current_dir(&self.root)
            .args(["-e", "-o", "pipefail", "-c", line])
            .env("PATH", path)
            .env("GITHUB_BASE_REF", "main")
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &self.base)
            .env("PR", "7")
            .output()
            .expect("bash runs")
    }

    /// Runs all lines but those that install the tool; the exit code of each.
    fn all(&self, lines: &[String]) -> Vec<(String, Output)> {
        let install = |line: &&String| line.starts_with("cargo install --path codegen/cli");
        assert_eq!(lines.iter().filter(install).count(), 1, "{lines:?}");
        lines.iter().filter(|line| !install(line)).map(|line| (line.clone(), self.run(line))).collect()
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap_or_default()
    }
}

fn breaking(root: &Path) {
    replace(root, "contracts/http/lending.yaml", "maximum: 100", "maximum: 50");
}

fn assert_only_the_last_fails(ran: &[(String, Output)], code: i32) {
    let (last, rest) = ran.split_last().expect("a recipe has lines");
    for (line, output) in rest {
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(last.1.status.code(), Some(code), "{}: {}", last.0, String::from_utf8_lossy(&last.1.stderr));
}

#[test]
fn the_recipe_for_github_comments_annotates_and_fails_the_check() {
    let runner = Runner::new(breaking);
    let ran = runner.all(&of_github());
    assert_only_the_last_fails(&ran, 1);
    assert!(runner.file("review.md").starts_with("**⛔ BLOCK**"), "{}", runner.file("review.md"));
    let log: Value = serde_json::from_str(&runner.file("review.sarif")).expect("SARIF is JSON");
    let rules: Vec<&str> = log["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|result| result["ruleId"].as_str())
        .collect();
    assert!(rules.contains(&"REV423"), "{rules:?}");
    assert_eq!(runner.file("gh.asked"), "pr comment 7 --body-file review.md --edit-last --create-if-none\n");
    assert_eq!(runner.file("gh.body"), runner.file("review.md"));
    let annotations = String::from_utf8_lossy(&ran.last().expect("a line").1.stdout).into_owned();
    let expected = "::error file=contracts/http/lending.yaml,line=";
    assert!(annotations.lines().any(|line| line.starts_with(expected)), "{annotations}");
}

#[test]
fn the_recipe_for_github_is_silent_where_nothing_changed() {
    let runner = Runner::new(|_| {});
    assert_only_the_last_fails(&runner.all(&of_github()), 0);
    assert_eq!((runner.file("review.md").as_str(), runner.file("gh.asked").as_str()), ("", ""));
}

#[test]
fn the_recipe_for_gitlab_keeps_a_page_and_reports_to_the_merge_request() {
    let runner = Runner::new(breaking);
    assert_only_the_last_fails(&runner.all(&of_gitlab()), 1);
    assert!(runner.file("review.html").starts_with("<!doctype html>"));
    let report = runner.file("review.xml");
    assert!(report.contains("<testsuite") && report.contains("<failure"), "{report}");
    let kept = recipe("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    let artifacts = &kept["contracts"]["artifacts"];
    assert_eq!(artifacts["paths"][0], "review.html");
    assert_eq!(artifacts["reports"]["junit"], "review.xml");
}

#[test]
fn what_only_may_break_somebody_asks_a_person_unless_the_recipe_lets_it_pass() {
    let runner = Runner::new(|root| {
        replace(root, "contracts/http/lending.yaml", "409", "410");
    });
    let lines = of_gitlab();
    let last = lines.last().expect("a line");
    assert_eq!(runner.run(last).status.code(), Some(3), "{}", runner.file("review.xml"));
    assert_eq!(runner.run(&format!("{last} || [ $? = 3 ]")).status.code(), Some(0));
}
