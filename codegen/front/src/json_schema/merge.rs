//! Two schemas that must both hold, as one: `allOf`, and what stands beside `$ref`.

use std::collections::BTreeSet;

use stipule_ir::types::{Access, Bound};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use super::decimal::Decimal;
use super::schema::{Additional, Bounds, Kind, Schema, Site};
use crate::reader::Node;

/// What both schemas allow. Words for the reader come from `own`, the one that stands further out.
pub(crate) fn meet<'d>(
    own: Schema<'d>,
    other: Schema<'d>,
    is_import: bool,
    diagnostics: &mut Diagnostics,
) -> Schema<'d> {
    let mut merged = own;
    note_closed(&mut merged);
    let mut other = other;
    note_closed(&mut other);
    merged.types = types(merged.types.take(), other.types.take(), diagnostics);
    merged.format = same("format", merged.format.take(), other.format.take(), diagnostics);
    bounds(&mut merged.bounds, std::mem::take(&mut other.bounds), diagnostics);
    merged.values = match (merged.values.take(), other.values.take()) {
        (Some(one), Some(two)) => Some(values(one, &two, diagnostics)),
        (one, two) => one.or(two),
    };
    properties(&mut merged, &mut other);
    merged.additional = additional(merged.additional.take(), other.additional.take());
    merged.property_names = both_sites(merged.property_names.take(), other.property_names.take());
    items(&mut merged, &mut other, diagnostics);
    if let (Some(one), Some(two), false) = (merged.choices.first(), other.choices.first(), is_import) {
        let message = "two unions that must both hold are not supported yet";
        let fault = Diagnostic::error("JSC009", &two.span, message).related(&one.span, "the other union");
        diagnostics.push(fault);
    }
    merged.choices.append(&mut other.choices);
    merged.default = merged.default.or(other.default);
    merged.personal |= other.personal;
    merged.transitions = merged.transitions.or(other.transitions);
    if merged.access == Access::Both {
        merged.access = other.access;
    }
    merged.unsaid.append(&mut other.unsaid);
    merged.deciding.append(&mut other.deciding);
    merged.closed.append(&mut other.closed);
    merged
}

/// A branch that says what other properties may be says so about those of the other branches too.
fn note_closed(schema: &mut Schema<'_>) {
    if !schema.closed.is_empty() {
        return;
    }
    if let Some(additional) = &schema.additional
        && !matches!(additional.value, Additional::Any(_))
    {
        let names: BTreeSet<String> =
            schema.properties.iter().map(|property| property.key.value.clone()).collect();
        schema.closed.push((additional.span.clone(), names));
    }
}

fn types(
    one: Option<Spanned<BTreeSet<Kind>>>,
    two: Option<Spanned<BTreeSet<Kind>>>,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<BTreeSet<Kind>>> {
    let (Some(one), Some(two)) = (&one, &two) else { return one.or(two) };
    let widened = |kinds: &BTreeSet<Kind>| {
        let mut kinds = kinds.clone();
        if kinds.contains(&Kind::Number) {
            kinds.insert(Kind::Integer);
        }
        kinds
    };
    let mut common: BTreeSet<Kind> =
        widened(&one.value).intersection(&widened(&two.value)).copied().collect();
    if common.contains(&Kind::Number) {
        common.remove(&Kind::Integer);
    }
    if common.is_empty() {
        let list = |kinds: &BTreeSet<Kind>| {
            kinds.iter().map(|kind| format!("`{}`", kind.word())).collect::<Vec<_>>().join(", ")
        };
        let message = format!("no value is both {} and {}", list(&one.value), list(&two.value));
        let fault = Diagnostic::error("JSC004", &two.span, message).related(&one.span, "must hold as well");
        diagnostics.push(fault);
        return Some(one.clone());
    }
    Some(Spanned::new(common, one.span.clone()))
}

/// A keyword that can't be combined unless both say the same.
fn same(
    keyword: &str,
    one: Option<Spanned<String>>,
    two: Option<Spanned<String>>,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    if let (Some(one), Some(two)) = (&one, &two)
        && one.value != two.value
    {
        let message = format!("two values of `{keyword}` that must both hold are not supported yet");
        let fault = Diagnostic::error("JSC009", &two.span, message);
        diagnostics.push(fault.related(&one.span, "the other"));
    }
    one.or(two)
}

fn bounds(one: &mut Bounds, two: Bounds, diagnostics: &mut Diagnostics) {
    for (mine, theirs) in [
        (&mut one.min_length, two.min_length),
        (&mut one.min_items, two.min_items),
        (&mut one.min_properties, two.min_properties),
    ] {
        *mine = mine.take().into_iter().chain(theirs).max_by_key(|bound| bound.value);
    }
    for (mine, theirs) in [
        (&mut one.max_length, two.max_length),
        (&mut one.max_items, two.max_items),
        (&mut one.max_properties, two.max_properties),
    ] {
        *mine = mine.take().into_iter().chain(theirs).min_by_key(|bound| bound.value);
    }
    tighten(&mut one.minimum, two.minimum, true);
    tighten(&mut one.maximum, two.maximum, false);
    one.pattern = same("pattern", one.pattern.take(), two.pattern, diagnostics);
    one.multiple_of = same("multipleOf", one.multiple_of.take(), two.multiple_of, diagnostics);
    let unique = one.unique_items.take().into_iter().chain(two.unique_items);
    one.unique_items = unique.max_by_key(|unique| unique.value);
}

/// Keeps the tighter of two ends of a range: the larger of lower ends, the smaller of upper ones.
pub(crate) fn tighten(end: &mut Option<Spanned<Bound>>, other: Option<Spanned<Bound>>, lower: bool) {
    let Some(other) = other else { return };
    let is_tighter = end.as_ref().is_none_or(|mine| {
        match (Decimal::parse(&other.value.value), Decimal::parse(&mine.value.value)) {
            (Some(theirs), Some(ours)) if theirs == ours => other.value.exclusive,
            (Some(theirs), Some(ours)) => (theirs > ours) == lower,
            // A number that can't be compared is reported when the limit is used.
            _ => false,
        }
    });
    if is_tighter {
        *end = Some(other);
    }
}

fn values<'d>(
    one: Spanned<Vec<&'d Node>>,
    two: &Spanned<Vec<&'d Node>>,
    diagnostics: &mut Diagnostics,
) -> Spanned<Vec<&'d Node>> {
    let common: Vec<_> = one
        .value
        .iter()
        .copied()
        .filter(|value| two.value.iter().any(|other| other.value == value.value))
        .collect();
    if common.is_empty() {
        let message = "no value is in both lists";
        let fault = Diagnostic::error("JSC004", &two.span, message).related(&one.span, "the other list");
        diagnostics.push(fault);
        return one;
    }
    Spanned::new(common, one.span)
}

