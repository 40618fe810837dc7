//! Keys as they are built and as people read them.

use stipule_ir::table::{Codec, Entity, FieldRef, Key, Segment, SegmentKind};

use super::scene::Scene;
use super::value::{self, Value};

/// `LOAN#{loan_id}` for people.
pub(super) fn template(scene: &Scene<'_>, entity: &Entity, segments: &[Segment]) -> String {
    let parts: Vec<String> = segments
        .iter()
        .map(|segment| match &segment.kind {
            SegmentKind::Literal(text) => text.clone(),
            SegmentKind::Field { field, codec: Codec::EnumRank } => {
                format!("{{rank of {}}}", scene.field(entity, *field).name.wire)
            }
            SegmentKind::Field { field, .. } => format!("{{{}}}", scene.field(entity, *field).name.wire),
            SegmentKind::Shard { field, shards } => {
                format!("{{shard of {} in {shards}}}", scene.field(entity, *field).name.wire)
            }
        })
        .collect();
    parts.join("#")
}

/// `LOAN#{loanId:uuid} / HEAD` with all that decides about the text of a key.
pub(super) fn exact_template(scene: &Scene<'_>, entity: &Entity, key: &Key) -> String {
    let part = |segment: &Segment| match &segment.kind {
        SegmentKind::Field { field, codec } => {
            format!("{{{}:{}}}", scene.field(entity, *field).name.wire, format!("{codec:?}").to_lowercase())
        }
        _ => template(scene, entity, std::slice::from_ref(segment)),
    };
    let parts = |segments: &[Segment]| segments.iter().map(part).collect::<Vec<_>>().join("#");
    format!("{} / {}", parts(&key.pk), parts(&key.sk))
}

/// Both templates of a key, as code in a sentence.
pub(super) fn templates(scene: &Scene<'_>, entity: &Entity, key: &Key) -> String {
    format!("`{}` / `{}`", template(scene, entity, &key.pk), template(scene, entity, &key.sk))
}

/// The fields of a key, each once, in the order in which they first stand.
pub(super) fn fields<'s>(segments: impl IntoIterator<Item = &'s Segment>) -> Vec<FieldRef> {
    let mut fields = Vec::new();
    for segment in segments {
        if let SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } = &segment.kind
            && !fields.contains(field)
        {
            fields.push(*field);
        }
    }
    fields
}

/// The fields of both parts of a key.
pub(super) fn fields_of(key: &Key) -> Vec<FieldRef> {
    fields(key.pk.iter().chain(&key.sk))
}

/// How shards are written: by the value of their field, or all of them in turn.
#[derive(Clone, Copy)]
pub(super) enum Shards<'a> {
    OfField,
    Each(&'a str),
}

/// `.literal("LOAN").uuid(loan_id)`: the calls that add the segments to a key.
pub(super) fn calls(
    scene: &Scene<'_>,
    entity: &Entity,
    segments: &[Segment],
    value_of: &dyn Fn(FieldRef) -> Value,
    shards: Shards<'_>,
) -> String {
    segments
        .iter()
        .map(|segment| match &segment.kind {
            SegmentKind::Literal(text) => format!(".literal({text:?})"),
            SegmentKind::Field { field, codec } => {
                let ty = scene.field(entity, *field).ty;
                value::segment_call(scene.types, ty, *codec, &value_of(*field))
            }
            SegmentKind::Shard { field, shards: count } => match shards {
                Shards::Each(number) => format!(".shard({number})"),
                Shards::OfField => {
                    let ty = scene.field(entity, *field).ty;
                    let text = value::shown(scene.types, ty, &value_of(*field));
                    format!(".shard(shard_of({text}, {count}))")
                }
            },
        })
        .collect()
}

/// `PrimaryKey::new(…, …)` from the values of its fields.
pub(super) fn primary(
    scene: &Scene<'_>,
    entity: &Entity,
    key: &Key,
    tenant: &str,
    value_of: &dyn Fn(FieldRef) -> Value,
) -> String {
    let pk = calls(scene, entity, &key.pk, value_of, Shards::OfField);
    let sk = calls(scene, entity, &key.sk, value_of, Shards::OfField);
    format!("PrimaryKey::new(KeyBuf::partition({tenant}){pk}.finish(), KeyBuf::new(){sk}.finish())")
}
