//! `x-stipule-transitions`: what may come after each value of an enum, where the values are states of something.

use stipule_ir::types::EnumValue;
use stipule_ir::{Diagnostic, Diagnostics};

use crate::reader::{Entry, Node};
use crate::shape::wrong_kind;
use crate::suggest;

const CODE: &str = "JSC023";

/// Of each value those that may follow it. `None` with a fault, which is told.
pub(super) fn read(
    values: &[EnumValue],
    entry: &Entry,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Vec<usize>>> {
    let key = &entry.key.value;
    let Some(entries) = entry.value.entries() else {
        wrong_kind(&entry.value.span, &format!("`{key}`"), "a mapping", &entry.value, diagnostics);
        return None;
    };
    let names: Vec<&str> = values.iter().map(|value| value.name.wire.as_str()).collect();
    let mut ways: Vec<Option<Vec<usize>>> = vec![None; values.len()];
    let mut is_whole = true;
    for from in entries {
        let Some(at) = names.iter().position(|name| *name == from.key.value) else {
            let message = format!("`{}` is no value of the enum", from.key.value);
            let fault = Diagnostic::error(CODE, &from.key.span, message);
            diagnostics.push(fault.help(suggest::help(&from.key.value, &names)));
            is_whole = false;
            continue;
        };
        ways[at] = following(&names, at, &from.value, diagnostics);
        is_whole &= ways[at].is_some();
    }
    for (value, found) in values.iter().zip(&ways) {
        let said = entries.iter().any(|from| from.key.value == value.name.wire);
        if found.is_none() && !said {
            let message = format!("nothing says what may come after `{}`", value.name.wire);
            let fault =
                Diagnostic::error(CODE, &entry.key.span, message).related(&value.name.span, "the value");
            diagnostics.push(fault.help(format!("`{}: []` if it is the end", value.name.wire)));
            is_whole = false;
        }
    }
    is_whole.then(|| ways.into_iter().flatten().collect())
}

fn following(names: &[&str], from: usize, node: &Node, diagnostics: &mut Diagnostics) -> Option<Vec<usize>> {
    let Some(items) = node.items() else {
        wrong_kind(&node.span, &format!("what comes after `{}`", names[from]), "a list", node, diagnostics);
        return None;
    };
    let mut following = Vec::new();
    let mut is_whole = true;
    for item in items {
        let found = item.as_str().and_then(|text| names.iter().position(|name| *name == text));
        let fault = match found {
            Some(to) if to == from => format!("`{}` comes after itself", names[from]),
            Some(to) if following.contains(&to) => format!("`{}` is listed twice", names[to]),
            Some(to) => {
                following.push(to);
                continue;
            }
            None => format!("{} is no value of the enum", item.to_json()),
        };
        let fault = Diagnostic::error(CODE, &item.span, fault);
        let help = match found {
            Some(_) => "leave it out".to_owned(),
            None => suggest::help(item.as_str().unwrap_or_default(), names),
        };
        diagnostics.push(fault.help(help));
        is_whole = false;
    }
    is_whole.then_some(following)
}

/// Only a set of texts has states.
pub(super) fn refuse(entry: &Entry, diagnostics: &mut Diagnostics) {
    let message = format!("`{}` needs an `enum` of texts beside it", entry.key.value);
    let fault = Diagnostic::error(CODE, &entry.key.span, message);
    diagnostics.push(fault.help("list the states in `enum`, as texts: `enum: [OPEN, DONE]`"));
}
