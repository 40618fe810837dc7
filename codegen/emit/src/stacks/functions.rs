//! Which functions a platform has, from what its services do.

use std::time::Duration;

use stipule_ir::deployment::Functions;
use stipule_ir::platform::PlatformService;
use stipule_ir::{Contract, Name, Span, Subscription, Workflow, workflow};

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Answers the HTTP operations of a service.
    Api,
    /// Handles the events of a service.
    Events,
    /// Does what sagas ask of a service.
    Steps,
    /// Looks at tokens.
    Authorizer,
    /// Opens and closes sockets, and notes what they listen to.
    Sockets,
    /// Takes events from the stream of the table to the bus and to ordered queues.
    Publisher,
    /// Sends what the publisher couldn't, and takes time-outs back.
    Sweeper,
    /// Starts sagas.
    Starter,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Function<'c> {
    /// `orders-api`
    pub(super) name: Name,
    pub(super) work: Work,
    /// Of the service that it works for.
    pub(super) service: Option<&'c str>,
    /// The stack that it is in.
    pub(super) domain: &'c str,
    pub(super) settings: Functions,
    pub(super) about: String,
}

/// The stack of the platform's own functions.
pub(super) const PLATFORM: &str = "platform";

/// The stack of services that name none.
const UNNAMED: &str = "services";

/// A name in the same case as others.
pub(super) fn name(text: &str) -> Name {
    Name::new(text, Span::start_of(stipule_ir::FileId(0)))
}

impl Function<'_> {
    /// Leads the names of its resources.
    pub(super) fn resource(&self) -> String {
        self.name.type_name()
    }

    /// What other stacks know its alias by.
    pub(super) fn export(&self) -> String {
        format!("{}-function", self.name.kebab())
    }

    /// What the binary calls it.
    pub(super) fn handler(&self) -> String {
        match (self.service, self.work) {
            (Some(service), Work::Api) => format!("{service}.api"),
            (Some(service), Work::Events) => format!("{service}.events"),
            (Some(service), _) => format!("{service}.steps"),
            (None, _) => format!("platform.{}", self.name.kebab()),
        }
    }
}

/// All of them, services in the order of the platform.
pub(super) fn all(contract: &Contract) -> Vec<Function<'_>> {
    let mut found = of_platform(contract);
    for service in &contract.platform.services {
        for work in [Work::Api, Work::Events, Work::Steps] {
            found.extend(of_service(contract, service, work));
        }
    }
    found
}

/// The function of a service that does such work.
pub(super) fn of<'c>(contract: &'c Contract, service: &str, work: Work) -> Option<Function<'c>> {
    let service = contract.platform.services.iter().find(|it| it.name.value.wire == service)?;
    of_service(contract, service, work)
}

/// The function of a service for some work, if there is any to do.
fn of_service<'c>(contract: &'c Contract, service: &'c PlatformService, work: Work) -> Option<Function<'c>> {
    let wire = service.name.value.wire.as_str();
    let (there, word, about) = match work {
        Work::Api => (
            contract.services.iter().any(|it| it.name.wire == wire && !it.operations.is_empty()),
            "api",
            format!("Answers the requests to {wire}"),
        ),
        Work::Events => (
            contract.subscriptions.iter().any(|it| it.service.value == wire),
            "events",
            format!("Handles the events that {wire} subscribes to"),
        ),
        Work::Steps => {
            (steps(contract).any(|it| it == wire), "steps", format!("Does what sagas ask of {wire}"))
        }
        Work::Authorizer | Work::Sockets | Work::Publisher | Work::Sweeper | Work::Starter => return None,
    };
    let mut settings = service.functions.or(&contract.platform.deployment.functions);
    if work == Work::Steps {
        settings.timeout = Some(Duration::from_secs(longest(contract, wire, &settings)));
    }
    there.then(|| Function {
        name: service.name.value.join(&name(word)),
        work,
        service: Some(wire),
        domain: service.domain.as_ref().map_or(UNNAMED, |domain| domain.value.as_str()),
        settings,
        about,
    })
}

/// Seconds of the longest call that a saga makes of a service: as long as the state waits for it. One that asks somebody
/// who answers later may ask for as long as any other call of the service may take.
fn longest(contract: &Contract, service: &str, settings: &Functions) -> u64 {
    let calls = contract.workflows.iter().flat_map(Workflow::calls);
    let own = calls.filter(|call| call.iter().all(|step| step.service.value == service));
    let took = own.map(|call| {
        let asks = call.iter().any(|step| step.callback);
        workflow::seconds(&call) + if asks { settings.timeout_seconds() } else { 0 }
    });
    took.max().unwrap_or_else(|| settings.timeout_seconds()).min(workflow::LONGEST_RUN)
}

/// The platform's own function of such work.
pub(super) fn own(contract: &Contract, work: Work) -> Option<Function<'_>> {
    of_platform(contract).into_iter().find(|function| function.work == work)
}

/// The service of each step of each saga.
fn steps(contract: &Contract) -> impl Iterator<Item = &str> {
    contract.workflows.iter().flat_map(|saga| &saga.steps).map(|step| step.service.value.as_str())
}

fn of_platform(contract: &Contract) -> Vec<Function<'_>> {
    let starts = contract.workflows.iter().any(|saga| !saga.starts.is_empty());
    let rows = [
        (Work::Authorizer, "authorizer", "Says who calls, from the token", true),
        (Work::Publisher, "publisher", "Takes events from the table to the bus", true),
        (Work::Sweeper, "sweeper", "Sends events that were left behind", true),
        (Work::Starter, "starter", "Starts sagas when their events come", starts),
        (Work::Sockets, "sockets", "Knows who listens to what", !contract.sockets.is_empty()),
    ];
    let rows = rows.into_iter().filter(|(.., there)| *there);
    let function = |(work, word, about, _): (Work, &str, &str, bool)| Function {
        name: name(word),
        work,
        service: None,
        domain: PLATFORM,
        settings: contract.platform.deployment.functions.clone(),
        about: about.to_owned(),
    };
    rows.map(function).collect()
}

/// The stacks of functions, sorted.
pub(super) fn domains(contract: &Contract) -> Vec<&str> {
    let mut found: Vec<&str> = all(contract).into_iter().map(|function| function.domain).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A queue that a function reads, and how.
pub(super) struct Feed<'c> {
    /// Leads the names of its resources: `OrdersOnCartCheckedOut`.
    pub(super) name: Name,
    /// Where its events go that couldn't be handled.
    pub(super) dead_letters: String,
    /// One at a time per key.
    pub(super) ordered: bool,
    pub(super) attempts: u32,
    pub(super) batch: u32,
    pub(super) concurrency: u32,
    /// The subscription, if it is one.
    pub(super) subscription: Option<&'c Subscription>,
    /// Seconds of the function that reads it.
    pub(super) timeout: u64,
    /// Who reads it.
    pub(super) service: Option<&'c str>,
}

impl Feed<'_> {
    /// What other stacks know the queue by.
    pub(super) fn export(&self) -> String {
        format!("{}-queue", self.name.kebab())
    }
}
