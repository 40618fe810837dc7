//! `stipule cost`: every figure follows from a rate, a size and a price.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{base, complained, printed, stipule};

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn report(root: &Path, more: &[&str]) -> Value {
    let output = stipule(root, &[&["cost", "--format", "json"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    serde_json::from_str(&printed(&output)).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

#[test]
fn every_line_can_be_reckoned_again_from_its_parts() {
    let report = report(&shop(), &[]);
    let prices = &report["prices"];
    let mut total = 0.0;
    for line in report["lines"].as_array().expect("lines") {
        let name = line["name"].as_str().expect("a name");
        let sum = |unit: &str| -> f64 {
            let steps = line["steps"].as_array().expect("steps").iter();
            steps.filter(|step| step["unit"] == unit).map(|step| number(&step["units"]["typical"])).sum()
        };
        let (reads, writes) = (sum("read"), sum("write"));
        assert!((reads - number(&line["readUnits"]["typical"])).abs() < 1e-9, "{name}");
        assert!((writes - number(&line["writeUnits"]["typical"])).abs() < 1e-9, "{name}");
        let per_million =
            reads * number(&prices["perMillionReadUnits"]) + writes * number(&prices["perMillionWriteUnits"]);
        assert!((per_million - number(&line["perMillionCalls"]["typical"])).abs() < 1e-9, "{name}");
        let Some(calls) = line["callsPerDay"].as_f64() else { continue };
        let per_month = calls * number(&report["daysOfMonth"]) * per_million / 1e6;
        assert!((per_month - number(&line["perMonth"])).abs() < 1e-9, "{name}");
        total += per_month;
    }
    assert!((total - number(&report["perMonth"])).abs() < 1e-6);
}

#[test]
fn nothing_typical_is_more_than_the_most() {
    for line in report(&shop(), &[])["lines"].as_array().expect("lines") {
        for unit in ["readUnits", "writeUnits"] {
            let typical = number(&line[unit]["typical"]);
            assert!(
                line[unit]["most"].as_f64().is_none_or(|most| typical <= most),
                "{}: {}",
                line["name"],
                line[unit]
            );
        }
    }
}

#[test]
fn other_prices_give_other_costs_and_a_file_without_prices_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("prices.json");
    let text =
        fs::read_to_string(shop().join("codegen/cost/prices/aws-us-east-1.json")).expect("built-in prices");
    fs::write(&file, text.replace("0.625", "1.25").replace("0.125", "0.25")).expect("a file can be written");
    let path = file.display().to_string();
    let (once, twice) = (report(&shop(), &[]), report(&shop(), &["--prices", &path]));
    assert!((2.0 * number(&once["perMonth"]) - number(&twice["perMonth"])).abs() < 1e-6);
    fs::write(&file, "{}").expect("a file can be written");
    let output = stipule(&shop(), &["cost", "--prices", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("not a price file"), "{}", complained(&output));
}

#[test]
fn a_line_is_explained_part_by_part() {
    let output = stipule(&shop(), &["cost", "--pattern", "place_order", "--width", "80"]);
    let said = printed(&output);
    for part in [
        "put Order",
        "put OrderLine",
        "event Order.Placed",
        "mark of the cause",
        "of the platform",
        "since 2024-11-01",
    ] {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
    let output = stipule(&shop(), &["cost", "--pattern", "place_ordre"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("did you mean `place_order`?"), "{}", complained(&output));
}

#[test]
fn a_pattern_without_a_rate_is_named_as_such_and_not_counted() {
    let root = base();
    let report = report(root.path(), &[]);
    let silent =
        report["lines"].as_array().expect("lines").iter().filter(|line| line["callsPerDay"].is_null());
    assert!(silent.count() > 0);
    let said = printed(&stipule(root.path(), &["cost"]));
    assert!(said.contains("have no rate and no part in the sum"), "{said}");
}

#[test]
fn a_budget_that_is_exceeded_is_said_in_each_format() {
    let root = base();
    let platform = root.path().join("contracts/platform.yaml");
    let text = fs::read_to_string(&platform).expect("the platform");
    let spent = number(&report(root.path(), &[])["perMonth"]);
    assert!(spent > 1.0, "{spent}");
    let (less, more) = ((spent / 2.0).floor(), (spent * 2.0).ceil());
    for (budget, exceeded) in [(less, true), (more, false)] {
        fs::write(&platform, format!("{text}budget: {{month: {budget}}}\n")).expect("it can be written");
        let json = &report(root.path(), &[])["budgets"];
        assert_eq!(json[0]["exceeded"], exceeded, "{json}");
        assert!((number(&json[0]["perMonth"]) - spent).abs() < 1e-9, "{json}");
        assert_eq!(json[0]["file"], "contracts/platform.yaml");
        let said = printed(&stipule(root.path(), &["cost"]));
        let line = said.lines().find(|line| line.starts_with("Budget: $")).unwrap_or_default();
        assert_eq!(line.contains("exceeded by $"), exceeded, "{said}");
    }
    fs::write(&platform, format!("{text}budget: {{services: {{lending: 0}}}}\n")).expect("it can be written");
    let said = printed(&stipule(root.path(), &["cost"]));
    assert!(said.contains("Budget of lending: $0.00 of $0.00 a month\n"), "{said}");
}
