//! Counterexamples for programs.

use serde_json::{Value, json};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::{Example, Witness};

/// An object whose `kind` says what its other members are.
pub(super) fn to_json(witness: &Witness) -> Value {
    match witness {
        Witness::Collision { one, other } => json!({"kind": "collision", "items": [item(one), item(other)]}),
        Witness::PlatformKey { item: it, key: (pk, sk) } => {
            json!({"kind": "platform-key", "item": item(it), "pk": pk, "sk": sk})
        }
        Witness::Foreign { read, bound, item: it } => {
            json!({"kind": "foreign", "read": read, "arguments": fields(bound), "item": item(it)})
        }
        Witness::Heads { read, one, other } => {
            json!({"kind": "heads", "read": read, "items": [item(one), item(other)]})
        }
        Witness::Misorder { read, first, second } => {
            json!({"kind": "misorder", "read": read, "items": [item(first), item(second)]})
        }
        Witness::LongKey { item: it, index, bytes } => {
            json!({"kind": "long-key", "item": item(it), "index": index, "bytes": bytes})
        }
        Witness::Drift { write, operation, index, before, asked } => json!({
            "kind": "drift",
            "write": write,
            "operation": operation,
            "index": index,
            "before": item(before),
            "arguments": fields(asked),
            "without": asked.without,
        }),
        Witness::SameItem { write, operations, item: it } => {
            json!({"kind": "same-item", "write": write, "operations": operations, "item": item(it)})
        }
        Witness::Actions { write, items } => json!({"kind": "actions", "write": write, "items": items}),
        Witness::LargeTransaction { write, items, bytes } => {
            let each = |(operation, it): &(u32, Example)| json!({"operation": operation, "item": item(it)});
            let items: Vec<Value> = items.iter().map(each).collect();
            json!({"kind": "large-transaction", "write": write, "items": items, "bytes": bytes})
        }
        Witness::LargeItem { item: it, bytes } => {
            json!({"kind": "large-item", "item": item(it), "bytes": bytes})
        }
    }
}

fn item(example: &Example) -> Value {
    let mut item = json!({"entity": example.entity, "fields": fields(example)});
    if !example.without.is_empty() {
        item["without"] = json!(example.without);
    }
    item
}

fn fields(example: &Example) -> Value {
    let value = |literal: &EnumLiteral| match literal {
        EnumLiteral::String(text) => Value::from(text.as_str()),
        EnumLiteral::Integer(number) => Value::from(*number),
        EnumLiteral::Boolean(truth) => Value::from(*truth),
    };
    example.fields.iter().map(|(name, literal)| (name.clone(), value(literal))).collect()
}
