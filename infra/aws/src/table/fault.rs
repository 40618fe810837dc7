//! The SDK's errors in the words of the port: what certainly didn't happen, and what nobody knows.

use std::error::Error;
use std::fmt::Write;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use stipule_runtime::store::{Cancellation, StoreError, TransactError};

/// An answer over HTTP as the SDK keeps it.
type Raw = aws_sdk_dynamodb::config::http::HttpResponse;

/// A failed read, or a failed write of many items each for itself.
pub(super) fn store_error<E>(fault: SdkError<E, Raw>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match fault {
        SdkError::ServiceError(answer) => {
            let (code, message) = (answer.err().code(), answer.err().message());
            refusal(code.unwrap_or_default(), message.unwrap_or_default(), answer.raw().status().as_u16())
        }
        // It never left this process.
        unsent @ SdkError::ConstructionFailure(_) => StoreError::Invalid(causes(&unsent)),
        // Not sent, sent in vain, or the answer was lost: the SDK can't tell in every case, so nobody can.
        lost => StoreError::Unavailable(causes(&lost)),
    }
}

/// A failed transaction, with one cancellation per action in the order of the actions.
pub(super) fn transact_error(fault: SdkError<TransactWriteItemsError, Raw>) -> TransactError {
    if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = fault.as_service_error() {
        return TransactError::Cancelled(cancelled.cancellation_reasons().iter().map(cancellation).collect());
    }
    TransactError::Store(store_error(fault))
}

/// A transaction of one action, which was sent as a call of its own and failed.
pub(super) fn single_error<E>(fault: SdkError<E, Raw>) -> TransactError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match fault.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("ConditionalCheckFailedException") => {
            TransactError::Cancelled(vec![Cancellation::ConditionFailed])
        }
        Some("TransactionConflictException") => TransactError::Cancelled(vec![Cancellation::Conflict]),
        _ => TransactError::Store(store_error(fault)),
    }
}

/// The codes are those of "Error handling with DynamoDB" in the developer guide and of the single operations in the
/// API reference.
fn refusal(code: &str, message: &str, status: u16) -> StoreError {
    let said =
        || if message.is_empty() { format!("{code} ({status})") } else { format!("{code}: {message}") };
    match code {
        "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "ThrottlingException"
        | "Throttling"
        | "LimitExceededException"
        // A transaction or a replica has the item in hand: nothing happened, and it passes.
        | "TransactionConflictException"
        | "ReplicatedWriteConflictException" => StoreError::Throttled,
        // The same transaction is still on its way, and may yet commit.
        "TransactionInProgressException" => StoreError::Unavailable(said()),
        _ if status == 429 => StoreError::Throttled,
        _ if status >= 500 => StoreError::Unavailable(said()),
        // Validation, a missing table, a missing permission, a token with other contents: wrong again next time.
        _ => StoreError::Invalid(said()),
    }
}

/// The codes are those of `TransactionCanceledException` in the DynamoDB API reference.
fn cancellation(reason: &CancellationReason) -> Cancellation {
    match reason.code().unwrap_or("None") {
        "None" => Cancellation::None,
        "ConditionalCheckFailed" => Cancellation::ConditionFailed,
        "TransactionConflict" => Cancellation::Conflict,
        "ThrottlingError" | "ProvisionedThroughputExceeded" => Cancellation::Throttled,
        code => Cancellation::Invalid(reason.message().unwrap_or(code).to_owned()),
    }
}

/// An error with what caused it: the SDK says «dispatch failure» and keeps «connection refused» below.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        // Writing to a string can't fail.
        let _ = write!(text, ": {below}");
        cause = below.source();
    }
    text
}
