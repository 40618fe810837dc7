//! Pages of reads, and the cursors that lead from one to the next.

mod cursor;
mod fetch;
mod merge;
mod patient;
mod place;
mod scan;
mod walk;

pub use cursor::CursorKey;
pub use fetch::{all, one, page};
pub use merge::merged;
pub use scan::scan;
pub use walk::{every, first};

/// A read that gives pages, as its contract says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Its name: a cursor is good for the read that made it.
    pub name: &'static str,
    /// The keys that it reads by. When they change, the cursors of before lead nowhere.
    pub template: &'static str,
    /// Items of a page unless the caller asks otherwise.
    pub page: u32,
    /// Most items of a page, whatever the caller asks for.
    pub max_page: u32,
}

/// What a caller asks of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageRequest<'r> {
    /// The `next` of the page before; the first page without it.
    pub cursor: Option<&'r str>,
    /// Most items; the read's own page size without it, and never more than the read allows.
    pub limit: Option<u32>,
}

impl<'r> PageRequest<'r> {
    /// The first page, as long as the read says.
    pub fn first() -> Self {
        Self::default()
    }

    /// The page that a cursor leads to; the first without one.
    pub fn at(cursor: Option<&'r str>) -> Self {
        Self { cursor, limit: None }
    }

    /// With so many items at most.
    #[must_use]
    pub fn limited(mut self, limit: Option<u32>) -> Self {
        self.limit = limit;
        self
    }

    /// Items of this page at most: at least 1.
    pub fn items(&self, pattern: &Pattern) -> u32 {
        self.limit.unwrap_or(pattern.page).min(pattern.max_page).max(1)
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Cursor of the next page; `None` after the last.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// The same page with other items.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(each).collect(), next: self.next }
    }

    /// The same page with other items.
    ///
    /// # Errors
    /// The first that `each` gives.
    pub fn try_map<U, E>(self, each: impl FnMut(T) -> Result<U, E>) -> Result<Paged<U>, E> {
        Ok(Paged { items: self.items.into_iter().map(each).collect::<Result<_, _>>()?, next: self.next })
    }
}
