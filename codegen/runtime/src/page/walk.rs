//! From one page to the next.

use super::Paged;

/// Every item of a read, page after page. `read` gives the page that a cursor leads to, the first without one.
///
/// ```
/// # use stipule_runtime::{PageRequest, Paged, page};
/// # async fn read(request: PageRequest<'_>) -> Result<Paged<u8>, ()> {
/// #     let is_first = request.cursor.is_none();
/// #     let (items, next) = if is_first { (vec![1, 2], Some("two".to_owned())) } else { (vec![3], None) };
/// #     Ok(Paged { items, next })
/// # }
/// # use futures_util::FutureExt;
/// # async {
/// let all = page::every(|cursor| async move { read(PageRequest::at(cursor.as_deref())).await }).await;
/// assert_eq!(all, Ok(vec![1, 2, 3]));
/// # }.now_or_never().unwrap();
/// ```
///
/// # Errors
/// Those of the read.
pub async fn every<T, E, R>(read: impl FnMut(Option<String>) -> R) -> Result<Vec<T>, E>
where
    R: Future<Output = Result<Paged<T>, E>>,
{
    let mut all = Vec::new();
    let none: Option<()> = first(read, |item| {
        all.push(item);
        None
    })
    .await?;
    debug_assert!(none.is_none(), "nothing was looked for");
    Ok(all)
}

/// What `wanted` makes of the first item of which it makes something; no page behind that item is read.
///
/// # Errors
/// Those of the read.
pub async fn first<T, B, E, R>(
    mut read: impl FnMut(Option<String>) -> R,
    mut wanted: impl FnMut(T) -> Option<B>,
) -> Result<Option<B>, E>
where
    R: Future<Output = Result<Paged<T>, E>>,
{
    let mut cursor = None;
    loop {
        let page = read(cursor.take()).await?;
        if let Some(found) = page.items.into_iter().find_map(&mut wanted) {
            return Ok(Some(found));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::FutureExt;

    use super::*;

    /// Three pages of two items; notes which were read.
    fn page(cursor: Option<String>, read: &RefCell<Vec<usize>>) -> Result<Paged<usize>, usize> {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        read.borrow_mut().push(at);
        Ok(Paged { items: vec![2 * at, 2 * at + 1], next: (at < 2).then(|| (at + 1).to_string()) })
    }

    #[test]
    fn every_item_comes_once_and_in_order() {
        let read = RefCell::default();
        let all = every(|cursor| std::future::ready(page(cursor, &read))).now_or_never().unwrap();
        assert_eq!((all, read.into_inner()), (Ok(vec![0, 1, 2, 3, 4, 5]), vec![0, 1, 2]));
    }

    #[test]
    fn nothing_is_read_behind_what_is_looked_for() {
        for (wanted, found, pages) in [(3, Some(30), 2), (9, None, 3)] {
            let read = RefCell::default();
            let reads = |cursor| std::future::ready(page(cursor, &read));
            let looked = first(reads, |item| (item == wanted).then_some(item * 10)).now_or_never().unwrap();
            assert_eq!((looked, read.into_inner().len()), (Ok(found), pages));
        }
    }

    #[test]
    fn a_read_that_fails_ends_it() {
        let fails = |cursor: Option<String>| {
            std::future::ready(match cursor {
                None => Ok(Paged { items: vec![1], next: Some("1".to_owned()) }),
                Some(_) => Err(7),
            })
        };
        assert_eq!(every(fails).now_or_never().unwrap(), Err(7));
    }
}
