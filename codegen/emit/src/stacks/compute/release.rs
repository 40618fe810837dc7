//! How a new version of a function takes over: a share of the calls first, while an alarm watches it; back at once when
//! it rings.

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::{ALIAS, logs, properties};
use crate::stacks::functions::{self, Function, Work};
use crate::stacks::template::{Template, attribute, named, policy, scoped, sub, trusted};

/// Minutes that an alarm looks at, and how many of them have to be bad.
const MINUTES: (u32, u32) = (3, 2);

/// What the releases of a stack share: application, shape of the canary, role, and the functions that try a version.
pub(super) fn foundation(contract: &Contract, domain: &str, template: &mut Template) {
    let delivery = &contract.platform.deployment.delivery;
    let application = json!({
        "ApplicationName": scoped(contract, domain),
        "ComputePlatform": "Lambda",
    });
    template.add("Releases", "AWS::CodeDeploy::Application", &application);
    let shape = json!({
        "ComputePlatform": "Lambda",
        "TrafficRoutingConfig": {
            "Type": "TimeBasedCanary",
            "TimeBasedCanary": {
                "CanaryInterval": delivery.bake_minutes,
                "CanaryPercentage": delivery.canary,
            },
        },
    });
    template.add("Canary", "AWS::CodeDeploy::DeploymentConfig", &shape);
    hook(contract, domain, "Before", "Tries a new version before it gets a call", template);
    hook(contract, domain, "After", "Tries a new version when it has all calls", template);
    role(contract, domain, template);
}

/// CodeDeploy may look at the alarms, move the aliases and call the functions that try a version, of this stack alone.
fn role(contract: &Contract, domain: &str, template: &mut Template) {
    let functions = functions::all(contract);
    let own: Vec<_> = functions.iter().filter(|function| function.domain == domain).collect();
    let aliases = own.iter().map(|function| sub(format!("${{{}Function.Arn}}:{ALIAS}", function.resource())));
    let plain = own.iter().map(|function| attribute(&format!("{}Function", function.resource()), "Arn"));
    let move_alias = json!({
        "Sid": "MoveAliases",
        "Effect": "Allow",
        "Action": ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
        "Resource": aliases.chain(plain).collect::<Vec<_>>(),
    });
    let look = json!({
        "Sid": "LookAtAlarms",
        "Effect": "Allow",
        "Action": "cloudwatch:DescribeAlarms",
        "Resource": sub(format!(
            "arn:${{AWS::Partition}}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{}-${{Stage}}-*",
            contract.platform.name.kebab()
        )),
    });
    let try_version = json!({
        "Sid": "TryVersions",
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": [attribute("BeforeFunction", "Arn"), attribute("AfterFunction", "Arn")],
    });
    let document = policy(vec![move_alias, look, try_version]);
    let role = json!({
        "AssumeRolePolicyDocument": trusted("codedeploy.amazonaws.com"),
        "Description": "Moves calls to new versions of functions, and back",
        "Policies": [{ "PolicyName": "releases", "PolicyDocument": document }],
    });
    template.add("ReleaseRole", "AWS::IAM::Role", &role);
}

/// A function that tries a new version and tells CodeDeploy what came of it.
fn hook(contract: &Contract, domain: &str, base: &str, about: &str, template: &mut Template) {
    let when = base.to_lowercase();
    let function = Function {
        name: functions::name(&format!("{domain}-{when}")),
        work: Work::Steps,
        service: None,
        domain: functions::PLATFORM,
        settings: contract.platform.deployment.functions.clone(),
        about: about.to_owned(),
    };
    let [resource, role, group] = ["Function", "Role", "Logs"].map(|part| format!("{base}{part}"));
    logs(contract, &function, &group, template);
    let own = functions::all(contract);
    let own = own.iter().filter(|function| function.domain == domain);
    let versions = own.map(|function| sub(format!("${{{}Function.Arn}}:*", function.resource())));
    let group_of =
        "arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${Releases}/*";
    let statements = vec![
        super::role::writes_logs(&group),
        super::role::traces(),
        super::role::opens_settings(contract),
        json!({
            "Sid": "TryVersions",
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": versions.collect::<Vec<_>>(),
        }),
        json!({
            "Sid": "TellWhatCame",
            "Effect": "Allow",
            "Action": ["codedeploy:GetDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus"],
            "Resource": sub(group_of),
        }),
    ];
    let properties_of_role = json!({
        "AssumeRolePolicyDocument": trusted("lambda.amazonaws.com"),
        "Description": about,
        "Policies": [{ "PolicyName": "tries", "PolicyDocument": policy(statements) }],
    });
    template
        .add(&role, "AWS::IAM::Role", &properties_of_role)
        .because("star", super::role::TRACES_EVERYWHERE);
    let mut properties = properties(contract, &function, &role, &group);
    properties["Handler"] = format!("platform.{when}").into();
    template.add(&resource, "AWS::Lambda::Function", &properties);
}

