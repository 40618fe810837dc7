//! `contracts/workflows/<name>.saga.yaml`: steps that several services take, and how they are undone.
//!
//! Types are lowered before, like any other; [`schemas`] says which they are.

mod flow;
mod given;
mod number;
mod pages;
mod scope;
mod step;
mod test;

pub(crate) use pages::PAGES;

use std::collections::BTreeMap;
use std::time::Duration;

use stipule_ir::platform::PlatformService;
use stipule_ir::types::{Docs, Field, Struct};
use stipule_ir::workflow::{Kind, StartedBy, Workflow};
use stipule_ir::{Diagnostic, Diagnostics, Event, EventId, Name, Span, Spanned, TypeId, TypeKind, TypeTable};

use crate::event::duration::duration;
use crate::rate::rate;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text};
use crate::suggest;
use flow::Flow;

/// Everything outside the saga's file that it may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'k> {
    /// All types, complete.
    pub types: &'k TypeTable,
    /// Plain text: the type of what a failure says.
    pub text: TypeId,
    /// All events.
    pub events: &'k [Event],
    /// All services; empty when the platform is at fault.
    pub services: &'k [PlatformService],
    /// The type of each schema that [`schemas`] named; those at fault are missing.
    pub schemas: &'k BTreeMap<String, TypeId>,
}

/// The schemas of a saga, by what they are for (`input`, `reserve_stock/output`): references relative to its file.
pub fn schemas(document: &Node) -> Vec<(String, Spanned<String>)> {
    let mut found = Vec::new();
    let mut add = |what: String, node: Option<&Node>| {
        if let Some((node, text)) = node.and_then(|node| Some((node, node.as_str()?))) {
            found.push((what, Spanned::new(text.to_owned(), node.span.clone())));
        }
    };
    add("input".to_owned(), document.get("input"));
    for step in document.get("steps").and_then(Node::entries).unwrap_or_default() {
        for key in ["input", "output"] {
            add(format!("{}/{key}", step.key.value), step.value.get(key));
        }
    }
    found
}

