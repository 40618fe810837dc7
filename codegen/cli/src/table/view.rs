//! A table as it is shown: for the terminal, as a page and as JSON alike.

use serde::Serialize;
use stipule_cost::{Line, Prices, Report};
use stipule_ir::table::{Entity, EntityId, IndexKey, Projection, SegmentKind, Table};
use stipule_ir::types::{Docs, EnumLiteral};
use stipule_ir::{Contract, Sources, Span};
use stipule_table::example::Example;
use stipule_table::key::{TENANT, Template, field_name};
use stipule_table::size::Largest;
use stipule_table::unit::Amount;
use stipule_table::{Any, Examples};

use super::{read, write};

/// A whole table.
#[derive(Serialize)]
pub(crate) struct View {
    /// `commerce`
    pub(crate) name: String,
    /// `Multi-store commerce`
    pub(crate) platform: String,
    /// What the contracts call a tenant: `store`.
    pub(crate) tenant: String,
    /// The tenant of the examples.
    pub(crate) tenant_example: &'static str,
    /// The file.
    pub(crate) file: String,
    /// Its indexes.
    pub(crate) indexes: Vec<IndexView>,
    /// Its entities, by the service that owns them, in the order of the file.
    pub(crate) groups: Vec<Group>,
    /// Number of reads.
    pub(crate) reads: usize,
    /// Number of writes.
    pub(crate) writes: usize,
    /// What all of it costs a month by the rates there are.
    pub(crate) per_month: f64,
    /// Whose prices, and since when they hold.
    pub(crate) prices: String,
    /// ISO 4217 code of all amounts.
    pub(crate) currency: String,
}

/// An index.
#[derive(Serialize)]
pub(crate) struct IndexView {
    pub(crate) name: String,
    /// `all`, `keys`, or the fields that it carries.
    pub(crate) carries: String,
    /// Number of entities in it.
    pub(crate) entities: usize,
}

/// The entities of one service.
#[derive(Serialize)]
pub(crate) struct Group {
    /// The service; none where the file doesn't say.
    pub(crate) service: Option<String>,
    pub(crate) entities: Vec<EntityView>,
}

/// An entity and everything that is done with it.
#[derive(Serialize)]
pub(crate) struct EntityView {
    pub(crate) name: String,
    pub(crate) description: String,
    /// Line in the file.
    pub(crate) line: u32,
    /// Bytes of its example.
    pub(crate) bytes: Option<usize>,
    /// Bytes that its schema allows at most.
    pub(crate) most_bytes: Option<u64>,
    /// What holds of its items: `versioned`, `email is unique`.
    pub(crate) traits: Vec<String>,
    /// In the table first, then in each index that it is in.
    pub(crate) keys: Vec<KeyView>,
    pub(crate) reads: Vec<read::ReadView>,
    pub(crate) writes: Vec<write::WriteView>,
    /// A value of its schema.
    pub(crate) example: Option<Any>,
}

/// A key in the table or an index.
#[derive(Serialize)]
pub(crate) struct KeyView {
    /// `table`, `gsi1`.
    pub(crate) place: String,
    /// Template of the partition key.
    pub(crate) pk: String,
    /// Template of the sort key.
    pub(crate) sk: String,
    /// Number of partitions that one would be spread over.
    pub(crate) shards: Option<u32>,
    /// `status is PENDING or PAID`: the item is in the index only while this holds.
    pub(crate) when: Option<String>,
    /// Key of the example.
    pub(crate) example: Option<KeyExample>,
}

/// A key as it is stored.
#[derive(Serialize)]
pub(crate) struct KeyExample {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

/// Typical and most, for programs and templates.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Units {
    pub(crate) typical: f64,
    /// Absent where nothing bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) most: Option<f64>,
}

impl From<Amount> for Units {
    fn from(amount: Amount) -> Self {
        Self { typical: amount.typical, most: amount.most }
    }
}

