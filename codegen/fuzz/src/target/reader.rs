//! The spanned reader of contract files.

use stipule_front::reader::{Node, Value, read};
use stipule_ir::{Diagnostics, FileId, Source, Span};

use super::Check;
use crate::corpus::{Input, contracts, files};

pub(super) fn yaml() -> Vec<Input> {
    let named = |input: Input| Input { name: "input.yaml".to_owned(), bytes: input.bytes };
    contracts().into_iter().chain(files("codegen/front/cases", &[".txt"])).map(named).collect()
}

pub(super) fn json() -> Vec<Input> {
    let mut found = files("codegen/front/src", &[".json"]);
    let lines = crate::corpus::case_lines("codegen/pattern/cases");
    found.extend(lines.iter().step_by(20).map(|line| Input::new("", line)));
    found.into_iter().map(|input| Input { name: "input.json".to_owned(), bytes: input.bytes }).collect()
}

pub(super) fn check() -> Check {
    Box::new(|input| {
        let source = Source { path: input.name.clone(), text: input.text() };
        let mut diagnostics = Diagnostics::new();
        let root = read(FileId(0), &source, &mut diagnostics);
        for diagnostic in diagnostics.iter() {
            inside(&diagnostic.primary.span, &source.text, diagnostic.code);
            for label in &diagnostic.related {
                inside(&label.span, &source.text, diagnostic.code);
            }
        }
        match root {
            Some(root) => walk(&root, &source.text),
            None => assert!(diagnostics.has_errors(), "nothing is read, and no word about it"),
        }
    })
}

/// A place is a range of characters of its file.
pub(super) fn inside(span: &Span, text: &str, what: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{what}: {span:?} is no range of {} bytes", text.len());
    assert!(
        text.is_char_boundary(start) && text.is_char_boundary(end),
        "{what}: {span:?} splits a character"
    );
}

fn walk(node: &Node, text: &str) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        inside(&node.span, text, "a value");
        match &node.value {
            Value::Sequence(items) => open.extend(items),
            Value::Mapping(entries) => {
                for entry in entries {
                    inside(&entry.key.span, text, "a key");
                    open.push(&entry.value);
                }
            }
            _ => {}
        }
    }
}
