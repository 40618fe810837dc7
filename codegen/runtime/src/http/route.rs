//! Which operation a request is for.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::Method;

use super::call::Call;
use super::operation::Operation;
use super::percent;
use super::response::{Refused, Response};
use crate::context::Context;

/// What is done with a call.
pub type Handler = Arc<dyn Fn(Context, Call) -> BoxFuture<'static, Result<Response, Refused>> + Send + Sync>;

/// An operation and what is done with its calls.
#[derive(Clone)]
pub struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// What is done.
    pub handler: Handler,
}

impl Route {
    /// A route to a function that reads the call, asks the service and writes the answer.
    pub fn new<F, R>(operation: &'static Operation, handle: F) -> Self
    where
        F: Fn(Context, Call) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Response, Refused>> + Send + 'static,
    {
        Self { operation, handler: Arc::new(move |cx, call| Box::pin(handle(cx, call))) }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation.method, self.operation.template)
    }
}

/// All routes, by path. Fixed text goes before parameters, as OpenAPI says.
#[derive(Debug, Default)]
pub struct Router {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    fixed: BTreeMap<&'static str, Node>,
    parameter: Option<Box<Node>>,
    /// Routes that end here, with the names of their parameters in order.
    routes: Vec<(Route, Vec<&'static str>)>,
}

/// Two routes with one method whose paths differ in the names of parameters only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// The first.
    pub first: String,
    /// The second.
    pub second: String,
}

impl fmt::Display for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} are one path", self.first, self.second)
    }
}

impl std::error::Error for Twice {}

/// What a path leads to.
#[derive(Debug)]
pub enum Found<'r> {
    /// A route, with the values of its parameters.
    Route(&'r Route, Vec<(&'static str, String)>),
    /// Operations with other methods: those, sorted.
    OtherMethods(Vec<&'r Method>),
    /// Nothing.
    Nothing,
    /// The path isn't well encoded.
    Malformed,
}

impl Router {
    /// A router over these routes.
    ///
    /// # Errors
    /// [`Twice`], which the front refuses before anything is generated.
    pub fn new(routes: impl IntoIterator<Item = Route>) -> Result<Self, Twice> {
        let mut router = Self::default();
        for route in routes {
            router.add(route)?;
        }
        Ok(router)
    }

    fn add(&mut self, route: Route) -> Result<(), Twice> {
        let mut node = &mut self.root;
        let mut names = Vec::new();
        for segment in segments(route.operation.template) {
            let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            node = match parameter {
                Some(name) => {
                    names.push(name);
                    &mut **node.parameter.get_or_insert_default()
                }
                None => node.fixed.entry(segment).or_default(),
            };
        }
        if let Some((first, _)) =
            node.routes.iter().find(|(own, _)| own.operation.method == route.operation.method)
        {
            return Err(Twice { first: format!("{first:?}"), second: format!("{route:?}") });
        }
        node.routes.push((route, names));
        Ok(())
    }

    /// Every operation, in the order of paths.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        let mut found = Vec::new();
        self.root.collect(&mut found);
        found.into_iter()
    }

    /// The route for a request. `HEAD` goes to `GET` where it has no route of its own.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let decoded: Option<Vec<_>> = segments(path).map(percent::decode).collect();
        let Some(decoded) = decoded else { return Found::Malformed };
        let Some(node) = self.root.walk(&decoded) else { return Found::Nothing };
        let with = |method: &Method| node.routes.iter().find(|(route, _)| route.operation.method == *method);
        let route = with(method).or_else(|| (*method == Method::HEAD).then(|| with(&Method::GET)).flatten());
        match route {
            Some((route, names)) => {
                let template = segments(route.operation.template).zip(decoded);
                let values = template.filter(|(segment, _)| segment.starts_with('{')).map(|(_, value)| value);
                let path = names.iter().copied().zip(values.map(std::borrow::Cow::into_owned)).collect();
                Found::Route(route, path)
            }
            None => {
                let mut methods: Vec<_> =
                    node.routes.iter().map(|(route, _)| &route.operation.method).collect();
                methods.sort_by_key(|method| method.as_str());
                Found::OtherMethods(methods)
            }
        }
    }
}

impl Node {
    fn walk(&self, path: &[impl AsRef<str>]) -> Option<&Node> {
        let Some((first, rest)) = path.split_first() else {
            return (!self.routes.is_empty()).then_some(self);
        };
        let segment = first.as_ref();
        let fixed = self.fixed.get(segment).and_then(|node| node.walk(rest));
        // An empty value is no value: `/loans/` isn't `/loans/{loanId}`.
        let parameter = || self.parameter.as_ref().filter(|_| !segment.is_empty())?.walk(rest);
        fixed.or_else(parameter)
    }

    fn collect(&self, found: &mut Vec<&'static Operation>) {
        found.extend(self.routes.iter().map(|(route, _)| route.operation));
        self.fixed.values().for_each(|node| node.collect(found));
        self.parameter.iter().for_each(|node| node.collect(found));
    }
}

/// The parts between slashes. `/` has one, which is empty.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}
