//! Flows: what is done in which order, and what is known where.

use std::collections::BTreeMap;

use stipule_ir::workflow::{Act, Arm, Choice, Do, Each, Node as Part, Parallel, Step, StepId, Until, Wait};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId, TypeKind};

use super::number;
use super::scope::Scope;
use super::{Surroundings, claim, whole_seconds};
use crate::reader::{Entry, Node};
use crate::shape::Shape;

/// Deepest nesting of choices, branches and lists.
const DEEPEST: usize = 8;

/// The kinds of parts, by the key that tells them.
const KINDS: [&str; 5] = ["do", "choice", "parallel", "each", "wait"];

/// A flow while it is read.
pub(super) struct Flow<'f, 'k> {
    pub(super) around: &'f Surroundings<'k>,
    pub(super) steps: &'f [Option<Step>],
    pub(super) ids: &'f BTreeMap<String, StepId>,
    /// Names of parts and steps done so far.
    pub(super) taken: BTreeMap<String, Span>,
    scope: Scope,
    /// What was known before the ways around, if there are some: all that is known when they are undone.
    around_ways: Option<Scope>,
    depth: usize,
    pub(super) diagnostics: &'f mut Diagnostics,
}

impl<'f, 'k> Flow<'f, 'k> {
    pub(super) fn new(
        around: &'f Surroundings<'k>,
        steps: &'f [Option<Step>],
        ids: &'f BTreeMap<String, StepId>,
        input: Option<TypeId>,
        diagnostics: &'f mut Diagnostics,
    ) -> Self {
        let scope = Scope { input, ..Scope::default() };
        Self { around, steps, ids, taken: BTreeMap::new(), scope, around_ways: None, depth: 0, diagnostics }
    }

    /// The parts of a flow.
    pub(super) fn nodes(&mut self, items: &[Node]) -> Vec<Part> {
        if self.depth == DEEPEST {
            if let Some(first) = items.first() {
                let message = format!("flows are nested at most {DEEPEST} deep");
                self.diagnostics.push(Diagnostic::error("SAG009", &first.span, message));
            }
            return Vec::new();
        }
        self.depth += 1;
        let parts = items.iter().filter_map(|item| self.node(item)).collect();
        self.depth -= 1;
        parts
    }

    /// `on_failure: {do: reject_order, with: {orderId: $input.orderId, reason: $failure.Error}}`
    pub(super) fn on_failure(&mut self, entry: &Entry) -> Option<Act> {
        let scope = Scope { input: self.scope.input, failed: true, ..Scope::default() };
        self.act_under(entry, "what is done on failure", &scope)
    }

    fn node(&mut self, item: &Node) -> Option<Part> {
        let entries = item.entries().unwrap_or_default();
        let kinds: Vec<&str> =
            KINDS.into_iter().filter(|kind| entries.iter().any(|entry| entry.key.value == *kind)).collect();
        match kinds.as_slice() {
            ["do"] => self.done(item),
            ["choice"] => self.choice(item),
            ["parallel"] => self.parallel(item),
            ["each"] => self.each(item),
            ["wait"] => self.wait(item),
            _ => {
                let start = Span { end: item.span.start, ..item.span.clone() };
                let message = "a part of a flow has one of `do`, `choice`, `parallel`, `each`, `wait`";
                let fault = Diagnostic::error("SAG009", &start, message);
                self.diagnostics.push(fault.help("`- {do: reserve_stock, with: {orderId: $input.orderId}}`"));
                None
            }
        }
    }

    fn done(&mut self, item: &Node) -> Option<Part> {
        let mut shape = Shape::of(item, "a step of a flow", self.diagnostics)?;
        // What undoes a step knows no more than what was known before it: the step may have failed.
        let before = self.scope.clone();
        let act = self.act(&mut shape, &before);
        let before = self.around_ways.clone().unwrap_or(before);
        let undo = shape.entry("undo").and_then(|entry| self.act_under(entry, "what undoes a step", &before));
        let pivot = shape.boolean("pivot", self.diagnostics).is_some_and(|it| it.value);
        shape.finish(self.diagnostics);
        let act = act?;
        let step = self.steps[act.step.0 as usize].as_ref()?;
        self.scope.done.insert(step.name.wire.clone(), (act.step, step.output));
        Some(Part::Do(Box::new(Do { act, undo, pivot })))
    }

