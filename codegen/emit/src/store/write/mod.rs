//! `writes.rs`: one method, one input and one error per write.

mod batch;
mod change;
mod condition;
mod demand;
mod error;
mod failures;
mod input;
mod step;
mod update;
mod whole;
mod words;

use stipule_ir::table::{EntityId, Write, WriteKind};

use super::convert::Convert;
use super::doc;
use super::imports::Imports;
use super::names::Names;
use super::scene::{Scene, free};
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};
use error::Errors;
use input::{Input, Subject};
use step::Step;

/// The whole file, and the types that it defines.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>, names: &mut Names) -> (Source, Vec<String>) {
    let paths = Paths::outside(scene.types, Form::Closed);
    let about = "How the table is written: one method per write of the contract, each of them one transaction.\n\n\
                 Nothing is written until `commit()` or `answer()` of the returned `Write`.";
    let mut items = Text::default();
    for write in &scene.table.writes {
        let draft = Draft::of(scene, convert, &paths, write, names);
        draft.method(&mut items);
        draft.types(&mut items);
    }
    for it in &scene.table.batches {
        batch::batch(scene, &paths, names, it, &mut items);
    }
    (Imports::file(about, scene, &paths, items), names.take_given())
}

/// A write, put together.
struct Draft<'a> {
    scene: &'a Scene<'a>,
    write: &'a Write,
    subjects: Vec<Subject>,
    input: Input,
    errors: Errors,
    /// The statements of the operations.
    body: Text,
    uses_tenant: bool,
    uses_now: bool,
}

impl<'a> Draft<'a> {
    fn of(
        scene: &'a Scene<'a>,
        convert: &'a Convert<'a>,
        paths: &'a Paths<'a, 'a>,
        write: &'a Write,
        names: &mut Names,
    ) -> Self {
        let mut input = Input::new(names.give(&write.name.type_name()));
        let mut errors = Errors::new(names.give(&write.name.suffixed("error").type_name()));
        for operation in &write.operations {
            failures::of(scene, operation).into_iter().for_each(|failure| errors.note(failure));
        }
        let mut subjects: Vec<Subject> = Vec::new();
        let mut body = Text::default();
        for operation in &write.operations {
            let step = Step { scene, convert, paths, write, operation, errors: &errors };
            let subject = step.needs_stored().map(|entity| {
                let subject = Subject::new(scene, paths, entity, &subjects);
                if operation.each.is_none() {
                    subjects.push(subject.clone());
                }
                subject
            });
            step.statements(&mut input, names, subject.as_ref(), &mut body);
        }
        let uses_tenant = write.operations.iter().any(|it| !matches!(it.kind, WriteKind::Emit { .. }));
        let uses_now = body.as_str().contains("&now");
        if input.is_empty() {
            names.unused(&input.name);
        }
        Self { scene, write, subjects, input, errors, body, uses_tenant, uses_now }
    }

    fn method(&self, text: &mut Text) {
        let mut arguments = vec!["&self".to_owned()];
        arguments.extend(self.subjects.iter().map(|Subject { name, ty, .. }| format!("{name}: &{ty}")));
        if !self.input.is_empty() {
            arguments.push(format!("input: {}", self.input.name));
        }
        text.part();
        text.code(0, &format!("impl<'c> {}<'c> {{", self.scene.client()));
        doc::outer(text, 1, &self.doc());
        let close = format!(") -> Write<'c, {}> {{", self.errors.name);
        text.list(1, &format!("pub fn {}(", self.write.name.field()), &arguments, &close);
        if self.uses_tenant {
            text.code(2, "let tenant = self.cx.tenant();");
        }
        if self.uses_now {
            text.code(2, "let now = self.cx.now();");
        }
        text.code(2, "let mut write = Write::new(self.cx);");
        text.push(self.body.as_str());
        text.code(2, "write");
        text.code(1, "}");
        text.code(0, "}");
    }

    fn doc(&self) -> String {
        let parts: Vec<String> =
            self.write.operations.iter().map(|operation| words::summary(self.scene, operation)).collect();
        match parts.as_slice() {
            [one] => format!("{}.", capital(one)),
            parts => {
                let items: Vec<String> = parts.iter().map(|part| format!("- {part}")).collect();
                format!("In one transaction:\n\n{}", items.join("\n"))
            }
        }
    }

    fn types(&self, text: &mut Text) {
        let (client, method) = (self.scene.client(), self.write.name.field());
        // Links name a function as it is called, which is without the `r#` of its spelling.
        let method = method.trim_start_matches("r#");
        self.input.definitions(&format!("What [`{client}::{method}`] needs."), text);
        self.errors.definition(&format!("Why [`{client}::{method}`] wrote nothing."), text);
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names that the bodies of methods use.
const LOCALS: [&str; 13] = [
    "input", "write", "tenant", "now", "next", "index", "key", "change", "demand", "item", "same", "held",
    "wanted",
];

/// `loan` for an entity as a local variable or argument, apart from those that every method has.
fn local(scene: &Scene<'_>, entity: EntityId, taken: &[&str]) -> String {
    free(&scene.entity(entity).name.field(), taken.iter().copied().chain(LOCALS))
}
