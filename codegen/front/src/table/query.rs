//! Queries: a page of one entity, from the table or an index.

use stipule_ir::table::{FieldRef, Key, ReadKind, Segment, SegmentKind, Table};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned, TypeId};

use super::known::{Names, Surroundings};
use super::place::inside;
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};

const PAGE: u32 = 25;
const LONGEST_PAGE: u32 = 1_000;

/// `{index: gsi1, of: Order, bind: [customer_id], order: desc(placed_at), range: placed_at, page: 25}`.
pub(super) fn query(
    of: &Entry,
    shape: &mut Shape<'_>,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<ReadKind> {
    let of_name = expect_text(&of.value, "of", diagnostics);
    let index_name = shape.text("index", diagnostics);
    let bind = shape.texts("bind", diagnostics);
    let order = shape.text("order", diagnostics);
    let range = shape.text("range", diagnostics);
    let page = shape.whole_within("page", 1, LONGEST_PAGE, diagnostics);
    let fan_out = shape.choice("fan_out", &[("merge", ())], diagnostics);
    let place = shape.place().clone();

    let entity_id = names.entity(&of_name?, diagnostics);
    let index = match &index_name {
        Some(name) => Some(names.index(name, diagnostics)?),
        None => None,
    };
    let entity_id = entity_id?;
    let entity = &table.entities[entity_id.0 as usize];
    let key = match index {
        None => &entity.key,
        Some(id) => match entity.index_keys.iter().find(|found| found.index == id) {
            Some(found) => &found.key,
            None => {
                let at = index_name.as_ref().map_or(&place, |name| &name.span);
                let name = index_name.as_ref().map_or("", |name| &name.value);
                if names.keyed.contains(&(entity.name.wire.clone(), name.to_owned())) {
                    return None;
                }
                let message = format!("`{}` has no key in `{name}`", entity.name);
                let help = format!("give it one: `{name}: {{pk: […], sk: […]}}`");
                let fault = Diagnostic::error("TBL003", at, message).related(&entity.span, "this entity");
                diagnostics.push(fault.help(help));
                return None;
            }
        },
    };
    let pattern = Pattern { key, ty: entity.ty, around, place: &place };
    pattern.judge_fan_out(fan_out.as_ref(), diagnostics);
    let bound = pattern.bound(bind.as_deref(), diagnostics)?;
    let free = pattern.first_free(bound.len());
    let descending = pattern.order(order.as_ref(), free, bound.len(), diagnostics);
    let range = pattern.range(range, free, diagnostics);
    Some(ReadKind::Query {
        index,
        of: entity_id,
        bind: bound,
        range: range?,
        descending: descending?,
        page: page.map_or(PAGE, |page| page.value),
        fan_out: fan_out.is_some(),
    })
}

/// A key template and what a query says about it.
struct Pattern<'p> {
    key: &'p Key,
    ty: TypeId,
    around: &'p Surroundings<'p>,
    place: &'p Span,
}

