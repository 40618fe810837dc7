//! Items from rows.

use stipule_ir::table::{EntityId, IndexKey};
use stipule_runtime::{Attr, IndexSchema, Item};

use super::Actor;
use crate::value::{Row, to_attribute};
use crate::world::lasting;

/// A row with its version, for entities that have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The fields.
    pub row: Row,
    /// 1 after the first put; counted for every entity, stored for those with versions.
    pub version: u64,
}

impl Actor<'_> {
    /// The item of a row.
    pub fn item(&self, tenant: &str, id: EntityId, stored: &Stored) -> Item {
        let (entity, row) = (self.world.entity(id), &stored.row);
        let key = self.key(tenant, id, None, row).expect("every row has a primary key");
        let mut item = self.world.entities[id.0 as usize].item(key);
        if entity.version {
            item.insert(stipule_runtime::entity::VERSION, Attr::unsigned(stored.version));
        }
        if entity.names_tenant() {
            item.insert(lasting(&self.world.table().tenant), Attr::text(tenant));
        }
        for index_key in entity.composed() {
            for (attribute, value) in self.index_attributes(tenant, id, index_key, row) {
                item.insert_some(attribute, value);
            }
        }
        for (field, value) in row {
            let declared = self.world.field(id, *field);
            item.insert(declared.name.wire.clone(), to_attribute(self.world, declared, value));
        }
        item
    }

    /// The attributes of a key in an index, without values when the row isn't in it.
    pub(super) fn index_attributes(
        &self,
        tenant: &str,
        id: EntityId,
        index_key: &IndexKey,
        row: &Row,
    ) -> [(&'static str, Option<Attr>); 2] {
        let schema = self.index_schema(index_key);
        let key = self.key(tenant, id, Some(index_key.index), row);
        let (pk, sk) = key.map(|key| (Attr::S(key.pk), Attr::S(key.sk))).unzip();
        [(schema.pk, pk), (schema.sk, sk)]
    }

    pub(super) fn index_schema(&self, index_key: &IndexKey) -> &'static IndexSchema {
        let name = &self.world.table().indexes[index_key.index.0 as usize].name.wire;
        self.world.schema().index(name).expect("the schema has every index with keys of its own")
    }
}
