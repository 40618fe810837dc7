//! The index as the service sees it: a port. The one here keeps its postings in the table, beside everything else; one
//! that asks a search engine would stand in its place.

use std::future::Future;

use commerce_model::types::{ProductId, SearchDocument, SearchPosting, Term, TermStart};
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest, StoreFailure, Stored};

use crate::app::{document, term};

/// Pages that one word may cost: what starts alike is read no further.
const PAGES: usize = 5;

/// What becomes of a product in the index.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is found from now on.
    Add(SearchDocument),
    /// It is found under other words, or shown with another price, stock or rating.
    Replace(Box<Stored<SearchDocument>>, SearchDocument),
    /// It is found no more.
    Remove(Box<Stored<SearchDocument>>),
}

/// An index of one store's products; the context says whose.
pub trait SearchIndex: Send + Sync + 'static {
    /// What is found under terms that start alike, of `from` on if only those count that begin with it.
    fn starting(
        &self,
        cx: &Context,
        start: &TermStart,
        from: Option<&Term>,
    ) -> impl Future<Output = Result<Vec<SearchPosting>, StoreFailure>> + Send;

    /// A product as it was indexed last.
    fn document(
        &self,
        cx: &Context,
        product: &ProductId,
    ) -> impl Future<Output = Result<Option<Stored<SearchDocument>>, StoreFailure>> + Send;

    /// Makes a change, once per event.
    fn keep(&self, cx: &Context, change: Change) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The index in the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableIndex;

impl SearchIndex for TableIndex {
    async fn starting(
        &self,
        cx: &Context,
        start: &TermStart,
        from: Option<&Term>,
    ) -> Result<Vec<SearchPosting>, StoreFailure> {
        let store = Commerce::of(cx);
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let page = PageRequest::at(cursor.as_deref());
            let read = match from {
                Some(from) => store.postings_starting(start, from.clone()..=term::last(from), page).await?,
                None => store.postings_starting(start, .., page).await?,
            };
            found.extend(read.items.into_iter().filter(|it| it.live));
            cursor = read.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn document(
        &self,
        cx: &Context,
        product: &ProductId,
    ) -> Result<Option<Stored<SearchDocument>>, StoreFailure> {
        Commerce::of(cx).search_document(product).await
    }

    async fn keep(&self, cx: &Context, change: Change) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        match change {
            Change::Add(it) => {
                let postings = BoundedVec::new(document::postings(&it, None)).map_err(Failure::park)?;
                let write = store::IndexProduct { search_document: it, postings };
                store.index_product(write).commit().await.map_err(Failure::from)
            }
            Change::Replace(before, it) => {
                let postings = document::postings(&it, Some(&before));
                let postings = BoundedVec::new(postings).map_err(Failure::park)?;
                let SearchDocument { title, price, in_stock, reviews, stars, terms, indexed_at, .. } = it;
                let write = store::ReindexProduct {
                    title,
                    price,
                    in_stock,
                    reviews,
                    stars,
                    terms,
                    indexed_at,
                    postings,
                };
                store.reindex_product(&before, write).commit().await.map_err(Failure::from)
            }
            Change::Remove(before) => {
                let postings = before.terms.each(|it| store::UnindexProductPosting {
                    start: term::start(it),
                    term: it.clone(),
                    product_id: before.product_id,
                });
                let write = store::UnindexProduct { postings };
                store.unindex_product(&before, write).commit().await.map_err(Failure::from)
            }
        }
    }
}
