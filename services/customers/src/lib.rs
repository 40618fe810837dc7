//! Customers: who buys, and where to send what they bought.

mod app;
mod erasure;
mod events;

use commerce_model::customers::AddressPage;
use commerce_model::types::{AddressId, Cursor, CustomerId, PageSize};
use commerce_service::customers as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure};

use app::{address, customer};

/// The customers service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Customers;

const NO_CUSTOMER: &str = "There is no such customer.";
const NO_ADDRESS: &str = "The customer has no such address.";
const EMAIL_TAKEN: &str = "Another customer has this email address.";
const ON_HOLD: &str = "The customer is under a legal hold, and stays until it is lifted.";
const TOO_MANY: &str = "The customer has 20 addresses, which is as many as may be.";

impl api::Customers for Customers {
    async fn register_customer(
        &self,
        cx: &Context,
        input: api::RegisterCustomer,
    ) -> Result<api::RegisterCustomerOk, api::RegisterCustomerError> {
        let it = customer::register(input.body, CustomerId::new(cx.new_id()), cx.now());
        let customer_registered = customer::registered(&it);
        let write = store::RegisterCustomer { customer: it.clone(), customer_registered };
        let written = Commerce::of(cx).register_customer(write).answer(api::RegisterCustomerOk::Created(it));
        written.await.map_err(|error| match error {
            store::RegisterCustomerError::CustomerEmailTaken => {
                api::RegisterCustomerError::conflict(EMAIL_TAKEN)
            }
            store::RegisterCustomerError::CustomerExists => Failed::internal(error).into(),
            store::RegisterCustomerError::Failed(failure) => failure.into(),
        })
    }

    async fn get_customer(
        &self,
        cx: &Context,
        input: api::GetCustomer,
    ) -> Result<api::GetCustomerOk, api::GetCustomerError> {
        let found = Commerce::of(cx).customer(&input.customer_id).await?;
        let found = found.ok_or_else(|| api::GetCustomerError::not_found(NO_CUSTOMER))?;
        Ok(api::GetCustomerOk::Ok(found.into_value()))
    }

    async fn update_customer(
        &self,
        cx: &Context,
        input: api::UpdateCustomer,
    ) -> Result<api::UpdateCustomerOk, api::UpdateCustomerError> {
        let store = Commerce::of(cx);
        let found = store.customer(&input.customer_id).await?;
        let found = found.ok_or_else(|| api::UpdateCustomerError::not_found(NO_CUSTOMER))?;
        let it = customer::amend(&found, input.body, cx.now());
        let write = store::UpdateCustomer {
            email: it.email.clone(),
            name: it.name.clone(),
            phone: it.phone.clone(),
            marketing: it.marketing,
            updated_at: it.updated_at,
            customer_updated: customer::updated(&it),
        };
        let written = store.update_customer(&found, write).answer(api::UpdateCustomerOk::Ok(it));
        written.await.map_err(|error| match error {
            store::UpdateCustomerError::CustomerEmailTaken => api::UpdateCustomerError::conflict(EMAIL_TAKEN),
            store::UpdateCustomerError::Conflict => StoreFailure::Busy.into(),
            store::UpdateCustomerError::Failed(failure) => failure.into(),
        })
    }

    async fn erase_customer(
        &self,
        cx: &Context,
        input: api::EraseCustomer,
    ) -> Result<api::EraseCustomerOk, api::EraseCustomerError> {
        let store = Commerce::of(cx);
        let found = store.customer_with_addresses(&input.customer_id).await?;
        let found = found.ok_or_else(|| api::EraseCustomerError::not_found(NO_CUSTOMER))?;
        if store.legal_hold(&input.customer_id).await?.is_some() {
            return Err(api::EraseCustomerError::conflict(ON_HOLD));
        }
        let addresses = found
            .addresses
            .into_iter()
            .map(|it| store::EraseCustomerAddress { customer_id: it.customer_id, address_id: it.address_id });
        let write = store::EraseCustomer {
            addresses: BoundedVec::new(addresses.collect()).map_err(Failed::internal)?,
            customer_erased: customer::erased(&found.customer),
        };
        let written = store.erase_customer(&found.customer, write).answer(api::EraseCustomerOk::NoContent);
        written.await.map_err(|error| match error {
            store::EraseCustomerError::Conflict
            | store::EraseCustomerError::CustomerAddressMissing { .. } => StoreFailure::Busy.into(),
            store::EraseCustomerError::Failed(failure) => failure.into(),
        })
    }

    async fn list_addresses(
        &self,
        cx: &Context,
        input: api::ListAddresses,
    ) -> Result<api::ListAddressesOk, api::ListAddressesError> {
        let store = Commerce::of(cx);
        if store.customer(&input.customer_id).await?.is_none() {
            return Err(api::ListAddressesError::not_found(NO_CUSTOMER));
        }
        let page = page(input.cursor.as_ref(), input.limit);
        let found = store.addresses_of_customer(&input.customer_id, page).await?;
        Ok(api::ListAddressesOk::Ok(AddressPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn add_address(
        &self,
        cx: &Context,
        input: api::AddAddress,
    ) -> Result<api::AddAddressOk, api::AddAddressError> {
        let store = Commerce::of(cx);
        let found = store.customer_with_addresses(&input.customer_id).await?;
        let found = found.ok_or_else(|| api::AddAddressError::not_found(NO_CUSTOMER))?;
        let it = address::add(
            input.customer_id,
            found.addresses.len(),
            input.body,
            AddressId::new(cx.new_id()),
            cx.now(),
        )
        .map_err(|address::TooMany| api::AddAddressError::conflict(TOO_MANY))?;
        let write = store::AddAddress {
            updated_at: cx.now(),
            customer_address: it.clone(),
            customer_address_added: address::added(&it),
        };
        let written = store.add_address(&found.customer, write).answer(api::AddAddressOk::Created(it));
        written.await.map_err(|error| match error {
            store::AddAddressError::Conflict => StoreFailure::Busy.into(),
            store::AddAddressError::CustomerAddressExists => Failed::internal(error).into(),
            store::AddAddressError::Failed(failure) => failure.into(),
        })
    }

    async fn remove_address(
        &self,
        cx: &Context,
        input: api::RemoveAddress,
    ) -> Result<api::RemoveAddressOk, api::RemoveAddressError> {
        let write = store::RemoveAddress { customer_id: input.customer_id, address_id: input.address_id };
        let written = Commerce::of(cx).remove_address(write).answer(api::RemoveAddressOk::NoContent);
        written.await.map_err(|error| match error {
            store::RemoveAddressError::CustomerAddressMissing => {
                api::RemoveAddressError::not_found(NO_ADDRESS)
            }
            store::RemoveAddressError::Failed(failure) => failure.into(),
        })
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
