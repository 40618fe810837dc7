//! Which service does what to the table: the least access that lets its reads and writes run.
//!
//! A service uses the reads and writes of its own entities, and the reads that name it under `used_by`. What the
//! platform adds to a write is part of it: the mark of the cause, locks, events and their numbers.

mod pattern;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::Contract;
use stipule_ir::table::{Demand, EntityId, IndexId, Read, ReadKind, Table, Unique, Write, WriteKind};

use crate::key::field_name;

pub use pattern::KeyPattern;
pub use statement::{Statement, statements};

/// Something that may be done to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Read one item by its key.
    GetItem,
    /// Read items by their keys.
    BatchGetItem,
    /// Read a partition, or part of one.
    Query,
    /// Read everything.
    Scan,
    /// Store or remove items, each for itself.
    BatchWriteItem,
    /// Store an item.
    PutItem,
    /// Change an item.
    UpdateItem,
    /// Remove an item.
    DeleteItem,
    /// Require something of an item in a transaction.
    ConditionCheckItem,
}

impl Action {
    /// As policies call it.
    pub const fn name(self) -> &'static str {
        match self {
            Action::GetItem => "dynamodb:GetItem",
            Action::BatchGetItem => "dynamodb:BatchGetItem",
            Action::Query => "dynamodb:Query",
            Action::Scan => "dynamodb:Scan",
            Action::BatchWriteItem => "dynamodb:BatchWriteItem",
            Action::PutItem => "dynamodb:PutItem",
            Action::UpdateItem => "dynamodb:UpdateItem",
            Action::DeleteItem => "dynamodb:DeleteItem",
            Action::ConditionCheckItem => "dynamodb:ConditionCheckItem",
        }
    }
}

/// An action on the items whose partition key has a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// Where; `None` for the table itself.
    pub index: Option<IndexId>,
    /// What.
    pub action: Action,
    /// On which keys; `None` for all, as a scan needs it.
    pub keys: Option<KeyPattern>,
}

/// Why something is granted, and how much of the items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Names of the reads and writes that need it.
    pub patterns: BTreeSet<String>,
    /// The attributes that are enough for all of them; `None` for whole items.
    pub attributes: Option<BTreeSet<String>>,
}

/// What a service needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// By grant.
    pub grants: BTreeMap<Grant, Need>,
}

/// The services that own an entity or use a read, in the order of the platform.
pub fn services<'c>(contract: &'c Contract, table: &Table) -> Vec<&'c str> {
    let owns = |name: &str| {
        table.entities.iter().any(|entity| entity.service.as_ref().is_some_and(|it| it.value == name))
            || table.reads.iter().any(|read| read.used_by.iter().any(|it| it.value == name))
    };
    let names = contract.platform.services.iter().map(|service| service.name.value.wire.as_str());
    names.filter(|name| owns(name)).collect()
}

/// The access of one service.
pub fn of_service(contract: &Contract, table: &Table, service: &str) -> Access {
    let mut scene = Scene { table, access: Access::default() };
    for read in &table.reads {
        let own = read.entities().first().is_some_and(|id| owner(table, *id) == Some(service));
        if own || read.used_by.iter().any(|it| it.value == service) {
            scene.read(contract, read);
        }
    }
    let consumes = contract.subscriptions.iter().any(|it| it.service.value == service);
    for write in table.writes.iter().filter(|write| owner_of_write(table, write) == Some(service)) {
        scene.write(contract, write, consumes);
    }
    for batch in table.batches.iter().filter(|batch| owner(table, batch.entity) == Some(service)) {
        scene.on_entity(Action::BatchWriteItem, batch.entity, &batch.name.wire);
    }
    scene.access
}

/// Who owns an entity.
pub fn owner(table: &Table, entity: EntityId) -> Option<&str> {
    table.entities.get(entity.0 as usize)?.service.as_ref().map(|it| it.value.as_str())
}

/// Who owns the entities that a write changes: all of one service, as a rule proves.
pub fn owner_of_write<'t>(table: &'t Table, write: &Write) -> Option<&'t str> {
    let changed = write.operations.iter().filter(|it| !matches!(it.kind, WriteKind::Check { .. }));
    let mut owners = changed.filter_map(|operation| owner(table, operation.kind.entity()?));
    owners.next()
}

struct Scene<'s> {
    table: &'s Table,
    access: Access,
}

