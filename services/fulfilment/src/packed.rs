//! What comes of a part of an order once people are done with it.

use commerce_model::types::{Fulfilment, FulfilmentId, Money, Packing};
use commerce_store::{Commerce, OrderWithLines};
use stipule_runtime::wire::Ranged;
use stipule_runtime::{Context, Failure};

use crate::app::price::{self, Piece};
use crate::app::status;
use crate::parts_of;

/// What whoever waits for the part is told; `None` as long as people are at it.
pub(crate) async fn packing(cx: &Context, part: &Fulfilment) -> Result<Option<Packing>, Failure> {
    let Some(outcome) = status::outcome(part.status) else { return Ok(None) };
    Ok(Some(Packing { outcome, amount: amount(cx, part).await? }))
}

/// What the customer pays for what was found.
async fn amount(cx: &Context, part: &Fulfilment) -> Result<Money, Failure> {
    let store = Commerce::of(cx);
    let found = store.order_with_lines(&part.order_id).await?;
    let OrderWithLines { order, lines } = found.ok_or_else(|| Failure::park("there is no such order"))?;
    let mut parts: Vec<FulfilmentId> =
        parts_of(cx, &part.order_id).await?.iter().map(|it| it.fulfilment_id).collect();
    parts.sort_by_key(|id| *id.get());
    let mut pieces = Vec::new();
    for of in parts {
        let found = store.fulfilment_with_lines(&of).await?;
        let found = found.ok_or_else(|| Failure::retry("a part of the order isn't there yet"))?;
        pieces.extend(found.lines.into_iter().map(|line| Piece { of, line }));
    }
    let amount = price::of(&part.fulfilment_id, &lines, &pieces);
    let amount = Ranged::new(amount).map_err(Failure::park)?;
    Ok(Money { amount, currency: order.total.currency.clone() })
}
