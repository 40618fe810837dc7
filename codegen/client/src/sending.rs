//! A call on its way.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

use crate::answer::Answer;
use crate::error::{Error, Fault};
use crate::outcome::Outcomes;

/// A call of an operation `K` on its way: awaited, it gives what the operation declares.
///
/// The same for every operation until the answer is there, so that programs which call many of them compile the way
/// there once.
#[must_use = "nothing is sent until it is awaited"]
pub struct Sending<K> {
    pub(crate) answer: BoxFuture<'static, Result<Answer, Fault>>,
    pub(crate) reads: PhantomData<fn() -> K>,
}

impl<K: Outcomes> Future for Sending<K> {
    type Output = Result<K::Ok, Error<K::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut().answer.as_mut().poll(cx) {
            Poll::Ready(Ok(answer)) => Poll::Ready(K::read(answer)),
            Poll::Ready(Err(fault)) => Poll::Ready(Err(Error::Failed(fault))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<K> fmt::Debug for Sending<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}
