//! What one segment of a key may read, and whether two segments may read the same.

use std::collections::BTreeSet;

use stipule_ir::table::{Codec, Entity, FieldRef, Segment, SegmentKind};
use stipule_ir::types::{EnumLiteral, Field};
use stipule_ir::{Contract, TypeKind};

use super::text::Texts;

/// The texts of one segment, before the escape. The escape is injective and keeps `#` out, so two segments are
/// written alike exactly when these are equal.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// Always this.
    Fixed(String),
    /// Text of a field.
    Text(Texts),
    /// One of these.
    OneOf(BTreeSet<String>),
    /// A value in a form of fixed width: no two forms have the same.
    Form(Form),
    /// A number below this one.
    Shard(u32),
}

/// Forms of fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Integer,
    Date,
    DateTime,
    Uuid,
}

impl Form {
    fn example(self) -> &'static str {
        match self {
            Form::Integer => "10000000000000000007",
            Form::Date => "2026-01-02",
            Form::DateTime => "2026-01-02T03:04:05.678901Z",
            Form::Uuid => "018f3a52-0000-7000-8000-000000000001",
        }
    }
}

impl Reading {
    /// What a segment of an entity's key may read.
    pub(super) fn of(segment: &Segment, entity: &Entity, contract: &Contract) -> Self {
        match &segment.kind {
            SegmentKind::Literal(text) => Reading::Fixed(text.clone()),
            SegmentKind::Shard { shards, .. } => Reading::Shard(*shards),
            SegmentKind::Field { field, codec } => match codec {
                Codec::Integer => Reading::Form(Form::Integer),
                Codec::Date => Reading::Form(Form::Date),
                Codec::DateTime => Reading::Form(Form::DateTime),
                Codec::Uuid => Reading::Form(Form::Uuid),
                Codec::Text | Codec::PlainText => match field_of(entity, *field, contract) {
                    Some(field) => Reading::Text(Texts::of(&contract.types, field.ty)),
                    None => Reading::Text(Texts::any()),
                },
                Codec::EnumText => Reading::OneOf(enum_texts(entity, *field, contract)),
            },
        }
    }

    /// A text that both may read, shown in a proof; `None` when there is none. A field whose values can't be decided
    /// gives `…`.
    pub(super) fn shared(&self, other: &Reading) -> Option<String> {
        use Reading::{Fixed, Form, OneOf, Shard, Text};
        match (self, other) {
            (Fixed(one), Fixed(two)) => (one == two).then(|| one.clone()),
            (Fixed(fixed), Text(texts)) | (Text(texts), Fixed(fixed)) => {
                texts.admits(fixed).then(|| fixed.clone())
            }
            (Fixed(fixed), OneOf(set)) | (OneOf(set), Fixed(fixed)) => {
                set.contains(fixed).then(|| fixed.clone())
            }
            // A literal starts with a letter; shards and forms of fixed width start with a digit or, for an id, are
            // written in small letters.
            (Fixed(_), Form(_) | Shard(_)) | (Form(_) | Shard(_), Fixed(_)) => None,
            (Text(one), Text(two)) => one.shared(two).map(|text| text.unwrap_or_else(|| "…".to_owned())),
            (Text(texts), OneOf(set)) | (OneOf(set), Text(texts)) => {
                set.iter().find(|text| texts.admits(text)).cloned()
            }
            (Text(texts), Form(form)) | (Form(form), Text(texts)) => {
                texts.admits(form.example()).then(|| form.example().to_owned())
            }
            (Text(texts), Shard(_)) | (Shard(_), Text(texts)) => texts.admits("0").then(|| "0".to_owned()),
            (OneOf(one), OneOf(two)) => one.intersection(two).next().cloned(),
            (OneOf(set), Shard(n)) | (Shard(n), OneOf(set)) => {
                set.iter().find(|text| text.parse::<u32>().is_ok_and(|number| number < *n)).cloned()
            }
            (OneOf(set), Form(form)) | (Form(form), OneOf(set)) => {
                set.iter().find(|text| text.len() == form.example().len()).cloned()
            }
            (Form(one), Form(two)) => (one == two).then(|| one.example().to_owned()),
            (Form(_), Shard(_)) | (Shard(_), Form(_)) => None,
            (Shard(_), Shard(_)) => Some("0".to_owned()),
        }
    }

    /// Most bytes in a key without the closing `#`, if anything bounds them.
    pub(super) fn most_bytes(&self) -> Option<usize> {
        match self {
            Reading::Fixed(text) => Some(text.len()),
            Reading::Text(texts) => texts.most_bytes(),
            // Each byte up to `$` takes two.
            Reading::OneOf(set) => {
                set.iter().map(|text| text.bytes().map(|byte| 1 + usize::from(byte <= 0x24)).sum()).max()
            }
            Reading::Form(form) => Some(form.example().len()),
            Reading::Shard(shards) => Some(shards.to_string().len()),
        }
    }
}

