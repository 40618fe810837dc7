//! The engine's errors in the words of the port.

use dynoxide::DynoxideError;
use dynoxide::errors::CancellationReason;
use stipule_runtime::store::{Cancellation, StoreError, TransactError};

/// A failed read.
pub(super) fn store_error(fault: DynoxideError) -> StoreError {
    match fault {
        DynoxideError::ProvisionedThroughputExceededException(_)
        | DynoxideError::LimitExceededException(_) => StoreError::Throttled,
        // The engine gave up or its disk did: nobody knows what became of the call.
        DynoxideError::InternalServerError(_) | DynoxideError::SqliteError(_) => {
            StoreError::Unavailable(fault.to_string())
        }
        // The rest says that the request itself is wrong, and would be wrong again.
        other => StoreError::Invalid(other.to_string()),
    }
}

/// A failed transaction, with one cancellation per action in the order of the actions.
pub(super) fn transact_error(fault: DynoxideError) -> TransactError {
    match fault {
        DynoxideError::TransactionCanceledException(_, reasons) => {
            TransactError::Cancelled(reasons.into_iter().map(cancellation).collect())
        }
        other => TransactError::Store(store_error(other)),
    }
}

/// The codes are those of `TransactionCanceledException` in the DynamoDB API reference.
fn cancellation(reason: CancellationReason) -> Cancellation {
    match reason.code.as_str() {
        "None" => Cancellation::None,
        "ConditionalCheckFailed" => Cancellation::ConditionFailed,
        "TransactionConflict" => Cancellation::Conflict,
        "ThrottlingError" | "ProvisionedThroughputExceeded" => Cancellation::Throttled,
        _ => Cancellation::Invalid(reason.message.unwrap_or(reason.code)),
    }
}
