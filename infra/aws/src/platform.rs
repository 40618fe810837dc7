//! Clients of the services of AWS, over one HTTP client.

use std::fmt;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::environment::{Environment, Patience, Service};

/// What every client is set up with. Each crate has types of its own for it.
macro_rules! configured {
    ($aws:expr, $sdk:ident) => {{
        let Environment { region, credentials, patience, .. } = $aws.environment.clone();
        let Patience { connect, answer, .. } = patience;
        let time = TimeoutConfig::builder().connect_timeout(connect).operation_timeout(answer).build();
        $sdk::Config::builder()
            // By name, not «latest»: an update of the SDK changes no behaviour unseen.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region))
            .credentials_provider(credentials)
            .http_client($aws.http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(time)
            // For streams of bytes, which answers of these services aren't.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
    }};
}

/// Where clients come from: one per process, in the runtime that uses them, because connections live in it.
#[derive(Clone)]
pub struct Aws {
    environment: Environment,
    http: SharedHttpClient,
}

impl Aws {
    /// With connections of its own, over TLS by rustls and ring: the default provider spends the time of several cold
    /// starts on its first random byte.
    pub fn new(environment: Environment) -> Self {
        let builder = Builder::new().pool_idle_timeout(environment.patience.idle);
        let http = builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        Self { environment, http }
    }

    /// A client of DynamoDB. It never retries.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = configured!(self, aws_sdk_dynamodb);
        config.set_endpoint_url(self.environment.endpoint(Service::DynamoDb));
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A client of EventBridge. It never retries.
    pub(crate) fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let mut config = configured!(self, aws_sdk_eventbridge);
        config.set_endpoint_url(self.environment.endpoint(Service::EventBridge));
        aws_sdk_eventbridge::Client::from_conf(config.build())
    }

    /// A client of SQS. It never retries.
    pub(crate) fn sqs(&self) -> aws_sdk_sqs::Client {
        let mut config = configured!(self, aws_sdk_sqs);
        config.set_endpoint_url(self.environment.endpoint(Service::Sqs));
        aws_sdk_sqs::Client::from_conf(config.build())
    }

    /// A client of CodeDeploy. It never retries.
    pub(crate) fn codedeploy(&self) -> aws_sdk_codedeploy::Client {
        let mut config = configured!(self, aws_sdk_codedeploy);
        config.set_endpoint_url(self.environment.endpoint(Service::CodeDeploy));
        aws_sdk_codedeploy::Client::from_conf(config.build())
    }

    /// A client of Lambda. It never retries.
    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        let mut config = configured!(self, aws_sdk_lambda);
        config.set_endpoint_url(self.environment.endpoint(Service::Lambda));
        aws_sdk_lambda::Client::from_conf(config.build())
    }

    /// A client of the connections of an API of sockets, which has an address of its own: `https://<api>.execute-api.…/live`.
    pub(crate) fn connections(&self, address: String) -> aws_sdk_apigatewaymanagement::Client {
        let mut config = configured!(self, aws_sdk_apigatewaymanagement);
        config.set_endpoint_url(self.environment.endpoint(Service::Connections).or(Some(address)));
        aws_sdk_apigatewaymanagement::Client::from_conf(config.build())
    }

    /// A client of Step Functions. It never retries.
    pub(crate) fn step_functions(&self) -> aws_sdk_sfn::Client {
        let mut config = configured!(self, aws_sdk_sfn);
        config.set_endpoint_url(self.environment.endpoint(Service::StepFunctions));
        aws_sdk_sfn::Client::from_conf(config.build())
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("environment", &self.environment).finish_non_exhaustive()
    }
}