/// What a view is made from.
pub(super) struct Scene<'s> {
    pub(super) contract: &'s Contract,
    pub(super) sources: &'s Sources,
    pub(super) table: &'s Table,
    pub(super) examples: &'s Examples,
    pub(super) largest: &'s Largest<'s>,
    pub(super) report: &'s Report,
}

impl Scene<'_> {
    pub(super) fn entity(&self, id: EntityId) -> &Entity {
        &self.table.entities[id.0 as usize]
    }

    pub(super) fn line(&self, span: &Span) -> u32 {
        self.sources.line_column(span).line
    }

    /// The line of the cost report about a pattern.
    pub(super) fn cost(&self, name: &str) -> Option<&Line> {
        self.report.lines.iter().find(|line| line.name == name)
    }
}

impl View {
    /// The view of a table. `only`: no other entity than these.
    pub(crate) fn new(contract: &Contract, sources: &Sources, table: &Table, only: &[EntityId]) -> Self {
        let examples = Examples::new(contract, table);
        let report = stipule_cost::table::report(contract, table, Prices::built_in());
        let largest = Largest::new(contract, table);
        let scene =
            Scene { contract, sources, table, examples: &examples, largest: &largest, report: &report };
        let prices = format!("{}, since {}", report.prices.name, report.prices.dynamodb.since);
        let title = contract.platform.docs.title.clone();
        Self {
            name: table.name.wire.clone(),
            platform: title.unwrap_or_else(|| contract.platform.name.wire.clone()),
            tenant: contract.platform.tenant.name.wire.clone(),
            tenant_example: TENANT,
            file: sources.get(table.span.file).path.clone(),
            indexes: scene.indexes(),
            groups: scene.groups(only),
            reads: table.reads.len(),
            writes: table.writes.len() + table.batches.len(),
            per_month: report.total(),
            prices,
            currency: report.prices.currency.clone(),
        }
    }

    /// Number of entities shown.
    pub(crate) fn entities(&self) -> usize {
        self.groups.iter().map(|group| group.entities.len()).sum()
    }
}

