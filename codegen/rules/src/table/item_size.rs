//! Every item fits.

use stipule_ir::table::Entity;
use stipule_ir::types::{EnumLiteral, Extra, Newtype, Scalar};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeId, TypeKind};

use crate::Rule;

/// Most bytes of an item: "Quotas" in the DynamoDB developer guide.
const MOST: u64 = 400 * 1024;

/// Bytes of the keys, the type, the version and the tenant, at the most that TBL108 allows for the primary key.
const ENVELOPE: u64 = 2048 + 1024 + 256;

/// Bytes that a nested value costs beside its content.
const NESTED: u64 = 4;

/// Deepest nesting followed; the service stores 32 levels.
const DEEPEST: usize = 32;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL112",
        title: "An item can be too large",
        text: "An item has at most 400 KB, names of attributes included. Counted is the worst case that the schema \
allows: every text, list and map at its most. A schema without bounds promises what the table can't store; the write \
would fail in production, for the customer with the most data. Bounds that add up to more are an error, a missing bound \
is a warning.

Bad:

```yaml
notes: {type: array, items: {type: string}}
```

Good:

```yaml
notes: {type: array, maxItems: 50, items: {type: string, maxLength: 500}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for entity in &table.entities {
            judge(entity, contract, diagnostics);
        }
    }
}

fn judge(entity: &Entity, contract: &Contract, diagnostics: &mut Diagnostics) {
    let TypeKind::Struct(fields) = &contract.types.get(entity.ty).kind else { return };
    let mut total = ENVELOPE;
    let mut sizes = Vec::new();
    let mut unbounded = Vec::new();
    for field in &fields.fields {
        let name = u64::try_from(field.name.wire.len()).unwrap_or(u64::MAX);
        match most_bytes(field.ty, contract, 0) {
            Some(bytes) => {
                total = total.saturating_add(name).saturating_add(bytes);
                sizes.push((bytes, field));
            }
            None => unbounded.push(field),
        }
    }
    if total > MOST {
        let message = format!(
            "an item of `{}` can have {} KB; the most are {} KB",
            entity.name,
            total / 1024,
            MOST / 1024
        );
        let mut fault = Diagnostic::error("TBL112", &entity.span, message)
            .help("bound its texts and lists more tightly, or store the large part as items of its own");
        sizes.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        if let Some((bytes, field)) = sizes.first() {
            fault =
                fault.related(&field.span, format!("up to {} KB come from `{}`", bytes / 1024, field.name));
        }
        diagnostics.push(fault);
    } else if let Some(first) = unbounded.first() {
        let names: Vec<String> = unbounded.iter().map(|field| format!("`{}`", field.name)).collect();
        let message = format!("nothing bounds the size of `{}`", entity.name);
        let fault = Diagnostic::warning("TBL112", &entity.span, message)
            .related(&first.span, format!("nothing bounds {}", names.join(", ")))
            .help("give texts a `maxLength`, lists a `maxItems`, maps a `maxProperties`");
        diagnostics.push(fault);
    }
}

/// Most bytes of a value as DynamoDB counts them; `None` when nothing bounds it.
fn most_bytes(ty: TypeId, contract: &Contract, depth: usize) -> Option<u64> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |ty: TypeId| most_bytes(ty, contract, depth + 1);
    let times = |number: Option<u64>, each: u64| Some(number?.saturating_mul(each.saturating_add(1)));
    let content = match &contract.types.get(ty).kind {
        TypeKind::Scalar(scalar) => return scalar_bytes(*scalar),
        TypeKind::Newtype(newtype) => return newtype_bytes(newtype),
        TypeKind::Enum(declared) => {
            let size = |value: &EnumLiteral| match value {
                EnumLiteral::String(text) => u64::try_from(text.len()).unwrap_or(u64::MAX),
                EnumLiteral::Integer(_) => 12,
                EnumLiteral::Boolean(_) => 1,
            };
            return declared.values.iter().map(|value| size(&value.value)).max();
        }
        TypeKind::Struct(fields) => {
            let mut total: u64 = 0;
            for field in &fields.fields {
                let name = u64::try_from(field.name.wire.len()).unwrap_or(u64::MAX);
                total = total.saturating_add(name + 1).saturating_add(inner(field.ty)?);
            }
            match fields.extra {
                Extra::Refused | Extra::Ignored => total,
                Extra::Kept(_) => return None,
            }
        }
        TypeKind::Union(union) => {
            let sizes: Option<Vec<u64>> = union.variants.iter().map(|variant| inner(variant.ty)).collect();
            sizes?.into_iter().max()?
        }
        TypeKind::List(list) => times(list.max_items, inner(list.item)?)?,
        TypeKind::Map(map) => {
            let entry = map.key.map(inner)??.saturating_add(inner(map.value)?);
            times(map.max_properties, entry)?
        }
        // Bodies of parts are never stored.
        TypeKind::Multipart(_) => return None,
        TypeKind::Tuple(items) => {
            let sizes: Option<Vec<u64>> = items.iter().map(|item| inner(*item)).collect();
            sizes?.into_iter().fold(0, u64::saturating_add)
        }
    };
    Some(content.saturating_add(NESTED))
}

/// Numbers take a byte per two digits and one more; the other forms have a fixed length.
fn scalar_bytes(scalar: Scalar) -> Option<u64> {
    match scalar {
        Scalar::Boolean | Scalar::Null => Some(1),
        Scalar::Int32 | Scalar::Int64 => Some(12),
        Scalar::Float64 => Some(21),
        Scalar::Uuid => Some(36),
        Scalar::Date => Some(10),
        Scalar::DateTime => Some(35),
        // The longest address that mail can be delivered to: RFC 5321, 4.5.3.1.3, without the brackets.
        Scalar::Email => Some(254),
        Scalar::String | Scalar::Uri | Scalar::Decimal | Scalar::Bytes | Scalar::Any => None,
    }
}

fn newtype_bytes(newtype: &Newtype) -> Option<u64> {
    match newtype.base {
        Scalar::String | Scalar::Uri | Scalar::Decimal | Scalar::Email => {
            let limit = newtype.limits.max_length.map(|characters| characters.saturating_mul(4));
            let by_pattern = newtype.limits.pattern.as_deref().and_then(super::text::most_bytes_of_pattern);
            let by_format = scalar_bytes(newtype.base);
            [limit, by_pattern, by_format].into_iter().flatten().min()
        }
        other => scalar_bytes(other),
    }
}
