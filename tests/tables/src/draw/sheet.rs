//! What is written into the files of a random contract.

use super::kind::{KINDS, Kind};
use crate::random::Random;

/// A random contract. Fields have one meaning in all of it: `a` is of one kind wherever it stands.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Kinds of the fields `a`, `b`, ….
    pub kinds: Vec<usize>,
    /// What the indexes carry: the text behind `project:`.
    pub indexes: Vec<String>,
    /// Whether each index is one over fields.
    pub native: Vec<bool>,
    /// What is stored.
    pub entities: Vec<Entity>,
    /// Lines of `reads`.
    pub reads: Vec<String>,
    /// Lines of `writes`.
    pub writes: Vec<String>,
}

/// An entity of a random contract.
#[derive(Clone, Debug)]
pub struct Entity {
    /// `Ant`.
    pub name: &'static str,
    /// Its fields, by number, and whether each is required.
    pub fields: Vec<(usize, bool)>,
    /// Its primary key.
    pub key: Key,
    /// Keys in indexes, by the index's number.
    pub index_keys: Vec<(usize, Key)>,
    /// Whether it has versions.
    pub version: bool,
    /// Counters.
    pub counters: Vec<usize>,
    /// Fields that no other item may have.
    pub unique: Vec<usize>,
    /// Fields that never change.
    pub immutable: Vec<usize>,
    /// Most items of a partition.
    pub max_per_pk: Option<u32>,
}

/// A key of a random contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Partition key.
    pub pk: Vec<Segment>,
    /// Sort key.
    pub sk: Vec<Segment>,
    /// The text behind `when:`, if there is one.
    pub when: Option<String>,
}

/// A segment of a random contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A literal.
    Literal(&'static str),
    /// A field.
    Field(usize),
    /// The rank of a field.
    Rank(usize),
    /// The shard of a field.
    Shard(usize, u32),
}

/// Names of entities.
const NAMES: [&str; 5] = ["Ant", "Bee", "Cat", "Dog", "Elk"];

impl Sheet {
    /// A random contract. Most are good, or bad in one way.
    pub fn draw(random: &mut Random) -> Self {
        let mut kinds: Vec<usize> = (0..6 + random.below(4)).map(|_| random.below(KINDS.len() - 2)).collect();
        if random.percent(2) {
            kinds[0] = KINDS.len() - 1 - kinds.len() % 2;
        }
        let indexes: Vec<String> = (0..random.below(3)).map(|_| projection(random)).collect();
        let native = indexes.iter().map(|_| random.percent(30)).collect();
        let (entities, reads, writes) = (Vec::new(), Vec::new(), Vec::new());
        let mut sheet = Self { kinds, indexes, native, entities, reads, writes };
        for name in NAMES.into_iter().take(1 + random.below(NAMES.len())) {
            let entity = super::entity::draw(name, &sheet, random);
            sheet.entities.push(entity);
        }
        sheet.reads = super::read::draw(&sheet, random);
        sheet.writes = super::write::draw(&sheet, random);
        sheet
    }

    /// The kind of a field.
    pub fn kind(&self, field: usize) -> &'static Kind {
        &KINDS[self.kinds[field]]
    }

    /// The file of the table.
    pub fn table(&self) -> String {
        let mut text = "table: {tenant: shop_id}\n".to_owned();
        if !self.indexes.is_empty() {
            text.push_str("indexes:\n");
        }
        for (number, projection) in self.indexes.iter().enumerate() {
            let native = if self.native[number] { ", native: true" } else { "" };
            text.push_str(&format!("  gsi{number}: {{project: {projection}{native}}}\n"));
        }
        text.push_str("entities:\n");
        for entity in &self.entities {
            text.push_str(&entity.lines());
        }
        for (heading, lines) in [("reads", &self.reads), ("writes", &self.writes)] {
            if !lines.is_empty() {
                text.push_str(&format!("{heading}:\n"));
            }
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
        text
    }

    /// The schema of an entity.
    pub fn schema(&self, entity: &Entity) -> String {
        let required = entity.fields.iter().filter(|(_, required)| *required).map(|(field, _)| *field);
        let mut text = format!("title: {}\ntype: object\n", entity.name);
        text.push_str(&format!("required: [{}]\nproperties:\n", names(required)));
        for (field, _) in &entity.fields {
            text.push_str(&format!("  {}: {}\n", name(*field), self.kind(*field).schema));
        }
        text
    }
}

