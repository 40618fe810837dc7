//! Pages as one stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};

use crate::answer::{Misfit, Reply};
use crate::call::Call;
use crate::error::Error;
use crate::outcome::Outcomes;

/// Takes a page apart into its items and the next cursor.
pub type Split<P, T> = fn(P) -> (Vec<T>, Option<String>);

/// Every item of a list, page after page. A page is asked for when the one before is used up.
#[must_use = "nothing is asked for until the stream is read"]
pub struct Pages<T, E> {
    items: Pin<Box<dyn Stream<Item = Result<T, Error<E>>> + Send>>,
}

impl<T: Send + 'static, E: Send + 'static> Pages<T, E> {
    /// The pages of an operation `K`. `cursor` is the query parameter that says where a page starts; `split` takes a
    /// page apart into its items and the next cursor.
    pub fn new<K>(call: Call, cursor: &'static str, split: Split<K::Ok, T>) -> Self
    where
        K: Outcomes<Error = E> + 'static,
    {
        let pages = stream::try_unfold(Some((call, None)), move |state| async move {
            let Some((call, previous)) = state else { return Ok::<_, Error<E>>(None) };
            let answer = call.clone().answer().await?;
            let meta = answer.meta().clone();
            let (items, next) = split(K::read(answer)?);
            let next = match next {
                Some(next) if previous.as_ref() == Some(&next) => {
                    let misfit = Misfit::new("the next page starts where this one did");
                    return Err(Error::Misfit(Reply::new(meta, misfit)));
                }
                Some(next) => Some((call.query(cursor, &next), Some(next))),
                None => None,
            };
            Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
        });
        Self { items: Box::pin(pages.try_flatten()) }
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    /// What went wrong with a page. The stream ends there.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error<E>> {
        self.items.next().await.transpose()
    }

    /// All items that are left.
    ///
    /// # Errors
    /// What went wrong with a page.
    pub async fn collect(self) -> Result<Vec<T>, Error<E>> {
        self.items.try_collect().await
    }
}

impl<T, E> Stream for Pages<T, E> {
    type Item = Result<T, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.as_mut().poll_next(cx)
    }
}

impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}