impl Scene<'_> {
    fn indexes(&self) -> Vec<IndexView> {
        let members = |id: u32| {
            let held = |entity: &&Entity| entity.index_keys.iter().any(|key| key.index.0 == id);
            self.table.entities.iter().filter(held).count()
        };
        let index = |(id, index): (u32, &stipule_ir::table::Index)| IndexView {
            name: index.name.wire.clone(),
            carries: match &index.projection {
                Projection::All => "everything".to_owned(),
                Projection::Keys => "keys".to_owned(),
                Projection::Include(names) => {
                    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
                    names.join(", ")
                }
            },
            entities: members(id),
        };
        (0u32..).zip(&self.table.indexes).map(index).collect()
    }

    fn groups(&self, only: &[EntityId]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (id, entity) in (0u32..).map(EntityId).zip(&self.table.entities) {
            if !only.is_empty() && !only.contains(&id) {
                continue;
            }
            let service = entity.service.as_ref().map(|service| service.value.clone());
            let place = groups.iter().position(|group| group.service == service);
            let view = self.entity_view(id, entity);
            match place {
                Some(place) => groups[place].entities.push(view),
                None => groups.push(Group { service, entities: vec![view] }),
            }
        }
        groups
    }

    fn entity_view(&self, id: EntityId, entity: &Entity) -> EntityView {
        let example = self.examples.get(id);
        let docs = self.contract.types.get(entity.ty).declaration.as_ref().map(|it| &it.docs);
        let reads = self.table.reads.iter().filter(|read| read.entities().contains(&id));
        let touches = |write: &&stipule_ir::table::Write| {
            write.operations.iter().any(|operation| operation.kind.entity() == Some(id))
        };
        let writes = self.table.writes.iter().filter(touches).map(|write| self.write(write));
        let batches = self.table.batches.iter().filter(|batch| batch.entity == id);
        let batches = batches.map(|batch| self.batch(batch));
        EntityView {
            name: entity.name.wire.clone(),
            description: docs.map(first_sentence).filter(|it| *it != entity.name.wire).unwrap_or_default(),
            line: self.line(&entity.span),
            bytes: example.map(|example| example.item.size_bytes()),
            most_bytes: self.largest.item(entity),
            traits: self.traits(entity),
            keys: self.keys(entity, example),
            reads: reads.map(|read| self.read(read)).collect(),
            writes: writes.chain(batches).collect(),
            example: example.map(|example| example.value.clone()),
        }
    }

    fn traits(&self, entity: &Entity) -> Vec<String> {
        let name = |field| field_name(self.contract, entity, field);
        let mut traits = Vec::new();
        if entity.version {
            traits.push("versioned".to_owned());
        }
        traits.extend(entity.unique.iter().map(|unique| format!("{} is unique", unique.name)));
        traits.extend(entity.expiry.as_ref().map(|expiry| {
            let after = expiry.after.as_secs_f64();
            let when = if after == 0.0 { "at".to_owned() } else { format!("{} after", span_of(after)) };
            format!("expires {when} {}", name(expiry.field))
        }));
        if !entity.counters.is_empty() {
            let counters: Vec<&str> = entity.counters.iter().map(|counter| name(counter.value)).collect();
            traits.push(format!("counts {}", counters.join(", ")));
        }
        traits
            .extend(entity.max_per_pk.as_ref().map(|most| format!("at most {} in a partition", most.value)));
        traits
    }

    fn keys(&self, entity: &Entity, example: Option<&Example>) -> Vec<KeyView> {
        let template = Template::of(self.contract, entity, &entity.key);
        let stored = |key: &stipule_table::PrimaryKey| KeyExample { pk: key.pk.clone(), sk: key.sk.clone() };
        let mut keys = vec![KeyView {
            place: "table".to_owned(),
            pk: template.pk,
            sk: template.sk,
            shards: shards(&entity.key.pk),
            when: None,
            example: example.map(|example| stored(&example.key)),
        }];
        for index in &entity.index_keys {
            let template = Template::in_index(self.contract, entity, index);
            let found = example.and_then(|it| it.index_keys.iter().find(|key| key.index == index.index));
            keys.push(KeyView {
                place: self.table.indexes[index.index.0 as usize].name.wire.clone(),
                pk: template.pk,
                sk: template.sk,
                shards: shards(&index.key.pk),
                when: self.when(entity, index),
                example: found.map(|found| stored(&found.key)),
            });
        }
        keys
    }

    fn when(&self, entity: &Entity, index: &IndexKey) -> Option<String> {
        let said = index.when.iter().map(|when| {
            let values: Vec<String> = when.values.iter().map(literal).collect();
            format!("{} is {}", field_name(self.contract, entity, when.field), values.join(" or "))
        });
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(" and "))
    }
}

/// `90 days`, `1 hour`, `30 s`.
fn span_of(seconds: f64) -> String {
    let units = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second")];
    let found = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds % unit == 0.0);
    let (unit, name) = found.unwrap_or((1.0, "second"));
    let many = seconds / unit;
    format!("{many} {name}{}", if many == 1.0 { "" } else { "s" })
}

fn shards(parts: &[stipule_ir::table::Segment]) -> Option<u32> {
    parts.iter().find_map(|part| match part.kind {
        SegmentKind::Shard { shards, .. } => Some(shards),
        _ => None,
    })
}

/// A literal as people write it.
fn literal(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => text.clone(),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}

/// The first sentence of a description, or the title.
fn first_sentence(docs: &Docs) -> String {
    let text = docs.description.as_deref().or(docs.title.as_deref()).unwrap_or_default();
    let paragraph = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |end| end + 1);
    paragraph[..end].trim().to_owned()
}
