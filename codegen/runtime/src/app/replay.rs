//! Commands with an `Idempotency-Key`: the key itself, and the answer that is already there.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use super::answer;
use crate::context::{Cause, Context, IdempotencyKey};
use crate::failure::{Failed, StoreFailure};
use crate::http::{Idempotency, Operation, Problem, Refused, Response};
use crate::id;
use crate::idempotency::{Handled, key_of};
use crate::mutant::Mutant;
use crate::page;

/// Header of a command's key.
const KEY: &str = "idempotency-key";

/// Header of an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Most characters of a key.
const LONGEST: usize = 255;

/// The key of a command, if the operation honours one and it has one.
pub(super) fn key(
    operation: &Operation,
    headers: &HeaderMap,
    principal: &str,
    target: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    if operation.idempotency == Idempotency::ByMethod {
        return Ok(None);
    }
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else {
        let required = operation.idempotency == Idempotency::KeyRequired;
        return if required { Err(answer::key_missing()) } else { Ok(None) };
    };
    let key = value.to_str().ok().filter(|key| values.next().is_none() && is_key(key));
    let key = key.ok_or_else(answer::key_malformed)?.to_owned();
    let fingerprint = fingerprint(operation, &key, target, body);
    Ok(Some(IdempotencyKey { principal: principal.to_owned(), key, fingerprint }))
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// SHA-256 over the key, method, path with query, and body, each led by its length. The key is in it, as short bodies could be
/// guessed by their hash.
fn fingerprint(operation: &Operation, key: &str, target: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [key.as_bytes(), operation.method.as_str().as_bytes(), target.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    id::hex(&hash.finalize())
}

/// The answer that the context's command got before, if it did.
///
/// # Errors
/// 422 when something else was sent under the key; otherwise when the store fails.
pub(super) async fn recorded(cx: &Context) -> Result<Option<Response>, Refused> {
    let Cause::Command { key: Some(key), .. } = cx.cause() else { return Ok(None) };
    let Some(place) = key_of(cx) else { return Ok(None) };
    let Some(item) = page::one(cx, place.clone(), true).await? else { return Ok(None) };
    let Some(handled) = Handled::of(cx, &item) else { return Ok(None) };
    if handled.fingerprint != key.fingerprint && !Mutant::AnswerBlind.is_on() {
        return Err(answer::key_reused().into());
    }
    let response = handled.answer.and_then(|answer| answer.to_response());
    let corrupt = || StoreFailure::corrupt(&place.pk, &place.sk, "it doesn't hold an answer");
    let mut response = response.ok_or_else(|| Failed::from(corrupt()))?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(Some(response))
}
