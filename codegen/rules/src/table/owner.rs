//! Each entity is written by one service.

use stipule_ir::table::{Entity, EntityId, Table, Write, WriteKind, WriteOperation};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL130",
        title: "A write is of no service, or of two",
        text: "What a service may do to the table follows from what it owns: the writes of its entities are its writes. \
So once one entity says its `service`, all do; and a write changes entities of one service only. Another service's \
entity may be checked, which changes nothing, and it is told of what happened by an event.

Bad:

```yaml
entities:
  Loan: {service: lending, …}
  Member: {service: members, …}
writes:
  lend:
    - {put: Loan, if: absent}
    - {update: Member, set: [lastLoanAt], expect: version}   # who does this?
```

Good:

```yaml
writes:
  lend:
    - {check: Member, if: \"standing = 'GOOD'\", else: MayNotBorrow}
    - {put: Loan, if: absent}
    - {emit: Loan.Started}                                     # members listens to it
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        let Some(first) = table.entities.iter().find(|entity| entity.service.is_some()) else { continue };
        for entity in table.entities.iter().filter(|entity| entity.service.is_none()) {
            ownerless(entity, first, diagnostics);
        }
        for write in &table.writes {
            judge(table, write, diagnostics);
        }
    }
}

fn ownerless(entity: &Entity, first: &Entity, diagnostics: &mut Diagnostics) {
    let message = format!("`{}` belongs to no service", entity.name);
    let mut fault =
        Diagnostic::error("TBL130", &entity.span, message).help("say which service writes it: `service: …`");
    if let Some(service) = &first.service {
        fault = fault.related(&service.span, format!("as `{}` does", first.name));
    }
    diagnostics.push(fault);
}

fn judge(table: &Table, write: &Write, diagnostics: &mut Diagnostics) {
    let owners = write.operations.iter().filter_map(|operation| {
        let entity = &table.entities[changed(operation)?.0 as usize];
        Some((operation, entity, entity.service.as_ref()?))
    });
    let mut owners = owners.peekable();
    let Some((first_operation, first, owner)) = owners.next() else { return };
    let Some((operation, entity, other)) = owners.find(|(_, _, service)| service.value != owner.value) else {
        return;
    };
    let message = format!("`{}` changes what belongs to two services", write.name);
    let fault = Diagnostic::error("TBL130", &operation.span, message)
        .label(format!("`{}` belongs to {}", entity.name, other.value))
        .related(&first_operation.span, format!("`{}` belongs to {}", first.name, owner.value))
        .help("emit an event that the other service consumes, or move the entity to this one");
    diagnostics.push(fault);
}

/// The entity that an operation changes.
fn changed(operation: &WriteOperation) -> Option<EntityId> {
    operation.kind.entity().filter(|_| !matches!(operation.kind, WriteKind::Check { .. }))
}
