//! Key templates as lists of readings, and their unification segment by segment.

use stipule_ir::Contract;
use stipule_ir::table::{Entity, Key, Segment, SegmentKind};

use super::segment::{Reading, field_name};
use super::text::Texts;

/// A whole key. Every segment is closed by `#`, which no segment holds; so two keys are equal exactly when they
/// have as many segments and each two segments are equal.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) pk: Vec<Reading>,
    pub(super) sk: Vec<Reading>,
}

impl Template {
    /// The keys of an entity.
    pub(super) fn of(key: &Key, entity: &Entity, contract: &Contract) -> Self {
        let readings = |segments: &[Segment]| -> Vec<Reading> {
            segments.iter().map(|segment| Reading::of(segment, entity, contract)).collect()
        };
        Self { pk: readings(&key.pk), sk: readings(&key.sk) }
    }

    /// The segments of the first so many of the sort key.
    pub(super) fn cut(mut self, segments: usize) -> Self {
        self.sk.truncate(segments);
        self
    }

    /// A key that both templates make; `None` when there is none.
    pub(super) fn shared(&self, other: &Template) -> Option<Shared> {
        let pk = all_shared(&self.pk, &other.pk)?;
        let sk = all_shared(&self.sk, &other.sk)?;
        Some(Shared { pk, sk })
    }

    /// A partition that both templates make, with a sort key of `other` that starts as that of `self`.
    pub(super) fn shared_start(&self, other: &Template) -> Option<Shared> {
        let pk = all_shared(&self.pk, &other.pk)?;
        let start = other.sk.get(..self.sk.len())?;
        let sk = all_shared(&self.sk, start)?;
        Some(Shared { pk, sk })
    }
}

/// A concrete key of two templates: the values of its segments.
pub(super) struct Shared {
    pk: Vec<String>,
    sk: Vec<String>,
}

impl Shared {
    /// `t1#BOOK#x# / HEAD#`, with a tenant in front.
    pub(super) fn show(&self) -> String {
        let written =
            |segments: &[String]| -> String { segments.iter().map(|text| format!("{text}#")).collect() };
        format!("{TENANT}#{} / {}", written(&self.pk), written(&self.sk))
    }

    /// `Loan {bookId: x, lentAt: 2026-01-02}`: the fields that make an entity have this key.
    pub(super) fn fields(&self, entity: &Entity, key: &Key, contract: &Contract) -> String {
        let mut fields: Vec<String> = Vec::new();
        let values = self.pk.iter().chain(&self.sk);
        let segments = key.pk.iter().chain(key.sk.iter().take(self.sk.len()));
        for (segment, value) in segments.zip(values) {
            let SegmentKind::Field { field, codec } = &segment.kind else { continue };
            // An integer's padded form would be hard to recognise.
            let value = match codec {
                stipule_ir::table::Codec::Integer => "7",
                _ => value,
            };
            let shown = format!("{}: {value}", field_name(entity, *field, contract));
            if !fields.contains(&shown) {
                fields.push(shown);
            }
        }
        format!("{} {{{}}}", entity.name, fields.join(", "))
    }
}

/// The tenant of proofs.
const TENANT: &str = "t1";

fn all_shared(one: &[Reading], two: &[Reading]) -> Option<Vec<String>> {
    if one.len() != two.len() {
        return None;
    }
    one.iter().zip(two).map(|(one, two)| one.shared(two)).collect()
}

/// The platform's own rows, each with its name. The outbox's keys start with `#`, which no tenant does.
pub(super) fn platform_rows() -> Vec<(&'static str, Template)> {
    let row = |word: &str, texts: usize| {
        let mut pk = vec![Reading::Fixed(word.to_owned())];
        pk.extend(std::iter::repeat_n(Reading::Text(Texts::any()), texts));
        Template { pk, sk: vec![Reading::Fixed(word.to_owned())] }
    };
    vec![
        ("the lock of a unique field", row("LOCK", 3)),
        ("the inbox", row("INBOX", 2)),
        ("an idempotency record", row("IDEM", 3)),
        ("a sequence", row("SEQ", 2)),
    ]
}
