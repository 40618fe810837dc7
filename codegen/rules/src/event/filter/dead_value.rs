//! A pattern asks for values that can occur.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, suggest};
use stipule_pattern::Test;

use super::domain::Domain;
use super::reach::Reach;
use super::{Filter, words};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT103",
        title: "A pattern asks for something that no event has",
        text: "By the event's schema, no event can pass this entry: a value that the enum doesn't have, a number where \
there is text, a range beyond the limits, the absence of a required field. A pattern of which no entry of a field can pass \
takes nothing; an entry beside others is dead. Patterns compare as EventBridge does: the number 5 isn't the text \"5\".

Bad: `pattern: {detail: {data: {state: [RETURND]}}}`

Good: `pattern: {detail: {data: {state: [RETURNED]}}}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for filter in Filter::all(contract) {
        for field in filter.pattern.fields() {
            let Ok(reach) = filter.reach(field) else { continue };
            let dead: Vec<usize> =
                (0..field.tests().len()).filter(|index| !can_pass(&reach, &field.tests()[*index])).collect();
            let all = dead.len() == field.tests().len();
            for index in dead {
                let test = &field.tests()[index];
                let rest = if all { "so the pattern takes nothing" } else { "so this entry is dead" };
                let message = match test {
                    Test::Absent => format!("`{}` is always there, {rest}", field.path()),
                    _ => format!("`{}` is never {test}, {rest}", field.path()),
                };
                let fault = Diagnostic::error("EVT103", filter.place(field, Some(index)), message);
                diagnostics.push(fault.help(help(&reach, test)));
            }
        }
    }
}

fn can_pass(reach: &Reach, test: &Test) -> bool {
    match test {
        Test::Absent => reach.absent,
        _ => reach.leaves.iter().any(|leaf| leaf.can_pass(test)),
    }
}

fn help(reach: &Reach, test: &Test) -> String {
    let values = reach.leaves.iter().filter_map(|leaf| match leaf {
        Domain::Values(values) => Some(values),
        _ => None,
    });
    let texts: Vec<&str> = values.flatten().map(|value| value.trim_matches('"')).collect();
    if let Test::Text(text) = test
        && let Some(near) = suggest::nearest(text.trim_matches('"'), texts)
    {
        return format!("did you mean `{near}`?");
    }
    format!("it is {}", words::described(reach))
}
