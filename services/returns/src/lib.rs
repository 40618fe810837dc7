//! Returns: goods on their way back, once and no more than were delivered.

mod app;
mod events;
mod steps;

use commerce_model::returns::{ReturnDetails, ReturnPage};
use commerce_model::types::{Cursor, PageSize, Return, ReturnId, ReturnLine, ReturnParcel};
use commerce_service::returns as api;
use commerce_store::{self as store, Commerce, OrderWithLines, ReturnWithLines};
use stipule_runtime::wire::{BoundedVec, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::inspection::{self, Bought, Inspected};
use app::request::{self, Asked};

/// The returns service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Returns;

const NO_RETURN: &str = "There is no such return.";
const NO_ORDER: &str = "There is no such order.";
const OF_WHAT: &str = "Say `customerId`, or `status`.";
const NOT_DELIVERED: &str = "Nothing of the order has been delivered yet.";
const NOTHING_LEFT: &str = "Not that many pieces are left that could be sent back.";

impl api::Returns for Returns {
    async fn list_returns(
        &self,
        cx: &Context,
        input: api::ListReturns,
    ) -> Result<api::ListReturnsOk, api::ListReturnsError> {
        let store = Commerce::of(cx);
        let page = page(input.cursor.as_ref(), input.limit);
        let found = match (&input.customer_id, &input.status) {
            (Some(customer), _) => store.returns_of_customer(customer, page).await?,
            (None, Some(status)) => store.returns_in_status(status, page).await?,
            (None, None) => return Err(api::ListReturnsError::bad_request(OF_WHAT)),
        };
        let found = found.map(Stored::into_value);
        Ok(api::ListReturnsOk::Ok(ReturnPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn request_return(
        &self,
        cx: &Context,
        input: api::RequestReturn,
    ) -> Result<api::RequestReturnOk, api::RequestReturnError> {
        let store = Commerce::of(cx);
        let found = store.order_with_lines(&input.body.order_id).await?;
        let found = found.ok_or_else(|| api::RequestReturnError::not_found(NO_ORDER))?;
        let OrderWithLines { order, lines } = found;
        let Asked { it, lines, event } =
            request::ask(ReturnId::new(cx.new_id()), &order, &lines, &input.body, cx.now()).map_err(
                |refused| match refused {
                    request::Refused::Lines(detail) => api::RequestReturnError::unprocessable_content(detail),
                    request::Refused::Fault(fault) => Failed::internal(fault).into(),
                },
            )?;
        if store.returnable_lines(&order.order_id, PageRequest::first()).await?.items.is_empty() {
            return Err(api::RequestReturnError::conflict(NOT_DELIVERED));
        }
        let done = api::RequestReturnOk::Created(details(it.clone(), lines.clone(), None)?);
        let piece = |line: &ReturnLine| store::RequestReturnPiece {
            order_id: it.order_id,
            line_no: line.line_no,
            quantity: i64::from(line.quantity.get()),
        };
        let write = store::RequestReturn {
            pieces: BoundedVec::new(lines.iter().map(piece).collect()).map_err(Failed::internal)?,
            lines: BoundedVec::new(lines).map_err(Failed::internal)?,
            return_requested: event,
            r#return: it,
        };
        store.request_return(write).answer(done).await.map_err(|error| match error {
            store::RequestReturnError::NothingLeft { .. } => api::RequestReturnError::conflict(NOTHING_LEFT),
            exists @ (store::RequestReturnError::ReturnExists
            | store::RequestReturnError::ReturnLineExists { .. }) => Failed::internal(exists).into(),
            store::RequestReturnError::Failed(failure) => failure.into(),
        })
    }

    async fn get_return(
        &self,
        cx: &Context,
        input: api::GetReturn,
    ) -> Result<api::GetReturnOk, api::GetReturnError> {
        let store = Commerce::of(cx);
        let found = store.return_with_lines(&input.return_id).await?;
        let ReturnWithLines { r#return, lines } =
            found.ok_or_else(|| api::GetReturnError::not_found(NO_RETURN))?;
        let parcel = store.return_parcel(&input.return_id).await?.map(Stored::into_value);
        Ok(api::GetReturnOk::Ok(details(r#return.into_value(), lines, parcel)?))
    }

    async fn inspect_return(
        &self,
        cx: &Context,
        input: api::InspectReturn,
    ) -> Result<api::InspectReturnOk, api::InspectReturnError> {
        let store = Commerce::of(cx);
        let found = store.return_with_lines(&input.return_id).await?;
        let ReturnWithLines { r#return: found, lines } =
            found.ok_or_else(|| api::InspectReturnError::not_found(NO_RETURN))?;
        let OrderWithLines { order, lines: bought } =
            store.order_with_lines(&found.order_id).await?.ok_or_else(|| Failed::internal(NO_ORDER))?;
        let payment = store.payment(&order.payment_id).await?;
        let bought = Bought {
            lines: &bought,
            refundable: payment.map_or(0, |it| it.refundable.get()),
            price: &order.total,
        };
        let Inspected { it, lines, event } =
            inspection::inspect(&found, &lines, &input.body.lines, &bought, cx.now())
                .map_err(|refused| not_inspected(&found, refused))?;
        let parcel = store.return_parcel(&input.return_id).await?.map(Stored::into_value);
        let line = |line: &ReturnLine| store::CloseReturnLine {
            return_id: line.return_id,
            line_no: line.line_no,
            condition: line.condition,
        };
        let write = store::CloseReturn {
            status: it.status,
            refund: it.refund.clone(),
            updated_at: it.updated_at,
            lines: BoundedVec::new(lines.iter().map(line).collect()).map_err(Failed::internal)?,
            return_closed: event,
        };
        let done = api::InspectReturnOk::Ok(details(it, lines, parcel)?);
        store.close_return(&found, write).answer(done).await.map_err(|error| match error {
            store::CloseReturnError::Conflict => StoreFailure::Busy.into(),
            store::CloseReturnError::ReturnLineMissing { .. } => Failed::internal(error).into(),
            store::CloseReturnError::Failed(failure) => failure.into(),
        })
    }
}

fn not_inspected(it: &Return, refused: inspection::Refused) -> api::InspectReturnError {
    match refused {
        inspection::Refused::State(detail) => match UniqueVec::new(it.status.next().to_vec()) {
            Ok(allowed) => api::InspectReturnError::conflict(detail, it.status, allowed),
            Err(fault) => Failed::internal(fault).into(),
        },
        inspection::Refused::Lines(detail) => api::InspectReturnError::unprocessable_content(detail),
        inspection::Refused::Fault(fault) => Failed::internal(fault).into(),
    }
}

/// A return as it is shown.
fn details(
    it: Return,
    lines: Vec<ReturnLine>,
    parcel: Option<ReturnParcel>,
) -> Result<ReturnDetails, Failed> {
    Ok(ReturnDetails {
        return_id: it.return_id,
        order_id: it.order_id,
        customer_id: it.customer_id,
        reason: it.reason,
        status: it.status,
        line_count: it.line_count,
        refund: it.refund,
        parcel_due_at: it.parcel_due_at,
        requested_at: it.requested_at,
        updated_at: it.updated_at,
        lines: BoundedVec::new(lines).map_err(Failed::internal)?,
        parcel,
    })
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
