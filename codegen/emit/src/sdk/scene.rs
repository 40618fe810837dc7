//! One service with the names that its module gives out.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::service::{Method, Outcome, SchemeId};
use stipule_ir::{Name, Operation, Service};

use crate::rust::{ident, tokens};
use crate::scope::Scope;
use crate::types::{Form, Home, Paths, Types, module_name};

/// A service while its module is written.
pub(crate) struct Scene<'t, 'c> {
    pub(super) paths: Paths<'t, 'c>,
    pub(crate) service: &'c Service,
    pub(crate) module: String,
    pub(crate) handle: String,
    pub(super) acts: Vec<Act<'c>>,
    scope: Scope,
    shell: RefCell<BTreeSet<&'static str>>,
    std: RefCell<BTreeSet<&'static str>>,
}

/// An operation with the names of what it becomes.
pub(super) struct Act<'c> {
    pub(super) operation: &'c Operation,
    pub(super) function: String,
    pub(super) constant: String,
    pub(super) request: String,
    /// The enum of a body of several media types.
    pub(super) body: String,
    pub(super) ok: String,
    pub(super) error: String,
}

/// Every service, in the order of the contract.
pub(crate) fn scenes<'t, 'c>(types: &'t Types<'c>) -> Vec<Scene<'t, 'c>> {
    let outbound = types.contract.services.iter().filter(|service| !service.inbound);
    outbound.map(|service| scene(types, service)).collect()
}

fn scene<'t, 'c>(types: &'t Types<'c>, service: &'c Service) -> Scene<'t, 'c> {
    let mut scope = Scope::default();
    let handle = scope.claim(&[service.name.type_name()]);
    let functions = functions(service);
    let acts = service.operations.iter().zip(functions).map(|(operation, function)| Act {
        operation,
        function,
        constant: operation.id.constant(),
        request: scope.claim(&[operation.id.type_name(), operation.id.suffixed("call").type_name()]),
        body: match several_bodies(operation) {
            true => scope.claim(&[operation.id.suffixed("body").type_name()]),
            false => String::new(),
        },
        ok: scope.claim(&[operation.id.suffixed("ok").type_name()]),
        error: scope.claim(&[operation.id.suffixed("error").type_name()]),
    });
    Scene {
        paths: Paths::outside(types, Form::Closed),
        service,
        module: module_name(&service.name),
        handle,
        acts: acts.collect(),
        scope,
        shell: RefCell::default(),
        std: RefCell::default(),
    }
}

/// By operation: how the client is asked for its service, and the function there.
pub(crate) fn functions_of(types: &Types<'_>) -> BTreeMap<String, (String, String)> {
    let scenes = scenes(types);
    let all = scenes.iter().flat_map(|scene| {
        let handle = scene.service.name.field();
        scene
            .acts
            .iter()
            .map(move |act| (act.operation.id.wire.clone(), (handle.clone(), act.function.clone())))
    });
    all.collect()
}

fn several_bodies(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| body.media.len() > 1)
}

/// A function name per operation: `orders().cancel(…)` for `cancelOrder`, where leaving out the service's own name
/// leaves names that differ.
fn functions(service: &Service) -> Vec<String> {
    let full: Vec<String> = service.operations.iter().map(|it| it.id.field()).collect();
    let short: Vec<Option<String>> =
        service.operations.iter().map(|it| without_service(&it.id, &service.name)).collect();
    let mut taken: BTreeMap<&str, usize> = full.iter().map(|name| (name.as_str(), 2)).collect();
    short.iter().flatten().for_each(|name| *taken.entry(name).or_default() += 1);
    let is_free = |name: &String| taken.get(name.as_str()) == Some(&1);
    let names = short.iter().zip(&full);
    names.map(|(short, full)| short.clone().filter(is_free).unwrap_or_else(|| full.clone())).collect()
}

