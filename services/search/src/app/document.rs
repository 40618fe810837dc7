//! A product as search knows it.

use commerce_model::types::{
    Money, Price, Product, RatingSummary, Reviews, SearchDocument, SearchPosting, Stars, Term,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

use super::term;

/// Most terms of a product: each is a row of its own.
const MOST_TERMS: usize = 20;

/// What others say about a product.
pub(crate) struct Facts<'f> {
    pub(crate) price: Option<&'f Price>,
    pub(crate) in_stock: bool,
    pub(crate) rating: Option<&'f RatingSummary>,
}

/// The document of a product: found by its title first, then by its SKU, then by its description.
///
/// # Errors
/// Never for what keeps its contract.
pub(crate) fn of(product: &Product, facts: &Facts<'_>, now: DateTime) -> Result<SearchDocument, Fault> {
    let description = product.description.as_ref().map_or("", |it| it.as_str());
    let text = format!("{} {} {description}", product.title.as_str(), product.sku.as_str());
    let mut terms = term::terms(&text);
    terms.truncate(MOST_TERMS);
    let price = match facts.price {
        Some(price) => Money { amount: Ranged::new(price.amount.get())?, currency: price.currency.clone() },
        None => product.price.clone(),
    };
    let (reviews, stars) = facts.rating.map_or((0, 0), |it| (it.reviews.get(), it.stars.get()));
    Ok(SearchDocument {
        product_id: product.product_id,
        sku: product.sku.clone(),
        title: product.title.clone(),
        price,
        in_stock: facts.in_stock,
        reviews: Reviews::new(reviews)?,
        stars: Stars::new(stars)?,
        terms: BoundedVec::new(terms)?,
        indexed_at: now,
    })
}

/// Whether nothing but the time differs.
pub(crate) fn says_the_same(one: &SearchDocument, other: &SearchDocument) -> bool {
    *one == SearchDocument { indexed_at: one.indexed_at, ..other.clone() }
}

/// The rows under which a document is found, and those under which it is found no more.
pub(crate) fn postings(it: &SearchDocument, before: Option<&SearchDocument>) -> Vec<SearchPosting> {
    let gone = before.into_iter().flat_map(|before| before.terms.iter());
    let gone = gone.filter(|term| !it.terms.contains(term)).map(|term| posting(it, term, false));
    it.terms.iter().map(|term| posting(it, term, true)).chain(gone).collect()
}

fn posting(it: &SearchDocument, term: &Term, live: bool) -> SearchPosting {
    SearchPosting {
        start: term::start(term),
        term: term.clone(),
        product_id: it.product_id,
        sku: it.sku.clone(),
        title: it.title.clone(),
        price: it.price.clone(),
        in_stock: it.in_stock,
        reviews: it.reviews,
        stars: it.stars,
        live,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::product;

    fn document(title: &str) -> SearchDocument {
        let product = product(1, title);
        let facts = Facts { price: None, in_stock: true, rating: None };
        of(&product, &facts, product.created_at).unwrap()
    }

    #[test]
    fn a_product_is_found_by_title_sku_and_description() {
        let terms: Vec<String> = document("Blue mug").terms.iter().map(|it| it.as_str().to_owned()).collect();
        assert_eq!(terms, ["blue", "mug", "sku", "holds", "third", "of", "litre"]);
    }

    #[test]
    fn what_it_is_found_under_no_more_is_said_too() {
        let (before, after) = (document("Blue mug"), document("Red mug"));
        let rows = postings(&after, Some(&before));
        let row = |term: &str| rows.iter().find(|it| it.term.as_str() == term).map(|it| it.live);
        assert_eq!((row("red"), row("mug"), row("blue")), (Some(true), Some(true), Some(false)));
    }

    #[test]
    fn only_what_others_see_makes_a_document_another() {
        let it = document("Blue mug");
        let later = SearchDocument { indexed_at: DateTime::MAX, ..it.clone() };
        assert!(says_the_same(&it, &later));
        assert!(!says_the_same(&it, &SearchDocument { in_stock: false, ..it.clone() }));
    }
}
