//! What can be fuzzed.

mod contract;
mod import;
mod pattern;
mod reader;
mod wire;

use crate::corpus::Input;

/// Runs on any input without a panic, or what it promises is broken.
pub type Check = Box<dyn Fn(&Input)>;

/// One thing that reads what others wrote.
#[derive(Debug)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it runs and what it holds that to.
    pub summary: &'static str,
    /// What its inputs grow from.
    pub seeds: fn() -> Vec<Input>,
    /// Makes ready what every run needs.
    pub check: fn() -> Check,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "pattern",
        summary: "compile a pattern; matcher, explanation and index agree on many events",
        seeds: pattern::patterns,
        check: pattern::check_pattern,
    },
    Target {
        name: "event",
        summary: "read an event; matcher, explanation and index agree on many patterns",
        seeds: pattern::events,
        check: pattern::check_event,
    },
    Target {
        name: "case",
        summary: "answer a line of cases; the answer is JSON",
        seeds: pattern::cases,
        check: pattern::check_case,
    },
    Target {
        name: "yaml",
        summary: "read YAML; every place is one in the file",
        seeds: reader::yaml,
        check: reader::check,
    },
    Target {
        name: "json",
        summary: "read JSON; every place is one in the file, and what another reader takes is taken",
        seeds: reader::json,
        check: reader::check,
    },
    Target {
        name: "contract",
        summary: "load a repository with one file changed, apply the rules; every place is one in its file",
        seeds: contract::all,
        check: contract::check_loading,
    },
    Target {
        name: "table",
        summary: "the same, changing table files only",
        seeds: contract::tables,
        check: contract::check_loading,
    },
    Target {
        name: "emit",
        summary: "write out what a changed repository generates, when nothing is found to be wrong with it",
        seeds: contract::small,
        check: contract::check_emission,
    },
    Target {
        name: "import",
        summary: "import a document of others and write its crate; exported and imported again it has all its operations",
        seeds: import::documents,
        check: import::check,
    },
    Target {
        name: "wire",
        summary: "read JSON as a server does; written and read again it is the same",
        seeds: wire::json,
        check: wire::check_json,
    },
    Target {
        name: "scalar",
        summary: "read dates, decimals, addresses and patterns; written and read again they are the same",
        seeds: wire::scalars,
        check: wire::check_scalars,
    },
];

/// The target of a name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
