//! Units of reads and writes before an embedded DynamoDB that bills for itself. The table is made from the generated
//! template, so that it is judged too.

use dynoxide::Database;
use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::TypeKind;
use stipule_ir::table::{
    EntityId, FieldRef, IndexId, Read, ReadKind, Table, Write, WriteKind, WriteOperation,
};
use stipule_ir::types::{Field, Struct};
use stipule_table::example::of_value;
use stipule_table::sample::Samples;
use stipule_table::unit::{Meter, Place, Unit};
use stipule_table::{Any, Attr, Examples, Item};

use crate::{contract, root};

const NAME: &str = "table";

/// A table in memory, as the template of a repository has it.
struct Bank {
    database: Database,
}

impl Bank {
    fn open() -> Self {
        let file = root().join("infra/stacks/data.json");
        let template: Value =
            serde_json::from_slice(&std::fs::read(file).expect("a template")).expect("JSON");
        let properties = &template["Resources"]["Table"]["Properties"];
        let mut request = json!({ "TableName": NAME });
        for name in ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"] {
            request[name] = properties[name].clone();
        }
        let database = Database::memory().expect("a table in memory");
        database.create_table(parsed(request)).expect("the template describes a table");
        Self { database }
    }

    /// Writes one action in a transaction; units of the table and of each index.
    fn write(&self, action: &Value) -> (f64, Vec<(String, f64)>) {
        let request = json!({ "TransactItems": [action], "ReturnConsumedCapacity": "INDEXES" });
        let answer = self.database.transact_write_items(parsed(request)).expect("the write is good");
        let capacity = answer.consumed_capacity.expect("it was asked for").remove(0);
        let indexes = capacity.global_secondary_indexes.unwrap_or_default();
        let mut indexes: Vec<_> = indexes.into_iter().map(|(name, it)| (name, it.capacity_units)).collect();
        indexes.sort_by(|one, other| one.0.cmp(&other.0));
        (capacity.table.expect("the table is billed").capacity_units, indexes)
    }

    fn put(&self, item: &Item) -> (f64, Vec<(String, f64)>) {
        self.write(&json!({ "Put": { "TableName": NAME, "Item": attributes(item) } }))
    }
}

fn parsed<T: serde::de::DeserializeOwned>(request: Value) -> T {
    serde_json::from_value(request).expect("a request of DynamoDB")
}

fn attributes(item: &Item) -> Value {
    item.iter().map(|(name, value)| (name.to_owned(), attribute(value))).collect()
}

fn attribute(value: &Attr) -> Value {
    let content = match value {
        Attr::S(text) | Attr::N(text) => json!(text),
        Attr::Bool(truth) => json!(truth),
        Attr::Null => json!(true),
        Attr::B(_) => panic!("contracts have no bytes"),
        Attr::L(items) => items.iter().map(attribute).collect(),
        Attr::M(entries) => entries.iter().map(|(name, it)| (name.to_owned(), attribute(it))).collect(),
    };
    json!({ value.kind(): content })
}

fn key(item: &Item) -> Value {
    json!({ "pk": attribute(item.get("pk").expect("a key")), "sk": attribute(item.get("sk").expect("a key")) })
}

/// What a write with this one operation is said to use: of the table, and of each index.
fn said(meter: &Meter<'_>, table: &Table, write: &Write, at: &WriteOperation) -> Said {
    let alone = Write { operations: vec![WriteOperation { each: None, ..at.clone() }], ..write.clone() };
    let usage = meter.write(&alone);
    let of = |place: Place| usage.sum(|step| step.unit == Unit::Write && step.place == place);
    let indexes =
        (0..).zip(&table.indexes).map(|(id, index)| (index.name.wire.clone(), of(Place::Index(IndexId(id)))));
    Said { table: of(Place::Table).typical, indexes: indexes.collect() }
}

struct Said {
    table: f64,
    indexes: Vec<(String, stipule_table::unit::Amount)>,
}

impl Said {
    /// Exactly as typical, or within the most where the values decide about a sparse index.
    fn holds(&self, what: &str, (table, indexes): (f64, Vec<(String, f64)>), exact: bool) {
        assert!(table == self.table, "{what}: {} units said, {table} billed", self.table);
        for (name, said) in &self.indexes {
            let billed = indexes.iter().find(|(index, _)| index == name).map_or(0.0, |(_, units)| *units);
            let within = said.most.is_none_or(|most| billed <= most);
            assert!(
                if exact { billed == said.typical } else { within },
                "{what} in {name}: {said:?}, billed {billed}"
            );
        }
    }
}

fn fields<'c>(contract: &'c Contract, table: &Table, id: EntityId) -> &'c [Field] {
    match &contract.types.get(table.entities[id.0 as usize].ty).kind {
        TypeKind::Struct(Struct { fields, .. }) => fields,
        _ => &[],
    }
}

/// The value with other values in these fields.
fn changed(contract: &Contract, table: &Table, id: EntityId, value: &Any, set: &[FieldRef]) -> Any {
    let samples = Samples::new(&contract.types);
    let Any::Object(mut members) = value.clone() else { panic!("an entity is an object") };
    for field in set {
        let field = &fields(contract, table, id)[field.0 as usize];
        let name = &field.name.wire;
        let other =
            (0..8).filter_map(|turn| samples.nth(field.ty, turn)).find(|it| members.get(name) != Some(it));
        if let Some(other) = other {
            members.insert(name.clone(), other);
        }
    }
    Any::Object(members)
}

