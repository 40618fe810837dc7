//! An index carries what its reads need.

use stipule_ir::table::{Entity, Index, IndexId, NativeKey, Projection, Read, Table};
use stipule_ir::types::Field;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeKind};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL109",
        title: "An index doesn't carry what is read from it",
        text: "A query of an index returns whole items, so the index must carry every field of the entity: `project: \
all`, or a list that names them all. And a list only names fields that an entity in the index has.

Bad:

```yaml
indexes: {gsi1: {project: keys}}
reads: {loans_of_member: {index: gsi1, of: Loan, bind: [memberId]}}
```

Good:

```yaml
indexes: {gsi1: {project: all}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for (id, index) in (0u32..).map(IndexId).zip(&table.indexes) {
            judge_names(table, id, index, contract, diagnostics);
        }
        for read in &table.reads {
            let Some(index) = read.index() else { continue };
            judge_read(table, read, &table.indexes[index.0 as usize], contract, diagnostics);
        }
    }
}

fn judge_read(table: &Table, read: &Read, index: &Index, contract: &Contract, diagnostics: &mut Diagnostics) {
    for id in read.entities() {
        let entity = &table.entities[id.0 as usize];
        let fields = fields(entity, contract);
        let wanted: Vec<&Field> = match read.selected(id) {
            Some(selected) => {
                selected.iter().filter_map(|field| fields.get(field.value.0 as usize)).collect()
            }
            None => fields.iter().collect(),
        };
        let missing = missing(index, &wanted);
        let Some(first) = missing.first() else { continue };
        let message = format!(
            "`{}` reads `{first}` of `{}`, which `{}` doesn't carry",
            read.name, entity.name, index.name
        );
        let mut fault = Diagnostic::error("TBL109", &read.span, message)
            .related(&index.span, "this index")
            .help("`project: all` carries everything, and `read: […]` asks for less");
        if missing.len() > 1 {
            fault = fault.proof(format!("missing are {}", missing.join(", ")));
        }
        diagnostics.push(fault);
    }
}

fn fields<'c>(entity: &Entity, contract: &'c Contract) -> &'c [Field] {
    match &contract.types.get(entity.ty).kind {
        TypeKind::Struct(fields) => &fields.fields,
        _ => &[],
    }
}

fn missing(index: &Index, wanted: &[&Field]) -> Vec<String> {
    let in_key = |field: &Field| {
        index.native.iter().flat_map(NativeKey::attributes).any(|part| part.name == field.name.wire)
    };
    let carried = |field: &&&Field| match &index.projection {
        _ if in_key(field) => true,
        Projection::All => true,
        Projection::Keys => false,
        Projection::Include(names) => names.iter().any(|name| name.value == field.name.wire),
    };
    let absent = wanted.iter().filter(|field| !carried(field));
    absent.map(|field| field.name.wire.clone()).collect()
}

fn judge_names(
    table: &Table,
    id: IndexId,
    index: &Index,
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let Projection::Include(names) = &index.projection else { return };
    for name in names {
        let members =
            table.entities.iter().filter(|entity| entity.index_keys.iter().any(|key| key.index == id));
        let mut all = members.flat_map(|entity| fields(entity, contract));
        if !all.any(|field| field.name.wire == name.value) {
            let message = format!("no entity in `{}` has a field `{}`", index.name, name.value);
            diagnostics.push(Diagnostic::error("TBL109", &name.span, message));
        }
    }
}
