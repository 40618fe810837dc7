//! Search: finds products by the words that people type, and the words while they are typed.

mod app;
mod events;
mod index;

use commerce_model::search::{SearchResult, Suggestions};
use commerce_model::types::MinorUnits;
use commerce_service::search as api;
use commerce_store::Commerce;
use stipule_runtime::wire::{BoundedVec, Text};
use stipule_runtime::{Context, Failed, PageRequest};

use app::query::{self, Filter, Query};
use app::{facet, offer, term};

pub use index::{Change, SearchIndex, TableIndex};

/// The search service, over an index.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search<I> {
    index: I,
}

impl<I: SearchIndex> Search<I> {
    /// The service over this index.
    pub fn new(index: I) -> Self {
        Self { index }
    }
}

impl<I: SearchIndex> api::Search for Search<I> {
    async fn search_products(
        &self,
        cx: &Context,
        input: api::SearchProducts,
    ) -> Result<api::SearchProductsOk, api::SearchProductsError> {
        let words = term::terms(input.q.as_str());
        let mut query = Query::default();
        for (at, word) in words.iter().enumerate() {
            let near = self.index.starting(cx, &term::start(word), None).await?;
            query.narrow(word, at + 1 == words.len(), &near);
        }
        let filter = Filter {
            in_stock: input.in_stock,
            from: input.price_from.map_or(0, MinorUnits::get),
            to: input.price_to.map_or(i64::MAX, MinorUnits::get),
        };
        let found = query.found(&filter);
        let most = usize::try_from(input.limit.get()).unwrap_or(0);
        let items = found.iter().take(most).map(query::hit).collect();
        let offers = Commerce::of(cx).running_offers(PageRequest::first()).await?.items;
        let offers = offers.into_iter().filter(|it| offer::counts(it, cx.now())).collect();
        let taken = query.taken().map(Text::new).transpose().map_err(Failed::internal)?;
        Ok(api::SearchProductsOk::Ok(SearchResult {
            items: BoundedVec::new(items).map_err(Failed::internal)?,
            found: facet::number(found.len()),
            facets: facet::facets(&found).map_err(Failed::internal)?,
            offers: BoundedVec::new(offers).map_err(Failed::internal)?,
            taken,
        }))
    }

    async fn suggest_terms(
        &self,
        cx: &Context,
        input: api::SuggestTerms,
    ) -> Result<api::SuggestTermsOk, api::SuggestTermsError> {
        // Of several words the last is being typed.
        let words = term::terms(input.q.as_str());
        let near = match words.last() {
            Some(word) => self.index.starting(cx, &term::start(word), Some(word)).await?,
            None => Vec::new(),
        };
        let items = BoundedVec::new(query::suggestions(&near)).map_err(Failed::internal)?;
        Ok(api::SuggestTermsOk::Ok(Suggestions { items }))
    }
}
