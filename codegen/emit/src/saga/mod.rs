//! `infra/workflows`: each saga as a state machine, as the policy of its role, and as a picture.

mod act;
mod machine;
mod mermaid;
mod path;
mod picture;
mod policy;
mod references;
mod state;
mod undo;

pub(crate) use picture::{duration, shown, tests};

use serde_json::Value;
use stipule_ir::{Contract, Name};

use crate::files::{Files, HEADER};
use crate::origin::origin;

pub(crate) const ROOT: &str = "infra/workflows";

/// Writes the files of every saga.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    for workflow in &contract.workflows {
        let place = format!("{ROOT}/{}", workflow.name.kebab());
        let origin = origin(contract, &workflow.span);
        let mut machine = machine::definition(workflow);
        let said = format!("{HEADER} {origin}; do not edit");
        if let Some(title) = machine["Comment"].as_str() {
            machine["Comment"] = format!("{title}. {said}").into();
        }
        let role = serde_json::json!({"Description": said, "PolicyDocument": policy::of(workflow)});
        files.add(&format!("{place}.asl.json"), origin, &pretty(&machine));
        files.add(&format!("{place}.role.json"), origin, &pretty(&role));
        files.add(&format!("{place}.md"), origin, &mermaid::page(workflow, &machine));
        files.add(&format!("{place}.svg"), origin, &picture::svg(workflow));
    }
}

/// The state machine of every saga, as JSON, by the name of the saga.
pub fn state_machines(contract: &Contract) -> Vec<(String, Value)> {
    let machine = |it: &stipule_ir::Workflow| (it.name.wire.clone(), machine::definition(it));
    contract.workflows.iter().map(machine).collect()
}

/// The state machine of a saga, with placeholders for functions and queues.
pub(crate) fn definition(workflow: &stipule_ir::Workflow) -> Value {
    machine::definition(workflow)
}

/// The picture of each saga, by the name of its file.
pub fn pictures(contract: &Contract) -> Vec<(String, String)> {
    contract.workflows.iter().map(|workflow| (workflow.name.kebab(), picture::svg(workflow))).collect()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value is always text") + "\n"
}

/// The placeholder of the function that does a service's steps; the stack puts its ARN there.
fn function_of(service: &str) -> String {
    format!("${{{}Steps}}", word(service).variant())
}

/// A name that was written somewhere else.
fn word(text: &str) -> Name {
    Name::new(text, stipule_ir::Span::start_of(stipule_ir::FileId(0)))
}

/// The placeholder of the queue where a case waits for a person.
const PARKED_QUEUE: &str = "${ParkedQueue}";
