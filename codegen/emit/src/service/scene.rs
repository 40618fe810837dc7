//! One service with the names that its module gives out.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::service::{Outcome, Status};
use stipule_ir::socket::Topic;
use stipule_ir::workflow::Step;
use stipule_ir::{Name, Operation, Service, Subscription, Workflow};

use super::problem::Problems;
use super::steps::{Errors, Part, Taken};
use super::topics::Heard;
use crate::rust::{docs, ident, tight, tokens};
use crate::scope::Scope;
use crate::types::{Form, Home, Paths, Types, module_name};

/// A service while its module is written.
pub(crate) struct Scene<'t, 'c> {
    pub(super) paths: Paths<'t, 'c>,
    /// As the platform calls it.
    pub(crate) wire: &'c str,
    pub(crate) module: String,
    /// Its HTTP document, if it has one.
    pub(super) service: Option<&'c Service>,
    pub(crate) trait_name: String,
    pub(super) events_name: String,
    pub(super) acts: Vec<Act<'c>>,
    pub(super) events: Vec<(&'c Subscription, String)>,
    /// What it does for sagas.
    pub(super) sagas: Vec<Part<'c>>,
    pub(super) topics_name: String,
    /// What sockets may listen to.
    pub(super) topics: Vec<Heard<'c>>,
    pub(super) problems: Problems,
    scope: Scope,
    runtime: RefCell<BTreeSet<&'static str>>,
    http: RefCell<BTreeSet<&'static str>>,
    std: RefCell<BTreeSet<&'static str>>,
}

/// An operation with the names of what it becomes.
pub(super) struct Act<'c> {
    pub(super) operation: &'c Operation,
    pub(super) function: String,
    pub(super) route: String,
    pub(super) constant: String,
    pub(super) input: String,
    /// The enum of a body of several media types.
    pub(super) body: String,
    pub(super) ok: String,
    pub(super) error: String,
    home: Home,
}

/// Every service that answers calls, consumes events, takes steps of sagas or tells sockets, in the order of the platform.
pub(crate) fn scenes<'t, 'c>(types: &'t Types<'c>) -> Vec<Scene<'t, 'c>> {
    let contract = types.contract;
    let services = contract.platform.services.iter().map(|service| &service.name.value);
    services.filter_map(|name| scene(types, name)).collect()
}

fn scene<'t, 'c>(types: &'t Types<'c>, name: &'c Name) -> Option<Scene<'t, 'c>> {
    let contract = types.contract;
    let service = contract.services.iter().find(|service| service.name.wire == name.wire);
    let consumed: Vec<_> = contract.subscriptions.iter().filter(|it| it.service.value == name.wire).collect();
    let helped = contract.workflows.iter().filter(|it| steps_of(it, name).next().is_some());
    let helped: Vec<_> = helped.collect();
    let told: Vec<_> = contract.sockets.iter().filter(|it| it.service.wire == name.wire).collect();
    if service.is_none() && consumed.is_empty() && helped.is_empty() && told.is_empty() {
        return None;
    }
    let mut scope = Scope::default();
    let trait_name = scope.claim(&[name.type_name()]);
    let events_name = scope.claim(&[name.suffixed("events").type_name()]);
    let operations = service.map_or(&[][..], |service| &service.operations);
    let mut functions = Scope::default();
    for name in ["routes", "subscriptions", "topics", "cut"] {
        functions.claim(&[name.to_owned()]);
    }
    let home = types.home;
    let served = operations.iter().filter(|operation| operation.served);
    let acts = served.map(|operation| act(operation, home, &mut scope, &mut functions)).collect();
    let mut handlers = Scope::default();
    let events = consumed.into_iter().map(|subscription| {
        let event = &contract.event(subscription.event).name;
        let name = handlers.claim(&[format!("on_{}", event.plain_field())]);
        (subscription, name)
    });
    let sagas = helped.into_iter().map(|workflow| part(workflow, name, &mut scope, &mut functions));
    let sagas = sagas.collect();
    let topics_name = scope.claim(&[name.suffixed("topics").type_name()]);
    let topics = told.into_iter().flat_map(|it| &it.topics).map(|topic| heard(topic, &mut scope)).collect();
    Some(Scene {
        paths: Paths::outside(types, Form::Closed),
        wire: &name.wire,
        module: module_name(name),
        service,
        trait_name,
        events_name,
        acts,
        events: events.collect(),
        sagas,
        topics_name,
        topics,
        problems: Problems::beside(functions),
        scope,
        runtime: RefCell::default(),
        http: RefCell::default(),
        std: RefCell::default(),
    })
}

fn act<'c>(operation: &'c Operation, home: Home, scope: &mut Scope, functions: &mut Scope) -> Act<'c> {
    let id = &operation.id;
    let input = scope.claim(&[id.type_name(), id.suffixed("input").type_name()]);
    Act {
        operation,
        function: id.field(),
        route: functions.claim(&[format!("route_{}", id.plain_field())]),
        constant: functions.claim(&[id.constant()]),
        body: match operation.body.as_ref().is_some_and(|body| body.media.len() > 1) {
            true => scope.claim(&[id.suffixed("body").type_name()]),
            false => String::new(),
        },
        ok: scope.claim(&[id.suffixed("ok").type_name()]),
        error: scope.claim(&[id.suffixed("error").type_name()]),
        home,
        input,
    }
}

/// The steps that a service takes for a saga.
fn steps_of<'c>(workflow: &'c Workflow, service: &Name) -> impl Iterator<Item = &'c Step> {
    workflow.steps.iter().filter(|step| step.service.value == service.wire)
}

