//! Which function this is, by `_HANDLER`.

use std::fmt;

use thiserror::Error;

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Answers the requests to a service.
    Api,
    /// Handles the events of a service.
    Events,
    /// Does what sagas ask of a service.
    Steps,
    /// Says who calls, from the token.
    Authorizer,
    /// Takes events from the stream of the table to the bus.
    Publisher,
    /// Sends what the publisher left behind.
    Sweeper,
    /// Starts sagas when their events come.
    Starter,
    /// Opens and closes sockets, and hears what clients say.
    Sockets,
    /// Tries a new version before it gets a call.
    Before,
    /// Tries a new version when it has all calls.
    After,
}

/// A function of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The service that it works for; none for those of the platform.
    pub service: Option<String>,
    /// What it does.
    pub work: Work,
}

/// A name that no function has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the handler `{0}` isn't one of this binary: it has <service>.api, <service>.events, <service>.steps, \
     platform.authorizer, platform.publisher, platform.sweeper, platform.starter, platform.sockets, platform.before and \
     platform.after"
)]
pub struct Unknown(pub String);

impl Function {
    /// The function of a name: `orders.api`, `platform.publisher`.
    ///
    /// # Errors
    /// [`Unknown`] for any other.
    pub fn of(handler: &str) -> Result<Self, Unknown> {
        let unknown = || Unknown(handler.to_owned());
        let (service, word) = handler.split_once('.').ok_or_else(unknown)?;
        let own = |work| Ok(Self { service: None, work });
        match (service, word) {
            ("platform", "authorizer") => own(Work::Authorizer),
            ("platform", "publisher") => own(Work::Publisher),
            ("platform", "sweeper") => own(Work::Sweeper),
            ("platform", "starter") => own(Work::Starter),
            ("platform", "sockets") => own(Work::Sockets),
            ("platform", "before") => own(Work::Before),
            ("platform", "after") => own(Work::After),
            ("platform" | "", _) => Err(unknown()),
            (service, "api") => Ok(Self { service: Some(service.to_owned()), work: Work::Api }),
            (service, "events") => Ok(Self { service: Some(service.to_owned()), work: Work::Events }),
            (service, "steps") => Ok(Self { service: Some(service.to_owned()), work: Work::Steps }),
            _ => Err(unknown()),
        }
    }

    /// Whether it runs logic of services.
    pub fn serves(&self) -> bool {
        self.service.is_some() || self.work == Work::Sockets
    }

    /// Whether it tries new versions.
    pub fn tries(&self) -> bool {
        matches!(self.work, Work::Before | Work::After)
    }
}

/// The name by which it was found.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let work = match self.work {
            Work::Api => "api",
            Work::Events => "events",
            Work::Steps => "steps",
            Work::Authorizer => "authorizer",
            Work::Publisher => "publisher",
            Work::Sweeper => "sweeper",
            Work::Starter => "starter",
            Work::Sockets => "sockets",
            Work::Before => "before",
            Work::After => "after",
        };
        write!(f, "{}.{work}", self.service.as_deref().unwrap_or("platform"))
    }
}

/// How a call of a function failed, as Lambda and state machines read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What `Retry` and `Catch` of a state machine go by.
    pub kind: String,
    /// Words for people.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(kind: &str, message: impl fmt::Display) -> Self {
        Self { kind: kind.to_owned(), message: message.to_string() }
    }

    /// An event that isn't what this function is called with.
    pub(crate) fn unreadable(reason: impl fmt::Display) -> Self {
        Self::new("Event.Unreadable", reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_names_a_function_or_is_told_which_there_are() {
        let of = |handler| Function::of(handler).map(|it| (it.service, it.work));
        assert_eq!(of("orders.api"), Ok((Some("orders".to_owned()), Work::Api)));
        assert_eq!(of("platform.sweeper"), Ok((None, Work::Sweeper)));
        let own = ["authorizer", "publisher", "sweeper", "starter", "sockets", "before", "after"];
        let all = own.map(|work| format!("platform.{work}"));
        for handler in all.iter().map(String::as_str).chain(["orders.api", "orders.events", "orders.steps"]) {
            assert_eq!(Function::of(handler).map(|it| it.to_string()).as_deref(), Ok(handler));
        }
        for handler in ["", "orders", "orders.", ".api", "platform.api", "orders.publisher", "orders.api.x"] {
            assert_eq!(of(handler), Err(Unknown(handler.to_owned())));
        }
    }
}