/// `cancel` of `cancelOrder` in `orders`; `None` when the service isn't named, or nothing else is.
fn without_service(id: &Name, service: &Name) -> Option<String> {
    const LOOSE: &[&str] = &["of", "to", "from", "in", "for", "by", "with", "on", "at", "a", "the"];
    let words = id.words();
    let plural = service.words();
    let mut singular = plural.to_vec();
    if let Some(last) = singular.last_mut() {
        *last = self::singular(last);
    }
    let length = plural.len();
    let at = words.windows(length).position(|window| window == plural || window == singular)?;
    let mut left: Vec<&str> = words[..at].iter().chain(&words[at + length..]).map(String::as_str).collect();
    while left.last().is_some_and(|word| LOOSE.contains(word)) {
        left.pop();
    }
    (!left.is_empty()).then(|| Name::new(left.join("_"), id.span.clone()).field())
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

impl Act<'_> {
    pub(super) fn successes(&self) -> Vec<&Outcome> {
        self.operation.outcomes.iter().filter(|outcome| outcome.status.is_success()).collect()
    }

    /// Declared failures, those without a status of their own last.
    pub(super) fn failures(&self) -> Vec<&Outcome> {
        let mut failures: Vec<_> =
            self.operation.outcomes.iter().filter(|it| !it.status.is_success()).collect();
        failures.sort_by_key(|outcome| outcome.status);
        failures
    }
}

impl<'c> Scene<'_, 'c> {
    /// An operation that needs nothing said, with its function: one that only reads, if there is such.
    pub(crate) fn bare_call(&self) -> Option<(&'c Operation, &str)> {
        let is_bare = |operation: &Operation| {
            !operation.docs.deprecated
                && operation.parameters.iter().all(|parameter| !parameter.required)
                && operation.body.as_ref().is_none_or(|body| !body.required)
        };
        let bare = || self.acts.iter().filter(|act| is_bare(act.operation));
        let read = bare().find(|act| act.operation.method == Method::Get);
        read.or_else(|| bare().next()).map(|act| (act.operation, act.function.as_str()))
    }
}

impl Scene<'_, '_> {
    /// An item of the shell: imported, or by its whole path where the module has an item of that name.
    pub(super) fn shell(&self, name: &'static str) -> TokenStream {
        let item = ident(name);
        if self.scope.contains(name) {
            return quote!(stipule_client::#item);
        }
        self.shell.borrow_mut().insert(name);
        quote!(#item)
    }

    /// As [`shell`](Self::shell), as text.
    pub(super) fn item(&self, name: &'static str) -> String {
        if self.scope.contains(name) {
            return format!("stipule_client::{name}");
        }
        self.shell.borrow_mut().insert(name);
        name.to_owned()
    }

    /// The static of a security scheme: the one bearer of a contract repository, or one of the client's own.
    pub(super) fn scheme(&self, id: SchemeId) -> String {
        match self.paths.types.home {
            Home::Repository => self.item("BEARER"),
            Home::Import => {
                let scheme = &self.paths.types.contract.schemes[id.0 as usize];
                format!("super::schemes::{}", scheme.name.constant())
            }
        }
    }

    /// An import of the standard library.
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
        let shell = self.shell.borrow();
        let shell = shell.iter().map(|name| ident(name));
        let shell = quote!(use stipule_client::{#(#shell),*};);
        let wire = self.paths.wire_names();
        let wire = wire.iter().map(|name| ident(name));
        let wire = (wire.len() > 0).then(|| quote!(use stipule_wire::{#(#wire),*};));
        quote!(#(#std)* #collections #modules #shell #wire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::{FileId, Span};

    fn name(wire: &str) -> Name {
        Name::new(wire, Span::start_of(FileId(0)))
    }

    #[test]
    fn the_service_needn_t_be_named_twice() {
        let short = |id, service| without_service(&name(id), &name(service));
        assert_eq!(short("lendBook", "books").as_deref(), Some("lend"));
        assert_eq!(short("listBooks", "books").as_deref(), Some("list"));
        assert_eq!(short("getBookHistory", "books").as_deref(), Some("get_history"));
        assert_eq!(short("addCopyToBook", "books").as_deref(), Some("add_copy"));
        assert_eq!(short("moveBranchLibrary", "branch-libraries").as_deref(), Some("r#move"));
        assert_eq!(short("books", "books"), None);
        assert_eq!(short("getReader", "books"), None);
    }
}