/// A field of an entity's struct.
pub(super) fn field_of<'c>(entity: &Entity, field: FieldRef, contract: &'c Contract) -> Option<&'c Field> {
    match &contract.types.get(entity.ty).kind {
        TypeKind::Struct(fields) => fields.fields.get(field.0 as usize),
        _ => None,
    }
}

/// The wire name of a field.
pub(super) fn field_name(entity: &Entity, field: FieldRef, contract: &Contract) -> String {
    field_of(entity, field, contract).map_or_else(String::new, |field| field.name.wire.clone())
}

fn enum_texts(entity: &Entity, field: FieldRef, contract: &Contract) -> BTreeSet<String> {
    let Some(field) = field_of(entity, field, contract) else { return BTreeSet::new() };
    let TypeKind::Enum(declared) = &contract.types.get(field.ty).kind else { return BTreeSet::new() };
    declared
        .values
        .iter()
        .filter_map(|value| match &value.value {
            EnumLiteral::String(text) => Some(text.clone()),
            EnumLiteral::Integer(_) | EnumLiteral::Boolean(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::types::{Limits, Newtype, Scalar};
    use stipule_ir::{FileId, Span, Type, TypeTable};

    fn text(pattern: Option<&str>, max_length: Option<u64>) -> Reading {
        let limits = Limits { pattern: pattern.map(str::to_owned), max_length, ..Limits::default() };
        let kind = TypeKind::Newtype(Newtype { base: Scalar::String, limits, personal: false });
        let mut types = TypeTable::default();
        let ty = types.add(Type { declaration: None, kind, span: Span::start_of(FileId(0)) });
        Reading::Text(Texts::of(&types, ty))
    }

    /// Readings with texts that each of them can be, and texts that it can't.
    fn readings() -> Vec<(Reading, Vec<&'static str>)> {
        let set = |words: &[&str]| Reading::OneOf(words.iter().map(|word| (*word).to_owned()).collect());
        vec![
            (Reading::Fixed("HEAD".to_owned()), vec!["HEAD"]),
            (Reading::Fixed("LINE".to_owned()), vec!["LINE"]),
            (text(None, None), vec!["", "HEAD", "open", "0", "2026-01-02", "10000000000000000007"]),
            (text(Some("^[a-z]+$"), None), vec!["open", "line"]),
            (text(Some("^[A-Z]+$"), Some(4)), vec!["HEAD", "LINE", "OPEN"]),
            (text(Some("^[0-9]{3}$"), None), vec!["123", "000"]),
            (set(&["OPEN", "HEAD"]), vec!["OPEN", "HEAD"]),
            (set(&["0", "open"]), vec!["0", "open"]),
            (Reading::Form(Form::Integer), vec!["10000000000000000007"]),
            (Reading::Form(Form::Date), vec!["2026-01-02"]),
            (Reading::Form(Form::DateTime), vec!["2026-01-02T03:04:05.678901Z"]),
            (Reading::Form(Form::Uuid), vec!["018f3a52-0000-7000-8000-000000000001"]),
            (Reading::Shard(4), vec!["0", "3"]),
        ]
    }

    #[test]
    fn segments_that_can_read_the_same_are_never_called_apart() {
        for (one, of_one) in readings() {
            for (two, of_two) in readings() {
                let same = of_one.iter().find(|text| of_two.contains(text));
                assert!(
                    same.is_none() || one.shared(&two).is_some(),
                    "{one:?} and {two:?} are both {same:?}"
                );
            }
        }
    }

    #[test]
    fn a_proof_is_a_text_that_both_can_read() {
        for (one, _) in readings() {
            for (two, _) in readings() {
                let Some(shared) = one.shared(&two) else { continue };
                let fixed = Reading::Fixed(shared.clone());
                // A form or a shard is recognised by its example, everything else by what it admits.
                let admits = |reading: &Reading| match reading {
                    Reading::Form(form) => form.example() == shared,
                    Reading::Shard(n) => shared.parse::<u32>().is_ok_and(|number| number < *n),
                    other => other.shared(&fixed).is_some(),
                };
                assert!(admits(&one) && admits(&two), "{one:?} and {two:?} don't share {shared:?}");
            }
        }
    }

    #[test]
    fn whether_two_segments_meet_does_not_depend_on_their_order() {
        for (one, _) in readings() {
            for (two, _) in readings() {
                assert_eq!(one.shared(&two).is_some(), two.shared(&one).is_some(), "{one:?} and {two:?}");
            }
        }
    }
}