/// Lowers a saga's document; `name` is that of its file. `None` when it is too broken to be judged.
pub fn lower(
    name: &str,
    document: &Node,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Workflow> {
    let mut shape = Shape::of(document, "a saga", diagnostics)?;
    let docs = Docs {
        title: shape.text("title", diagnostics).map(|text| text.value),
        description: shape.text("description", diagnostics).map(|text| text.value),
        ..Docs::default()
    };
    let kinds = [("standard", Kind::Standard), ("express", Kind::Express)];
    let kind = shape.choice("kind", &kinds, diagnostics).map_or(Kind::Standard, |kind| kind.value);
    let input = shape.required_text("input", diagnostics);
    let input = input.and_then(|schema| around.payload("input", &schema, diagnostics));
    shape.required("timeout", diagnostics);
    let timeout = duration(&mut shape, "timeout", diagnostics);
    let rate = rate(&mut shape, "rate", "SAG013", diagnostics);
    let personal = shape.text("personal", diagnostics);
    let starts = starts(&mut shape, input, around, diagnostics);
    shape.required("steps", diagnostics);
    let entries = shape.mapping("steps", diagnostics).unwrap_or_default();
    let (steps, ids) = step::lower(entries, around, diagnostics);
    shape.required("flow", diagnostics);
    let items = shape.list("flow", diagnostics).unwrap_or_default();
    let on_failure = shape.entry("on_failure");
    let place = shape.place().clone();
    shape.finish(diagnostics);
    let mut flow = Flow::new(around, &steps, &ids, input, diagnostics);
    let nodes = flow.nodes(items);
    let on_failure = on_failure.and_then(|entry| flow.on_failure(entry));
    if items.is_empty() {
        let fault = Diagnostic::error("SAG009", &place, "a saga does something");
        diagnostics.push(fault.help("`flow:` lists what is done, in order"));
    }
    let steps: Option<Vec<_>> = steps.into_iter().collect();
    Some(Workflow {
        name: Name::new(name, place.clone()),
        docs,
        kind,
        input: input?,
        starts,
        rate,
        personal,
        timeout: timeout?,
        steps: steps?,
        flow: nodes,
        on_failure,
        span: place,
    })
}

/// `starts_on: [{event: Cart.CheckedOut, name: cartId}]`
fn starts(
    shape: &mut Shape<'_>,
    input: Option<TypeId>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<StartedBy> {
    let items = shape.list("starts_on", diagnostics).unwrap_or_default();
    let input =
        input.and_then(|ty| Some((around.struct_of(ty)?.fields.as_slice(), &around.types.get(ty).span)));
    items.iter().filter_map(|item| started_by(item, input, around, diagnostics)).collect()
}

fn started_by(
    item: &Node,
    input: Option<(&[Field], &Span)>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<StartedBy> {
    let mut shape = Shape::of(item, "an event that starts a saga", diagnostics)?;
    let event = shape.required_text("event", diagnostics);
    let name = shape.required_text("name", diagnostics);
    let given = shape.mapping("with", diagnostics).unwrap_or_default();
    let span = shape.place().clone();
    shape.finish(diagnostics);
    let (event, name) = (event?, name?);
    let newest = (0u32..)
        .zip(around.events)
        .filter(|(_, known)| known.name.wire == event.value)
        .max_by_key(|(_, known)| known.version);
    let Some((id, known)) = newest else {
        let names: Vec<&str> = around.events.iter().map(|known| known.name.wire.as_str()).collect();
        let message = format!("there is no event `{}`", event.value);
        let help = suggest::help(&event.value, &names);
        diagnostics.push(Diagnostic::error("SAG011", &event.span, message).help(help));
        return None;
    };
    let fields = around.struct_of(known.payload).map_or(&[][..], |payload| &payload.fields);
    if !fields.iter().any(|field| field.name.wire == name.value && field.required && !field.nullable) {
        let names: Vec<&str> = fields.iter().map(|field| field.name.wire.as_str()).collect();
        let message = format!("`{}` is no field that every `{}` has", name.value, event.value);
        let fault = Diagnostic::error("SAG011", &name.span, message).related(&known.span, "the event");
        diagnostics.push(fault.help(suggest::help(&name.value, &names)));
        return None;
    }
    let given = given.iter().filter_map(|entry| {
        let from = expect_text(&entry.value, &entry.key.value, diagnostics)?;
        let unknown = |wrong: &Spanned<String>, whose: String, place: &Span, valid: &[Field]| {
            let names: Vec<&str> = valid.iter().map(|field| field.name.wire.as_str()).collect();
            let fault = Diagnostic::error("SAG011", &wrong.span, format!("{whose} has no `{}`", wrong.value));
            fault.related(place, "declared here").help(suggest::help(&wrong.value, &names))
        };
        let has = |fields: &[Field], name: &str| fields.iter().any(|field| field.name.wire == name);
        if !has(fields, &from.value) {
            diagnostics.push(unknown(&from, format!("`{}`", event.value), &known.span, fields));
            return None;
        }
        if let Some((wanted, place)) = input
            && !has(wanted, &entry.key.value)
        {
            diagnostics.push(unknown(&entry.key, "the saga's input".to_owned(), place, wanted));
            return None;
        }
        Some((entry.key.clone(), from))
    });
    let given = given.collect();
    Some(StartedBy { event: EventId(id), name, given, span })
}

impl<'k> Surroundings<'k> {
    /// The struct of a schema, by what it is for; `SAG003` when the schema is something else, silence when it is at
    /// fault itself.
    fn payload(&self, what: &str, schema: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<TypeId> {
        let ty = *self.schemas.get(what)?;
        if self.struct_of(ty).is_none() {
            let message = "what goes into a step and comes out of it is an object with properties";
            let fault = Diagnostic::error("SAG003", &schema.span, message)
                .related(&self.types.get(ty).span, "declared here");
            diagnostics.push(fault);
            return None;
        }
        Some(ty)
    }

    fn struct_of(&self, ty: TypeId) -> Option<&'k Struct> {
        match &self.types.get(ty).kind {
            TypeKind::Struct(found) => Some(found),
            _ => None,
        }
    }
}

/// A duration from 1 second: the smallest that a state machine knows.
fn whole_seconds(
    shape: &mut Shape<'_>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<Duration>> {
    let found = duration(shape, key, diagnostics)?;
    if found.value.subsec_millis() != 0 || found.value.as_secs() == 0 {
        let message = format!("`{key}` must be a whole number of seconds");
        diagnostics.push(Diagnostic::error("SYN023", &found.span, message));
        return None;
    }
    Some(found)
}

/// Members of a run's data that are no step and no item.
const RESERVED: [&str; 5] = ["context", "failure", "input", "key", "parked"];

/// Names become names of states, which have at most 80 characters, with a word before them.
const LONGEST_NAME: usize = 60;

/// `SAG008`: names of one saga are unique: they name states, and the keys of steps.
fn claim(
    taken: &mut BTreeMap<String, stipule_ir::Span>,
    name: &Spanned<String>,
    diagnostics: &mut Diagnostics,
) {
    let words = Name::new(name.value.clone(), name.span.clone()).plain_field();
    let fault = if RESERVED.contains(&words.as_str()) {
        Some(format!("`{}` has a meaning of its own in a saga", name.value))
    } else if words.chars().count() > LONGEST_NAME {
        Some(format!("a name in a saga has at most {LONGEST_NAME} characters"))
    } else if !words.is_ascii() {
        Some(format!("`{}`: names in a saga are made of ASCII letters, digits and `_`", name.value))
    } else {
        None
    };
    if let Some(message) = fault {
        diagnostics.push(Diagnostic::error("SAG008", &name.span, message));
    }
    if let Some(first) = taken.get(&words) {
        let message = format!("the name `{}` is taken in this saga", name.value);
        let fault = Diagnostic::error("SAG008", &name.span, message).related(first, "by this one");
        diagnostics
            .push(fault.help("each part of a saga has a name of its own; a step is done at one place"));
    } else {
        taken.insert(words, name.span.clone());
    }
}

/// The key of an entry as text with its place.
fn key_of(entry: &Entry) -> Spanned<String> {
    entry.key.clone()
}
