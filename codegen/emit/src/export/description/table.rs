//! The table: entities with their keys, and how they are read and written.

use stipule_ir::table::{
    Codec, Entity, EntityId, FieldRef, Key, Query, Read, ReadKind, Segment, SegmentKind, Table, Write,
    WriteKind,
};
use stipule_ir::types::TypeKind;
use stipule_ir::{Contract, Name};

use super::super::schema::Schemas;
use super::super::tree::Tree;
use super::{documented, texts};

/// The table.
pub(super) fn table(contract: &Contract, table: &Table, schemas: &mut Schemas<'_>) -> Tree {
    let page = Page { contract, table };
    let indexes = table.indexes.iter().map(|index| {
        Tree::object()
            .with("name", Tree::text(&index.name.wire))
            .with("native", Tree::raw(index.native.is_some()))
    });
    Tree::object()
        .with("name", Tree::text(&table.name.wire))
        .with("pk", Tree::text(&table.pk))
        .with("sk", Tree::text(&table.sk))
        .with("type", Tree::text(&table.type_attribute))
        .with("indexes", Tree::List(indexes.collect()))
        .with("entities", Tree::List(table.entities.iter().map(|it| page.entity(it, schemas)).collect()))
        .with("reads", Tree::List(table.reads.iter().map(|read| page.read(read)).collect()))
        .with("writes", Tree::List(table.writes.iter().map(|write| page.write(write)).collect()))
}

struct Page<'c> {
    contract: &'c Contract,
    table: &'c Table,
}

