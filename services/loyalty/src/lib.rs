//! Loyalty: the ledger of points.

mod app;
mod events;

use commerce_model::loyalty::LoyaltyStatement;
use commerce_model::types::Cursor;
use commerce_service::loyalty as api;
use commerce_store::Commerce;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failed, PageRequest};

/// The loyalty service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loyalty;

const NO_ACCOUNT: &str = "The customer has no account.";

impl api::Loyalty for Loyalty {
    async fn get_loyalty(
        &self,
        cx: &Context,
        input: api::GetLoyalty,
    ) -> Result<api::GetLoyaltyOk, api::GetLoyaltyError> {
        let store = Commerce::of(cx);
        let account = store.loyalty_account(&input.customer_id).await?;
        let account = account.ok_or_else(|| api::GetLoyaltyError::not_found(NO_ACCOUNT))?;
        let page = PageRequest::at(input.cursor.as_ref().map(|cursor| cursor.as_str()))
            .limited(Some(input.limit.get().unsigned_abs()));
        let found = store.loyalty_entries(&input.customer_id, page).await?;
        Ok(api::GetLoyaltyOk::Ok(LoyaltyStatement {
            account: account.into_value(),
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }
}
