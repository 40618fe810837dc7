//! What happens to an order, gathered from what the platform tells until it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use commerce_model::types::OrderId;
use stipule_local::Local;
use stipule_local::happening::{Happening, Outcome};
use stipule_runtime::event::Envelope;
use stipule_runtime::subscription::Subscription;
use stipule_runtime::wire::{DateTime, Uuid};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::detail::detail;
use super::fault::DemoError;

/// How long an order may take. It takes milliseconds, or what a provider that times out costs.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who publishes that a message was sent.
const MESSAGES: &str = "commerce.notifications";

/// An event whose like must happen so many times before the tale is over.
pub(crate) type Ending = (&'static str, usize);

/// An ear on the platform.
pub(crate) struct Timeline {
    happenings: broadcast::Receiver<Happening>,
    subscriptions: Vec<Subscription>,
    /// Events of tales that are over: that they were published may be told after everybody is done with them.
    over: BTreeSet<String>,
}

/// An event, and what its consumers made of it.
pub(crate) struct Told {
    pub(crate) event: Arc<Envelope>,
    /// By service; the last outcome is the final one.
    pub(crate) consumers: BTreeMap<&'static str, Vec<Outcome>>,
}

/// Everything that happened to one order, from one command on.
#[derive(Default)]
pub(crate) struct Tale {
    pub(crate) told: Vec<Told>,
}

impl Timeline {
    /// Hears everything from now on.
    pub(crate) fn of(local: &Local) -> Self {
        let (happenings, subscriptions) = (local.happenings().watch(), local.app().subscriptions().to_vec());
        Self { happenings, subscriptions, over: BTreeSet::new() }
    }

    /// Follows an order until each ending has happened and every consumer is done with every event.
    pub(crate) async fn follow(&mut self, order: OrderId, endings: &[Ending]) -> Result<Tale, DemoError> {
        let mut tale = Tale::default();
        let over = tokio::time::timeout(PATIENCE, async {
            while tale.missing(endings).is_some() {
                match self.happenings.recv().await {
                    Ok(happening) if self.is_over(&happening) => {}
                    Ok(happening) => tale.hear(happening, &order.to_string(), &self.subscriptions),
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(DemoError::Overrun),
                }
            }
            Ok(())
        });
        match over.await {
            Ok(over) => {
                over?;
                self.over.extend(tale.told.iter().map(|told| told.event.id.to_string()));
                Ok(tale)
            }
            Err(_) => {
                let missing = tale.missing(endings).unwrap_or_default();
                Err(DemoError::Stuck { seconds: PATIENCE.as_secs(), missing })
            }
        }
    }

    /// Whether something is about an event of a tale that is over.
    fn is_over(&self, happening: &Happening) -> bool {
        match happening {
            Happening::Published(event) | Happening::Handled { event, .. } => {
                self.over.contains(&event.id.to_string())
            }
            _ => false,
        }
    }
}

impl Tale {
    /// What the tale waits for, if it isn't over.
    fn missing(&self, endings: &[Ending]) -> Option<String> {
        let happened = |name: &str| self.told.iter().filter(|told| told.event.name == name).count();
        let ending = endings.iter().find(|(name, times)| happened(name) < *times);
        if let Some((name, _)) = ending {
            return Some((*name).to_owned());
        }
        let busy = self.told.iter().find_map(|told| Some((told.busy()?, &told.event.name)));
        busy.map(|(service, event)| format!("answer of {service} to {event}"))
    }

    fn hear(&mut self, happening: Happening, order: &str, subscriptions: &[Subscription]) {
        match happening {
            Happening::Published(event) => {
                self.event(&event, order, subscriptions);
            }
            // A consumer may be faster than the news that there is something to consume.
            Happening::Handled { event, subscription, outcome, .. } => {
                let service = subscriptions.iter().find(|it| it.name == subscription).map(|it| it.service);
                let told = self.event(&event, order, subscriptions);
                if let Some((told, service)) = told.zip(service) {
                    told.consumers.entry(service).or_default().push(outcome);
                }
            }
            _ => {}
        }
    }

    /// The entry of an event; none if it belongs to another tale.
    fn event(
        &mut self,
        event: &Arc<Envelope>,
        order: &str,
        subscriptions: &[Subscription],
    ) -> Option<&mut Told> {
        // What the customer is told is a story of its own.
        if event.source == MESSAGES {
            return None;
        }
        let known = self.told.iter().position(|told| told.event.id == event.id);
        let at = match known {
            Some(at) => at,
            None if event.ordering_key == order || self.cause_of(event).is_some() => {
                let consumers = subscriptions.iter().filter(|it| it.accepts(event));
                let consumers = consumers.map(|it| (it.service, Vec::new())).collect();
                self.told.push(Told { event: Arc::clone(event), consumers });
                self.told.len() - 1
            }
            None => return None,
        };
        self.told.get_mut(at)
    }

    fn cause_of(&self, event: &Envelope) -> Option<&Told> {
        self.told.iter().find(|told| told.event.id.to_string() == event.causation_id)
    }

    /// When the first of it happened.
    pub(crate) fn began(&self) -> Option<DateTime> {
        self.told.iter().map(|told| told.event.time).min()
    }

    /// Events that no event of the tale caused: a command did.
    pub(crate) fn roots(&self) -> Vec<&Told> {
        let mut roots: Vec<&Told> =
            self.told.iter().filter(|told| self.cause_of(&told.event).is_none()).collect();
        roots.sort_by_key(|told| told.event.time);
        roots
    }

    /// What a service published because of an event.
    pub(crate) fn answers(&self, event: &Uuid, service: &str) -> Vec<&Told> {
        let cause = event.to_string();
        let by_it = |it: &Envelope| it.source.rsplit('.').next() == Some(service);
        self.told.iter().filter(|told| told.event.causation_id == cause && by_it(&told.event)).collect()
    }
}

impl Tale {
    /// What services published because of an event that they don't consume: as steps of a saga that it started.
    pub(crate) fn steps(&self, told: &Told) -> Vec<(&str, &Told)> {
        let cause = told.event.id.to_string();
        let service_of = |it: &'_ Told| -> Option<usize> { it.event.source.rfind('.').map(|dot| dot + 1) };
        let mut steps: Vec<(&str, &Told)> = self
            .told
            .iter()
            .filter(|it| it.event.causation_id == cause)
            .filter_map(|it| Some((it.event.source.get(service_of(it)?..)?, it)))
            .filter(|(service, _)| !told.consumers.contains_key(service))
            .collect();
        // What happened at one instant stands in the order of its words, whatever the ids are.
        steps.sort_by_cached_key(|(_, it)| (it.event.time, it.event.name.clone(), detail(&it.event)));
        steps
    }
}

impl Told {
    /// A consumer that isn't done with the event.
    fn busy(&self) -> Option<&'static str> {
        let is_done = |outcomes: &[Outcome]| {
            matches!(outcomes.last(), Some(Outcome::Done | Outcome::Repeated | Outcome::Parked { .. }))
        };
        self.consumers.iter().find(|(_, outcomes)| !is_done(outcomes)).map(|(service, _)| *service)
    }
}