/// The alias of a function, the group of its deployments, and the alarm of its newest version.
pub(super) fn add(contract: &Contract, function: &Function<'_>, template: &mut Template) {
    let base = function.resource();
    let delivery = &contract.platform.deployment.delivery;
    // Of the new version alone: among all calls of the alias, errors of a tenth of them would drown.
    let dimensions = json!([
        { "Name": "ExecutedVersion", "Value": attribute(&format!("{base}Version"), "Version") },
        { "Name": "FunctionName", "Value": named(&format!("{base}Function")) },
        { "Name": "Resource", "Value": sub(format!("${{{base}Function}}:{ALIAS}")) },
    ]);
    let mut alarm = rate(contract, &dimensions, f64::from(delivery.errors));
    alarm["AlarmName"] = scoped(contract, &format!("{}-release", function.name.kebab()));
    alarm["AlarmDescription"] =
        "The new version fails; CodeDeploy goes back by itself. Runbook: infra/stacks/runbooks/release.md"
            .into();
    template.add(&format!("{base}ReleaseAlarm"), "AWS::CloudWatch::Alarm", &alarm);
    let group = json!({
        "ApplicationName": named("Releases"),
        "AlarmConfiguration": {
            "Enabled": true,
            "IgnorePollAlarmFailure": false,
            "Alarms": [{ "Name": named(&format!("{base}ReleaseAlarm")) }],
        },
        "AutoRollbackConfiguration": {
            "Enabled": true,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        "DeploymentConfigName": named("Canary"),
        "DeploymentStyle": { "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" },
        "ServiceRoleArn": attribute("ReleaseRole", "Arn"),
    });
    template.add(&format!("{base}Release"), "AWS::CodeDeploy::DeploymentGroup", &group);
    let alias = json!({
        "Name": ALIAS,
        "FunctionName": named(&format!("{base}Function")),
        "FunctionVersion": attribute(&format!("{base}Version"), "Version"),
    });
    let alias = template.add(&format!("{base}Alias"), "AWS::Lambda::Alias", &alias);
    alias.updated_by(json!({
        "CodeDeployLambdaAliasUpdate": {
            "ApplicationName": named("Releases"),
            "DeploymentGroupName": named(&format!("{base}Release")),
            "BeforeAllowTrafficHook": named("BeforeFunction"),
            "AfterAllowTrafficHook": named("AfterFunction"),
        },
    }));
}

/// An alarm over the share of calls that fail, in percent; silent below the smallest number of calls.
pub(super) fn rate(contract: &Contract, dimensions: &Value, percent: f64) -> Value {
    let least = contract.platform.deployment.delivery.least;
    let metric = |id: &str, name: &str| {
        json!({
            "Id": id,
            "ReturnData": false,
            "MetricStat": {
                "Metric": { "Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions },
                "Period": 60,
                "Stat": "Sum",
            },
        })
    };
    json!({
        "Metrics": [
            metric("calls", "Invocations"),
            metric("errors", "Errors"),
            {
                "Id": "rate",
                "Label": "failed calls in percent",
                "Expression": format!("IF(calls >= {least}, 100 * errors / calls, 0)"),
                "ReturnData": true,
            },
        ],
        "EvaluationPeriods": MINUTES.0,
        "DatapointsToAlarm": MINUTES.1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": percent,
        "TreatMissingData": "notBreaching",
    })
}