impl Pattern<'_> {
    fn name(&self, field: FieldRef) -> &str {
        &self.around.fields(self.ty)[field.0 as usize].name.wire
    }

    /// `TBL024`: a sharded partition is read from all shards, and only such a one.
    fn judge_fan_out(&self, fan_out: Option<&Spanned<()>>, diagnostics: &mut Diagnostics) {
        let shard = self.key.pk.iter().find(|part| matches!(part.kind, SegmentKind::Shard { .. }));
        match (shard, fan_out) {
            (Some(shard), None) => {
                let message =
                    "the partition is sharded, but the read doesn't say how the shards come together";
                let fault = Diagnostic::error("TBL024", self.place, message)
                    .related(&shard.span, "sharded here")
                    .help("`fan_out: merge` reads all shards and merges them in order");
                diagnostics.push(fault);
            }
            (None, Some(fan_out)) => {
                let message = "there are no shards to merge";
                let fault = Diagnostic::error("TBL024", &fan_out.span, message)
                    .related(&self.key.span, "no segment of this key is a shard");
                diagnostics.push(fault);
            }
            _ => {}
        }
    }

    /// The bound fields: all of the partition key, then as much of the sort key as is named, in the order of the
    /// template. Without `bind`, the partition key's.
    fn bound(
        &self,
        bind: Option<&[Spanned<String>]>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<FieldRef>> {
        let fields = |segments: &[Segment]| -> Vec<(FieldRef, Span)> {
            let field = |part: &Segment| match part.kind {
                SegmentKind::Field { field, .. } => Some((field, part.span.clone())),
                _ => None,
            };
            segments.iter().filter_map(field).collect()
        };
        let partition = fields(&self.key.pk);
        let sort = fields(&self.key.sk);
        let Some(bind) = bind else { return Some(partition.into_iter().map(|(field, _)| field).collect()) };
        let mut wanted = Vec::new();
        for name in bind {
            wanted.push((self.around.field(self.ty, name, diagnostics), name));
        }
        let template: Vec<&(FieldRef, Span)> = partition.iter().chain(&sort).collect();
        let mut good = wanted.len() <= template.len() && wanted.iter().all(|(field, _)| field.is_some());
        for (at, (field, name)) in wanted.iter().enumerate() {
            let Some(field) = field else { continue };
            let expected = template.get(at);
            if expected.is_some_and(|(expected, _)| expected == field) {
                continue;
            }
            good = false;
            let message = format!("`{}` can't be bound here", name.value);
            let mut fault = Diagnostic::error("TBL021", &name.span, message);
            fault = match expected {
                Some((expected, span)) => fault
                    .related(span, "this segment comes first")
                    .help(format!("bind `{}` here: a key is bound from its start", self.name(*expected))),
                None => fault.related(&self.key.span, "all fields of this key are bound already"),
            };
            diagnostics.push(fault);
            break;
        }
        if good && wanted.len() < partition.len() {
            let (missing, span) = &partition[wanted.len()];
            let message = format!("the partition is known only with `{}`", self.name(*missing));
            let at = bind.last().map_or(self.place, |name| &name.span);
            let fault = Diagnostic::error("TBL021", at, message)
                .related(span, "part of the partition key")
                .help(format!("bind `{}` too: a query reads one partition", self.name(*missing)));
            diagnostics.push(fault);
            good = false;
        }
        good.then(|| wanted.into_iter().filter_map(|(field, _)| field).collect())
    }

    /// The first segment of the sort key that isn't bound, literals before it passed over.
    fn first_free(&self, bound: usize) -> Option<(FieldRef, &Segment)> {
        let in_partition =
            self.key.pk.iter().filter(|part| matches!(part.kind, SegmentKind::Field { .. })).count();
        let mut fields = self.key.sk.iter().filter_map(|part| match part.kind {
            SegmentKind::Field { field, .. } => Some((field, part)),
            _ => None,
        });
        fields.nth(bound.saturating_sub(in_partition))
    }

    /// Whether the order is descending; `TBL022` when the rows don't come in the order that is asked for.
    fn order(
        &self,
        order: Option<&Spanned<String>>,
        free: Option<(FieldRef, &Segment)>,
        bound: usize,
        diagnostics: &mut Diagnostics,
    ) -> Option<bool> {
        let Some(order) = order else { return Some(false) };
        let (descending, name) = match order.value.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some(("asc", name)) => (false, name),
            Some(("desc", name)) => (true, name),
            _ => {
                let message = format!("`{}` is not an order", order.value);
                let help = "`asc(field)` or `desc(field)`";
                diagnostics.push(Diagnostic::error("TBL022", &order.span, message).help(help));
                return None;
            }
        };
        let start = order.value.len() - name.len() - 1;
        let span = inside(self.around.sources, order, start..start + name.len());
        let field = self.around.field_at(self.ty, name, &span, diagnostics)?;
        self.comes_first("ordered", name, field, &span, free, bound, diagnostics).then_some(descending)
    }

    fn range(
        &self,
        range: Option<Spanned<String>>,
        free: Option<(FieldRef, &Segment)>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<FieldRef>> {
        let Some(range) = range else { return Some(None) };
        let field = self.around.field(self.ty, &range, diagnostics)?;
        let good = self.comes_first("ranged", &range.value, field, &range.span, free, 0, diagnostics);
        good.then_some(Some(field))
    }

    /// `TBL022`, `TBL023`: rows of a partition are sorted by the first free segment, and by nothing else first.
    #[expect(clippy::too_many_arguments, reason = "one question, asked of order and range alike")]
    fn comes_first(
        &self,
        verb: &str,
        name: &str,
        field: FieldRef,
        span: &Span,
        free: Option<(FieldRef, &Segment)>,
        bound: usize,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let code = if verb == "ordered" { "TBL022" } else { "TBL023" };
        let message = format!("the rows can't be {verb} by `{name}`");
        let fault = Diagnostic::error(code, span, message);
        match free {
            Some((first, part)) if first == field => {
                let sorts = matches!(&part.kind, SegmentKind::Field { codec, .. } if codec.keeps_order());
                if !sorts {
                    let fault = fault
                        .label("an enum is written as its text")
                        .related(
                            &part.span,
                            "so this segment sorts by the alphabet, not in the declared order",
                        )
                        .help(format!("write `{{rank: {name}}}` in the key, or bind it"));
                    diagnostics.push(fault);
                }
                sorts
            }
            Some((first, part)) => {
                let first = self.name(first);
                let mut fault = fault
                    .label(format!("the rows come sorted by `{first}` first"))
                    .related(&part.span, format!("because it stands before `{name}` here"));
                let in_key = self.key.sk.iter().any(
                    |part| matches!(part.kind, SegmentKind::Field { field: other, .. } if other == field),
                );
                fault = if in_key {
                    fault
                        .proof(format!(
                            "the row `a#2#` comes before `b#1#`: by `{first}`, whatever `{name}` is"
                        ))
                        .help(format!("bind `{first}` too, or put `{name}` before it in an index"))
                } else {
                    fault.help(format!("`{name}` is not in the sort key: add an index that sorts by it"))
                };
                diagnostics.push(fault);
                false
            }
            None => {
                let why = if bound > 0 {
                    "every segment of the sort key is bound"
                } else {
                    "nothing is left to sort by"
                };
                diagnostics.push(fault.label(why).related(&self.key.span, "in this key"));
                false
            }
        }
    }
}
