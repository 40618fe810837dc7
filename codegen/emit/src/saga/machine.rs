//! A saga as a state machine in the Amazon States Language.
//!
//! Forward, each part of the flow is one state, or several steps of one service are; a failure before the pivot leads to
//! what undoes the step itself, since nobody knows how far it came, then to what undoes those before it, in reverse
//! order. After the pivot a step that fails for good is parked for a person and tried again.

use serde_json::{Map, Value, json};
use stipule_ir::types::EnumLiteral;
use stipule_ir::workflow::{Act, Choice, Do, Each, Is, Kind, Node, Parallel, Test, Until, Wait};
use stipule_ir::{Name, Workflow};

use super::act::{self, Otherwise, name_of};
use super::path::{self, Known, member};
use super::references::Needs;
use super::state::States;
use super::undo;

/// The whole definition.
pub(super) fn definition(workflow: &Workflow) -> Value {
    let mut states = States::default();
    let start = undo::terminal(workflow, &mut states);
    let mut writer =
        Writer { workflow, known: Known::new(), otherwise: Otherwise::Undo(start), inside: false };
    let first = writer.flow(&workflow.flow, &End::Here, &mut states);
    let mut definition = states.scope(&first);
    let docs = workflow.docs.title.clone().unwrap_or_else(|| workflow.name.sentence());
    definition["Comment"] = json!(docs);
    if workflow.kind == Kind::Express {
        definition["TimeoutSeconds"] = json!(workflow.timeout.value.as_secs());
    }
    definition
}

/// Where a flow goes on.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// Nowhere: its scope is over.
    Here,
    /// To this state.
    At(String),
}

impl End {
    fn fields(&self) -> Value {
        match self {
            Self::Here => json!({"End": true}),
            Self::At(name) => json!({"Next": name}),
        }
    }
}

/// Writes a flow; moves with it.
pub(super) struct Writer<'w> {
    workflow: &'w Workflow,
    /// Where results stand here.
    known: Known,
    /// Where failures lead here.
    otherwise: Otherwise,
    /// Whether this is a branch or an item: what is undone there is undone by whoever is around.
    inside: bool,
}

