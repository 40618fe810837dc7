//! Our own extensions of operations.

use stipule_ir::service::Paginate;

use super::{Api, Loose, PagingPlaces};
use crate::shape::Shape;

impl Api<'_, '_> {
    /// `x-stipule-paginate: {items, cursor, next, limit}`; checked against parameters and response later.
    pub(super) fn paginate(&mut self, shape: &mut Shape<'_>, loose: &mut Loose) -> Option<Paginate> {
        let entry = shape.entry("x-stipule-paginate")?;
        let mut shape = Shape::under(entry, "`x-stipule-paginate`", self.diagnostics)?;
        let items = shape.required_text("items", self.diagnostics);
        let cursor = shape.required_text("cursor", self.diagnostics);
        let next = shape.required_text("next", self.diagnostics);
        let limit = shape.text("limit", self.diagnostics);
        shape.finish(self.diagnostics);
        let (items, cursor, next) = (items?, cursor?, next?);
        loose.paginate = Some(PagingPlaces {
            key: entry.key.span.clone(),
            items: items.span,
            cursor: cursor.span,
            next: next.span,
            limit: limit.as_ref().map(|limit| limit.span.clone()),
        });
        Some(Paginate {
            items: items.value,
            cursor: cursor.value,
            next: next.value,
            limit: limit.map(|limit| limit.value),
        })
    }
}