fn part<'c>(workflow: &'c Workflow, service: &Name, scope: &mut Scope, functions: &mut Scope) -> Part<'c> {
    let saga = &workflow.name;
    let mut taken = Scope::default();
    let mut of_step = |step: &'c Step| {
        let whole =
            Name::new(format!("{}_{}", saga.plain_field(), step.name.plain_field()), step.span.clone());
        let error = (!step.errors.is_empty()).then(|| {
            let mut variants = Scope::default();
            Errors {
                name: scope.claim(&[whole.suffixed("error").type_name()]),
                variants: step.errors.iter().map(|error| variants.claim(&[error.variant()])).collect(),
                failed: variants.claim(&["Failed".to_owned(), "Otherwise".to_owned()]),
            }
        });
        let token = step.callback.then(|| scope.claim(&[whole.suffixed("token").type_name()]));
        Taken { step, function: taken.claim(&[step.name.field()]), error, token }
    };
    let steps = steps_of(workflow, service).map(&mut of_step).collect();
    Part {
        workflow,
        trait_name: scope.claim(&[saga.suffixed("steps").type_name()]),
        function: functions.claim(&[format!("{}_steps", saga.plain_field())]),
        steps,
    }
}

fn heard<'c>(topic: &'c Topic, scope: &mut Scope) -> Heard<'c> {
    let mut functions = Scope::default();
    Heard {
        topic,
        name: scope.claim(&[topic.name.suffixed("topic").type_name()]),
        function: format!("may_hear_{}", topic.name.plain_field()),
        messages: topic.messages.iter().map(|it| functions.claim(&[it.name.field()])).collect(),
    }
}

impl Act<'_> {
    pub(super) fn successes(&self) -> impl Iterator<Item = &Outcome> {
        self.operation.outcomes.iter().filter(|outcome| outcome.status.is_success())
    }

    /// Declared failures that a handler can give. The others are the platform's alone: they are decided before the
    /// handler runs, or are what becomes of its own failure.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Outcome> {
        // Whoever serves what others describe decides everything alone.
        let import = self.home == Home::Import;
        let public = self.operation.security.is_public();
        self.operation.outcomes.iter().filter(move |outcome| match outcome.status {
            // An operation that anybody may call checks its callers by itself: signatures of webhooks.
            Status::Code(401) => public || import,
            Status::Code(405 | 406 | 413 | 415 | 500) => import,
            status => !status.is_success(),
        })
    }
}

impl Scene<'_, '_> {
    /// Whether others serve it: webhooks and callbacks.
    pub(crate) fn is_inbound(&self) -> bool {
        self.service.is_some_and(|service| service.inbound)
    }

    /// Whether nothing of it is served.
    pub(crate) fn is_idle(&self) -> bool {
        self.acts.is_empty() && self.events.is_empty() && self.topics.is_empty()
    }

    /// The platform's words about the service.
    pub(super) fn platform_docs(&self) -> TokenStream {
        let services = &self.paths.types.contract.platform.services;
        let service = services.iter().find(|service| service.name.value.wire == self.wire);
        docs(&service.map(|service| service.docs.clone()).unwrap_or_default(), "")
    }

    /// A field for the service.
    pub(super) fn field(&self) -> String {
        Name::new(self.wire, self.paths.types.contract.platform.span.clone()).field()
    }

    /// An item of the runtime: imported, or by its whole path where the module has an item of that name.
    pub(super) fn runtime(&self, name: &'static str) -> TokenStream {
        let item = ident(name);
        if self.scope.contains(name) {
            return quote!(stipule_runtime::#item);
        }
        self.runtime.borrow_mut().insert(name);
        quote!(#item)
    }

    /// As [`runtime`](Self::runtime), as text.
    pub(super) fn item(&self, name: &'static str) -> String {
        tight(&self.runtime(name))
    }

    /// As [`item`](Self::item), from the runtime's `http` module.
    pub(super) fn http_item(&self, name: &'static str) -> String {
        if self.scope.contains(name) {
            return format!("stipule_runtime::http::{name}");
        }
        self.http.borrow_mut().insert(name);
        name.to_owned()
    }

    /// As [`item`](Self::item), from the wire's `style` module.
    pub(super) fn style_item(&self, name: &'static str) -> String {
        // The runtime has a `Style` of its own, for lists.
        format!("stipule_wire::style::{name}")
    }

    /// An import of the standard library or another crate.
    pub(super) fn std(&self, path: &'static str) {
        self.std.borrow_mut().insert(path);
    }

    /// `use` lines for everything that was named so far.
    pub(super) fn imports(&self) -> TokenStream {
        let std = self.std.borrow();
        let std = std.iter().map(|path| tokens(&format!("use {path};")));
        let collections = self.paths.std_imports();
        let model = ident(&self.paths.types.model());
        let open = (!self.paths.modules(Form::Open).is_empty()).then(|| "open".to_owned());
        let mut modules: Vec<_> = open.into_iter().chain(self.paths.modules(Form::Closed)).collect();
        modules.sort();
        let modules = modules.iter().map(|module| ident(module));
        let modules = (modules.len() > 0).then(|| quote!(use #model::{#(#modules),*};));
        let group = |path: TokenStream, names: &BTreeSet<&'static str>| {
            let names = names.iter().map(|name| ident(name));
            (names.len() > 0).then(|| quote!(use #path::{#(#names),*};))
        };
        let http = group(quote!(stipule_runtime::http), &self.http.borrow());
        let runtime = group(quote!(stipule_runtime), &self.runtime.borrow());
        let wire = group(quote!(stipule_wire), &self.paths.wire_names().into_iter().collect());
        quote!(#(#std)* #collections #modules #http #runtime #wire)
    }
}
