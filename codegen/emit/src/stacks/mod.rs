//! `infra/stacks`: CloudFormation, one template per stack.
//!
//! Raw JSON with sorted keys, so that the same contracts give the same bytes, made of typed values: no text is pasted
//! together. Stacks know each other by exports alone, which carry the platform's name and the stage.

mod access;
mod api;
mod compute;
mod data;
mod delivery;
mod foundation;
mod functions;
mod messaging;
mod observability;
mod runbooks;
mod sagas;
mod template;

use stipule_ir::Contract;

use crate::files::Files;
use crate::origin::origin;
use template::Template;

pub(crate) const ROOT: &str = "infra/stacks";

/// Writes the templates, in the order in which they are made; a contract without a table has none.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let Some(table) = contract.tables.first() else { return };
    let file = origin(contract, &table.span);
    let mut stacks: Vec<(String, Template)> = Vec::new();
    let mut add = |name: &str, stack: Option<Template>| {
        stacks.extend(stack.map(|stack| (name.to_owned(), stack.tagged(contract, name))));
    };
    add("foundation", Some(foundation::stack(contract)));
    add("data", Some(data::stack(contract, table, file)));
    add("access", access::stack(contract, table, file));
    add("messaging", Some(messaging::stack(contract)));
    for domain in functions::domains(contract) {
        add(&format!("compute-{domain}"), Some(compute::stack(contract, domain)));
    }
    add("sagas", sagas::stack(contract));
    add("api", api::stack(contract));
    add("observability", Some(observability::stack(contract)));
    let order: Vec<String> = stacks.iter().map(|(name, _)| name.clone()).collect();
    let delivery = delivery::stack(contract, &order);
    stacks.extend(delivery.map(|stack| ("delivery".to_owned(), stack.tagged(contract, "delivery"))));
    for (name, text) in runbooks::pages(&contract.platform.name.kebab()) {
        files.add(&format!("{ROOT}/runbooks/{name}.md"), file, &text);
    }
    for (name, stack) in stacks {
        files.add(&format!("{ROOT}/{name}.json"), file, &stack.to_text());
    }
}
