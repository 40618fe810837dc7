//! What the stacks tell a function through its environment.

use std::fmt;

use stipule_aws::Environment;
use stipule_lambda::{Function, Work};
use stipule_runtime::auth::Jwks;
use stipule_runtime::page::CursorKey;
use stipule_runtime::webhook::Secret;

/// Bytes of the keys that are in the environment.
const KEY: usize = 32;

pub(crate) struct Settings {
    pub(crate) environment: Environment,
    pub(crate) table: String,
    /// Name of the bus, and what addresses of queues begin with.
    pub(crate) bus: Option<(String, String)>,
    /// What ARNs of state machines begin with.
    pub(crate) machines: Option<String>,
    /// Address of the API that holds the sockets.
    pub(crate) sockets: Option<String>,
    pub(crate) keys: Option<Jwks>,
    pub(crate) cursor_key: CursorKey,
    pub(crate) webhook_secret: Secret,
}

/// The variable with the address of the API that holds the sockets.
const SOCKETS: &str = "STIPULE_SOCKETS";

/// Everything that is wrong with the environment, at once.
#[derive(Debug)]
pub(crate) struct SetUpError(Vec<String>);

impl SetUpError {
    /// A service tells open sockets something, and nobody says where they are.
    pub(crate) fn without_sockets() -> Self {
        Self(vec![format!("{SOCKETS} isn't set")])
    }
}

impl fmt::Display for SetUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the function can't be set up: {}", self.0.join("; "))
    }
}

impl Settings {
    /// What this function needs of the environment of the process.
    ///
    /// # Errors
    /// [`SetUpError`], with every fault.
    pub(crate) fn of_process(function: &Function) -> Result<Self, SetUpError> {
        Self::of(function, |name| std::env::var(name).ok())
    }

    fn of(function: &Function, variable: impl Fn(&str) -> Option<String>) -> Result<Self, SetUpError> {
        let mut faults = Vec::new();
        let environment = Environment::of(&variable).map_err(|error| faults.push(error.to_string())).ok();
        let mut read = |name: &str, wanted: bool| {
            let value = variable(name).filter(|value| wanted && !value.is_empty());
            if wanted && value.is_none() {
                faults.push(format!("{name} isn't set"));
            }
            value
        };
        let publishes = matches!(function.work, Work::Publisher | Work::Sweeper);
        let serves = matches!(function.work, Work::Api | Work::Events | Work::Steps);
        let table = read("STIPULE_TABLE", !function.tries());
        let bus = read("STIPULE_BUS", publishes);
        let queues = read("STIPULE_QUEUES", publishes);
        let machines = read("STIPULE_MACHINES", serves || function.work == Work::Starter);
        let sockets = read(SOCKETS, function.work == Work::Sockets);
        let keys = read("STIPULE_KEYS", function.work == Work::Authorizer);
        let secret = read("STIPULE_SECRET", serves);
        // Services that tell nobody anything have none; which do is known by the services themselves.
        let sockets = sockets.or_else(|| variable(SOCKETS).filter(|value| !value.is_empty()));
        let keys = keys.map(|text| Jwks::parse(text.as_bytes()));
        if let Some(Err(error)) = &keys {
            faults.push(format!("STIPULE_KEYS isn't a set of keys: {error}"));
        }
        let keys = keys.and_then(Result::ok);
        if keys.as_ref().is_some_and(|keys| keys.keys().next().is_none()) {
            faults.push("STIPULE_KEYS has no key that can be used".to_owned());
        }
        // Whoever doesn't serve seals no cursor and reads no webhook: nothing is sealed under this.
        let secret = secret.map_or(Some([0; 2 * KEY]), |text| bytes(&text));
        let Some(secret) = secret else {
            faults.push(format!("STIPULE_SECRET isn't {} hexadecimal digits", 4 * KEY));
            return Err(SetUpError(faults));
        };
        let (cursor, webhook) = secret.split_at(KEY);
        // Whoever tries new versions reads no table.
        let table = table.or_else(|| function.tries().then(String::new));
        let parts = (environment, table, <[u8; KEY]>::try_from(cursor), Secret::new(webhook));
        let (Some(environment), Some(table), Ok(cursor), Ok(webhook_secret), true) =
            (parts.0, parts.1, parts.2, parts.3, faults.is_empty())
        else {
            return Err(SetUpError(faults));
        };
        let cursor_key = CursorKey::new(cursor);
        Ok(Self {
            environment,
            table,
            bus: bus.zip(queues),
            machines,
            sockets,
            keys,
            cursor_key,
            webhook_secret,
        })
    }
}

/// The key of cursors and the secret of webhooks, one behind the other.
fn bytes(text: &str) -> Option<[u8; 2 * KEY]> {
    let mut bytes = [0; 2 * KEY];
    if text.len() != 4 * KEY || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: [(&str, &str); 3] =
        [("AWS_REGION", "r"), ("AWS_ACCESS_KEY_ID", "i"), ("AWS_SECRET_ACCESS_KEY", "s")];

    fn of(handler: &str, variables: &[(&str, &str)]) -> Result<Settings, SetUpError> {
        let function = Function::of(handler).expect("a function");
        Settings::of(&function, |wanted| {
            let variable = variables.iter().find(|(name, _)| *name == wanted);
            variable.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn everything_that_a_function_lacks_is_said_at_once() {
        let refused = |handler, variables: &[_]| {
            of(handler, variables).err().expect("something is missing").to_string()
        };
        let said = refused("platform.publisher", &[]);
        for name in ["AWS_REGION", "STIPULE_TABLE", "STIPULE_BUS", "STIPULE_QUEUES"] {
            assert!(said.contains(name), "{said}");
        }
        assert!(!said.contains("STIPULE_SECRET"), "a publisher needs none: {said}");
        let said = refused("orders.api", &[("STIPULE_SECRET", "short")]);
        assert!(said.contains("STIPULE_MACHINES") && said.contains("128 hexadecimal digits"), "{said}");
        let said = refused("platform.sockets", &[]);
        assert!(said.contains("STIPULE_SOCKETS") && !said.contains("STIPULE_MACHINES"), "{said}");
        assert!(!refused("platform.before", &[]).contains("STIPULE"), "it needs the SDK alone");
        let said = refused("platform.authorizer", &[("STIPULE_KEYS", "{\"keys\": []}")]);
        assert!(said.contains("no key that can be used"), "{said}");
    }

    #[test]
    fn a_function_needs_what_its_work_needs() {
        let sweeper =
            [&AWS[..], &[("STIPULE_TABLE", "t"), ("STIPULE_BUS", "b"), ("STIPULE_QUEUES", "q-")]].concat();
        let settings = of("platform.sweeper", &sweeper).map_err(|error| error.to_string()).expect("enough");
        assert_eq!(settings.bus, Some(("b".to_owned(), "q-".to_owned())));
        assert_eq!(settings.machines, None);
        let secret = "0f".repeat(64);
        let api =
            [&AWS[..], &[("STIPULE_TABLE", "t"), ("STIPULE_MACHINES", "m-"), ("STIPULE_SECRET", &secret)]]
                .concat();
        let settings = of("orders.api", &api).map_err(|error| error.to_string()).expect("enough");
        assert_eq!(settings.webhook_secret.to_text(), Secret::new([15; KEY]).expect("32 bytes").to_text());
    }
}
