//! A key template, or those of several entities in one partition, and what a read says about them.

use stipule_ir::table::{Entity, FieldRef, Key, Segment, SegmentKind};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use super::known::Surroundings;
use super::place::inside;

/// An entity that is read, with its key in the index or table that is read.
#[derive(Clone, Copy)]
pub(super) struct Member<'p> {
    pub(super) entity: &'p Entity,
    pub(super) key: &'p Key,
}

/// What is read: the first entity lends the names of its fields to all.
pub(super) struct Pattern<'p> {
    /// At least one.
    pub(super) members: Vec<Member<'p>>,
    pub(super) around: &'p Surroundings<'p>,
    pub(super) place: &'p Span,
}

/// What the rows are to be ordered or ranged by.
struct By<'b> {
    /// `ordered`, `ranged`.
    verb: &'static str,
    code: &'static str,
    name: &'b str,
    field: FieldRef,
    span: &'b Span,
}

impl<'p> Pattern<'p> {
    fn first(&self) -> Member<'p> {
        self.members[0]
    }

    fn others(&self) -> &[Member<'p>] {
        &self.members[1..]
    }

    fn name(&self, member: Member<'_>, field: FieldRef) -> &str {
        &self.around.fields(member.entity.ty)[field.0 as usize].name.wire
    }

    /// Whether a segment of the first entity and one of another hold the same for the same value: literals that are
    /// equal, fields of one type or name that are written the same, as many shards.
    fn alike(&self, one: &Segment, other: Member<'_>, two: &Segment) -> bool {
        match (&one.kind, &two.kind) {
            (SegmentKind::Literal(one), SegmentKind::Literal(two)) => one == two,
            (SegmentKind::Field { field: one, codec: written }, SegmentKind::Field { field: two, codec }) => {
                let ty = |member: Member<'_>, field: FieldRef| {
                    self.around.fields(member.entity.ty)[field.0 as usize].ty
                };
                let first = self.first();
                written == codec
                    && (ty(first, *one) == ty(other, *two)
                        || self.name(first, *one) == self.name(other, *two))
            }
            (SegmentKind::Shard { shards: one, .. }, SegmentKind::Shard { shards: two, .. }) => one == two,
            _ => false,
        }
    }

    /// `TBL041`: several entities are read from one partition, so their partition keys are alike.
    pub(super) fn judge_partitions(&self, diagnostics: &mut Diagnostics) -> bool {
        let first = self.first();
        let mut good = true;
        for other in self.others() {
            let differs =
                first.key.pk.iter().zip(&other.key.pk).find(|(one, two)| !self.alike(one, *other, two));
            let (one, two) = match differs {
                Some((one, two)) => (&one.span, &two.span),
                None if first.key.pk.len() == other.key.pk.len() => continue,
                None => (&first.key.span, &other.key.span),
            };
            good = false;
            let (first, other) = (&first.entity.name, &other.entity.name);
            let message = format!("`{first}` and `{other}` don't stand in one partition");
            let fault = Diagnostic::error("TBL041", self.place, message)
                .related(one, format!("the partition key of `{first}`"))
                .related(two, format!("the partition key of `{other}`"))
                .help("give both the same partition key, in the table or in an index, or read them apart");
            diagnostics.push(fault);
        }
        good
    }

    /// `TBL024`: a sharded partition is read from all shards, and only such a one.
    pub(super) fn judge_fan_out(&self, fan_out: Option<&Spanned<()>>, diagnostics: &mut Diagnostics) {
        let key = self.first().key;
        let shard = key.pk.iter().find(|part| matches!(part.kind, SegmentKind::Shard { .. }));
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
                    .related(&key.span, "no segment of this key is a shard");
                diagnostics.push(fault);
            }
            _ => {}
        }
    }

    /// `TBL024`: a partition that is read whole is one, so its shard follows from what is bound.
    pub(super) fn judge_shards(&self, bound: &[FieldRef], diagnostics: &mut Diagnostics) -> bool {
        let first = self.first();
        let unknown = first.key.pk.iter().find_map(|part| match part.kind {
            SegmentKind::Shard { field, .. } if !bound.contains(&field) => Some((part, field)),
            _ => None,
        });
        let Some((part, field)) = unknown else { return true };
        let name = self.name(first, field);
        let message =
            format!("the partition is one of several shards, and which is known only with `{name}`");
        let fault = Diagnostic::error("TBL024", self.place, message)
            .related(&part.span, "sharded here")
            .help(format!(
                "read pages of all shards: `of: {0}, fan_out: merge`; or have `{name}` in the key where it can be bound",
                first.entity.name
            ));
        diagnostics.push(fault);
        false
    }

    /// How many segments of the sort key are alike in all entities, from the first on.
    fn shared(&self) -> usize {
        let sk = &self.first().key.sk;
        let with = |other: &Member<'_>| {
            sk.iter().zip(&other.key.sk).take_while(|(one, two)| self.alike(one, *other, two)).count()
        };
        self.others().iter().map(with).min().unwrap_or(sk.len())
    }

    /// How many segments of the sort key every row that is read begins with: bound fields, and the literals before
    /// the first segment that is free, as far as the entities have them alike.
    pub(super) fn prefix(&self, bound: &[FieldRef]) -> usize {
        let fixed = |segment: &&Segment| match &segment.kind {
            SegmentKind::Literal(_) => true,
            SegmentKind::Field { field, .. } => bound.contains(field),
            SegmentKind::Shard { .. } => false,
        };
        self.first().key.sk.iter().take_while(fixed).count().min(self.shared())
    }

    /// The bound fields: all of the partition key, then as much of the sort key as is named, in the order of the
    /// template. Without `bind`, the partition key's.
    pub(super) fn bound(
        &self,
        bind: Option<&[Spanned<String>]>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<FieldRef>> {
        let first = self.first();
        let fields = |segments: &'p [Segment]| {
            segments.iter().enumerate().filter_map(|(at, part)| match part.kind {
                SegmentKind::Field { field, .. } => Some((field, at, &part.span)),
                _ => None,
            })
        };
        let partition: Vec<_> = fields(&first.key.pk).collect();
        let Some(bind) = bind else { return Some(partition.into_iter().map(|(field, ..)| field).collect()) };
        let template: Vec<_> = partition.iter().copied().chain(fields(&first.key.sk)).collect();
        let mut wanted = Vec::new();
        for name in bind {
            wanted.push((self.around.field(first.entity.ty, name, diagnostics), name));
        }
        let mut good = wanted.len() <= template.len() && wanted.iter().all(|(field, _)| field.is_some());
        for (at, (field, name)) in wanted.iter().enumerate() {
            let Some(field) = field else { continue };
            let expected = template.get(at);
            if expected.is_some_and(|(expected, ..)| expected == field) {
                continue;
            }
            good = false;
            let message = format!("`{}` can't be bound here", name.value);
            let mut fault = Diagnostic::error("TBL021", &name.span, message);
            fault = match expected {
                Some((expected, _, span)) => {
                    let expected = self.name(first, *expected);
                    fault
                        .related(span, "this segment comes first")
                        .help(format!("bind `{expected}` here: a key is bound from its start"))
                }
                None => fault.related(&first.key.span, "all fields of this key are bound already"),
            };
            diagnostics.push(fault);
            break;
        }
        if good && let Some((missing, _, span)) = partition.get(wanted.len()) {
            let missing = self.name(first, *missing);
            let message = format!("the partition is known only with `{missing}`");
            let at = bind.last().map_or(self.place, |name| &name.span);
            let fault = Diagnostic::error("TBL021", at, message)
                .related(span, "part of the partition key")
                .help(format!("bind `{missing}` too: a query reads one partition"));
            diagnostics.push(fault);
            good = false;
        }
        let sorted: Vec<_> = template.iter().zip(bind).skip(partition.len()).collect();
        if good && !self.others().is_empty() {
            good = sorted.iter().all(|((_, at, _), name)| self.judge_shared(*at, name, diagnostics));
        }
        good.then(|| wanted.into_iter().filter_map(|(field, _)| field).collect())
    }

    /// `TBL041`: a segment of the sort key can be bound for all entities only where all have it.
    fn judge_shared(&self, at: usize, name: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
        let shared = self.shared();
        if at < shared {
            return true;
        }
        let message = format!("`{}` can't be bound for all of these entities", name.value);
        let fault = Diagnostic::error("TBL041", &name.span, message);
        diagnostics.push(
            self.parting(fault, shared).help("bind what their keys have in common, or read them apart"),
        );
        false
    }

    /// Where the sort keys of the entities part.
    fn parting(&self, fault: Diagnostic, at: usize) -> Diagnostic {
        let first = self.first();
        let differs = |other: &&Member<'_>| match (first.key.sk.get(at), other.key.sk.get(at)) {
            (Some(one), Some(two)) => !self.alike(one, **other, two),
            _ => true,
        };
        let place =
            |member: Member<'_>| member.key.sk.get(at).map_or(&member.key.span, |part| &part.span).clone();
        let mut fault =
            fault.related(&place(first), format!("the key of `{}` goes on so", first.entity.name));
        if let Some(other) = self.others().iter().find(differs) {
            fault = fault.related(&place(*other), format!("that of `{}` so", other.entity.name));
        }
        fault
    }

    /// Whether the order is descending; `TBL022` when the rows don't come in the order that is asked for.
    pub(super) fn order(
        &self,
        order: Option<&Spanned<String>>,
        prefix: usize,
        bound: usize,
        diagnostics: &mut Diagnostics,
    ) -> Option<bool> {
        let Some(order) = order else { return Some(false) };
        let (descending, name) = match order.value.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some(("asc", name)) => (false, name),
            Some(("desc", name)) => (true, name),
            None if order.value == "asc" => return Some(false),
            None if order.value == "desc" => return Some(true),
            _ => {
                let message = format!("`{}` is not an order", order.value);
                let help = "`asc(field)` or `desc(field)`; `asc` or `desc` alone for whatever the sort key begins with";
                diagnostics.push(Diagnostic::error("TBL022", &order.span, message).help(help));
                return None;
            }
        };
        let start = order.value.len() - name.len() - 1;
        let span = &inside(self.around.sources, order, start..start + name.len());
        let field = self.around.field_at(self.first().entity.ty, name, span, diagnostics)?;
        let by = By { verb: "ordered", code: "TBL022", name, field, span };
        self.comes_first(&by, prefix, bound > 0, diagnostics).then_some(descending)
    }

    pub(super) fn range(
        &self,
        range: Option<Spanned<String>>,
        prefix: usize,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<FieldRef>> {
        let Some(range) = range else { return Some(None) };
        let field = self.around.field(self.first().entity.ty, &range, diagnostics)?;
        let by = By { verb: "ranged", code: "TBL023", name: &range.value, field, span: &range.span };
        self.comes_first(&by, prefix, false, diagnostics).then_some(Some(field))
    }

    /// `TBL022`, `TBL023`: rows of a partition are sorted by the first free segment, and by nothing else first.
    fn comes_first(&self, by: &By<'_>, prefix: usize, bound: bool, diagnostics: &mut Diagnostics) -> bool {
        let (first, name) = (self.first(), by.name);
        let fault = Diagnostic::error(by.code, by.span, format!("the rows can't be {} by `{name}`", by.verb));
        let free = first.key.sk.get(prefix);
        if free.is_some() && prefix >= self.shared() {
            let fault = self.parting(fault.label("the entities don't have it in the same place"), prefix);
            diagnostics.push(fault.help("`asc` or `desc` alone orders by the whole sort key"));
            return false;
        }
        match free.map(|part| (&part.kind, part)) {
            Some((SegmentKind::Field { field, codec }, part)) if *field == by.field => {
                if codec.keeps_order() {
                    return true;
                }
                let fault = fault
                    .label("an enum is written as its text")
                    .related(&part.span, "so this segment sorts by the alphabet, not in the declared order")
                    .help(format!("write `{{rank: {name}}}` in the key, or bind it"));
                diagnostics.push(fault);
            }
            Some((SegmentKind::Field { field, .. }, part)) => {
                let before = self.name(first, *field);
                let fault = fault
                    .label(format!("the rows come sorted by `{before}` first"))
                    .related(&part.span, format!("because it stands before `{name}` here"));
                let is_it = |part: &Segment| matches!(part.kind, SegmentKind::Field { field, .. } if field == by.field);
                diagnostics.push(if first.key.sk.iter().any(is_it) {
                    fault
                        .proof(format!(
                            "the row `a#2#` comes before `b#1#`: by `{before}`, whatever `{name}` is"
                        ))
                        .help(format!("bind `{before}` too, or put `{name}` before it in an index"))
                } else {
                    fault.help(format!("`{name}` is not in the sort key: add an index that sorts by it"))
                });
            }
            _ => {
                let why = if bound {
                    "every segment of the sort key is bound"
                } else {
                    "nothing is left to sort by"
                };
                diagnostics.push(fault.label(why).related(&first.key.span, "in this key"));
            }
        }
        false
    }
}
