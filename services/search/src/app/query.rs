//! Which products some words find, and which of them first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use commerce_model::search::{SearchHit, Suggestion};
use commerce_model::types::{ProductId, SearchPosting, Term};

use super::facet;

/// Most suggestions.
const MOST_SUGGESTIONS: usize = 10;

/// Shortest word that a typing error is looked for in: of shorter ones too many are near.
const SHORTEST_TYPO: usize = 4;

/// Longest word that is taken for one error away; longer ones may have two.
const ONE_ERROR: usize = 7;

/// How well a term answers a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is near.
    Typo = 1,
    /// It begins with it.
    Beginning = 2,
    /// It is it.
    Exact = 4,
}

/// A product that every word so far finds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) posting: SearchPosting,
    score: u32,
}

/// What doesn't count is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub(crate) in_stock: bool,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// A search while its words are looked up, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    found: Option<BTreeMap<ProductId, Found>>,
    words: Vec<String>,
    mistyped: bool,
}

impl Query {
    /// Keeps what another word finds too, among the postings that start as it does.
    pub(crate) fn narrow(&mut self, word: &Term, is_last: bool, near: &[SearchPosting]) {
        let mut fits = fits(word, is_last, near);
        let mut looked_for = word.as_str().to_owned();
        if fits.is_empty()
            && let Some(other) = nearest(word, near)
        {
            self.mistyped = true;
            looked_for = other.as_str().to_owned();
            fits = near.iter().filter(|it| it.term == *other).map(|it| (it, Fit::Typo)).collect();
        }
        self.words.push(looked_for);
        let mut these: BTreeMap<ProductId, Found> = BTreeMap::new();
        for (posting, fit) in fits {
            let score = fit as u32;
            let best =
                these.entry(posting.product_id).or_insert_with(|| Found { posting: posting.clone(), score });
            best.score = best.score.max(score);
        }
        self.found = Some(match self.found.take() {
            None => these,
            Some(before) => before
                .into_iter()
                .filter_map(|(id, it)| {
                    let score = it.score + these.get(&id)?.score;
                    Some((id, Found { score, ..it }))
                })
                .collect(),
        });
    }

    /// What every word finds, the best first.
    pub(crate) fn found(&self, filter: &Filter) -> Vec<Found> {
        let all = self.found.iter().flat_map(BTreeMap::values);
        let mut found: Vec<Found> = all.filter(|it| filter.lets(&it.posting)).cloned().collect();
        found.sort_by_cached_key(|it| (Reverse(it.score), it.posting.title.as_str().to_lowercase()));
        found
    }

    /// The words that were looked for, if one was taken for a typing error.
    pub(crate) fn taken(&self) -> Option<String> {
        self.mistyped.then(|| self.words.join(" "))
    }
}

impl Filter {
    fn lets(&self, it: &SearchPosting) -> bool {
        let amount = it.price.amount.get();
        (it.in_stock || !self.in_stock) && self.from <= amount && amount <= self.to
    }
}

fn fits<'n>(word: &Term, is_last: bool, near: &'n [SearchPosting]) -> Vec<(&'n SearchPosting, Fit)> {
    let fit = |it: &SearchPosting| {
        if it.term == *word {
            Some(Fit::Exact)
        } else if is_last && it.term.as_str().starts_with(word.as_str()) {
            Some(Fit::Beginning)
        } else {
            None
        }
    };
    near.iter().filter_map(|it| Some((it, fit(it)?))).collect()
}

/// The term that is nearest to a mistyped word, if one is near enough.
fn nearest<'n>(word: &Term, near: &'n [SearchPosting]) -> Option<&'n Term> {
    let length = word.as_str().len();
    if length < SHORTEST_TYPO {
        return None;
    }
    let most = if length <= ONE_ERROR { 1 } else { 2 };
    let errors = |it: &Term| strsim::damerau_levenshtein(word.as_str(), it.as_str());
    let nearest = near.iter().map(|it| (errors(&it.term), &it.term)).min_by_key(|(errors, _)| *errors)?;
    (nearest.0 <= most).then_some(nearest.1)
}

