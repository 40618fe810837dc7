//! All services behind a function each for calls, events, steps of sagas, and those who want to listen.

mod answer;
mod deliver;
mod handle;
mod listen;
mod perform;
mod replay;
mod throttle;

use std::collections::BTreeMap;
use std::fmt;

pub use answer::throttled;
pub use handle::known;
pub use listen::NotHeard;
pub use throttle::{Bucket, Throttle};

use crate::context::Principal;
use crate::http::{Found, Operation, Route, Router, Twice};
use crate::platform::Gateway;
use crate::saga::{Saga, SagaStep};
use crate::socket::Topic;
use crate::subscription::Subscription;

/// Everything that a contract repository does, ready to be run by a gateway and a queue, or by a simulator.
pub struct App {
    router: Router,
    subscriptions: Vec<Subscription>,
    sagas: Vec<Saga>,
    /// By saga and step.
    steps: BTreeMap<(&'static str, &'static str), SagaStep>,
    topics: Vec<Topic>,
    description: &'static str,
    throttle: Option<throttle::Bucket>,
    gateway: Gateway,
}

impl App {
    /// An app of routes and subscriptions.
    ///
    /// # Errors
    /// [`Twice`] when two routes have one method and one path, which the front refuses before anything is generated.
    pub fn new(
        routes: impl IntoIterator<Item = Route>,
        subscriptions: impl IntoIterator<Item = Subscription>,
    ) -> Result<Self, Twice> {
        Ok(Self {
            router: Router::new(routes)?,
            subscriptions: subscriptions.into_iter().collect(),
            sagas: Vec::new(),
            steps: BTreeMap::new(),
            topics: Vec::new(),
            description: "",
            throttle: None,
            gateway: Gateway::NEW,
        })
    }

    /// With everything that the contracts say, as JSON.
    #[must_use]
    pub fn described(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// With what the contracts say of the gateway in front of it.
    #[must_use]
    pub fn behind(mut self, gateway: Gateway) -> Self {
        self.gateway = gateway;
        self
    }

    /// What the contracts say of the gateway in front of it.
    pub fn gateway(&self) -> Gateway {
        self.gateway
    }

    /// Everything that the contracts say, as JSON; empty where nothing was said.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// Where a call goes.
    pub fn find(&self, method: &http::Method, path: &str) -> Found<'_> {
        self.router.find(method, path)
    }

    /// The operation that answers a call.
    pub fn operation_at(&self, method: &http::Method, path: &str) -> Option<&'static Operation> {
        self.find(method, path).operation()
    }

    /// Who takes a step of a saga.
    pub fn taker_of(&self, saga: &str, step: &str) -> Option<&'static str> {
        self.steps().find(|it| it.saga == saga && it.step == step).map(|it| it.service)
    }

    /// Every operation, in the order of paths.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.router.operations()
    }

    /// Every consumer.
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }
}

/// What it does; the description is long.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("router", &self.router)
            .field("subscriptions", &self.subscriptions)
            .field("sagas", &self.sagas)
            .finish_non_exhaustive()
    }
}

/// Who calls, as the gateway's authorizer found out.
#[derive(Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody without a token.
    Anonymous,
    /// Somebody with a good token.
    Known {
        /// Whose data they may touch: from the token only, never empty.
        tenant: String,
        /// Who they are and what they may do.
        principal: Principal,
    },
    /// Somebody with a bad token. The reason is logged and not told.
    Refused(&'static str),
}

/// The kind; callers are people.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Known { tenant, principal } => write!(f, "Known({tenant}, {principal:?})"),
            Self::Refused(reason) => write!(f, "Refused({reason})"),
        }
    }
}
