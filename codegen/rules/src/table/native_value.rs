//! Whatever stands under a name of an index over fields fits into its key.

use stipule_ir::table::{Entity, Index, KeyAttribute, NativeKey};
use stipule_ir::types::{Field, Struct};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeKind};

use super::keys::{Keys, Longest, most_bytes};
use crate::Rule;

/// Most bytes of a partition key: "Quotas" in the DynamoDB developer guide.
const MOST_PK: u64 = 2048;

/// Most bytes of a sort key: the same page.
const MOST_SK: u64 = 1024;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL116",
        title: "A value can't be under a name of an index over fields",
        text: "DynamoDB refuses an item that has an empty text, or one of more than 2048 bytes (1024 in a sort key), under \
the name of a key attribute of an index: whatever entity it is of, and whether it would be in the index or not. So every \
field with such a name has a least and a most length.

Bad:

```yaml
indexes: {by_room: {native: true}}
Seat: {…, by_room: {pk: [room], sk: [seatId]}}          # room: {type: string, maxLength: 40}
```

Good:

```yaml
room: {type: string, minLength: 1, maxLength: 40}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for index in &table.indexes {
            let Some(NativeKey { pk, sk }) = &index.native else { continue };
            let parts = pk.iter().map(|part| (part, MOST_PK)).chain(sk.iter().map(|part| (part, MOST_SK)));
            for (part, most) in parts.filter(|(part, _)| !part.is_number) {
                for entity in &table.entities {
                    judge(entity, index, (part, most), &keys, diagnostics);
                }
            }
        }
    }
}

fn judge(
    entity: &Entity,
    index: &Index,
    (part, most): (&KeyAttribute, u64),
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let TypeKind::Struct(Struct { fields, .. }) = &keys.contract.types.get(entity.ty).kind else { return };
    let Some(field) = fields.iter().find(|field| field.name.wire == part.name) else { return };
    let set = keys.set_of_type(field.ty);
    let refused = |message: String, help: &str| {
        Diagnostic::error("TBL116", &entity.span, message)
            .related(&field.span, "declared here")
            .related(&index.span, format!("`{}` is part of the key of this index", part.name))
            .help(help)
    };
    if set.admits("") {
        let message =
            format!("`{}` of `{}` can be empty, and no key holds an empty text", field.name, entity.name);
        let fault = refused(message, "say `minLength: 1`");
        diagnostics.push(fault.proof(format!("{} would be refused", shown(entity, field))));
    }
    let longest = match most_bytes(&set, false) {
        Longest::Text(bytes, _) | Longest::AtMost(bytes) if bytes <= most => return,
        Longest::Text(bytes, _) => format!("can have {bytes} bytes"),
        Longest::AtMost(bytes) => format!("may have {bytes} bytes"),
        Longest::Unbounded => "can be of any length".to_owned(),
    };
    let message =
        format!("`{}` of `{}` {longest}; under this name {most} are the most", field.name, entity.name);
    diagnostics.push(refused(message, "say a `maxLength`"));
}

fn shown(entity: &Entity, field: &Field) -> String {
    format!("{} {{{}: \"\"}}", entity.name, field.name)
}