/// A product as it is shown.
pub(crate) fn hit(it: &Found) -> SearchHit {
    let it = &it.posting;
    SearchHit {
        product_id: it.product_id,
        sku: it.sku.clone(),
        title: it.title.clone(),
        price: it.price.clone(),
        in_stock: it.in_stock,
        reviews: it.reviews,
        stars: it.stars,
    }
}

/// The terms of postings in their order, each with the number of products it finds.
pub(crate) fn suggestions(near: &[SearchPosting]) -> Vec<Suggestion> {
    let mut terms: BTreeMap<&Term, usize> = BTreeMap::new();
    for it in near {
        *terms.entry(&it.term).or_default() += 1;
    }
    let first = terms.into_iter().take(MOST_SUGGESTIONS);
    first
        .map(|(term, products)| Suggestion { term: term.clone(), products: facet::number(products) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::postings;
    use crate::app::term;

    const EVERYTHING: Filter = Filter { in_stock: false, from: 0, to: i64::MAX };

    /// Titles that some words find among products of these titles.
    fn search(words: &str, titles: &[&str]) -> (Vec<String>, Option<String>) {
        let all = postings(titles);
        let words = term::terms(words);
        let mut query = Query::default();
        for (at, word) in words.iter().enumerate() {
            let near: Vec<_> = all.iter().filter(|it| it.start == term::start(word)).cloned().collect();
            query.narrow(word, at + 1 == words.len(), &near);
        }
        let found = query.found(&EVERYTHING);
        (found.iter().map(|it| it.posting.title.as_str().to_owned()).collect(), query.taken())
    }

    const SHELF: [&str; 4] = ["Blue mug", "Blue teapot", "Mugwort tea", "Serving tray"];

    #[test]
    fn every_word_must_be_found_and_the_last_may_be_a_beginning() {
        assert_eq!(search("blue mug", &SHELF).0, ["Blue mug"]);
        assert_eq!(search("blue te", &SHELF).0, ["Blue teapot"]);
        assert_eq!(search("te blue", &SHELF).0, [""; 0], "only the last word is still being typed");
        assert_eq!(search("blue spoon", &SHELF).0, [""; 0]);
        assert_eq!(search("", &SHELF).0, [""; 0]);
    }

    #[test]
    fn what_is_meant_comes_before_what_begins_alike() {
        assert_eq!(search("mug", &SHELF).0, ["Blue mug", "Mugwort tea"]);
    }

    #[test]
    fn a_typing_error_is_forgiven_and_said() {
        assert_eq!(
            search("blue teaopt", &SHELF),
            (vec!["Blue teapot".to_owned()], Some("blue teapot".to_owned()))
        );
        assert_eq!(search("servnig", &SHELF).0, ["Serving tray"]);
        assert_eq!(search("mgu", &SHELF).0, [""; 0], "too short to tell");
        assert_eq!(search("blue mug", &SHELF).1, None);
    }

    #[test]
    fn filters_leave_out_what_does_not_count() {
        let mut query = Query::default();
        let all = postings(&SHELF);
        let near: Vec<_> = all.iter().filter(|it| it.start.as_str() == "bl").cloned().collect();
        query.narrow(&term::terms("blue")[0], true, &near);
        assert_eq!(query.found(&Filter { from: 1_000, ..EVERYTHING }).len(), 1, "the mug costs 0");
        assert_eq!(query.found(&Filter { to: 0, ..EVERYTHING }).len(), 1);
        assert_eq!(query.found(&Filter { in_stock: true, ..EVERYTHING }).len(), 1);
    }

    #[test]
    fn suggestions_stand_in_the_order_of_the_alphabet_with_their_number() {
        let near: Vec<_> = postings(&SHELF).into_iter().filter(|it| it.start.as_str() == "te").collect();
        let said: Vec<_> =
            suggestions(&near).iter().map(|it| (it.term.as_str().to_owned(), it.products.get())).collect();
        assert_eq!(said, [("tea".to_owned(), 1), ("teapot".to_owned(), 1)]);
    }
}
