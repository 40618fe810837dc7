//! Lists and tuples.

use stipule_ir::types::{List, Scalar};
use stipule_ir::{Diagnostic, Span, Type, TypeKind};

use super::lowering::Lowering;
use super::scalar::ordered;
use super::schema::{Schema, Site};

/// Lowers a schema of type `array`.
pub(super) fn lower<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> TypeKind {
    let bounds = &schema.bounds;
    let (least, most) = (bounds.min_items.as_ref(), bounds.max_items.as_ref());
    ordered(lowering, "minItems", least, "maxItems", most);
    if let Some((span, places)) = &schema.items.prefix {
        return tuple(lowering, schema, span, places);
    }
    if schema.items.closed && !lowering.posture().is_import() {
        let message = "`items: false` without `prefixItems` allows only the empty list";
        lowering.diagnostics.push(Diagnostic::error("JSC022", &schema.span(), message));
    }
    let (item, nullable_items) = match &schema.items.rest {
        Some(site) => {
            let used = lowering.lower(site);
            (used.ty, used.nullable)
        }
        None => {
            let kind = TypeKind::Scalar(Scalar::Any);
            (lowering.types.add(Type { declaration: None, kind, span: schema.span() }), false)
        }
    };
    TypeKind::List(List {
        item,
        nullable_items,
        min_items: least.map(|bound| bound.value).filter(|count| *count > 0),
        max_items: most.map(|bound| bound.value),
        unique: bounds.unique_items.as_ref().is_some_and(|unique| unique.value),
    })
}

/// A tuple has exactly as many items as places: `prefixItems` alone bounds neither end.
fn tuple<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>, span: &Span, places: &[Site<'d>]) -> TypeKind {
    if lowering.posture().is_import() && !is_fixed(schema, places.len()) {
        return loose_tuple(lowering, schema, span, places);
    }
    let length = u64::try_from(places.len()).unwrap_or(u64::MAX);
    let bounds = &schema.bounds;
    let is_closed = (schema.items.closed && schema.items.rest.is_none())
        || bounds.max_items.as_ref().is_some_and(|most| most.value == length);
    let is_whole = bounds.min_items.as_ref().is_some_and(|least| least.value == length);
    let is_longer = bounds.max_items.as_ref().is_some_and(|most| most.value < length);
    if !is_closed || !is_whole || is_longer {
        let message = format!("only tuples of exactly {length} items are supported");
        let fault = Diagnostic::error("JSC022", span, message);
        lowering
            .diagnostics
            .push(fault.help(format!("write `minItems: {length}` and `items: false` beside it")));
    }
    if let Some(unique) = bounds.unique_items.as_ref().filter(|unique| unique.value) {
        let message = "`uniqueItems` of a tuple is not supported yet";
        lowering.diagnostics.push(Diagnostic::error("JSC001", &unique.span, message));
    }
    TypeKind::Tuple(places.iter().map(|place| lowering.lower_with_null(place)).collect())
}

/// Most places of a tuple type.
const MOST_PLACES: usize = 8;

/// Whether a schema describes tuples of one length that a type can have.
fn is_fixed(schema: &Schema<'_>, places: usize) -> bool {
    let length = u64::try_from(places).unwrap_or(u64::MAX);
    let bounds = &schema.bounds;
    let most = bounds.max_items.as_ref().map(|most| most.value);
    let is_closed = schema.items.closed && schema.items.rest.is_none() || most == Some(length);
    let least = bounds.min_items.as_ref().map(|least| least.value);
    is_closed && least == Some(length) && most.is_none_or(|most| most >= length) && places <= MOST_PLACES
}

/// A list that begins with items of certain types: all of one type, or of any.
fn loose_tuple<'d>(
    lowering: &mut Lowering<'d>,
    schema: &Schema<'d>,
    span: &Span,
    places: &[Site<'d>],
) -> TypeKind {
    let mut used: Vec<_> = places.iter().map(|place| lowering.lower(place)).collect();
    used.extend(schema.items.rest.as_ref().map(|rest| lowering.lower(rest)));
    let same = used.windows(2).all(|pair| pair[0].ty == pair[1].ty);
    let is_open = schema.items.rest.is_none() && !schema.items.closed;
    let first = used.first().filter(|_| same && !is_open);
    if first.is_none() {
        lowering.leave_of(schema, "prefixItems", span);
    }
    let (item, nullable_items) = match first {
        Some(first) => (first.ty, used.iter().any(|used| used.nullable)),
        None => (super::object::any_type(lowering, span), false),
    };
    let bounds = &schema.bounds;
    let closed = schema.items.closed.then(|| u64::try_from(places.len()).unwrap_or(u64::MAX));
    TypeKind::List(List {
        item,
        nullable_items,
        min_items: bounds.min_items.as_ref().map(|bound| bound.value).filter(|count| *count > 0),
        max_items: bounds.max_items.as_ref().map(|bound| bound.value).or(closed),
        unique: bounds.unique_items.as_ref().is_some_and(|unique| unique.value),
    })
}