    fn choice(&mut self, item: &Node) -> Option<Part> {
        let mut shape = Shape::of(item, "a choice", self.diagnostics)?;
        let name = self.named(&mut shape, "choice");
        shape.required("arms", self.diagnostics);
        let arms = shape.list("arms", self.diagnostics).unwrap_or_default();
        let otherwise = shape.list("else", self.diagnostics).unwrap_or_default();
        shape.finish(self.diagnostics);
        let before = self.scope.clone();
        let mut seen = Vec::new();
        let arms: Vec<Arm> = arms.iter().filter_map(|arm| self.arm(arm, &before, &mut seen)).collect();
        let otherwise = self.inside(before.clone(), otherwise, &mut seen);
        self.scope = before;
        self.forget(seen, "it is done in one way of a choice only");
        Some(Part::Choice(Choice { name: name?, arms, otherwise }))
    }

    fn arm(&mut self, arm: &Node, before: &Scope, seen: &mut Vec<Scope>) -> Option<Arm> {
        let mut shape = Shape::of(arm, "a way of a choice", self.diagnostics)?;
        let when = shape.required("when", self.diagnostics);
        let tests = shape.mapping("when", self.diagnostics).unwrap_or_default();
        if let (Some(entry), true) = (when, tests.is_empty()) {
            let fault = Diagnostic::error("SAG010", &entry.key.span, "a way needs something that must hold");
            self.diagnostics.push(fault.help("what is done otherwise stands under `else`"));
        }
        let flow = shape.list("flow", self.diagnostics).unwrap_or_default();
        let share = number::within(&mut shape, "share", 1.0, self.diagnostics);
        let span = shape.place().clone();
        shape.finish(self.diagnostics);
        let when = self.tests(tests, before);
        let flow = self.inside(before.clone(), flow, seen);
        Some(Arm { when, flow, share, span })
    }

    fn parallel(&mut self, item: &Node) -> Option<Part> {
        let mut shape = Shape::of(item, "parallel ways", self.diagnostics)?;
        let name = self.named(&mut shape, "parallel");
        shape.required("branches", self.diagnostics);
        let entries = shape.mapping("branches", self.diagnostics).unwrap_or_default();
        let place = shape.place().clone();
        shape.finish(self.diagnostics);
        if entries.len() < 2 {
            let fault = Diagnostic::error("SAG009", &place, "parallel ways are at least two");
            self.diagnostics.push(fault);
        }
        let before = self.scope.clone();
        let outermost = self.around_ways.is_none();
        self.around_ways.get_or_insert_with(|| before.clone());
        let mut branches = Vec::new();
        let mut seen = Vec::new();
        for entry in entries {
            claim(&mut self.taken, &entry.key, self.diagnostics);
            let Some(items) = entry.value.items().filter(|items| !items.is_empty()) else {
                let message = format!("the way `{}` is a list of parts", entry.key.value);
                self.diagnostics.push(Diagnostic::error("SAG009", &entry.key.span, message));
                continue;
            };
            let flow = self.inside(before.clone(), items, &mut seen);
            branches.push((Name::new(entry.key.value.clone(), entry.key.span.clone()), flow));
        }
        self.scope = before;
        self.around_ways = self.around_ways.take().filter(|_| !outermost);
        for scope in seen {
            self.scope.done.extend(scope.done);
            self.scope.maybe.extend(scope.maybe);
        }
        Some(Part::Parallel(Parallel { name: name?, branches }))
    }

