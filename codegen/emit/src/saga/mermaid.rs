//! The state machine as a page with a diagram that code hosts show: made from the definition, so it can't say anything
//! else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use stipule_ir::Workflow;

const INFALLIBLE: &str = "writing into a String never fails";

/// The page.
pub(super) fn page(workflow: &Workflow, machine: &Value) -> String {
    let title = workflow.docs.title.clone().unwrap_or_else(|| workflow.name.sentence());
    let mut page = format!("# {title}\n\n");
    if let Some(description) = &workflow.docs.description {
        page.push_str(description.trim());
        page.push_str("\n\n");
    }
    page.push_str("Solid: the way forward. Dotted: after a failure.\n\n```mermaid\nflowchart TD\n");
    let mut drawing = Drawing { out: page, ids: BTreeMap::new(), depth: 1 };
    drawing.scope(machine);
    drawing.out + "```\n"
}

struct Drawing {
    out: String,
    ids: BTreeMap<String, usize>,
    depth: usize,
}

impl Drawing {
    fn line(&mut self, text: &str) {
        writeln!(self.out, "{:indent$}{text}", "", indent = self.depth * 2).expect(INFALLIBLE);
    }

    fn id(&mut self, state: &str) -> String {
        let next = self.ids.len();
        let number = self.ids.entry(state.to_owned()).or_insert(next);
        format!("s{number}")
    }

    fn scope(&mut self, scope: &Value) {
        let states = scope["States"].as_object().into_iter().flatten();
        let shown: Vec<(&String, &Value)> = states.filter(|(name, _)| !is_parking(name)).collect();
        for (name, state) in &shown {
            self.state(name, state);
        }
        for (name, state) in shown {
            self.ways(name, state);
        }
    }

    fn state(&mut self, name: &str, state: &Value) {
        let id = self.id(name);
        let label = called(name, state).replace('"', "'");
        match state["Type"].as_str().unwrap_or_default() {
            "Choice" => self.line(&format!("{id}{{\"{label}\"}}")),
            "Succeed" | "Fail" => self.line(&format!("{id}([\"{label}\"])")),
            "Wait" => self.line(&format!("{id}[/\"{label}\"/]")),
            "Parallel" | "Map" => {
                let kind = if state["Type"] == "Map" { "for each item" } else { "at once" };
                self.line(&format!("subgraph {id}[\"{label}, {kind}\"]"));
                self.depth += 1;
                let branches = state["Branches"].as_array().cloned().unwrap_or_default();
                branches.iter().chain(state.get("ItemProcessor")).for_each(|scope| self.scope(scope));
                self.depth -= 1;
                self.line("end");
            }
            _ => self.line(&format!("{id}[\"{label}\"]")),
        }
    }

    fn ways(&mut self, name: &str, state: &Value) {
        let id = self.id(name);
        let mut ways: Vec<(&str, &Value)> = vec![("-->", &state["Next"]), ("-->", &state["Default"])];
        let choices = state["Choices"].as_array().into_iter().flatten();
        ways.extend(choices.map(|choice| ("-->", &choice["Next"])));
        let catches = state["Catch"].as_array().into_iter().flatten();
        ways.extend(catches.map(|catch| ("-.->", &catch["Next"])));
        for (arrow, target) in ways {
            if let Some(target) = target.as_str().filter(|target| !is_parking(target)) {
                let target = self.id(target);
                self.line(&format!("{id} {arrow} {target}"));
            }
        }
    }
}

/// A state with the steps that its call takes before its own.
fn called(name: &str, state: &Value) -> String {
    let parameters = &state["Parameters"];
    let first = [&parameters["first"], &parameters["Payload"]["first"]];
    let steps = first.into_iter().filter_map(Value::as_array).flatten();
    let names = steps.filter_map(|step| Some(super::word(step["step"].as_str()?).sentence()));
    names.chain([name.to_owned()]).collect::<Vec<_>>().join(" · ")
}

/// Cases that wait for a person would double the picture and tell nothing new.
fn is_parking(name: &str) -> bool {
    name.starts_with("Park: ") || name.starts_with("Parked: ")
}