impl Page<'_> {
    fn entity(&self, entity: &Entity, schemas: &mut Schemas<'_>) -> Tree {
        let declaration = self.contract.types.get(entity.ty).declaration.as_ref();
        let mut it = Tree::object().with("name", Tree::text(&entity.name.wire));
        if let Some(declaration) = declaration {
            it = documented(it, &declaration.docs);
        }
        if let Some(service) = &entity.service {
            it.set("service", Tree::text(&service.value));
        }
        let own = self.key(entity, &entity.key);
        let others = entity.index_keys.iter().map(|key| {
            let index = &self.table.indexes[key.index.0 as usize];
            self.key(entity, &key.key).with("index", Tree::text(&index.name.wire))
        });
        it.set("keys", Tree::List(std::iter::once(own).chain(others).collect()));
        it.set("version", Tree::raw(entity.version));
        it.set("expires", Tree::raw(entity.expiry.is_some()));
        it.with("schema", schemas.of(entity.ty))
    }

    fn key(&self, entity: &Entity, key: &Key) -> Tree {
        let part = |segments: &[Segment]| {
            Tree::List(segments.iter().map(|segment| self.segment(entity, &segment.kind)).collect())
        };
        Tree::object().with("pk", part(&key.pk)).with("sk", part(&key.sk))
    }

    fn segment(&self, entity: &Entity, kind: &SegmentKind) -> Tree {
        match kind {
            SegmentKind::Literal(text) => Tree::object().with("literal", Tree::text(text)),
            SegmentKind::Field { field, codec } => {
                let it = Tree::object()
                    .with("field", Tree::text(&self.field(entity, *field).wire))
                    .with("codec", Tree::text(codec_word(*codec)));
                match codec {
                    Codec::EnumRank => it.with("values", self.values(entity, *field)),
                    _ => it,
                }
            }
            SegmentKind::Shard { field, shards } => Tree::object()
                .with("field", Tree::text(&self.field(entity, *field).wire))
                .with("shards", Tree::raw(u64::from(*shards))),
        }
    }

    /// The values of an enum in the order of their ranks.
    fn values(&self, entity: &Entity, field: FieldRef) -> Tree {
        let TypeKind::Struct(object) = &self.contract.types.get(entity.ty).kind else {
            return Tree::List(Vec::new());
        };
        match &self.contract.types.get(object.fields[field.0 as usize].ty).kind {
            TypeKind::Enum(list) => super::super::words::values(list).get("enum").cloned(),
            _ => None,
        }
        .unwrap_or(Tree::List(Vec::new()))
    }

    fn field<'s>(&'s self, entity: &'s Entity, field: FieldRef) -> &'s Name {
        match &self.contract.types.get(entity.ty).kind {
            TypeKind::Struct(object) => &object.fields[field.0 as usize].name,
            // Entities are structs: the front takes no other.
            _ => &entity.name,
        }
    }

    fn fields(&self, entity: EntityId, fields: &[FieldRef]) -> Tree {
        let entity = &self.table.entities[entity.0 as usize];
        texts(fields.iter().map(|field| self.field(entity, *field).wire.as_str()))
    }

    fn entities(&self, ids: &[EntityId]) -> Tree {
        texts(ids.iter().map(|id| self.table.entities[id.0 as usize].name.wire.as_str()))
    }

    /// How it is read. `bind` are the fields that are given, `prefix` how many segments of the sort key are.
    fn read(&self, read: &Read) -> Tree {
        let mut it = Tree::object()
            .with("name", Tree::text(&read.name.wire))
            .with("entities", self.entities(&read.entities()));
        if let Some(index) = read.index() {
            it.set("index", Tree::text(&self.table.indexes[index.0 as usize].name.wire));
        }
        if let Some(rate) = read.rate {
            it.set("rate", Tree::json(&rate.to_string()));
        }
        match &read.kind {
            ReadKind::Get { .. } => it.with("kind", Tree::text("get")),
            ReadKind::Batch { .. } => it.with("kind", Tree::text("batch")),
            ReadKind::Scan(scan) => {
                it.with("kind", Tree::text("scan")).with("reason", Tree::text(&scan.reason.value))
            }
            ReadKind::Partition(partition) => it
                .with("kind", Tree::text("partition"))
                .with("of", self.entities(&[partition.of]))
                .with("bind", self.fields(partition.of, &partition.bind))
                .with("prefix", Tree::raw(partition.prefix)),
            ReadKind::Query(query) => self.query(it, query),
        }
    }

    fn query(&self, it: Tree, query: &Query) -> Tree {
        let Some(first) = query.of.first() else { return it };
        let mut it = it
            .with("kind", Tree::text("query"))
            .with("bind", self.fields(*first, &query.bind))
            .with("prefix", Tree::raw(query.prefix))
            .with("descending", Tree::raw(query.descending))
            .with("page", Tree::raw(u64::from(query.page)));
        if let Some(range) = query.range {
            let entity = &self.table.entities[first.0 as usize];
            it.set("range", Tree::text(&self.field(entity, range).wire));
        }
        it
    }

    fn write(&self, write: &Write) -> Tree {
        let operations = write.operations.iter().map(|operation| {
            let verb = match &operation.kind {
                WriteKind::Put { .. } => "put",
                WriteKind::Update { .. } => "update",
                WriteKind::Upsert { .. } => "upsert",
                WriteKind::Delete { .. } => "delete",
                WriteKind::Check { .. } => "check",
                WriteKind::Emit { .. } => "emit",
            };
            let what = match &operation.kind {
                WriteKind::Emit { event } => &self.contract.event(*event).name.wire,
                kind => {
                    kind.entity().map_or(&write.name.wire, |id| &self.table.entities[id.0 as usize].name.wire)
                }
            };
            Tree::object().with("verb", Tree::text(verb)).with("what", Tree::text(what))
        });
        Tree::object()
            .with("name", Tree::text(&write.name.wire))
            .with("operations", Tree::List(operations.collect()))
    }
}

fn codec_word(codec: Codec) -> &'static str {
    match codec {
        Codec::Text | Codec::PlainText | Codec::EnumText => "text",
        Codec::Integer => "integer",
        Codec::Decimal => "decimal",
        Codec::Number => "number",
        Codec::Boolean => "boolean",
        Codec::Date => "date",
        Codec::DateTime => "date_time",
        Codec::Uuid => "uuid",
        Codec::Ulid => "ulid",
        Codec::EnumRank => "rank",
    }
}
