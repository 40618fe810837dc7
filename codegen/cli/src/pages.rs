//! Every page of every code: `stipule explain`.

use stipule_ir::Page;

use crate::{gather, pattern};

/// All pages, by code.
pub(crate) fn all() -> Vec<&'static Page> {
    let own = gather::PAGES.iter().chain(pattern::PAGES).chain(stipule_review::rule::pages());
    let rules = stipule_rules::pages().chain(stipule_table::pages()).chain(stipule_graph::pages());
    let mut pages: Vec<&Page> = own.chain(stipule_front::PAGES).chain(rules).collect();
    pages.sort_by_key(|page| page.code);
    pages
}

/// The page of a code, whatever the case of its letters.
pub(crate) fn find(code: &str) -> Option<&'static Page> {
    all().into_iter().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// The codes most like a wrong one, best first.
pub(crate) fn nearest(code: &str) -> Vec<&'static str> {
    let wanted = code.to_uppercase();
    let mut scored: Vec<(usize, &str)> =
        all().iter().map(|page| (strsim::levenshtein(&wanted, page.code), page.code)).collect();
    scored.sort_unstable();
    scored.into_iter().filter(|(distance, _)| *distance <= 2).take(3).map(|(_, code)| code).collect()
}
