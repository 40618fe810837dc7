//! What the place it runs says: the variables that Lambda sets for every function.

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::config::Credentials;
use thiserror::Error;

/// Region, credentials and, where it isn't AWS that answers, the endpoint.
#[derive(Clone)]
pub struct Environment {
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    /// Of each service, in the order of [`Service::ALL`]; none where AWS answers.
    endpoints: [Option<String>; Service::ALL.len()],
    pub(crate) patience: Patience,
}

/// A service of AWS that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    EventBridge,
    Sqs,
    StepFunctions,
    CodeDeploy,
    Lambda,
    Connections,
}

impl Service {
    pub(crate) const ALL: [Self; 7] = [
        Self::DynamoDb,
        Self::EventBridge,
        Self::Sqs,
        Self::StepFunctions,
        Self::CodeDeploy,
        Self::Lambda,
        Self::Connections,
    ];

    /// The variable of its own endpoint.
    fn variable(self) -> &'static str {
        match self {
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::EventBridge => "AWS_ENDPOINT_URL_EVENTBRIDGE",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::StepFunctions => "AWS_ENDPOINT_URL_SFN",
            Self::CodeDeploy => "AWS_ENDPOINT_URL_CODEDEPLOY",
            Self::Lambda => "AWS_ENDPOINT_URL_LAMBDA",
            Self::Connections => "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI",
        }
    }
}

/// How long connections are waited for and kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Most time until there is a connection.
    pub(crate) connect: Duration,
    /// Most time for an answer.
    pub(crate) answer: Duration,
    /// Most time that a connection is kept without use.
    pub(crate) idle: Duration,
}

impl Patience {
    /// A transaction of a hundred items takes a fraction of the time for an answer.
    const WITH_AWS: Self = Self {
        connect: Duration::from_secs(1),
        answer: Duration::from_secs(5),
        idle: Duration::from_secs(60),
    };

    /// Stand-ins share the machine with everything else, and those on Node.js drop a connection after five seconds.
    const WITH_STAND_INS: Self = Self {
        connect: Duration::from_secs(10),
        answer: Duration::from_secs(60),
        idle: Duration::from_secs(3),
    };
}

/// Variables that are missing or empty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the environment lacks {}: Lambda sets them, elsewhere set them by hand", missing.join(", "))]
pub struct Incomplete {
    /// Their names.
    pub missing: Vec<&'static str>,
}

impl Environment {
    /// From the variables of this process.
    ///
    /// # Errors
    /// [`Incomplete`], with every name at once.
    pub fn of_process() -> Result<Self, Incomplete> {
        Self::of(|name| std::env::var(name).ok())
    }

    /// From variables that `variable` looks up: `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and if
    /// they are set `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL` and the endpoints of single services
    /// (`AWS_ENDPOINT_URL_DYNAMODB`, `…_EVENTBRIDGE`, `…_SQS`, `…_SFN`, `…_CODEDEPLOY`, `…_LAMBDA`,
    /// `…_APIGATEWAYMANAGEMENTAPI`).
    ///
    /// Sources: "Defined runtime environment variables" of the Lambda developer guide; "Service-specific endpoints" of
    /// the AWS SDKs reference guide.
    ///
    /// # Errors
    /// [`Incomplete`], with every name at once.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Incomplete> {
        let found = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut missing = Vec::new();
        let mut demand = |name: &'static str| {
            found(name).unwrap_or_else(|| {
                missing.push(name);
                String::new()
            })
        };
        let region = demand("AWS_REGION");
        let (id, secret) = (demand("AWS_ACCESS_KEY_ID"), demand("AWS_SECRET_ACCESS_KEY"));
        if !missing.is_empty() {
            return Err(Incomplete { missing });
        }
        let credentials = Credentials::new(id, secret, found("AWS_SESSION_TOKEN"), None, "environment");
        // An API of sockets has an address of its own, wherever it is.
        let shared = |it: Service| (it != Service::Connections).then(|| found("AWS_ENDPOINT_URL")).flatten();
        let endpoints = Service::ALL.map(|it| found(it.variable()).or_else(|| shared(it)));
        Ok(Self { region, credentials, endpoints, patience: Patience::WITH_AWS })
    }

    /// Where a service answers, if it isn't AWS that does.
    pub(crate) fn endpoint(&self, service: Service) -> Option<String> {
        self.endpoints[service as usize].clone()
    }

    /// Of a stand-in for AWS that takes any credentials: `http://127.0.0.1:4566`.
    pub fn stand_in(endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        Self {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("test", "test", None, None, "stand-in"),
            endpoints: Service::ALL.map(|it| (it != Service::Connections).then(|| endpoint.clone())),
            patience: Patience::WITH_STAND_INS,
        }
    }
}

/// Without the credentials.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("region", &self.region)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Environment, Incomplete> {
        Environment::of(|wanted| {
            let variable = variables.iter().find(|(name, _)| *name == wanted);
            variable.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_lambda_sets_is_enough() {
        let environment = of(&[
            ("AWS_REGION", "ca-central-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
        ])
        .expect("complete");
        assert_eq!(environment.region, "ca-central-1");
        assert_eq!(environment.credentials.session_token(), Some("token"));
        assert_eq!(environment.endpoint(Service::DynamoDb), None);
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once_and_empty_counts_as_missing() {
        let refused = of(&[("AWS_ACCESS_KEY_ID", "id"), ("AWS_REGION", "")]).expect_err("two are missing");
        assert_eq!(refused.missing, ["AWS_REGION", "AWS_SECRET_ACCESS_KEY"]);
    }

    #[test]
    fn the_endpoint_of_the_service_counts_before_the_one_of_all() {
        let keys = [("AWS_REGION", "r"), ("AWS_ACCESS_KEY_ID", "i"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let all = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let own = ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2");
        let endpoint =
            |more: &[(&str, &str)], service| of(&[&keys, more].concat()).expect("complete").endpoint(service);
        assert_eq!(endpoint(&[all], Service::DynamoDb).as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(endpoint(&[all, own], Service::DynamoDb).as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(endpoint(&[all, own], Service::Sqs).as_deref(), Some("http://127.0.0.1:1"));
    }

    #[test]
    fn debug_never_shows_a_credential() {
        let shown = format!("{:?}", Environment::stand_in("http://127.0.0.1:1"));
        assert!(!shown.contains("test"), "{shown}");
    }
}
