//! Every key fits.

use stipule_ir::table::{Entity, Key, Segment, SegmentKind};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::segment::{Reading, field_name, field_of};
use crate::Rule;

/// Most bytes of a partition key: "Quotas" in the DynamoDB developer guide.
const MOST_PK: usize = 2048;

/// Most bytes of a sort key: the same page.
const MOST_SK: usize = 1024;

/// Bytes kept free for the tenant, which leads every partition key and comes from the token.
const TENANT: usize = 64;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL108",
        title: "A key can be too long",
        text: "A partition key has at most 2048 bytes, a sort key at most 1024. Counted is the worst case that the \
schemas allow: a character of free text takes up to four bytes, a pattern of plain ASCII one each, every segment its `#`, \
the tenant 64. A write with a longer key would fail in production, for one unlucky customer.

Bad:

```yaml
title: {type: string}                                  # nothing bounds it
Book: {…, gsi1: {pk: [BOOKS], sk: [title, bookId]}}
```

Good:

```yaml
title: {type: string, maxLength: 120}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for entity in &table.entities {
            let indexes = entity.index_keys.iter().map(|index| &index.key);
            for key in std::iter::once(&entity.key).chain(indexes) {
                judge(entity, key, contract, diagnostics);
            }
        }
    }
}

fn judge(entity: &Entity, key: &Key, contract: &Contract, diagnostics: &mut Diagnostics) {
    for (what, segments, most, start) in
        [("partition", &key.pk, MOST_PK, TENANT + 1), ("sort", &key.sk, MOST_SK, 0)]
    {
        let mut total = start;
        let mut parts = Vec::new();
        for segment in segments {
            let Some(bytes) = Reading::of(segment, entity, contract).most_bytes() else {
                diagnostics.push(unbounded(entity, what, segment, contract));
                return;
            };
            // A limit may be as large as a number gets.
            let with_separator = bytes.saturating_add(1);
            total = total.saturating_add(with_separator);
            parts.push(with_separator);
        }
        if total > most {
            let message =
                format!("the {what} key of `{}` can have {total} bytes; the most are {most}", entity.name);
            let sum: Vec<String> = parts.iter().map(usize::to_string).collect();
            let tenant = if start > 0 { format!(", {start} for the tenant") } else { String::new() };
            let mut fault = Diagnostic::error("TBL108", &key.span, message)
                .proof(format!(
                    "{} bytes for the segments in order, each with its `#`{tenant}",
                    sum.join(" + ")
                ))
                .help("bound the longest with `maxLength`, or with a `pattern` of plain characters");
            let largest = parts.iter().zip(segments).max_by_key(|(size, _)| **size);
            if let Some((size, segment)) = largest {
                fault = fault.related(&segment.span, format!("up to {size} bytes come from here"));
            }
            diagnostics.push(fault);
        }
    }
}

fn unbounded(entity: &Entity, what: &str, segment: &Segment, contract: &Contract) -> Diagnostic {
    let SegmentKind::Field { field, .. } = segment.kind else {
        return Diagnostic::error("TBL108", &segment.span, "nothing bounds this segment");
    };
    let name = field_name(entity, field, contract);
    let message = format!("nothing bounds `{name}` in the {what} key of `{}`", entity.name);
    let fault = Diagnostic::error("TBL108", &segment.span, message)
        .help("give its schema a `maxLength`, or a `pattern` from `^` to `$` of limited length");
    match field_of(entity, field, contract) {
        Some(field) => fault.related(&field.span, "declared here"),
        None => fault,
    }
}
