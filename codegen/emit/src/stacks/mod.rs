//! `infra/stacks`: CloudFormation, one template per stack.
//!
//! Raw JSON with sorted keys, so that the same contracts give the same bytes, made of typed values: no text is pasted
//! together. Stacks know each other by exports alone, which carry the platform's name and the stage.

mod access;
mod data;
mod template;

use stipule_ir::Contract;

use crate::files::Files;
use crate::origin::origin;

pub(crate) const ROOT: &str = "infra/stacks";

/// Writes the templates; a contract without a table has none.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let Some(table) = contract.tables.first() else { return };
    let file = origin(contract, &table.span);
    let stacks = [
        ("data", Some(data::stack(contract, table, file))),
        ("access", access::stack(contract, table, file)),
    ];
    for (name, stack) in stacks {
        let Some(stack) = stack else { continue };
        files.add(&format!("{ROOT}/{name}.json"), file, &stack.to_text());
    }
}
