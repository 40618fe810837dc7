//! What returns does for the saga of a return: it is approved or refused, its goods are here, and somebody looks at them.

use commerce_model::events::{ReturnApproved, ReturnReceived};
use commerce_model::types::{
    ArrivedReturn, Return, ReturnCallback, ReturnFailed, ReturnId, ReturnLine, ReturnOf, ReturnStatus,
};
use commerce_service::returns as api;
use commerce_store::{self as store, Commerce, ReturnWithLines};
use stipule_runtime::wire::{BoundedVec, Text};
use stipule_runtime::{Context, Failure, PageRequest, Stored};

use crate::Returns;
use crate::app::{approval, inspection, request};

const TOO_LATE: &str = "the time to send it back is over";

impl api::ReturningSteps for Returns {
    async fn approve(&self, cx: &Context, input: ReturnOf) -> Result<(), api::ReturningApproveError> {
        let store = Commerce::of(cx);
        let ReturnWithLines { r#return: it, lines } = found(cx, &input.return_id).await?;
        let delivered = store.returnable_lines(&it.order_id, PageRequest::first()).await?.items;
        let of_it = delivered.iter().filter(|known| lines.iter().any(|it| it.line_no == known.line_no));
        if !of_it.clone().all(|line| approval::is_in_time(it.reason, line.delivered_at, it.requested_at)) {
            return Err(api::ReturningApproveError::TooLate(TOO_LATE.to_owned()));
        }
        let parcel_due_at = approval::due(cx.now());
        let write = store::ApproveReturn {
            status: ReturnStatus::Approved,
            parcel_due_at,
            updated_at: cx.now().max(it.updated_at),
            return_approved: ReturnApproved {
                return_id: it.return_id,
                order_id: it.order_id,
                customer_id: it.customer_id,
                parcel_due_at,
            },
        };
        Ok(store.approve_return(&it, write).commit().await.map_err(Failure::from)?)
    }

    async fn lapse(&self, cx: &Context, input: ReturnOf) -> Result<(), Failure> {
        end(cx, &input.return_id, ReturnStatus::Lapsed).await
    }

    async fn receive(&self, cx: &Context, input: ArrivedReturn) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let ReturnWithLines { r#return: it, .. } = found(cx, &input.return_id).await?;
        let write = store::ReceiveReturn {
            status: ReturnStatus::Received,
            updated_at: cx.now().max(it.updated_at),
            return_received: ReturnReceived {
                return_id: it.return_id,
                order_id: it.order_id,
                customer_id: it.customer_id,
                warehouse: input.warehouse,
            },
        };
        store.receive_return(&it, write).commit().await.map_err(Failure::from)
    }

    /// Looks before and after the token is kept: whoever inspects meanwhile either finds the token, or is found here.
    async fn await_inspection(
        &self,
        cx: &Context,
        input: ReturnOf,
        token: api::ReturningAwaitInspectionToken,
    ) -> Result<(), Failure> {
        if answer(cx, &input.return_id, &token).await? {
            return Ok(());
        }
        let return_callback = ReturnCallback {
            return_id: input.return_id,
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        let write = store::AwaitInspection { return_callback };
        match Commerce::of(cx).await_inspection(write).commit().await.map_err(Failure::from) {
            Ok(()) | Err(Failure::AlreadyHandled) => {}
            Err(other) => return Err(other),
        }
        answer(cx, &input.return_id, &token).await.map(drop)
    }

    async fn refuse(&self, cx: &Context, input: ReturnFailed) -> Result<(), Failure> {
        end(cx, &input.return_id, ReturnStatus::Refused).await
    }
}

async fn found(cx: &Context, id: &ReturnId) -> Result<ReturnWithLines, Failure> {
    let found = Commerce::of(cx).return_with_lines(id).await?;
    found.ok_or_else(|| Failure::park("there is no such return"))
}

/// Answers if somebody looked at the goods already; whether anybody did.
pub(crate) async fn answer(
    cx: &Context,
    id: &ReturnId,
    token: &api::ReturningAwaitInspectionToken,
) -> Result<bool, Failure> {
    let ReturnWithLines { r#return: it, lines } = found(cx, id).await?;
    let Some(outcome) = inspection::outcome(&it, &lines).map_err(Failure::park)? else { return Ok(false) };
    token.succeed(cx, &outcome).await?;
    Ok(true)
}

/// Ends a return that comes to nothing, if it ends so from where it stands: its pieces may be sent back another time.
async fn end(cx: &Context, id: &ReturnId, status: ReturnStatus) -> Result<(), Failure> {
    let ReturnWithLines { r#return: it, lines } = found(cx, id).await?;
    if request::ended(it.status) != Some(status) {
        return Ok(());
    }
    let write = ending(&it, &lines, status, cx)?;
    Commerce::of(cx).end_return(&it, write).commit().await.map_err(Failure::from)
}

fn ending(
    it: &Stored<Return>,
    lines: &[ReturnLine],
    status: ReturnStatus,
    cx: &Context,
) -> Result<store::EndReturn, Failure> {
    let piece = |line: &ReturnLine| store::EndReturnPiece {
        order_id: it.order_id,
        line_no: line.line_no,
        quantity: i64::from(line.quantity.get()),
    };
    Ok(store::EndReturn {
        status,
        updated_at: cx.now().max(it.updated_at),
        pieces: BoundedVec::new(lines.iter().map(piece).collect()).map_err(Failure::park)?,
    })
}
