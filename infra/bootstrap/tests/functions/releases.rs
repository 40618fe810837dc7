//! New versions of functions, tried before and after they get calls.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stipule_lambda::{ReleaseError, Releases};

use crate::sandbox::Told;
use crate::shop::{Out, Shop};

/// CodeDeploy, and Lambda with a new version, which is this very program.
pub(crate) struct Released(pub(crate) Arc<Out>);

impl Releases for Released {
    fn spec(&self, _: &str) -> BoxFuture<'_, Result<String, ReleaseError>> {
        let spec = self.0.versions.lock().expect("alone").spec.clone();
        async move { Ok(spec) }.boxed()
    }

    fn call(
        &self,
        function: &str,
        qualifier: &str,
        event: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ReleaseError>> {
        let mut versions = self.0.versions.lock().expect("alone");
        versions.asked.push(format!("{function}:{qualifier}"));
        let handler = versions.handler.clone();
        let event: Value = serde_json::from_slice(&event).expect("JSON");
        async move {
            match Shop::new().call(&handler, &event).await {
                Told::Answer(answer) => Ok(answer.to_string().into_bytes()),
                Told::Failure(said) | Told::NoStart(said) => Err(ReleaseError(said.to_string())),
            }
        }
        .boxed()
    }

    fn tell(&self, _: &str, execution: &str, passed: bool) -> BoxFuture<'_, Result<(), ReleaseError>> {
        self.0.versions.lock().expect("alone").told.push((execution.to_owned(), passed));
        async { Ok(()) }.boxed()
    }
}

/// What CodeDeploy hands over, for a new version of a function.
fn hook() -> Value {
    json!({ "DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1" })
}

fn spec(function: &str) -> String {
    let properties = json!({
        "Name": function, "Alias": "live", "CurrentVersion": "6", "TargetVersion": "7",
    });
    json!({ "version": 0.0, "Resources": [{ "it": { "Type": "AWS::Lambda::Function", "Properties": properties } }] })
        .to_string()
}

#[tokio::test]
async fn every_kind_of_new_version_is_tried_before_and_after() {
    let shop = Shop::new();
    for handler in [
        "orders.api",
        "orders.events",
        "orders.steps",
        "platform.authorizer",
        "platform.publisher",
        "platform.sweeper",
        "platform.starter",
        "platform.sockets",
    ] {
        for (hooked, qualifier) in [("platform.before", "7"), ("platform.after", "live")] {
            {
                let mut versions = shop.out.versions.lock().expect("alone");
                (versions.spec, versions.handler) = (spec(handler), handler.to_owned());
            }
            assert_eq!(shop.ok(hooked, &hook()).await, Value::Null);
            let versions = shop.out.versions.lock().expect("alone");
            assert_eq!(versions.asked.last(), Some(&format!("{handler}:{qualifier}")));
            assert_eq!(versions.told.last(), Some(&("e-1".to_owned(), true)), "{handler}");
        }
    }
}

#[tokio::test]
async fn a_version_that_does_not_work_is_told_as_failed_and_gets_no_calls() {
    let shop = Shop::new();
    for (spec, handler) in [
        (spec("orders.api"), "nobody.api"),
        (spec("orders.events"), "search.steps"),
        ("{}".to_owned(), "orders.api"),
    ] {
        {
            let mut versions = shop.out.versions.lock().expect("alone");
            (versions.spec, versions.handler) = (spec, handler.to_owned());
        }
        assert_eq!(shop.ok("platform.before", &hook()).await, Value::Null, "CodeDeploy is told, not Lambda");
        let told = shop.out.versions.lock().expect("alone").told.pop();
        assert_eq!(told, Some(("e-1".to_owned(), false)), "{handler}");
    }
    assert!(matches!(shop.call("platform.before", &json!({})).await, Told::Failure(_)), "no hook at all");
}