impl Writer<'_> {
    /// Writes the states of the parts; the first one's name.
    fn flow(&mut self, nodes: &[Node], end: &End, states: &mut States) -> String {
        let mut first = None;
        let mut left = nodes;
        while let Some(node) = left.first() {
            let name = entry(self.workflow, left);
            let called = self.workflow.called(left);
            left = &left[called.len().max(1)..];
            let next = if left.is_empty() { end.clone() } else { End::At(entry(self.workflow, left)) };
            match node {
                Node::Do(_) => self.task(&called, &next, states),
                Node::Choice(it) => self.choice(it, &next, states),
                Node::Parallel(it) => self.parallel(it, &next, states),
                Node::Each(it) => self.each(it, &next, states),
                Node::Wait(it) => self.wait(it, &next, states),
            }
            first.get_or_insert(name);
        }
        first.unwrap_or_default()
    }

    fn wait(&self, it: &Wait, next: &End, states: &mut States) {
        let mut state = Map::new();
        state.insert("Type".to_owned(), json!("Wait"));
        match &it.until {
            Until::For(time) => state.insert("Seconds".to_owned(), json!(time.as_secs())),
            Until::At(instant) => {
                state.insert("TimestampPath".to_owned(), json!(path::of(instant, &self.known)))
            }
        };
        states.add(it.name.sentence(), state, &next.fields());
    }

    /// One call of a service: a step, with those that lead to it.
    fn task(&mut self, called: &[&Do], next: &End, states: &mut States) {
        let workflow = self.workflow;
        for it in called {
            let undoing = it.undo.as_ref().filter(|_| !self.inside);
            if let (Some(undo), Otherwise::Undo(before)) = (undoing, &self.otherwise) {
                let after = json!({ "Next": before });
                act::undoing(workflow, undo, &self.known, &after, states);
                self.otherwise = Otherwise::Undo(name_of(workflow, undo));
            }
        }
        let Some((it, first)) = called.split_last() else { return };
        let step = act::step_of(workflow, &it.act);
        let place = match step.output {
            None => Value::Null,
            Some(_) => json!(format!("${}", member(&step.name.plain_field()))),
        };
        let known = self.known.clone();
        let acts: Vec<&Act> = first.iter().map(|it| &it.act).collect();
        let after = (place, &next.fields());
        act::task(workflow, (&acts, &it.act), &known, after, &self.otherwise, states);
        self.known.insert(it.act.step, format!("${}", member(&step.name.plain_field())));
        if it.pivot {
            self.otherwise = Otherwise::Park;
        }
    }

    fn choice(&mut self, it: &Choice, next: &End, states: &mut States) {
        let before = (self.known.clone(), self.otherwise.clone());
        let after = self.after(
            &it.name,
            next,
            it.otherwise.is_empty() || it.arms.iter().any(|arm| arm.flow.is_empty()),
            states,
        );
        let mut ways = Vec::new();
        let mut choices = Vec::new();
        for arm in &it.arms {
            let (to, end) = self.way(&arm.flow, &after, next, &before, states);
            let mut rule = rule(&arm.when, &before.0);
            rule["Next"] = json!(to);
            choices.push(rule);
            ways.push((Some(&arm.when), end));
        }
        let (to, end) = self.way(&it.otherwise, &after, next, &before, states);
        ways.push((None, end));
        (self.known, self.otherwise) = before;
        states.add_last(it.name.sentence(), json!({"Type": "Choice", "Choices": choices, "Default": to}));
        if let Otherwise::Undo(start) = &self.otherwise
            && ways.iter().any(|(_, end)| matches!(end, Otherwise::Undo(undo) if undo != start))
        {
            let name = undo_name(&it.name);
            undo::choice(&name, &ways, start, &self.known, states);
            self.otherwise = Otherwise::Undo(name);
        }
    }

    /// Writes one way of a choice: its first state, and where a failure leads at its end.
    fn way(
        &mut self,
        flow: &[Node],
        after: &str,
        next: &End,
        before: &(Known, Otherwise),
        states: &mut States,
    ) -> (String, Otherwise) {
        (self.known, self.otherwise) = before.clone();
        let to = if flow.is_empty() { after.to_owned() } else { self.flow(flow, next, states) };
        (to, self.otherwise.clone())
    }

    /// What follows a choice: at the end of a scope a state of its own, if some way is empty.
    fn after(&self, choice: &Name, next: &End, needed: bool, states: &mut States) -> String {
        match next {
            End::At(name) => name.clone(),
            End::Here => {
                let name = format!("After: {}", choice.words().join(" "));
                if needed {
                    states.add_last(name.clone(), json!({"Type": "Succeed"}));
                }
                name
            }
        }
    }

    fn parallel(&mut self, it: &Parallel, next: &End, states: &mut States) {
        let undo = self.undoing(&it.name, || undo::parallel(self.workflow, it, &self.known), states);
        let later = Needs::of(&self.workflow.flow).steps;
        let mut selector = Map::new();
        let mut found = Known::new();
        let place = it.name.plain_field();
        let mut branches = Vec::new();
        for (at, (_, flow)) in it.branches.iter().enumerate() {
            let (scope, known) = self.branch(flow, self.known.clone());
            branches.push(scope);
            for (step, path) in known.into_iter().filter(|(step, _)| !self.known.contains_key(step)) {
                let declared = &self.workflow.steps[step.0 as usize];
                let name = declared.name.plain_field();
                if declared.output.is_some() && later.contains(&step) {
                    selector.insert(format!("{name}.$"), json!(format!("$[{at}]{}", &path[1..])));
                    found.insert(step, format!("${}{}", member(&place), member(&name)));
                }
            }
        }
        let mut state = Map::new();
        state.insert("Type".to_owned(), json!("Parallel"));
        state.insert("Branches".to_owned(), Value::Array(branches));
        if selector.is_empty() {
            state.insert("ResultPath".to_owned(), Value::Null);
        } else {
            state.insert("ResultSelector".to_owned(), Value::Object(selector));
            state.insert("ResultPath".to_owned(), json!(format!("${}", member(&place))));
        }
        self.catching(undo, &mut state);
        states.add(it.name.sentence(), state, &next.fields());
        self.known.extend(found);
    }

    fn each(&mut self, it: &Each, next: &End, states: &mut States) {
        let undo = self.undoing(&it.name, || undo::each(self.workflow, it, &self.known), states);
        let (selector, known) = selected(self.workflow, it, &self.known);
        let (scope, _) = self.branch(&it.flow, known);
        let mut state = Map::new();
        state.insert("Type".to_owned(), json!("Map"));
        state.insert("ItemsPath".to_owned(), json!(path::of(&it.over, &self.known)));
        state.insert("ItemSelector".to_owned(), selector);
        state.insert("ItemProcessor".to_owned(), scope);
        state.insert("MaxConcurrency".to_owned(), json!(it.at_once));
        state.insert("ResultPath".to_owned(), Value::Null);
        self.catching(undo, &mut state);
        states.add(it.name.sentence(), state, &next.fields());
    }

    /// A scope of its own, and where results stand at its end.
    fn branch(&self, flow: &[Node], known: Known) -> (Value, Known) {
        let otherwise = match self.otherwise {
            Otherwise::Park => Otherwise::Park,
            Otherwise::Undo(_) | Otherwise::Propagate => Otherwise::Propagate,
        };
        let mut writer = Writer { workflow: self.workflow, known, otherwise, inside: true };
        let mut states = States::default();
        let first = writer.flow(flow, &End::Here, &mut states);
        (states.scope(&first), writer.known)
    }

    /// Adds what undoes several ways at once, before the pivot and outside of other ways; whether there is such a thing.
    fn undoing(
        &self,
        name: &Name,
        scope: impl FnOnce() -> Option<Map<String, Value>>,
        states: &mut States,
    ) -> Option<String> {
        let Otherwise::Undo(before) = &self.otherwise else { return None };
        let state = scope()?;
        let name = undo_name(name);
        states.add(name.clone(), state, &json!({ "Next": before }));
        Some(name)
    }

    fn catching(&mut self, undo: Option<String>, state: &mut Map<String, Value>) {
        if let Some(undo) = undo {
            self.otherwise = Otherwise::Undo(undo);
        }
        if let Otherwise::Undo(next) = &self.otherwise {
            let catch = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": next}]);
            state.insert("Catch".to_owned(), catch);
        }
    }
}

