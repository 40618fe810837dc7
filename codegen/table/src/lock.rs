//! The lock of a table: the templates under which items are stored, as they are released.

use std::fmt::Write as _;

use stipule_ir::Contract;
use stipule_ir::table::{Entity, EntityId, Lock, LockedEntity, LockedKey, Phase, Table};
use stipule_rules::released::{Difference, Template, differences, released, unique};

/// A lock as it is written, and what it releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The file.
    pub text: String,
    /// Keys in it.
    pub keys: usize,
    /// What wasn't released before: `Order.gsi2 v1`.
    pub released: Vec<String>,
    /// Migrations that are over with it: `Order.gsi2`.
    pub over: Vec<String>,
    /// What stays as it was because its migration isn't far enough: `Order.gsi2`.
    pub waiting: Vec<String>,
}

/// Why nothing is released.
#[derive(Debug)]
pub enum Refused<'c> {
    /// Changes that lose what is stored, and are neither migrated nor accepted.
    Changes(Vec<Difference<'c>>),
    /// Nothing by this name changed.
    Unchanged(String),
}

/// Releases the templates of a table. What `accepted` names is released although it changed.
///
/// # Errors
/// [`Refused`].
pub fn lock<'c>(contract: &Contract, table: &'c Table, accepted: &[String]) -> Result<Locked, Refused<'c>> {
    let nothing = Lock { entities: Vec::new(), span: table.span.clone() };
    let old = table.lock.as_ref().unwrap_or(&nothing);
    let found = differences(contract, table, old);
    if let Some(name) = accepted.iter().find(|name| found.iter().all(|found| found.name != **name)) {
        return Err(Refused::Unchanged(name.clone()));
    }
    let lost: Vec<_> = found
        .into_iter()
        .filter(|found| found.migration.is_none() && !accepted.contains(&found.name))
        .collect();
    if !lost.is_empty() {
        return Err(Refused::Changes(lost));
    }
    let mut writer = Writer { contract, table, old, locked: Locked::new(), accepted };
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        writer.entity(id, entity);
    }
    Ok(writer.locked)
}

impl Locked {
    fn new() -> Self {
        let text = "# Key templates as they were released: items are stored under them. `stipule table lock` writes this \
                    file.\nentities:\n";
        Self { text: text.to_owned(), keys: 0, released: Vec::new(), over: Vec::new(), waiting: Vec::new() }
    }
}

struct Writer<'w> {
    contract: &'w Contract,
    table: &'w Table,
    old: &'w Lock,
    locked: Locked,
    accepted: &'w [String],
}

impl Writer<'_> {
    fn entity(&mut self, id: EntityId, entity: &Entity) {
        let name = &entity.name.wire;
        let old = self.old.entity(name);
        let key = Template::primary(&entity.key);
        let primary = self.version(&format!("{name}.key"), entity, key, old.map(|old| &old.key));
        let _ = writeln!(self.locked.text, "  {}:\n    key: {}", plain(name), flow(&primary));
        let keys = self.index_keys(id, entity, old);
        if !keys.is_empty() {
            let _ = writeln!(self.locked.text, "    indexes:");
            for (index, key) in &keys {
                let _ = writeln!(self.locked.text, "      {}: {}", plain(index), flow(key));
            }
        }
        self.locked.keys += 1 + keys.len();
        if !entity.unique.is_empty() {
            let _ = writeln!(self.locked.text, "    unique:");
            for declared in &entity.unique {
                let parts = list(&unique(self.contract, entity, declared));
                let _ = writeln!(self.locked.text, "      {}: {parts}", plain(&declared.name.wire));
            }
        }
    }

    /// Its keys in indexes, as the lock has them now.
    fn index_keys(
        &mut self,
        id: EntityId,
        entity: &Entity,
        old: Option<&LockedEntity>,
    ) -> Vec<(String, LockedKey)> {
        let mut keys = Vec::new();
        for (at, index) in self.table.indexes.iter().enumerate() {
            let name = format!("{}.{}", entity.name.wire, index.name.wire);
            let before = old.and_then(|old| old.index_key(&index.name.wire)).map(|(_, key)| key);
            let now = entity.index_keys.iter().find(|key| key.index.0 as usize == at);
            let migration = self
                .table
                .migrations
                .iter()
                .find(|migration| migration.entity == id && migration.index.0 as usize == at);
            let phase =
                migration.map(|migration| migration.phase.value).filter(|_| !self.accepted.contains(&name));
            let key = match (phase, now) {
                (Some(Phase::DualWrite | Phase::Backfill), _) => {
                    self.locked.waiting.push(name);
                    before.cloned()
                }
                (Some(Phase::Drop), _) => {
                    self.locked.over.push(name);
                    None
                }
                (phase, now) => {
                    self.locked.over.extend(phase.map(|_| name.clone()));
                    now.map(|now| {
                        let template = Template::in_index(now);
                        self.version(&name, entity, template, before)
                    })
                }
            };
            keys.extend(key.map(|key| (index.name.wire.clone(), key)));
        }
        keys
    }

    fn version(
        &mut self,
        name: &str,
        entity: &Entity,
        template: Template<'_>,
        before: Option<&LockedKey>,
    ) -> LockedKey {
        let version = before.map_or(0, |before| before.version);
        let now = released(self.contract, entity, template, version);
        if before.is_some_and(|before| stipule_rules::released::is_kept(before, &now)) {
            return now;
        }
        let now = LockedKey { version: version + 1, ..now };
        self.locked.released.push(format!("{name} v{}", now.version));
        now
    }
}

fn flow(key: &LockedKey) -> String {
    let when = if key.when.is_empty() { String::new() } else { format!(", when: {}", list(&key.when)) };
    format!("{{version: {}, pk: {}, sk: {}{when}}}", key.version, list(&key.pk), list(&key.sk))
}

/// Texts in quotes: what JSON writes is YAML.
fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn quoted(text: &str) -> String {
    stipule_wire::Any::from(text.to_owned()).to_text()
}

/// A key of a mapping.
fn plain(name: &str) -> String {
    let simple = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        && !["true", "false", "null"].contains(&name.to_ascii_lowercase().as_str());
    if simple { name.to_owned() } else { quoted(name) }
}
