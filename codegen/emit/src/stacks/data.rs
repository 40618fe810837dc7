//! The stack that holds the table and nothing else: whatever happens to the others, data stays.

use serde::Serialize;
use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::table::{Index, IndexId, KeyAttribute, Table};

use super::template::{Output, Resource, Tag, Template, scoped, tags};

/// Days back to which the table can be restored: the most that there are.
const RECOVERY_DAYS: u32 = 35;

/// `AWS::DynamoDB::Table`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    table_name: Value,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<KeyPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    global_secondary_indexes: Vec<SecondaryIndex>,
    billing_mode: &'static str,
    table_class: &'static str,
    deletion_protection_enabled: bool,
    point_in_time_recovery_specification: Recovery,
    #[serde(rename = "SSESpecification")]
    sse_specification: Encryption,
    stream_specification: Stream,
    time_to_live_specification: TimeToLive,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: String,
    attribute_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyPart {
    attribute_name: String,
    key_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecondaryIndex {
    index_name: String,
    key_schema: Vec<KeyPart>,
    projection: Carried,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Carried {
    projection_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    non_key_attributes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recovery {
    point_in_time_recovery_enabled: bool,
    recovery_period_in_days: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encryption {
    #[serde(rename = "SSEEnabled")]
    sse_enabled: bool,
    #[serde(rename = "SSEType")]
    sse_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stream {
    stream_view_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: String,
    enabled: bool,
}

/// Name of the table's resource.
const TABLE: &str = "Table";

/// The template.
pub(super) fn stack(contract: &Contract, table: &Table, origin: &str) -> Template {
    let platform = &contract.platform.name;
    let mut template =
        Template::new(&format!("The table of {platform}: kept whatever becomes of the stack"), origin);
    template
        .resources
        .insert(TABLE.to_owned(), Resource::retained("AWS::DynamoDB::Table", &properties(contract, table)));
    let attribute = |name: &str| json!({ "Fn::GetAtt": [TABLE, name] });
    let outputs = [
        ("TableName", "table-name", "Name of the table", json!({ "Ref": TABLE })),
        (
            "TableArn",
            "table-arn",
            "ARN of the table; that of an index is `/index/<name>` behind it",
            attribute("Arn"),
        ),
        (
            "TableStreamArn",
            "table-stream-arn",
            "ARN of the stream of changes, with both images",
            attribute("StreamArn"),
        ),
    ];
    for (name, export, description, value) in outputs {
        let output = Output::exported(contract, export, description.to_owned(), value);
        template.outputs.insert(name.to_owned(), output);
    }
    template
}

fn properties(contract: &Contract, table: &Table) -> Properties {
    let ttl = table.ttl_attribute.clone().unwrap_or_else(|| "_expires".to_owned());
    let [pk, sk] = [&table.pk, &table.sk].map(|name| vec![KeyAttribute::text(name.as_str())]);
    let of_indexes =
        (0..).map(IndexId).zip(&table.indexes).flat_map(|(id, _)| table.key_attributes(id).concat());
    let mut attributes: Vec<KeyAttribute> = pk.iter().chain(&sk).cloned().chain(of_indexes).collect();
    attributes.sort_by(|one, other| one.name.cmp(&other.name));
    attributes.dedup();
    let indexes = (0..).map(IndexId).zip(&table.indexes).map(|(id, index)| secondary_index(table, id, index));
    let define = |attribute: KeyAttribute| Attribute {
        attribute_name: attribute.name,
        attribute_type: if attribute.is_number { "N" } else { "S" },
    };
    Properties {
        table_name: scoped(contract, &table.name.kebab()),
        attribute_definitions: attributes.into_iter().map(define).collect(),
        key_schema: key_schema([pk, sk]),
        global_secondary_indexes: indexes.collect(),
        billing_mode: "PAY_PER_REQUEST",
        table_class: "STANDARD",
        deletion_protection_enabled: true,
        point_in_time_recovery_specification: Recovery {
            point_in_time_recovery_enabled: true,
            recovery_period_in_days: RECOVERY_DAYS,
        },
        sse_specification: Encryption { sse_enabled: true, sse_type: "KMS" },
        stream_specification: Stream { stream_view_type: "NEW_AND_OLD_IMAGES" },
        time_to_live_specification: TimeToLive { attribute_name: ttl, enabled: true },
        tags: tags(contract, "data"),
    }
}

fn key_schema([pk, sk]: [Vec<KeyAttribute>; 2]) -> Vec<KeyPart> {
    let parts = |attributes: Vec<KeyAttribute>, key_type| {
        attributes.into_iter().map(move |attribute| KeyPart { attribute_name: attribute.name, key_type })
    };
    parts(pk, "HASH").chain(parts(sk, "RANGE")).collect()
}

fn secondary_index(table: &Table, id: IndexId, index: &Index) -> SecondaryIndex {
    let (projection_type, non_key_attributes) = match table.carried(id) {
        None => ("ALL", Vec::new()),
        Some(mut names) => {
            names.sort_unstable();
            names.dedup();
            ("INCLUDE", names.into_iter().map(str::to_owned).collect())
        }
    };
    SecondaryIndex {
        index_name: index.name.wire.clone(),
        key_schema: key_schema(table.key_attributes(id)),
        projection: Carried { projection_type, non_key_attributes },
    }
}
