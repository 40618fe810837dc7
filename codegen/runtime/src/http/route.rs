//! Which operation a request is for.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::Method;
use stipule_wire::percent;

use super::call::Call;
use super::operation::Operation;
use super::pieces::{self, Piece};
use super::response::{Refused, Response};
use crate::context::Context;

/// What is done with a call, which all its tries share.
pub type Handler =
    Arc<dyn Fn(Context, Arc<Call>) -> BoxFuture<'static, Result<Response, Refused>> + Send + Sync>;

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
        F: Fn(Context, Arc<Call>) -> R + Send + Sync + 'static,
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
    /// Segments of fixed text and values, the one with most fixed text first.
    mixed: Vec<(Vec<Piece>, Node)>,
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

impl Found<'_> {
    /// The operation that answers, if one does.
    pub fn operation(&self) -> Option<&'static Operation> {
        match self {
            Self::Route(route, _) => Some(route.operation),
            Self::OtherMethods(_) | Self::Nothing | Self::Malformed => None,
        }
    }
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
            let pieces = pieces::split(segment);
            node = match pieces.as_slice() {
                [] => node.fixed.entry("").or_default(),
                [Piece::Literal(text)] => node.fixed.entry(text).or_default(),
                [Piece::Parameter(name)] => {
                    names.push(*name);
                    &mut **node.parameter.get_or_insert_default()
                }
                _ => {
                    let own = pieces.iter().filter_map(|piece| match piece {
                        Piece::Parameter(name) => Some(*name),
                        Piece::Literal(_) => None,
                    });
                    names.extend(own);
                    node.mixed_child(pieces)
                }
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
        let found: Vec<&str> = segments(path).collect();
        if found.iter().any(|segment| percent::decode(segment).is_none()) {
            return Found::Malformed;
        }
        let mut values = Vec::new();
        let Some(node) = self.root.walk(&found, &mut values) else { return Found::Nothing };
        let with = |method: &Method| node.routes.iter().find(|(route, _)| route.operation.method == *method);
        let route = with(method).or_else(|| (*method == Method::HEAD).then(|| with(&Method::GET)).flatten());
        match route {
            Some((route, names)) => {
                let path = names.iter().copied().zip(values.into_iter().map(str::to_owned)).collect();
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
    /// The node that a path leads to, and the values on the way, as they were sent.
    fn walk<'n, 'p>(&'n self, path: &[&'p str], values: &mut Vec<&'p str>) -> Option<&'n Node> {
        let Some((segment, rest)) = path.split_first() else {
            return (!self.routes.is_empty()).then_some(self);
        };
        let kept = values.len();
        let decoded = percent::decode(segment)?;
        if let Some(found) = self.fixed.get(&*decoded).and_then(|node| node.walk(rest, values)) {
            return Some(found);
        }
        for (pieces, node) in &self.mixed {
            values.truncate(kept);
            let Some(own) = pieces::values(pieces, segment) else { continue };
            values.extend(own);
            if let Some(found) = node.walk(rest, values) {
                return Some(found);
            }
        }
        values.truncate(kept);
        // An empty value is no value: `/loans/` isn't `/loans/{loanId}`.
        let parameter = self.parameter.as_ref().filter(|_| !segment.is_empty())?;
        values.push(segment);
        parameter.walk(rest, values)
    }

    fn mixed_child(&mut self, pieces: Vec<Piece>) -> &mut Node {
        let is_alike = |own: &[Piece]| {
            own.len() == pieces.len()
                && own.iter().zip(&pieces).all(|pair| match pair {
                    (Piece::Literal(one), Piece::Literal(other)) => one == other,
                    (Piece::Parameter(_), Piece::Parameter(_)) => true,
                    _ => false,
                })
        };
        let at = match self.mixed.iter().position(|(own, _)| is_alike(own)) {
            Some(at) => at,
            None => {
                let fixed = |pieces: &[Piece]| -> usize {
                    let length =
                        |piece: &Piece| if let Piece::Literal(text) = piece { text.len() } else { 0 };
                    pieces.iter().map(length).sum()
                };
                let own = fixed(&pieces);
                let at =
                    self.mixed.iter().position(|(other, _)| fixed(other) < own).unwrap_or(self.mixed.len());
                self.mixed.insert(at, (pieces, Node::default()));
                at
            }
        };
        &mut self.mixed[at].1
    }

    fn collect(&self, found: &mut Vec<&'static Operation>) {
        found.extend(self.routes.iter().map(|(route, _)| route.operation));
        self.fixed.values().for_each(|node| node.collect(found));
        self.mixed.iter().for_each(|(_, node)| node.collect(found));
        self.parameter.iter().for_each(|node| node.collect(found));
    }
}

/// The parts between slashes. `/` has one, which is empty.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}
