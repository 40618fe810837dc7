//! What a good file becomes; what is wrong with bad ones is in `tests/cases/malformed`.

use stipule_ir::table::{Codec, Condition, Key, Operand, Query, ReadKind, SegmentKind, Table, WriteKind};
use stipule_ir::{Contract, Source, Sources, TypeKind};

const PLATFORM: &str = "
name: garage
tenant: {name: shop, claim: shop_id}
token: {issuer: https://garage.example/, audience: garage}
services: {repairs: {}}
";

const CAR: &str = r##"
title: Car
type: object
required: [plate, note, seenAt, soldOn, id, mileage, state, seats, code, price, weight, sold]
properties:
  plate: {type: string, pattern: "^[A-Z0-9-]+$", maxLength: 12}
  note: {type: string, maxLength: 20}
  seenAt: {type: string, format: date-time}
  soldOn: {type: string, format: date}
  id: {type: string, format: uuid}
  mileage: {type: integer}
  state: {type: string, enum: [IN, OUT]}
  seats: {type: integer}
  code: {type: string, format: ulid}
  price: {type: string, format: decimal, maxLength: 12}
  weight: {type: number}
  sold: {type: boolean}
"##;

fn load(table: &str) -> Contract {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources::new([
        file("contracts/platform.yaml", PLATFORM),
        file("contracts/types/car.yaml", CAR),
        file("contracts/tables/garage.table.yaml", table),
    ]);
    let (contract, faults) = crate::load(&sources);
    contract.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// A table with one entity, whose sort key is given, and more lines.
fn garage(sk: &str, more: &str) -> Contract {
    load(&format!(
        "table: {{tenant: shop_id}}
indexes: {{gsi1: {{project: all}}}}
entities:
  Car:
    schema: ../types/car.yaml
    key: {{pk: [CAR, plate], sk: [{sk}]}}
    counters: [mileage]
    gsi1: {{pk: [STATE, state, {{shard: id, n: 4}}], sk: [seenAt, id], when: {{state: IN, seats: [2, 4]}}}}
{more}"
    ))
}

fn table(contract: &Contract) -> &Table {
    &contract.tables[0]
}

fn names(contract: &Contract, fields: &[stipule_ir::table::FieldRef]) -> Vec<String> {
    let TypeKind::Struct(car) = &contract.types.get(table(contract).entities[0].ty).kind else {
        panic!("a car is a struct")
    };
    fields.iter().map(|field| car.fields[field.0 as usize].name.wire.clone()).collect()
}

fn codecs(key: &Key) -> Vec<Codec> {
    let codec = |kind: &SegmentKind| match kind {
        SegmentKind::Field { codec, .. } => Some(*codec),
        _ => None,
    };
    key.pk.iter().chain(&key.sk).filter_map(|part| codec(&part.kind)).collect()
}

#[test]
fn codecs_follow_from_the_types_of_fields() {
    let contract =
        garage("note, seenAt, soldOn, id, mileage, state, code, price, weight, sold, {rank: state}", "");
    assert_eq!(
        codecs(&table(&contract).entities[0].key),
        [
            Codec::PlainText,
            Codec::Text,
            Codec::DateTime,
            Codec::Date,
            Codec::Uuid,
            Codec::Integer,
            Codec::EnumText,
            Codec::Ulid,
            Codec::Decimal,
            Codec::Number,
            Codec::Boolean,
            Codec::EnumRank
        ]
    );
}

#[test]
fn a_read_is_ordered_by_the_rank_of_an_enum() {
    let contract = garage(
        "{rank: state}, id",
        "reads: {cars: {of: Car, bind: [plate], order: asc(state), range: state}}",
    );
    let ReadKind::Query(Query { range, .. }) = &table(&contract).reads[1].kind else {
        panic!("`cars` is a query")
    };
    assert_eq!(names(&contract, range.as_slice()), ["state"]);
}

#[test]
fn every_entity_can_be_read_by_its_key_unless_the_file_says_how() {
    let contract = garage("HEAD", "");
    let [read] = &table(&contract).reads[..] else { panic!("one read: {:?}", table(&contract).reads) };
    assert_eq!(read.name.field(), "car");
    assert!(matches!(read.kind, ReadKind::Get { consistent: true, .. }));
    let contract = garage("HEAD", "reads: {car: {get: Car, consistent: false}}");
    let [read] = &table(&contract).reads[..] else { panic!("still one read") };
    assert!(matches!(read.kind, ReadKind::Get { consistent: false, .. }));
}

#[test]
fn a_query_binds_its_partition_by_itself_and_reads_in_order() {
    let reads = "reads:
  cars: {index: gsi1, of: Car, fan_out: merge, order: desc(seenAt), range: seenAt, rate: 90/m}
  one: {index: gsi1, of: Car, bind: [state, seenAt], fan_out: merge, page: 7}
";
    let contract = garage("HEAD", reads);
    let ReadKind::Query(Query { bind, range, descending, page, fan_out, .. }) =
        &table(&contract).reads[1].kind
    else {
        panic!("`cars` is a query")
    };
    assert_eq!(names(&contract, bind), ["state"]);
    assert_eq!(names(&contract, range.as_slice()), ["seenAt"]);
    assert_eq!((*descending, *page, *fan_out), (true, 25, true));
    assert_eq!(table(&contract).reads[1].rate, Some(1.5));
    let ReadKind::Query(Query { bind, descending, page, .. }) = &table(&contract).reads[2].kind else {
        panic!("`one` is a query")
    };
    assert_eq!(names(&contract, bind), ["state", "seenAt"]);
    assert_eq!((*descending, *page), (false, 7));
}

const WASH: &str = r#"
title: Wash
type: object
required: [plate, seenAt, id, wax]
properties:
  plate: {type: string, pattern: "^[A-Z0-9-]+$", maxLength: 12}
  seenAt: {type: string, format: date-time}
  id: {type: string, format: uuid}
  wax: {type: boolean}
"#;

/// Cars and washes in one partition per plate, sorted by time behind a literal, and more lines.
fn street(reads: &str) -> Contract {
    let table = format!(
        "table: {{tenant: shop_id}}
entities:
  Car: {{schema: ../types/car.yaml, key: {{pk: [CAR, plate], sk: [AT, seenAt, id]}}}}
  Wash: {{schema: ../types/wash.yaml, key: {{pk: [CAR, plate], sk: [AT, seenAt, WASH, id]}}, max_per_pk: 9}}
reads:
{reads}"
    );
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources::new([
        file("contracts/platform.yaml", PLATFORM),
        file("contracts/types/car.yaml", CAR),
        file("contracts/types/wash.yaml", WASH),
        file("contracts/tables/garage.table.yaml", &table),
    ]);
    let (contract, faults) = crate::load(&sources);
    contract.unwrap_or_else(|| panic!("{faults:#?}"))
}

#[test]
fn entities_are_read_together_by_what_their_keys_have_in_common() {
    let contract = street(
        "  both: {of: [Car, Wash], bind: [plate], order: desc(seenAt), range: seenAt, max_page: 9}
  then: {of: [Wash, Car], bind: [plate, seenAt], order: asc, consistent: false}
  whole: {partition: Car, returns: {many: [Wash, Car]}}
  at: {partition: Wash, bind: [plate, seenAt], returns: {many: [Wash]}}
",
    );
    let reads = &table(&contract).reads[2..];
    let ReadKind::Query(both) = &reads[0].kind else { panic!("a query") };
    assert_eq!((both.of.len(), both.prefix, both.page, both.max_page), (2, 1, 9, 9));
    assert_eq!(names(&contract, both.range.as_slice()), ["seenAt"]);
    assert!(both.consistent.value && both.descending);
    let ReadKind::Query(then) = &reads[1].kind else { panic!("a query") };
    assert_eq!((then.prefix, then.consistent.value, then.descending), (2, false, false));
    let prefixes = reads[2..].iter().map(|read| match &read.kind {
        ReadKind::Partition(partition) => partition.prefix,
        _ => panic!("a partition"),
    });
    assert_eq!(prefixes.collect::<Vec<_>>(), [0, 3], "the whole of it, and all that begins so");
}

#[test]
fn a_read_keeps_the_fields_it_asks_for_by_entity() {
    let contract = street(
        "  both: {of: [Car, Wash], bind: [plate], read: {Wash: [wax, seenAt]}}
  all: {scan: Car, reason: a census, segments: 4, read: [note]}
",
    );
    let reads = &table(&contract).reads[2..];
    let [car, wash] = reads[0].entities()[..] else { panic!("two entities") };
    assert!(reads[0].selected(car).is_none());
    assert_eq!(reads[0].selected(wash).map(<[_]>::len), Some(2));
    let ReadKind::Scan(scan) = &reads[1].kind else { panic!("a scan") };
    assert_eq!((scan.reason.value.as_str(), scan.segments, scan.page), ("a census", Some(4), 25));
    let note: Vec<_> = reads[1].selected(car).into_iter().flatten().map(|field| field.value).collect();
    assert_eq!(names(&contract, &note), ["note"]);
}

#[test]
fn a_sparse_index_keeps_its_values_with_or_without_brackets() {
    let contract = garage("HEAD", "");
    let when = &table(&contract).entities[0].index_keys[0].when;
    let sizes: Vec<usize> = when.iter().map(|when| when.values.len()).collect();
    assert_eq!(sizes, [1, 2]);
}

#[test]
fn an_update_keeps_what_it_sets_adds_and_requires() {
    let writes = r#"writes:
  drive:
    rate: 2/s
    do:
      - {update: Car, set: [note], add: {mileage: -way}, if: "mileage >= $way and not state = 'OUT'", else: TooFar}
      - {check: Car, each: others, max: 3}
"#;
    let contract = garage("HEAD", writes);
    let write = &table(&contract).writes[0];
    assert_eq!(write.rate, Some(2.0));
    let WriteKind::Update { changes, condition, .. } = &write.operations[0].kind else {
        panic!("the first is an update")
    };
    assert_eq!(names(&contract, &changes.set), ["note"]);
    assert!(changes.add[0].negative && changes.add[0].argument.wire == "way");
    let Some(Condition::All(parts)) = condition.as_deref() else { panic!("two conditions: {condition:?}") };
    let Condition::Compare { left, right: Operand::Argument(argument), .. } = &parts[0] else {
        panic!("the first compares with an argument")
    };
    assert_eq!(
        (names(&contract, &[left.path().field])[0].as_str(), argument.name.wire.as_str()),
        ("mileage", "way")
    );
    assert!(matches!(&parts[1], Condition::Not(_)));
    assert_eq!(
        write.operations[0].otherwise.as_ref().map(stipule_ir::Name::variant).as_deref(),
        Some("TooFar")
    );
    assert_eq!(write.operations[1].each.as_ref().map(|each| each.max.value), Some(3));
}

#[test]
fn json_is_read_as_well_as_yaml() {
    let yaml = garage("HEAD", "");
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let json = r#"{"table": {"tenant": "shop_id"}, "indexes": {"gsi1": {"project": "all"}}, "entities": {"Car":
        {"schema": "../types/car.yaml", "key": {"pk": ["CAR", "plate"], "sk": ["HEAD"]}}}}"#;
    let sources = Sources::new([
        file("contracts/platform.yaml", PLATFORM),
        file("contracts/types/car.yaml", CAR),
        file("contracts/tables/garage.table.json", json),
    ]);
    let (contract, faults) = crate::load(&sources);
    let contract = contract.unwrap_or_else(|| panic!("{faults:#?}"));
    assert_eq!(table(&contract).name, table(&yaml).name);
    assert_eq!(codecs(&table(&contract).entities[0].key), codecs(&table(&yaml).entities[0].key));
}
