//! What can be fuzzed.

mod contract;
mod cursor;
mod import;
mod key;
mod machine;
mod pattern;
mod reader;
mod saga;
mod token;
mod wire;

use crate::corpus::Input;
use crate::mutate::{Mutation, SEALED};

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
    /// Changes that know their form, beside those of any text.
    pub forms: &'static [Mutation],
    /// Makes ready what every run needs.
    pub check: fn() -> Check,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "pattern",
        summary: "compile a pattern; matcher, explanation and index agree on many events",
        seeds: pattern::patterns,
        forms: &[],
        check: pattern::check_pattern,
    },
    Target {
        name: "event",
        summary: "read an event; matcher, explanation and index agree on many patterns",
        seeds: pattern::events,
        forms: &[],
        check: pattern::check_event,
    },
    Target {
        name: "case",
        summary: "answer a line of cases; the answer is JSON",
        seeds: pattern::cases,
        forms: &[],
        check: pattern::check_case,
    },
    Target {
        name: "yaml",
        summary: "read YAML; every place is one in the file",
        seeds: reader::yaml,
        forms: &[],
        check: reader::check,
    },
    Target {
        name: "json",
        summary: "read JSON; every place is one in the file, and what another reader takes is taken",
        seeds: reader::json,
        forms: &[],
        check: reader::check,
    },
    Target {
        name: "contract",
        summary: "load a repository with one file changed, apply the rules; every place is one in its file",
        seeds: contract::all,
        forms: &[],
        check: contract::check_loading,
    },
    Target {
        name: "table",
        summary: "the same, changing table files only",
        seeds: contract::tables,
        forms: &[],
        check: contract::check_loading,
    },
    Target {
        name: "emit",
        summary: "write out what a changed repository generates, when nothing is found to be wrong with it",
        seeds: contract::small,
        forms: &[],
        check: contract::check_emission,
    },
    Target {
        name: "import",
        summary: "import a document of others and write its crate; exported and imported again it has all its operations",
        seeds: import::documents,
        forms: &[],
        check: import::check,
    },
    Target {
        name: "wire",
        summary: "read JSON as a server does; written and read again it is the same",
        seeds: wire::json,
        forms: &[],
        check: wire::check_json,
    },
    Target {
        name: "scalar",
        summary: "read dates, decimals, addresses and patterns; written and read again they are the same",
        seeds: wire::scalars,
        forms: &[],
        check: wire::check_scalars,
    },
    Target {
        name: "token",
        summary: "verify a token; what is accepted was signed as it stands, by a known key, with its algorithm",
        seeds: token::tokens,
        forms: SEALED,
        check: token::check_tokens,
    },
    Target {
        name: "jwks",
        summary: "read a set of public keys; written and read again it is the same, and takes no other key's tokens",
        seeds: token::key_sets,
        forms: SEALED,
        check: token::check_key_sets,
    },
    Target {
        name: "cursor",
        summary: "open a cursor; only the one that was made for the same read, tenant and values leads anywhere",
        seeds: cursor::cursors,
        forms: SEALED,
        check: cursor::check_cursors,
    },
    Target {
        name: "place",
        summary: "read page after page of items with any keys; every item comes once, in order",
        seeds: cursor::places,
        forms: &[],
        check: cursor::check_places,
    },
    Target {
        name: "key",
        summary: "write values into keys and take them apart; they come back, in the order of the values",
        seeds: key::values,
        forms: &[],
        check: key::check,
    },
    Target {
        name: "saga",
        summary: "load a repository with one saga changed; its state machine can be read, and every run of it ends",
        seeds: saga::sagas,
        forms: &[],
        check: saga::check,
    },
    Target {
        name: "machine",
        summary: "read a state machine and run it; stored at any point it goes on as it would have",
        seeds: machine::definitions,
        forms: &[],
        check: machine::check,
    },
];

/// The target of a name.
pub fn find(targets: &'static [Target], name: &str) -> Option<&'static Target> {
    targets.iter().find(|target| target.name == name)
}
