//! The [`Releases`] port over CodeDeploy and Lambda.

use aws_sdk_codedeploy::error::DisplayErrorContext;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use aws_sdk_lambda::primitives::Blob;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_lambda::{ReleaseError, Releases};

use crate::platform::Aws;

/// Deployments of CodeDeploy, and the functions that they give new versions.
#[derive(Clone, Debug)]
pub struct CodeReleases {
    codedeploy: aws_sdk_codedeploy::Client,
    lambda: aws_sdk_lambda::Client,
}

impl CodeReleases {
    /// With clients of its own.
    pub fn new(aws: &Aws) -> Self {
        Self { codedeploy: aws.codedeploy(), lambda: aws.lambda() }
    }
}

fn failed(error: impl std::error::Error) -> ReleaseError {
    ReleaseError(DisplayErrorContext(&error).to_string())
}

impl Releases for CodeReleases {
    fn spec(&self, deployment: &str) -> BoxFuture<'_, Result<String, ReleaseError>> {
        let call = self.codedeploy.get_deployment().deployment_id(deployment);
        async move {
            let found = call.send().await.map_err(failed)?;
            let revision = found.deployment_info().and_then(|it| it.revision());
            let content = revision.and_then(|revision| {
                let named = revision.app_spec_content().and_then(|it| it.content());
                // What a revision was called before it was called so.
                let plain = revision.string().and_then(|it| it.content());
                named.or(plain).map(str::to_owned)
            });
            content.ok_or_else(|| ReleaseError("the deployment has no AppSpec of its own".to_owned()))
        }
        .boxed()
    }

    fn call(
        &self,
        function: &str,
        qualifier: &str,
        event: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ReleaseError>> {
        let call =
            self.lambda.invoke().function_name(function).qualifier(qualifier).payload(Blob::new(event));
        async move {
            let answer = call.send().await.map_err(failed)?;
            let said = answer.payload.map(Blob::into_inner).unwrap_or_default();
            match answer.function_error {
                None => Ok(said),
                Some(kind) => Err(ReleaseError(format!("{kind}: {}", String::from_utf8_lossy(&said)))),
            }
        }
        .boxed()
    }

    fn tell(
        &self,
        deployment: &str,
        execution: &str,
        passed: bool,
    ) -> BoxFuture<'_, Result<(), ReleaseError>> {
        let status = if passed { LifecycleEventStatus::Succeeded } else { LifecycleEventStatus::Failed };
        let call = self.codedeploy.put_lifecycle_event_hook_execution_status().deployment_id(deployment);
        let call = call.lifecycle_event_hook_execution_id(execution).status(status);
        async move { call.send().await.map(drop).map_err(failed) }.boxed()
    }
}
