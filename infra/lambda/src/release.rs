//! Tries a new version of a function before it gets calls, and when it has them all, and tells CodeDeploy what came of it.
//! Source: "AppSpec 'hooks' section for an AWS Lambda deployment" of the CodeDeploy user guide.
//!
//! ```text
//! CodeDeploy ──▶ platform.before ──▶ the new version, with an event that only asks whether it can work
//!            ◀── passed or failed ──┘
//! ```
//!
//! What is asked is the same for every contract: see [`crate::trial`]. Whatever a contract means to callers is tested
//! before there is a release.

use std::fmt;

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;

use crate::function::Fault;
use crate::text::Text;
use crate::trial;

/// The ports to what moves calls from version to version.
pub trait Releases: Send + Sync {
    /// The AppSpec of a deployment, as JSON.
    fn spec(&self, deployment: &str) -> BoxFuture<'_, Result<String, ReleaseError>>;

    /// Calls a version or an alias of a function; what it answered, or how it failed.
    fn call(
        &self,
        function: &str,
        qualifier: &str,
        event: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, ReleaseError>>;

    /// Says what came of a trial: without it, a deployment waits for an hour.
    fn tell(
        &self,
        deployment: &str,
        execution: &str,
        passed: bool,
    ) -> BoxFuture<'_, Result<(), ReleaseError>>;
}

/// It didn't work, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseError(pub String);

impl fmt::Display for ReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReleaseError {}

/// When a version is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before it gets a call.
    Before,
    /// When it has all of them.
    After,
}

/// What CodeDeploy says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Hook<'e> {
    #[serde(borrow)]
    deployment_id: Text<'e>,
    #[serde(borrow)]
    lifecycle_event_hook_execution_id: Text<'e>,
}

/// A function that gets a new version.
#[derive(Debug, PartialEq)]
struct Target {
    function: String,
    alias: String,
    version: String,
}

/// Tries a version and tells what came of it.
///
/// # Errors
/// [`Fault`] for what isn't a hook, and when nobody could be told.
pub(crate) async fn take(releases: &dyn Releases, when: When, event: &[u8]) -> Result<Vec<u8>, Fault> {
    let hook: Hook<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let (deployment, execution) = (&*hook.deployment_id, &*hook.lifecycle_event_hook_execution_id);
    let tried = attempt(releases, when, deployment).await;
    match &tried {
        Ok(targets) => tracing::info!(deployment, ?when, ?targets, "the new version works"),
        Err(reason) => tracing::error!(deployment, ?when, reason, "the new version doesn't work"),
    }
    let told = releases.tell(deployment, execution, tried.is_ok()).await;
    told.map_err(|error| Fault::new("Release.NotTold", error))?;
    Ok(b"null".to_vec())
}

async fn attempt(releases: &dyn Releases, when: When, deployment: &str) -> Result<Vec<String>, String> {
    let spec =
        releases.spec(deployment).await.map_err(|error| format!("its AppSpec can't be had: {error}"))?;
    let mut tried = Vec::new();
    for Target { function, alias, version } in targets(&spec)? {
        let qualifier = if when == When::Before { &version } else { &alias };
        let answered = releases.call(&function, qualifier, trial::EVENT.to_vec()).await;
        let answered = answered.map_err(|error| format!("{function}:{qualifier}: {error}"))?;
        trial::judge(&answered).map_err(|reason| format!("{function}:{qualifier}: {reason}"))?;
        tried.push(format!("{function}:{qualifier}"));
    }
    Ok(tried)
}

/// Which functions get a new version. CloudFormation writes its AppSpec as JSON.
fn targets(spec: &str) -> Result<Vec<Target>, String> {
    let spec: Value =
        serde_json::from_str(spec).map_err(|error| format!("its AppSpec isn't JSON: {error}"))?;
    let resources = spec["Resources"].as_array().into_iter().flatten();
    let named = resources.filter_map(Value::as_object).flat_map(|resource| resource.values());
    let targets = named.map(|resource| {
        let part = |name: &str| {
            let text = resource["Properties"][name].as_str().filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or_else(|| format!("its AppSpec doesn't say {name}"))
        };
        Ok(Target { function: part("Name")?, alias: part("Alias")?, version: part("TargetVersion")? })
    });
    let targets: Vec<Target> = targets.collect::<Result<_, String>>()?;
    if targets.is_empty() { Err("its AppSpec names no function".to_owned()) } else { Ok(targets) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_spec_names_its_functions_or_is_refused() {
        let spec = r#"{"version": 0.0, "Resources": [{"orders": {"Type": "AWS::Lambda::Function", "Properties":
            {"Name": "shop-orders-api", "Alias": "live", "CurrentVersion": "6", "TargetVersion": "7"}}}]}"#;
        let [function, alias, version] = ["shop-orders-api", "live", "7"].map(str::to_owned);
        assert_eq!(targets(spec), Ok(vec![Target { function, alias, version }]));
        for (spec, why) in [
            ("version: 0.0", "isn't JSON"),
            ("{}", "names no function"),
            (
                r#"{"Resources": [{"orders": {"Properties": {"Name": "f", "Alias": "live"}}}]}"#,
                "TargetVersion",
            ),
        ] {
            assert!(targets(spec).expect_err("refused").contains(why), "{spec}");
        }
    }
}
