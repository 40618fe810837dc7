//! A loaded contract with a table in memory: what generated code would run on.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_ir::Contract;
use stipule_ir::table::{Entity, EntityId, FieldRef, IndexId, Table};
use stipule_ir::types::{Field, TypeKind};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::wire::DateTime;
use stipule_runtime::{
    Clock, Context, CursorKey, Ids, IndexSchema, KeyAttribute, NativeIndex, Ports, TableSchema, entity, store,
};

/// A contract and its table.
pub struct World {
    /// The contract.
    pub contract: Contract,
    /// What generated code says of each entity.
    pub entities: Vec<&'static entity::Entity>,
    ports: Arc<Ports>,
}

impl World {
    /// An empty table for a contract.
    pub fn new(contract: Contract) -> Self {
        let table = &contract.tables[0];
        let schema = schema(table);
        let named = |entity: &Entity| -> &'static entity::Entity {
            Box::leak(Box::new(entity::Entity {
                name: lasting(&entity.name.wire),
                table: schema,
                attributes: 16,
            }))
        };
        let entities = table.entities.iter().map(named).collect();
        let store = LocalTable::open(&Place::Memory, schema).expect("a table in memory can be opened");
        let ports = Ports {
            store: Arc::new(store),
            table: schema,
            clock: Arc::new(Still),
            ids: Arc::new(Counted::default()),
            cursor_key: CursorKey::new([7; 32]),
            workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
            sockets: Arc::new(stipule_runtime::socket::NoSockets),
        };
        Self { contract, entities, ports: Arc::new(ports) }
    }

    /// The table of the contract.
    pub fn table(&self) -> &Table {
        &self.contract.tables[0]
    }

    /// Its shape.
    pub fn schema(&self) -> &'static TableSchema {
        self.ports.table
    }

    /// The store itself.
    pub fn ports(&self) -> &Arc<Ports> {
        &self.ports
    }

    /// Work on behalf of a tenant.
    pub fn context(&self, tenant: &str) -> Context {
        Context::job(self.ports.clone(), tenant, "play")
    }

    /// An entity.
    pub fn entity(&self, id: EntityId) -> &Entity {
        &self.table().entities[id.0 as usize]
    }

    /// The entity of this name.
    pub fn entity_named(&self, name: &str) -> Option<EntityId> {
        let ids = (0u32..).map(EntityId).zip(&self.table().entities);
        ids.into_iter().find(|(_, entity)| entity.name.wire == name).map(|(id, _)| id)
    }

    /// The fields of an entity.
    pub fn fields(&self, id: EntityId) -> &[Field] {
        match &self.contract.types.get(self.entity(id).ty).kind {
            TypeKind::Struct(fields) => &fields.fields,
            _ => &[],
        }
    }

    /// A field of an entity.
    pub fn field(&self, id: EntityId, field: FieldRef) -> &Field {
        &self.fields(id)[field.0 as usize]
    }

    /// The field of an entity with this name.
    pub fn field_named(&self, id: EntityId, name: &str) -> Option<FieldRef> {
        let fields = (0u32..).map(FieldRef).zip(self.fields(id));
        fields.into_iter().find(|(_, field)| field.name.wire == name).map(|(at, _)| at)
    }
}

fn schema(table: &Table) -> &'static TableSchema {
    let index = |(id, index): (IndexId, &stipule_ir::table::Index)| IndexSchema {
        name: lasting(&index.name.wire),
        pk: lasting(&format!("{}pk", index.name.wire)),
        sk: lasting(&format!("{}sk", index.name.wire)),
        projection: match table.carried(id) {
            None => store::Projection::All,
            Some(names) => {
                let names: Vec<&str> = names.into_iter().map(lasting).collect();
                store::Projection::Include(names.leak())
            }
        },
    };
    let all = || (0u32..).map(IndexId).zip(&table.indexes);
    let indexes: Vec<IndexSchema> = all().filter(|(_, it)| it.native.is_none()).map(index).collect();
    let over_fields = |(id, it): (IndexId, &stipule_ir::table::Index)| {
        let IndexSchema { name, projection, .. } = index((id, it));
        let [pk, sk] = table.key_attributes(id).map(|attributes| {
            let attribute = |it: stipule_ir::table::KeyAttribute| match it.is_number {
                true => KeyAttribute::number(lasting(&it.name)),
                false => KeyAttribute::text(lasting(&it.name)),
            };
            let attributes: Vec<KeyAttribute> = attributes.into_iter().map(attribute).collect();
            &*attributes.leak()
        });
        NativeIndex { name, pk, sk, projection }
    };
    let native: Vec<NativeIndex> = all().filter(|(_, it)| it.native.is_some()).map(over_fields).collect();
    Box::leak(Box::new(TableSchema {
        name: lasting(&table.name.wire),
        pk: lasting(&table.pk),
        sk: lasting(&table.sk),
        ttl: table.ttl_attribute.as_deref().map(lasting),
        type_attribute: lasting(&table.type_attribute),
        indexes: indexes.leak(),
        native: native.leak(),
        outbox_shards: table.outbox.as_ref().map_or(1, |outbox| outbox.shards),
    }))
}

/// A name as generated code has it. Random tables have few different ones.
pub fn lasting(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.entry(name.to_owned()).or_insert_with(|| name.to_owned().leak())
}

/// A clock that stands still.
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        futures_util::future::ready(()).boxed()
    }
}

/// Numbers that count up.
#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}
