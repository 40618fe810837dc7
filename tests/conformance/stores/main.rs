//! The conformance suite over every store: `cargo test -p store-conformance [-- FILTER]`.

mod place;
mod quiet;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use store_conformance::cases::{Case, GROUPS, Group, Writes};
use store_conformance::exceptions::{self, EXCEPTIONS, Exception, Verdict};
use store_conformance::table::Table;

use place::{Place, Places};

fn main() -> ExitCode {
    quiet::expected_failures();
    let arguments = Arguments::from_args();
    let places = Arc::new(Places::new());
    let trials: Vec<Trial> = Place::ALL.into_iter().flat_map(|place| trials_of(place, &places)).collect();
    if !arguments.list {
        announce();
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    places.close();
    conclusion.exit_code()
}

fn announce() {
    println!("\ndynalite has no transactions, and is asked nothing about them. Where a judge differs:");
    for Exception { judge, cases, verdict, why, source } in EXCEPTIONS {
        let asked = if *verdict == Verdict::Unasked { ", and isn't asked" } else { "" };
        println!("  {} {why}{asked} [{source}]", judge.name());
        for case in *cases {
            assert!(is_a_case(case), "there is no case `{case}` to except");
            println!("    {case}");
        }
    }
}

fn is_a_case(name: &str) -> bool {
    let cases = GROUPS.iter().flat_map(|group| group.cases.iter().flat_map(|case| names(group, case)));
    cases.into_iter().any(|(it, _)| it == name)
}

/// Names of a case in its group, each with whether its single actions are sent in company.
fn names(group: &Group, case: &Case) -> Vec<(String, bool)> {
    let name = format!("{}::{}", group.name, case.name);
    let company = format!("{name} (in company)");
    if group.writes == Writes::Both { vec![(name, false), (company, true)] } else { vec![(name, false)] }
}

fn trials_of(place: Place, places: &Arc<Places>) -> Vec<Trial> {
    let cases = GROUPS.iter().flat_map(|group| {
        let named =
            group.cases.iter().flat_map(|case| names(group, case).into_iter().map(|name| (*case, name)));
        named.map(move |(case, (name, in_company))| (case, name, in_company, group))
    });
    let asked = cases.filter(|(.., in_company, group)| {
        place.has_transactions() || !(*in_company || group.writes == Writes::Together)
    });
    let trial = |(case, name, in_company, group): (Case, String, bool, &'static Group)| {
        let places = Arc::clone(places);
        Trial::test(format!("{} {name}", place.name()), move || {
            judged(place, &name, || {
                places.ask(place, group.table, |store| {
                    (case.run)(if in_company { Table::in_company(store) } else { Table::alone(store) })
                });
            });
            Ok(())
        })
    };
    asked.map(trial).collect()
}

/// Runs a case, which must fail where an exception says so.
fn judged(place: Place, name: &str, run: impl FnOnce()) {
    let Some(exception) = place.judge().and_then(|judge| exceptions::of(judge, name)) else { return run() };
    if exception.verdict == Verdict::Unasked {
        return;
    }
    assert!(
        quiet::fails(run),
        "the exception is out of date: {} no longer «{}»",
        place.name(),
        exception.why
    );
}
