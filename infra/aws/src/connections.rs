//! The [`Connections`] port over the management API of API Gateway.

use std::sync::OnceLock;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::error::DisplayErrorContext;
use aws_sdk_apigatewaymanagement::operation::delete_connection::DeleteConnectionError;
use aws_sdk_apigatewaymanagement::operation::post_to_connection::PostToConnectionError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::socket::table::{Connections, NotPosted};

use crate::platform::Aws;

/// The connections of an API of sockets.
#[derive(Clone, Debug)]
pub struct ApiConnections {
    aws: Aws,
    /// Made when it is first used: of what services do, little is told to sockets.
    client: OnceLock<Client>,
    address: String,
}

impl ApiConnections {
    /// Those of the API at this address: `https://<api>.execute-api.us-east-1.amazonaws.com/live`.
    pub fn new(aws: &Aws, address: impl Into<String>) -> Self {
        Self { aws: aws.clone(), client: OnceLock::new(), address: address.into() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| self.aws.connections(self.address.clone()))
    }
}

impl Connections for ApiConnections {
    fn post(&self, connection: &str, text: String) -> BoxFuture<'_, Result<(), NotPosted>> {
        let call = self.client().post_to_connection().connection_id(connection).data(Blob::new(text));
        async move {
            let Err(error) = call.send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(PostToConnectionError::GoneException(_)) => Err(NotPosted::Gone),
                _ => Err(NotPosted::Unavailable(DisplayErrorContext(&error).to_string())),
            }
        }
        .boxed()
    }

    fn close(&self, connection: &str) -> BoxFuture<'_, Result<(), NotPosted>> {
        let call = self.client().delete_connection().connection_id(connection);
        async move {
            let Err(error) = call.send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(DeleteConnectionError::GoneException(_)) => Ok(()),
                _ => Err(NotPosted::Unavailable(DisplayErrorContext(&error).to_string())),
            }
        }
        .boxed()
    }
}