    fn each(&mut self, item: &Node) -> Option<Part> {
        let mut shape = Shape::of(item, "something for each item", self.diagnostics)?;
        let name = self.named(&mut shape, "each");
        let over = shape.required_text("in", self.diagnostics);
        let called = shape.required_text("as", self.diagnostics);
        let at_once = shape.whole_within("at_once", 1, 40, self.diagnostics);
        let typical = number::within(&mut shape, "typical", 1e6, self.diagnostics);
        shape.required("flow", self.diagnostics);
        let items = shape.list("flow", self.diagnostics).unwrap_or_default();
        shape.finish(self.diagnostics);
        let (over, called) = (over?, called?);
        // What was done for each item is undone for each: the list is known then too.
        let over = match self.around_ways.clone() {
            None => self.value(&over),
            Some(known) => {
                let inner = std::mem::replace(&mut self.scope, known);
                let found = self.value(&over);
                self.scope = inner;
                found
            }
        }?;
        let TypeKind::List(list) = &self.around.types.get(over.ty).kind else {
            let fault = Diagnostic::error("SAG012", &over.span, "this is no list");
            self.diagnostics.push(fault.related(&self.around.types.get(over.ty).span, "its type"));
            return None;
        };
        claim(&mut self.taken, &called, self.diagnostics);
        let before = self.scope.clone();
        let mut inner = before.clone();
        inner.items.insert(called.value.clone(), list.item);
        let outer = self.around_ways.clone();
        let mut known = outer.clone().unwrap_or_else(|| before.clone());
        known.items.insert(called.value.clone(), list.item);
        self.around_ways = Some(known);
        let mut seen = Vec::new();
        let flow = self.inside(inner, items, &mut seen);
        self.around_ways = outer;
        self.scope = before;
        self.forget(seen, "it is done for each item of a list");
        Some(Part::Each(Each {
            name: name?,
            over,
            item: Name::new(called.value, called.span),
            item_type: list.item,
            at_once: at_once.map_or(0, |it| it.value),
            typical,
            flow,
        }))
    }

    fn wait(&mut self, item: &Node) -> Option<Part> {
        let mut shape = Shape::of(item, "a wait", self.diagnostics)?;
        let name = self.named(&mut shape, "wait");
        let long = whole_seconds(&mut shape, "for", self.diagnostics);
        let instant = shape.text("until", self.diagnostics);
        let place = shape.place().clone();
        shape.finish(self.diagnostics);
        let until = match (long, instant) {
            (Some(long), None) => Until::For(long.value),
            (None, Some(instant)) => Until::At(self.value(&instant)?),
            _ => {
                let message = "a wait says `for` or `until`";
                let fault = Diagnostic::error("SAG009", &place, message);
                self.diagnostics.push(fault.help("`for: 3d`, or `until: $input.renewsAt`"));
                return None;
            }
        };
        Some(Part::Wait(Wait { name: name?, until }))
    }

    /// The name of a part, under the key that tells its kind.
    fn named(&mut self, shape: &mut Shape<'_>, key: &'static str) -> Option<Name> {
        let name = shape.required_text(key, self.diagnostics)?;
        claim(&mut self.taken, &name, self.diagnostics);
        Some(Name::new(name.value, name.span))
    }

    /// A value that must be there.
    fn value(&mut self, text: &Spanned<String>) -> Option<stipule_ir::workflow::Reference> {
        if !text.value.starts_with('$') {
            let fault = Diagnostic::error("SAG004", &text.span, "a value from elsewhere starts with `$`");
            self.diagnostics.push(fault.help(format!("`${}`", text.value)));
            return None;
        }
        let found = self.scope.find(text, self.around, self.diagnostics)?;
        if !found.certain {
            let message = format!("`{}` may be missing or null", text.value);
            self.diagnostics.push(Diagnostic::error("SAG007", &text.span, message));
            return None;
        }
        Some(found.reference)
    }

    /// Parts with a scope of their own; what it is at their end goes to `seen`.
    fn inside(&mut self, scope: Scope, items: &[Node], seen: &mut Vec<Scope>) -> Vec<Part> {
        let outer = std::mem::replace(&mut self.scope, scope);
        let parts = self.nodes(items);
        seen.push(std::mem::replace(&mut self.scope, outer));
        parts
    }

    /// Steps that were done in a scope that is over are known no more.
    fn forget(&mut self, seen: Vec<Scope>, why: &'static str) {
        for scope in seen {
            for step in scope.done.into_keys().filter(|step| !self.scope.done.contains_key(step)) {
                self.scope.maybe.insert(step, why);
            }
            self.scope.maybe.extend(scope.maybe);
        }
    }
}