fn properties<'d>(one: &mut Schema<'d>, two: &mut Schema<'d>) {
    for property in two.properties.drain(..) {
        match one.properties.iter_mut().find(|mine| mine.key.value == property.key.value) {
            // The same text twice says nothing new, and would otherwise make a type of its own.
            Some(mine) if says_the_same(mine.site.node, property.site.node) => {}
            Some(mine) => {
                mine.site.named = false;
                mine.site.also.push(property.site);
            }
            None => one.properties.push(property),
        }
    }
    for name in two.required.drain(..) {
        if !one.required.iter().any(|mine| mine.value == name.value) {
            one.required.push(name);
        }
    }
}

/// Whether two schemas read alike. References are relative to their file and say the same only within one.
fn says_the_same(one: &Node, two: &Node) -> bool {
    let text = one.to_json();
    text == two.to_json() && (one.span.file == two.span.file || !text.contains("\"$ref\""))
}

fn additional<'d>(
    one: Option<Spanned<Additional<'d>>>,
    two: Option<Spanned<Additional<'d>>>,
) -> Option<Spanned<Additional<'d>>> {
    match (one, two) {
        (Some(one), Some(two)) => Some(match (&one.value, &two.value) {
            (Additional::Refused, _) | (_, Additional::Any(_)) => one,
            (_, Additional::Refused) | (Additional::Any(_), _) => two,
            (Additional::Schema(mine), Additional::Schema(theirs)) => {
                let mut site = mine.clone();
                site.also.push((**theirs).clone());
                Spanned::new(Additional::Schema(site), one.span)
            }
        }),
        (one, two) => one.or(two),
    }
}

fn both_sites<'d>(one: Option<Site<'d>>, two: Option<Site<'d>>) -> Option<Site<'d>> {
    match (one, two) {
        (Some(mut one), Some(two)) => {
            one.also.push(two);
            Some(one)
        }
        (one, two) => one.or(two),
    }
}

fn items<'d>(one: &mut Schema<'d>, two: &mut Schema<'d>, diagnostics: &mut Diagnostics) {
    one.items.closed |= two.items.closed;
    let mine: Option<Span> = one.items.prefix.as_ref().map(|(span, _)| span.clone());
    let theirs: Option<Span> = two.items.prefix.as_ref().map(|(span, _)| span.clone());
    if let (Some(mine), Some(theirs)) = (mine, theirs) {
        let message = "two lists of `prefixItems` that must both hold are not supported yet";
        let fault = Diagnostic::error("JSC009", &theirs, message).related(&mine, "the other list");
        diagnostics.push(fault);
    } else if one.items.prefix.is_none() {
        one.items.prefix = two.items.prefix.take();
    }
    one.items.rest = both_sites(one.items.rest.take(), two.items.rest.take());
}