impl Scene<'_> {
    fn grant(&mut self, action: Action, index: Option<IndexId>, keys: KeyPattern, pattern: &str) {
        self.need(Grant { index, action, keys: Some(keys) }, None, pattern);
    }

    fn need(&mut self, grant: Grant, attributes: Option<BTreeSet<String>>, pattern: &str) {
        let fresh = || Need { patterns: BTreeSet::new(), attributes: Some(BTreeSet::new()) };
        let need = self.access.grants.entry(grant).or_insert_with(fresh);
        need.patterns.insert(pattern.to_owned());
        need.attributes = need.attributes.take().zip(attributes).map(|(mut all, more)| {
            all.extend(more);
            all
        });
    }

    fn on_entity(&mut self, action: Action, id: EntityId, pattern: &str) {
        let keys = KeyPattern::of(&self.table.entities[id.0 as usize].key);
        self.grant(action, None, keys, pattern);
    }

    fn read(&mut self, contract: &Contract, read: &Read) {
        let name = &read.name.wire;
        let (action, id) = match &read.kind {
            ReadKind::Get { entity, .. } => (Action::GetItem, *entity),
            ReadKind::Batch { entity, .. } => (Action::BatchGetItem, *entity),
            ReadKind::Partition(partition) => (Action::Query, partition.of),
            ReadKind::Query(query) => match query.of.first() {
                Some(first) => (Action::Query, *first),
                None => return,
            },
            ReadKind::Scan(scan) => (Action::Scan, scan.entity),
        };
        let entity = &self.table.entities[id.0 as usize];
        let key = match read.index() {
            None => Some(&entity.key),
            // A partition key of several attributes has no leading text that a policy could name.
            Some(index) => entity.composed().find(|it| it.index == index).map(|it| &it.key),
        };
        let keys = key.filter(|_| action != Action::Scan).map(KeyPattern::of);
        let attributes = self.attributes(contract, read);
        self.need(Grant { index: read.index(), action, keys }, attributes, name);
    }

    /// The attributes that a read asks for, if it asks for some only: what it selects, and what tells items apart.
    fn attributes(&self, contract: &Contract, read: &Read) -> Option<BTreeSet<String>> {
        let table = self.table;
        let mut names = BTreeSet::from([table.pk.clone(), table.sk.clone(), table.type_attribute.clone()]);
        if let Some(index) = read.index() {
            names.extend(table.key_attributes(index).concat().into_iter().map(|attribute| attribute.name));
        }
        for id in read.entities() {
            let entity = &table.entities[id.0 as usize];
            let fields = read.selected(id)?;
            names.extend(fields.iter().map(|field| field_name(contract, entity, field.value).to_owned()));
        }
        Some(names)
    }

    fn write(&mut self, contract: &Contract, write: &Write, consumes: bool) {
        let name = &write.name.wire;
        for operation in &write.operations {
            match &operation.kind {
                WriteKind::Put { entity, demand } => {
                    self.on_entity(Action::PutItem, *entity, name);
                    self.locks(*entity, |_| true, *demand != Demand::Absent, name);
                }
                WriteKind::Update { entity, changes, .. } | WriteKind::Upsert { entity, changes } => {
                    self.on_entity(Action::UpdateItem, *entity, name);
                    let changed = |unique: &Unique| changes.fields().any(|field| unique.has(field));
                    self.locks(*entity, changed, true, name);
                }
                WriteKind::Delete { entity, .. } => {
                    self.on_entity(Action::DeleteItem, *entity, name);
                    for unique in &self.table.entities[entity.0 as usize].unique {
                        self.lock(Action::DeleteItem, *entity, unique, name);
                    }
                }
                WriteKind::Check { entity, .. } => self.on_entity(Action::ConditionCheckItem, *entity, name),
                WriteKind::Emit { event } => {
                    let aggregate = &contract.event(*event).aggregate.wire;
                    self.grant(Action::PutItem, None, KeyPattern::outbox(), name);
                    let number = KeyPattern::platform(&["SEQ", aggregate], 1);
                    self.grant(Action::GetItem, None, number.clone(), name);
                    self.grant(Action::UpdateItem, None, number, name);
                }
            }
        }
        let mut marks = vec![KeyPattern::platform(&["IDEM"], 3)];
        if consumes {
            marks.push(KeyPattern::platform(&["INBOX"], 2));
        }
        for mark in marks {
            // Read when an acknowledgement was lost, or a command is repeated.
            self.grant(Action::GetItem, None, mark.clone(), name);
            self.grant(Action::PutItem, None, mark, name);
        }
    }

    /// Locks are taken, and given back where a value was there before.
    fn locks(&mut self, id: EntityId, concerned: impl Fn(&Unique) -> bool, replaces: bool, pattern: &str) {
        let table = self.table;
        for unique in table.entities[id.0 as usize].unique.iter().filter(|unique| concerned(unique)) {
            self.lock(Action::PutItem, id, unique, pattern);
            if replaces {
                self.lock(Action::DeleteItem, id, unique, pattern);
            }
        }
    }

    fn lock(&mut self, action: Action, id: EntityId, unique: &Unique, pattern: &str) {
        let entity = &self.table.entities[id.0 as usize].name.wire;
        let keys = KeyPattern::platform(&["LOCK", entity, &unique.name.wire], unique.parts.len());
        self.grant(action, None, keys, pattern);
    }
}