fn projection(random: &mut Random) -> String {
    match random.below(12) {
        0 => "keys".to_owned(),
        1 => "[a, b]".to_owned(),
        _ => "all".to_owned(),
    }
}

/// `a` for 0.
pub fn name(field: usize) -> char {
    char::from(b'a' + u8::try_from(field).unwrap_or(25))
}

/// `a, c` for 0 and 2.
pub(super) fn names(fields: impl IntoIterator<Item = usize>) -> String {
    fields.into_iter().map(|field| name(field).to_string()).collect::<Vec<_>>().join(", ")
}

impl Entity {
    fn lines(&self) -> String {
        let mut text = format!("  {}:\n    schema: ../types/{}.yaml\n", self.name, self.name.to_lowercase());
        text.push_str(&format!("    key: {}\n", self.key.text()));
        for (index, key) in &self.index_keys {
            text.push_str(&format!("    gsi{index}: {}\n", key.text()));
        }
        if self.version {
            text.push_str("    version: true\n");
        }
        for (heading, fields) in [("counters", &self.counters), ("immutable", &self.immutable)] {
            if !fields.is_empty() {
                text.push_str(&format!("    {heading}: [{}]\n", names(fields.iter().copied())));
            }
        }
        if !self.unique.is_empty() {
            let each: Vec<String> =
                self.unique.iter().map(|field| format!("{}: {{}}", name(*field))).collect();
            text.push_str(&format!("    unique: {{{}}}\n", each.join(", ")));
        }
        if let Some(most) = self.max_per_pk {
            text.push_str(&format!("    max_per_pk: {most}\n"));
        }
        text
    }

    /// The key in an index, or the primary one.
    pub(super) fn key_in(&self, index: Option<usize>) -> Option<&Key> {
        match index {
            None => Some(&self.key),
            Some(index) => self.index_keys.iter().find(|(own, _)| *own == index).map(|(_, key)| key),
        }
    }
}

impl Key {
    fn text(&self) -> String {
        let part = |segments: &[Segment]| -> String {
            segments.iter().map(|segment| segment.text()).collect::<Vec<_>>().join(", ")
        };
        let when = self.when.as_ref().map_or_else(String::new, |when| format!(", when: {{{when}}}"));
        format!("{{pk: [{}], sk: [{}]{when}}}", part(&self.pk), part(&self.sk))
    }

    /// The fields of both parts, each once.
    pub(super) fn fields(&self) -> Vec<usize> {
        let mut fields = Vec::new();
        for segment in self.pk.iter().chain(&self.sk) {
            if let Segment::Field(field) | Segment::Rank(field) | Segment::Shard(field, _) = segment
                && !fields.contains(field)
            {
                fields.push(*field);
            }
        }
        fields
    }

    /// Whether its partitions are sharded.
    pub(super) fn is_sharded(&self) -> bool {
        self.pk.iter().any(|segment| matches!(segment, Segment::Shard(..)))
    }
}

impl Segment {
    fn text(self) -> String {
        match self {
            Self::Literal(text) => text.to_owned(),
            Self::Field(field) => name(field).to_string(),
            Self::Rank(field) => format!("{{rank: {}}}", name(field)),
            Self::Shard(field, shards) => format!("{{shard: {}, n: {shards}}}", name(field)),
        }
    }

    /// The field of a field's segment.
    pub(super) fn field(self) -> Option<usize> {
        if let Self::Field(field) | Self::Rank(field) = self { Some(field) } else { None }
    }
}
