//! `stipule cost`: every figure follows from a rate, an assumption, a size and a price.

mod figures;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

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

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is a list"))
}

fn near(one: f64, two: f64) -> bool {
    (one - two).abs() <= 1e-9 * one.abs().max(two.abs()).max(1.0)
}

/// An item by its name.
fn item<'r>(report: &'r Value, kind: &str, name: &str) -> &'r Value {
    let found = list(&report["items"]).iter().find(|item| item["kind"] == kind && item["name"] == name);
    found.unwrap_or_else(|| panic!("there is {kind} {name}"))
}

/// What a month of one part of an item costs.
fn part(item: &Value, what: &str) -> f64 {
    let found = list(&item["parts"]).iter().find(|part| part["what"] == what);
    number(&found.unwrap_or_else(|| panic!("{} has {what}", item["name"]))["perMonth"])
}

/// The shop's contracts in a folder of their own, each changed.
fn changed(change: impl Fn(&str, &str) -> String) -> TempDir {
    fn copy(from: &Path, to: &Path, change: &dyn Fn(&str, &str) -> String) {
        fs::create_dir_all(to).expect("a folder can be made");
        for entry in fs::read_dir(from).expect("the contracts can be read") {
            let path = entry.expect("the contracts can be read").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                copy(&path, &to.join(name), change);
            } else {
                let text = fs::read_to_string(&path).expect("a contract is text");
                fs::write(to.join(&name), change(&name, &text)).expect("it can be written");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    copy(&shop().join("contracts"), &folder.path().join("contracts"), &change);
    folder
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
    assert!(near(2.0 * number(&once["table"]["perMonth"]), number(&twice["table"]["perMonth"])));
    fs::write(&file, "{}").expect("a file can be written");
    let output = stipule(&shop(), &["cost", "--prices", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("not a price file"), "{}", complained(&output));
}

#[test]
fn an_assumption_of_the_platform_counts_and_is_shown_with_its_place() {
    let kept = |months: u32| {
        let root = changed(|name, text| match name {
            "platform.yaml" => format!("{text}assumptions: {{kept: {months}, cached: 0}}\n"),
            _ => text.to_owned(),
        });
        report(root.path(), &[])
    };
    let (by_default, said) = (report(&shop(), &[]), kept(6));
    // Half a year of what stays; what expires is there in any case.
    let held = |report| number(&item(report, "table", "items of commerce")["perMonth"]);
    assert!(held(&said) > held(&by_default) / 2.0, "something expires");
    assert!(near(held(&by_default) - held(&said), held(&kept(18)) - held(&by_default)));
    let calls =
        |report| part(item(report, "endpoint", "GET /products/{productId}"), "function calls, requests");
    assert!(near(2.0 * calls(&by_default), calls(&said)));
    let kept = list(&said["assumptions"]).iter().find(|it| it["key"] == "kept").expect("an assumption");
    assert!(kept["value"] == 6.0 && kept["default"] == 12.0 && kept["line"].is_u64(), "{kept}");
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
    let said = printed(&stipule(&shop(), &["cost", "--pattern", "checkout", "--width", "60"]));
    for part in [
        "started by Order.Placed",
        "8.08 states",
        "https://aws.amazon.com/step-functions/pricing/, 2025-01-01",
    ] {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let output = stipule(&shop(), &["cost", "--pattern", "place_ordre"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("did you mean `place_order`?"), "{}", complained(&output));
}

#[test]
fn items_are_chosen_and_sorted() {
    let sagas = report(&shop(), &["--kind", "saga", "--sort", "name"]);
    let names: Vec<&str> = list(&sagas["items"]).iter().filter_map(|item| item["name"].as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert!(names == sorted && names.len() == 8, "{names:?}");
    let first = report(&shop(), &["--service", "orders", "--sort", "rate", "--top", "3"]);
    let rates: Vec<f64> = list(&first["items"]).iter().map(|item| number(&item["perDay"])).collect();
    assert!(rates.len() == 3 && rates.is_sorted_by(|one, two| one >= two), "{rates:?}");
    assert!(near(number(&first["perMonth"]), number(&sagas["perMonth"])), "the sum is that of everything");
    let output = stipule(&shop(), &["cost", "--service", "order"]);
    assert!(complained(&output).contains("did you mean `orders`?"), "{}", complained(&output));
}

#[test]
fn the_report_fits_into_sixty_columns() {
    let said = printed(&stipule(&shop(), &["cost", "--width", "60"]));
    let wide: Vec<&str> = said.lines().filter(|line| line.chars().count() > 60).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(said.contains("fulfilment") && said.contains("One stage is reckoned."), "{said}");
}

#[test]
fn what_has_no_rate_is_said_once_for_each_kind_and_not_counted() {
    let root = base();
    let report = report(root.path(), &[]);
    let silent = list(&report["table"]["lines"]).iter().filter(|line| line["callsPerDay"].is_null());
    assert!(silent.count() > 0);
    let list_books = item(&report, "endpoint", "GET /books");
    assert!(list_books["perDay"].is_null() && number(&list_books["perMonth"]) == 0.0, "{list_books}");
    let said = printed(&stipule(root.path(), &["cost"]));
    assert_eq!(
        said.matches("endpoints have no rate and no part in the sum: `GET /books`").count(),
        1,
        "{said}"
    );
}

#[test]
fn a_budget_that_is_exceeded_is_said_in_each_format_and_fails() {
    let root = base();
    let platform = root.path().join("contracts/platform.yaml");
    let text = fs::read_to_string(&platform).expect("the platform");
    let spent = number(&report(root.path(), &[])["perMonth"]);
    assert!(spent > 1.0, "{spent}");
    let (less, more) = ((spent / 2.0).floor(), (spent * 2.0).ceil());
    for (budget, exceeded) in [(less, true), (more, false)] {
        fs::write(&platform, format!("{text}budget: {{month: {budget}}}\n")).expect("it can be written");
        let output = stipule(root.path(), &["cost", "--format", "json"]);
        assert_eq!(output.status.code(), Some(i32::from(exceeded)));
        let json: Value = serde_json::from_str(&printed(&output)).expect("JSON");
        let json = &json["budgets"];
        assert_eq!(json[0]["exceeded"], exceeded, "{json}");
        assert!(near(number(&json[0]["perMonth"]), spent), "{json}");
        assert_eq!(json[0]["file"], "contracts/platform.yaml");
        let said = printed(&stipule(root.path(), &["cost"]));
        let line = said.lines().find(|line| line.starts_with("Budget: $")).unwrap_or_default();
        assert_eq!(line.contains("exceeded by $"), exceeded, "{said}");
    }
}

#[test]
fn the_page_needs_nothing_else_and_words_of_a_contract_are_no_markup() {
    let root = base();
    let contract = root.path().join("contracts/http/lending.yaml");
    let text = fs::read_to_string(&contract).expect("a contract");
    fs::write(&contract, text.replace("  /books:\n", "  /books&amp;all:\n")).expect("it can be written");
    let page = root.path().join("cost.html");
    let output = stipule(root.path(), &["cost", "--html", &page.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    let page = fs::read_to_string(page).expect("a page");
    assert!(page.contains("GET /books&#38;amp;all"), "{page}");
    for outside in ["src=", "@import", "url(", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("What is assumed"));
}

#[test]
fn no_report_shows_what_examples_say_of_a_person() {
    let root = changed(|name, text| match name {
        "customer.yaml" => {
            let changed = text.replace("ada@example.com", "canary@example.com");
            assert_ne!(changed, text, "there is an example to change");
            changed
        }
        _ => text.to_owned(),
    });
    let page = root.path().join("cost.html").display().to_string();
    for arguments in [&["cost", "--all"][..], &["cost", "--format", "json"], &["cost", "--html", &page]] {
        let output = stipule(root.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
        assert!(!printed(&output).contains("canary@example.com"));
    }
    assert!(!fs::read_to_string(page).expect("a page").contains("canary@example.com"));
}

#[test]
fn what_somebody_should_look_at_is_said_with_a_place_and_a_way_out() {
    // Each of nearly a million calls places an order, and no hour is busier than another.
    let root = changed(|name, text| match name {
        "commerce.table.yaml" => text.replace(
            "rate: 25000/d\n    do:\n      - {put: Order, if: absent}",
            "rate: 900000/d\n    do:\n      - {put: Order, if: absent}",
        ),
        "platform.yaml" => format!("{text}assumptions: {{peak: 1}}\n"),
        _ => text.to_owned(),
    });
    let report = report(root.path(), &[]);
    let ids: Vec<&str> = list(&report["warnings"]).iter().filter_map(|it| it["id"].as_str()).collect();
    assert!(ids.contains(&"saga-dominates") && ids.contains(&"provisioned-cheaper"), "{ids:?}");
    for warning in list(&report["warnings"]) {
        assert!(
            warning["line"].is_u64() && warning["help"].as_str().is_some_and(|it| !it.is_empty()),
            "{warning}"
        );
    }
    let usual = self::report(&shop(), &[]);
    assert!(list(&usual["warnings"]).is_empty(), "{}", usual["warnings"]);
    let said = printed(&stipule(&shop(), &["cost", "--width", "200"]));
    assert!(said.contains("19 of the reads come with their entities"), "{said}");
}

fn warned(root: &Path) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let report = report(root, &[]);
    list(&report["warnings"]).iter().map(|it| (text(&it["id"]), text(&it["message"]))).collect()
}

fn is_warned(root: &Path, id: &str, about: &str) -> bool {
    warned(root).iter().any(|(it, message)| it == id && message.contains(about))
}

/// The shop with one saga more, which takes two short steps.
fn tidied(kind: &str, more: &str) -> TempDir {
    let root = changed(|_, text| text.to_owned());
    let step = |name: &str, service: &str| {
        format!(
            "  {name}: {{service: {service}, description: Tidies., input: ../types/checkout.yaml, timeout: 10s, retry: \
             {{attempts: 1, interval: 1s}}}}\n"
        )
    };
    let with = "with: {orderId: $input.orderId}";
    let saga = format!(
        "title: Tidying\ndescription: Tidies up.\ninput: ../types/checkout.yaml\n{kind}rate: 40000/d\nsteps:\n{}{}flow:\n  \
         - {{do: tidy, {with}, pivot: true}}\n{more}  - {{do: sweep, {with}}}\n",
        step("tidy", "orders"),
        step("sweep", "payments"),
    );
    fs::write(root.path().join("contracts/workflows/tidying.saga.yaml"), saga).expect("it can be written");
    root
}

#[test]
fn a_short_saga_that_runs_often_would_do_as_an_express_one_until_it_is_one_or_waits() {
    let standard = tidied("kind: standard\ntimeout: 10m\n", "");
    assert!(is_warned(standard.path(), "express-would-do", "`tidying`"), "{:?}", warned(standard.path()));
    let express = tidied("kind: express\ntimeout: 4m\n", "");
    assert!(!is_warned(express.path(), "express-would-do", ""), "{:?}", warned(express.path()));
    let waiting = tidied("kind: standard\ntimeout: 10m\n", "  - {wait: a_while, for: 5m}\n");
    assert!(!is_warned(waiting.path(), "express-would-do", ""), "{:?}", warned(waiting.path()));
}

#[test]
fn an_index_that_nothing_reads_is_warned_of_with_what_writing_to_it_costs() {
    let indexed = |read: bool| {
        changed(|name, text| match name {
            "commerce.table.yaml" => {
                let text = text
                    .replace("  gsi4: {project: all}\n", "  gsi4: {project: all}\n  gsi5: {project: all}\n");
                let key = "    key: {pk: [CART, cartId], sk: [HEAD]}\n";
                let text = text.replace(
                    key,
                    &format!("{key}    gsi5: {{pk: [CARTS_OF, customerId], sk: [createdAt, cartId]}}\n"),
                );
                let carts = "  carts_of: {index: gsi5, of: Cart, bind: [customerId], order: desc(createdAt), page: 25, rate: 10/d}\n";
                match read {
                    true => text.replace("reads:\n", &format!("reads:\n{carts}")),
                    false => text,
                }
            }
            _ => text.to_owned(),
        })
    };
    let unread = indexed(false);
    let found = warned(unread.path());
    let (_, message) = found.iter().find(|(id, _)| id == "index-unread").expect("the index is warned of");
    // 40,000 carts a day and 127,000 changes of them, a unit each: 167,000 × 30 × $0.625 / 1,000,000.
    assert!(message.contains("`gsi5`") && message.contains("$3.13"), "{message}");
    assert!(!is_warned(indexed(true).path(), "index-unread", ""));
}

#[test]
fn bought_capacity_is_advised_as_long_as_the_busiest_hour_allows() {
    let peak = |times: u32| {
        changed(|name, text| match name {
            "platform.yaml" => format!("{text}assumptions: {{peak: {times}}}\n"),
            _ => text.to_owned(),
        })
    };
    let (even, steep) = (peak(1), peak(20));
    assert!(is_warned(even.path(), "provisioned-cheaper", "for a peak of 1 times the average"));
    assert!(!is_warned(steep.path(), "provisioned-cheaper", ""), "{:?}", warned(steep.path()));
}

#[test]
fn the_page_can_be_read_on_a_phone_and_on_a_desk_in_both_colours() {
    let node = shop().join(".tools/node");
    assert!(
        node.join("node_modules/playwright-core").is_dir(),
        "playwright-core isn't there: run tests/setup"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("cost.html");
    let output = stipule(&shop(), &["cost", "--html", &page.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    let mut read = Command::new("node");
    read.arg(shop().join("tests/console/cost.mjs")).arg(&page).env("STIPULE_NODE", &node);
    assert!(read.status().expect("node starts").success(), "the faults stand above");
}
