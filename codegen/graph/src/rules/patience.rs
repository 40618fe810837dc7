//! A state of a machine waits as long for a function as that may run.

use std::collections::BTreeMap;

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule, text};
use crate::graph::{Stacks, Target, walk};

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK025",
        title: "A state machine waits longer than a function may run, or not as long",
        text: "The `TimeoutSeconds` of a task is the time that its step was promised: a function whose own `Timeout` is shorter is ended before, in each attempt. And a function has no more time than the most patient task that calls it: what runs on after that works for nobody, beside the next attempt. Tasks that wait for a token wait for somebody else.",
    },
    check,
    bad: r#"{"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"States": {"Pay": {"Type": "Task", "Resource": "${F}", "TimeoutSeconds": 30}}}, "DefinitionSubstitutions": {"F": {"Ref": "A"}}}},
"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}}}, "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 10}}}"#,
    good: r#"{"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"States": {"Pay": {"Type": "Task", "Resource": "${F}", "TimeoutSeconds": 30}}}, "DefinitionSubstitutions": {"F": {"Ref": "A"}}}},
"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}}}, "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 30}}}"#,
};

/// The end of a resource that waits for a token.
const TOKEN: &str = ".waitForTaskToken";

/// Who calls a function, and for how long they wait.
struct Called<'s> {
    function: Target<'s>,
    /// Seconds of the most patient task.
    longest: u64,
    /// Whether a task waits for somebody who answers later.
    later: bool,
}

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut functions: BTreeMap<(&str, &str), Called<'_>> = BTreeMap::new();
    for machine in stacks.of("AWS::StepFunctions::StateMachine") {
        let said = &machine.resource.properties;
        walk(&said["Definition"], &mut |task| {
            let Some((function, later)) = function_of(stacks, &machine, task) else { return };
            let key = (function.stack.name.as_str(), function.name);
            let known = functions.entry(key).or_insert(Called { function, longest: 0, later: false });
            known.later |= later;
            if later {
                return;
            }
            let (waits, runs) = (task["TimeoutSeconds"].as_u64(), seconds(&function));
            known.longest = known.longest.max(waits.unwrap_or(runs));
            if waits.is_none_or(|waits| waits > runs) {
                let patience = waits.map_or("for good".to_owned(), |waits| format!("{waits} s"));
                let about =
                    format!("it waits {patience} for {}, which is ended after {runs} s", function.name);
                findings.add(&machine, about);
            }
        });
    }
    for Called { function, longest, later } in functions.into_values() {
        let runs = seconds(&function);
        if runs > longest && !later {
            findings
                .add(&function, format!("it may run for {runs} s, and nobody waits longer than {longest} s"));
        }
    }
}

/// The function that a task calls, and whether it waits for somebody who answers later.
fn function_of<'s>(stacks: &'s Stacks, machine: &Target<'s>, task: &'s Value) -> Option<(Target<'s>, bool)> {
    if task["Type"] != "Task" {
        return None;
    }
    let stands = &machine.resource.properties["DefinitionSubstitutions"];
    let behind = |place: &'s Value| {
        let name = place.as_str()?.strip_prefix("${")?.strip_suffix('}')?;
        stands.get(name)
    };
    // The function itself, or an integration that has the function among its parameters.
    let resource = behind(&task["Resource"]).unwrap_or(&task["Resource"]);
    let later = text(resource).is_some_and(|resource| resource.ends_with(TOKEN));
    let place = behind(&task["Parameters"]["FunctionName"]).unwrap_or(resource);
    let (function, _) = stacks.function(machine.stack, place)?;
    Some((function, later))
}

/// How long it may run; without a word as long as AWS has it.
fn seconds(function: &Target<'_>) -> u64 {
    function.resource.properties["Timeout"].as_u64().unwrap_or(3)
}