/// What each item of a list gets, and where results stand inside.
pub(super) fn selected(workflow: &Workflow, it: &Each, known: &Known) -> (Value, Known) {
    let needs = Needs::of(&it.flow);
    let mut selector = Map::new();
    selector.insert("key.$".to_owned(), json!("States.Format('{}/{}', $.key, $$.Map.Item.Index)"));
    selector.insert("context.$".to_owned(), json!("$.context"));
    selector.insert("input.$".to_owned(), json!("$.input"));
    let item = it.item.wire.as_str();
    selector.insert(format!("{item}.$"), json!("$$.Map.Item.Value"));
    for outer in needs.items.iter().filter(|outer| *outer != item) {
        selector.insert(format!("{outer}.$"), json!(format!("${}", member(outer))));
    }
    let mut inner = Known::new();
    for (step, path) in known.iter().filter(|(step, _)| needs.steps.contains(step)) {
        let name = workflow.steps[step.0 as usize].name.plain_field();
        selector.insert(format!("{name}.$"), json!(path));
        inner.insert(*step, format!("${}", member(&name)));
    }
    (Value::Object(selector), inner)
}

/// The state where a flow begins; empty for a flow without parts.
fn entry(workflow: &Workflow, flow: &[Node]) -> String {
    match flow.first() {
        Some(Node::Do(_)) => {
            workflow.called(flow).last().map(|it| name_of(workflow, &it.act)).unwrap_or_default()
        }
        Some(Node::Choice(it)) => it.name.sentence(),
        Some(Node::Parallel(it)) => it.name.sentence(),
        Some(Node::Each(it)) => it.name.sentence(),
        Some(Node::Wait(it)) => it.name.sentence(),
        None => String::new(),
    }
}

/// The name of the state that undoes a part of several ways.
pub(super) fn undo_name(name: &Name) -> String {
    format!("Undo: {}", name.words().join(" "))
}

/// Tests that must all hold, as a rule without its `Next`.
pub(super) fn rule(tests: &[Test], known: &Known) -> Value {
    let mut rules: Vec<Value> = tests.iter().flat_map(|test| test_rules(test, known)).collect();
    match rules.len() {
        1 => rules.remove(0),
        _ => json!({ "And": rules }),
    }
}

fn test_rules(test: &Test, known: &Known) -> Vec<Value> {
    let variable = path::of(&test.value, known);
    let there =
        [json!({"Variable": variable, "IsPresent": true}), json!({"Variable": variable, "IsNull": false})];
    let rules = match &test.is {
        Is::Present(true) => return there.into(),
        Is::Present(false) => {
            return vec![json!({"Or": [
                {"Variable": variable, "IsPresent": false},
                {"Variable": variable, "IsNull": true},
            ]})];
        }
        Is::Within(least, most) => {
            let least = least.map(|least| json!({"Variable": variable, "NumericGreaterThanEquals": least}));
            let most = most.map(|most| json!({"Variable": variable, "NumericLessThanEquals": most}));
            least.into_iter().chain(most).collect()
        }
        Is::OneOf(values) => one_of(&variable, values),
    };
    // Rules are looked at in order, and the first that doesn't hold ends it: a path that leads nowhere is never asked.
    let there = if test.certain { Vec::new() } else { there.into() };
    there.into_iter().chain(rules).collect()
}

fn one_of(variable: &str, values: &[EnumLiteral]) -> Vec<Value> {
    let rules: Vec<Value> = values
        .iter()
        .map(|value| match value {
            EnumLiteral::String(text) => json!({"Variable": variable, "StringEquals": text}),
            EnumLiteral::Integer(number) => json!({"Variable": variable, "NumericEquals": number}),
            EnumLiteral::Boolean(truth) => json!({"Variable": variable, "BooleanEquals": truth}),
        })
        .collect();
    match rules.len() {
        1 => rules,
        _ => vec![json!({ "Or": rules })],
    }
}