fn update(before: &Item, after: &Item) -> Value {
    let mut names = serde_json::Map::new();
    let mut values = serde_json::Map::new();
    let (mut sets, mut removes) = (Vec::new(), Vec::new());
    for (at, (name, value)) in after.iter().enumerate().filter(|(_, (name, it))| before.get(name) != Some(it))
    {
        names.insert(format!("#n{at}"), json!(name));
        values.insert(format!(":v{at}"), attribute(value));
        sets.push(format!("#n{at} = :v{at}"));
    }
    for (at, (name, _)) in before.iter().enumerate().filter(|(_, (name, _))| after.get(name).is_none()) {
        names.insert(format!("#r{at}"), json!(name));
        removes.push(format!("#r{at}"));
    }
    let mut expression = format!("SET {}", sets.join(", "));
    if !removes.is_empty() {
        expression.push_str(&format!(" REMOVE {}", removes.join(", ")));
    }
    json!({ "Update": {
        "TableName": NAME, "Key": key(before), "UpdateExpression": expression,
        "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
    } })
}

#[test]
fn every_write_is_billed_as_it_is_said() {
    let contract = contract(&root());
    let table = &contract.tables[0];
    let examples = Examples::new(&contract, table);
    let meter = Meter::new(&contract, table, &examples);
    let mut judged = 0;
    for write in &table.writes {
        for operation in &write.operations {
            let said = said(&meter, table, write, operation);
            let what = format!("{} at {:?}", write.name, operation.kind);
            let bank = Bank::open();
            let example = |id: EntityId| examples.get(id).expect("every entity has an example");
            match &operation.kind {
                WriteKind::Put { entity, .. } => {
                    said.holds(&what, bank.put(&example(*entity).item), true);
                }
                WriteKind::Delete { entity, .. } => {
                    let item = &example(*entity).item;
                    bank.put(item);
                    let delete = json!({ "Delete": { "TableName": NAME, "Key": key(item) } });
                    said.holds(&what, bank.write(&delete), true);
                }
                WriteKind::Check { entity, .. } => {
                    let item = &example(*entity).item;
                    bank.put(item);
                    let check = json!({ "ConditionCheck": {
                        "TableName": NAME, "Key": key(item), "ConditionExpression": "attribute_exists(pk)",
                    } });
                    said.holds(&what, bank.write(&check), true);
                }
                WriteKind::Update { entity, changes, .. } | WriteKind::Upsert { entity, changes } => {
                    let before = example(*entity);
                    bank.put(&before.item);
                    let added = changes.add.iter().map(|add| add.field);
                    let all: Vec<FieldRef> = changes.fields().chain(added).collect();
                    let value = changed(&contract, table, *entity, &before.value, &all);
                    let declared = &table.entities[entity.0 as usize];
                    let mut after =
                        of_value(&contract, table, declared, &value).expect("a value of the entity");
                    if declared.version {
                        after.insert(Table::VERSION, Attr::unsigned(2));
                    }
                    let sparse = declared.index_keys.iter().any(|index| !index.when.is_empty());
                    said.holds(&what, bank.write(&update(&before.item, &after)), !sparse);
                }
                WriteKind::Emit { .. } => continue,
            }
            judged += 1;
        }
    }
    assert!(judged > 150, "{judged} operations");
}

#[test]
fn every_read_is_billed_as_it_is_said() {
    let contract = contract(&root());
    let table = &contract.tables[0];
    let examples = Examples::new(&contract, table);
    let meter = Meter::new(&contract, table, &examples);
    let mut judged = 0;
    for read in &table.reads {
        let Some(id) = read.entities().first().copied() else { continue };
        let example = examples.get(id).expect("every entity has an example");
        let bank = Bank::open();
        bank.put(&example.item);
        let one = Read { typical: Some(1.0), ..read.clone() };
        let said = meter.read(&one).total(Unit::Read).typical;
        let billed = match &read.kind {
            ReadKind::Get { consistent, .. } | ReadKind::Batch { consistent, .. } => {
                let request = json!({
                    "TableName": NAME, "Key": key(&example.item), "ConsistentRead": consistent,
                    "ReturnConsumedCapacity": "TOTAL",
                });
                let answer = bank.database.get_item(parsed(request)).expect("the read is good");
                answer.consumed_capacity.expect("it was asked for").capacity_units
            }
            ReadKind::Partition(partition) => query(&bank, None, &example.item, partition.consistent),
            // Each shard is asked, and the others answer that they are empty.
            ReadKind::Query(it) if it.fan_out => {
                let index = it.index.map(|index| table.indexes[index.0 as usize].name.wire.as_str());
                let empty = Bank::open();
                let none = query(&empty, index, &example.item, it.consistent.value);
                let shards = said / 0.5;
                query(&bank, index, &example.item, it.consistent.value) + (shards - 1.0) * none
            }
            ReadKind::Query(it) => {
                let index = it.index.map(|index| table.indexes[index.0 as usize].name.wire.as_str());
                let shown = index.is_none_or(|index| example.item.get(&format!("{index}pk")).is_some());
                if !shown {
                    continue;
                }
                query(&bank, index, &example.item, it.consistent.value)
            }
            ReadKind::Scan(_) => continue,
        };
        assert!(said == billed, "{}: {said} units said, {billed} billed", read.name);
        judged += 1;
    }
    assert!(judged > 90, "{judged} reads");
}

fn query(bank: &Bank, index: Option<&str>, item: &Item, consistent: bool) -> f64 {
    let name = index.map_or("pk".to_owned(), |index| format!("{index}pk"));
    let mut request = json!({
        "TableName": NAME, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL",
        "KeyConditionExpression": "#pk = :pk", "ExpressionAttributeNames": { "#pk": name },
        "ExpressionAttributeValues": { ":pk": attribute(item.get(&name).expect("it is in the index")) },
    });
    if let Some(index) = index {
        request["IndexName"] = json!(index);
    }
    let answer = bank.database.query(parsed(request)).expect("the query is good");
    answer.consumed_capacity.expect("it was asked for").capacity_units
}
