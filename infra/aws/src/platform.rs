//! Clients of the services of AWS, over one HTTP client.

use std::fmt;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::environment::{Environment, Patience};

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
        let Environment { region, credentials, endpoint, patience } = self.environment.clone();
        let Patience { connect, answer, .. } = patience;
        let time = TimeoutConfig::builder().connect_timeout(connect).operation_timeout(answer).build();
        let mut config = aws_sdk_dynamodb::Config::builder()
            // By name, not «latest»: an update of the SDK changes no behaviour unseen.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region))
            .credentials_provider(credentials)
            .http_client(self.http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(time)
            // For streams of bytes, which answers of this service aren't.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(endpoint);
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("environment", &self.environment).finish_non_exhaustive()
    }
}
