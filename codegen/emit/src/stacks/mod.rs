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

use serde_json::Value;
use stipule_ir::Contract;
use stipule_ir::table::Table;

use crate::files::Files;
use crate::origin::origin;
use template::Template;

pub(crate) const ROOT: &str = "infra/stacks";

/// A resource of a generated template.
#[derive(Clone, Debug)]
pub struct StackResource {
    /// The path of its template.
    pub template: String,
    /// As `AWS::SQS::Queue`.
    pub kind: &'static str,
    /// As they stand in the template.
    pub properties: Value,
}

/// Every resource of all templates; a contract without a table has none.
pub(crate) fn resources(contract: &Contract) -> Vec<StackResource> {
    let Some(table) = contract.tables.first() else { return Vec::new() };
    let of_stack = |(name, stack): (String, Template)| {
        let template = path(&name);
        stack.into_resources().map(move |(kind, properties)| StackResource {
            template: template.clone(),
            kind,
            properties,
        })
    };
    stacks(contract, table).into_iter().flat_map(of_stack).collect()
}

/// What the binary calls each function, and seconds that a call of it may take.
pub(crate) fn timeouts(contract: &Contract) -> impl Iterator<Item = (String, u64)> {
    functions::all(contract)
        .into_iter()
        .map(|function| (function.handler(), function.settings.timeout_seconds()))
}

/// Writes the templates, in the order in which they are made; a contract without a table has none.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let Some(table) = contract.tables.first() else { return };
    let file = origin(contract, &table.span);
    for (name, text) in runbooks::pages(&contract.platform.name.kebab()) {
        files.add(&format!("{ROOT}/runbooks/{name}.md"), file, &text);
    }
    for (name, stack) in stacks(contract, table) {
        files.add(&path(&name), file, &stack.to_text());
    }
}

fn path(stack: &str) -> String {
    format!("{ROOT}/{stack}.json")
}

fn stacks(contract: &Contract, table: &Table) -> Vec<(String, Template)> {
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
    stacks
}
