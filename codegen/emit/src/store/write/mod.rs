//! `writes.rs`: one method, one input and one error per write.

mod change;
mod condition;
mod error;
mod failures;
mod input;
mod step;
mod update;
mod whole;
mod words;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::table::{EntityId, Read, ReadKind, Write, WriteKind};

use super::convert::Convert;
use super::doc;
use super::imports::Imports;
use super::scene::{Scene, free};
use crate::rust::ident;
use crate::types::{Form, Paths};
use error::Errors;
use input::{Input, Subject};
use step::Step;

/// The whole file, and the types that it defines.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>) -> (TokenStream, Vec<Ident>) {
    let paths = Paths::outside(scene.types, Form::Closed);
    let about = doc::inner(
        "How the table is written: one method per write of the contract, each of them one transaction.\n\nNothing is \
         written until `commit()` or `answer()` of the returned `Write`.",
    );
    let client = scene.client();
    let mut names = Names::new(scene);
    let writes: Vec<Draft<'_>> =
        scene.table.writes.iter().map(|write| Draft::of(scene, convert, &paths, write, &mut names)).collect();
    let items: TokenStream = writes
        .iter()
        .map(|draft| {
            let (method, types) = (draft.method(), draft.types());
            quote!(impl<'c> #client<'c> { #method } #types)
        })
        .collect();
    let imports = Imports::of(scene, &paths, &items);
    (quote!(#about #imports #items), names.given)
}

/// Type names of the file, each given once.
struct Names {
    taken: BTreeSet<String>,
    given: Vec<Ident>,
}

impl Names {
    fn new(scene: &Scene<'_>) -> Self {
        let partitions = |read: &&Read| matches!(read.kind, ReadKind::Partition { .. });
        let reads = scene.table.reads.iter().filter(partitions).map(|read| read.name.type_name());
        Self { taken: reads.chain([scene.client().to_string()]).collect(), given: Vec::new() }
    }

    fn give(&mut self, name: &str) -> Ident {
        let mut chosen = name.to_owned();
        let mut number = 1;
        while !self.taken.insert(chosen.clone()) {
            number += 1;
            chosen = format!("{name}{number}");
        }
        self.given.push(ident(&chosen));
        ident(&chosen)
    }
}

/// A write, put together.
struct Draft<'a> {
    scene: &'a Scene<'a>,
    write: &'a Write,
    subjects: Vec<Subject>,
    input: Input,
    errors: Errors,
    body: TokenStream,
    uses_tenant: bool,
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
        let mut body = TokenStream::new();
        for operation in &write.operations {
            let step = Step { scene, convert, paths, write, operation, errors: &errors };
            let subject = step.needs_stored().map(|entity| {
                let subject = Subject::new(scene, paths, entity, &subjects);
                if operation.each.is_none() {
                    subjects.push(subject.clone());
                }
                subject
            });
            body.extend(step.statements(&mut input, names, subject.as_ref()));
        }
        let uses_tenant = write.operations.iter().any(|it| !matches!(it.kind, WriteKind::Emit { .. }));
        if input.is_empty() {
            let unused = input.name.clone();
            names.given.retain(|name| *name != unused);
        }
        Self { scene, write, subjects, input, errors, body, uses_tenant }
    }

    fn method(&self) -> TokenStream {
        let (name, error) = (ident(&self.write.name.field()), &self.errors.name);
        let subjects = self.subjects.iter().map(|Subject { name, ty, .. }| quote!(#name: &#ty));
        let input = (!self.input.is_empty()).then(|| {
            let ty = &self.input.name;
            quote!(input: #ty)
        });
        let arguments = subjects.chain(input);
        let tenant = self.uses_tenant.then(|| quote!(let tenant = self.cx.tenant();));
        let body = &self.body;
        let doc = doc::outer(&self.doc());
        quote! {
            #doc
            pub fn #name(&self, #(#arguments),*) -> Write<'c, #error> {
                #tenant
                let mut write = Write::new(self.cx);
                #body
                write
            }
        }
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

    fn types(&self) -> TokenStream {
        let (client, method) = (self.scene.client(), self.write.name.field());
        let input = self.input.definitions(&format!("What [`{client}::{method}`] needs."));
        let errors = self.errors.definition(&format!("Why [`{client}::{method}`] wrote nothing."));
        quote!(#input #errors)
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names that the bodies of methods use.
const LOCALS: [&str; 13] = [
    "input", "write", "tenant", "next", "index", "key", "change", "demand", "item", "lock", "same", "held",
    "wanted",
];

/// `loan` for an entity as a local variable or argument, apart from those that every method has.
fn local(scene: &Scene<'_>, entity: EntityId, taken: &[Ident]) -> Ident {
    let own = LOCALS.map(ident);
    free(&scene.entity(entity).name.field(), taken.iter().chain(&own))
}
