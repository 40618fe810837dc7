//! Limits of AWS that a linter doesn't count.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK002",
        title: "A stack is larger than AWS takes, or a rule of the bus",
        text: "A stack has fewer than 400 resources (AWS takes 500: the rest is for growth), 1 MB and 200 outputs; a rule of a bus has 5 targets at most, its pattern compiles and has 2,048 characters at most, a bus has 300 rules.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": "a"}, "Targets": [{"Arn": "x", "Id": "a"}]}}}"#,
    good: r#"{"A": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": ["a"]}, "Targets": [{"Arn": "x", "Id": "a"}]}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for stack in &stacks.stacks {
        let outputs = stack.template["Outputs"].as_object().map_or(0, serde_json::Map::len);
        for (what, count, most) in [
            ("resources", stack.resources.len(), 399),
            ("bytes", stack.size, 1_000_000),
            ("outputs", outputs, 200),
        ] {
            if count > most {
                findings.add_to_stack(&stack.name, format!("{count} {what}, {most} may be"));
            }
        }
    }
    let mut rules = 0;
    for rule in stacks.of("AWS::Events::Rule") {
        let properties = &rule.resource.properties;
        rules += usize::from(properties.get("EventBusName").is_some());
        let targets = properties["Targets"].as_array().map_or(0, Vec::len);
        if !(1..=5).contains(&targets) {
            findings.add(&rule, format!("{targets} targets, from 1 to 5 may be"));
        }
        let Some(pattern) = properties.get("EventPattern") else { continue };
        let text = pattern.to_string();
        if text.chars().count() > 2_048 {
            findings.add(&rule, "its pattern has more than 2,048 characters");
        }
        if let Err(errors) = stipule_pattern::Pattern::compile(&text) {
            let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
            findings.add(&rule, format!("its pattern doesn't compile: {}", said.join("; ")));
        }
    }
    if rules > 300 {
        findings.add_to_stack("", format!("{rules} rules on a bus, 300 may be"));
    }
}
