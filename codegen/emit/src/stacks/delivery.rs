//! The stack of the pipeline: build and test, review of the contracts, then each environment in its order, every
//! function by a canary.

use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::deployment::Environment;

use super::foundation::only_encrypted;
use super::template::{Template, attribute, named, policy, sub, trusted};

/// Image in which things are built.
const IMAGE: &str = "aws/codebuild/amazonlinux-aarch64-standard:3.0";

/// Why the role that makes stacks may do much.
const MAKES_EVERYTHING: &str =
    "it makes and removes what the templates say, of every kind; roles only under the names of these stacks";

/// None where the contract names no repository or nowhere to deliver to.
pub(super) fn stack(contract: &Contract, stacks: &[String]) -> Option<Template> {
    let deployment = &contract.platform.deployment;
    let repository = deployment.delivery.repository.as_ref()?;
    if deployment.environments.is_empty() {
        return None;
    }
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("How {platform} is delivered"), "contracts/platform.yaml");
    template.ask(
        "Connection",
        "ARN of the connection to where the repository is",
        "^arn:[a-z-]+:(codeconnections|codestar-connections):.+$",
        "the ARN of a connection",
    );
    bucket(&mut template);
    for (name, about, commands) in [
        (
            "Build",
            "Builds, tests and packs",
            vec!["tests/run", "cargo run -q -p stipule -- generate --check"],
        ),
        (
            "Review",
            "Says whom a change of the contracts breaks",
            vec![
                "git fetch --tags --quiet",
                "cargo run -q -p stipule -- review --against \"$(git describe --tags --abbrev=0)\"",
            ],
        ),
    ] {
        project(name, about, &commands, &mut template);
    }
    roles(contract, &mut template);
    let pipeline = json!({
        "PipelineType": "V2",
        "ExecutionMode": "QUEUED",
        "RestartExecutionOnUpdate": false,
        "RoleArn": attribute("PipelineRole", "Arn"),
        "ArtifactStore": { "Type": "S3", "Location": named("Artifacts") },
        "Stages": stages(contract, &repository.value, stacks),
    });
    template.add("Pipeline", "AWS::CodePipeline::Pipeline", &pipeline);
    Some(template)
}

fn bucket(template: &mut Template) {
    let properties = json!({
        "BucketEncryption": { "ServerSideEncryptionConfiguration": [
            { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } },
        ] },
        "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true,
            "BlockPublicPolicy": true,
            "IgnorePublicAcls": true,
            "RestrictPublicBuckets": true,
        },
        "LifecycleConfiguration": {
            "Rules": [{ "Id": "old", "Status": "Enabled", "ExpirationInDays": 90 }],
        },
        "VersioningConfiguration": { "Status": "Enabled" },
    });
    template.add("Artifacts", "AWS::S3::Bucket", &properties).kept();
    only_encrypted("Artifacts", template);
}

fn project(name: &str, about: &str, commands: &[&str], template: &mut Template) {
    let spec = json!({
        "version": "0.2",
        "env": { "exported-variables": ["CODE_KEY"] },
        "phases": { "build": { "commands": commands } },
        "artifacts": { "files": ["**/*"] },
    });
    let properties = json!({
        "Description": about,
        "Artifacts": { "Type": "CODEPIPELINE" },
        "Source": { "Type": "CODEPIPELINE", "BuildSpec": spec.to_string() },
        "Environment": { "Type": "ARM_CONTAINER", "ComputeType": "BUILD_GENERAL1_LARGE", "Image": IMAGE },
        "LogsConfig": { "CloudWatchLogs": { "Status": "ENABLED", "GroupName": named(&format!("{name}Logs")) } },
        "ServiceRole": attribute("BuildRole", "Arn"),
        "TimeoutInMinutes": 60,
    });
    template.add(&format!("{name}Logs"), "AWS::Logs::LogGroup", &json!({ "RetentionInDays": 30 }));
    template.add(&format!("{name}Project"), "AWS::CodeBuild::Project", &properties);
}

fn on_artifacts() -> Value {
    json!({
        "Sid": "Artifacts",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        "Resource": sub("${Artifacts.Arn}/*"),
    })
}

fn roles(contract: &Contract, template: &mut Template) {
    let logs = json!({
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [attribute("BuildLogs", "Arn"), attribute("ReviewLogs", "Arn")],
    });
    let mut role = |name: &str, service: &str, about: &str, statements: Vec<Value>| {
        let properties = json!({
            "AssumeRolePolicyDocument": trusted(service),
            "Description": about,
            "Policies": [{ "PolicyName": "delivery", "PolicyDocument": policy(statements) }],
        });
        template.add(&format!("{name}Role"), "AWS::IAM::Role", &properties);
    };
    role("Build", "codebuild.amazonaws.com", "Builds and reviews", vec![on_artifacts(), logs]);
    let stacks = sub(format!(
        "arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{}-*",
        contract.platform.name.kebab()
    ));
    let statements = vec![
        on_artifacts(),
        json!({
            "Sid": "Connect",
            "Effect": "Allow",
            "Action": "codestar-connections:UseConnection",
            "Resource": named("Connection"),
        }),
        json!({
            "Sid": "Build",
            "Effect": "Allow",
            "Action": ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
            "Resource": [attribute("BuildProject", "Arn"), attribute("ReviewProject", "Arn")],
        }),
        json!({
            "Sid": "Stacks",
            "Effect": "Allow",
            "Action": [
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStacks",
                "cloudformation:ExecuteChangeSet",
            ],
            "Resource": stacks,
        }),
        json!({
            "Sid": "HandOver",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": attribute("StacksRole", "Arn"),
            "Condition": { "StringEquals": { "iam:PassedToService": "cloudformation.amazonaws.com" } },
        }),
    ];
    role("Pipeline", "codepipeline.amazonaws.com", "Takes a revision through the pipeline", statements);
    maker(contract, template);
}

/// The role that makes the stacks.
fn maker(contract: &Contract, template: &mut Template) {
    let own = json!({
        "Sid": "Roles",
        "Effect": "Allow",
        "Action": [
            "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole",
            "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole", "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy", "iam:GetPolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListPolicyVersions",
            "iam:PassRole", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ],
        "Resource": [
            sub(format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{}-*", contract.platform.name.kebab())),
            sub(format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{}-*", contract.platform.name.kebab())),
        ],
    });
    let properties = json!({
        "AssumeRolePolicyDocument": trusted("cloudformation.amazonaws.com"),
        "Description": "Makes the stacks",
        "ManagedPolicyArns": [sub("arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess")],
        "Policies": [{ "PolicyName": "roles", "PolicyDocument": policy(vec![own]) }],
    });
    template.add("StacksRole", "AWS::IAM::Role", &properties).because("power", MAKES_EVERYTHING);
}

fn action(name: &str, category: &str, provider: &str, order: usize, configuration: &Value) -> Value {
    let owner = "AWS";
    json!({
        "Name": name,
        "RunOrder": order,
        "ActionTypeId": { "Category": category, "Owner": owner, "Provider": provider, "Version": "1" },
        "Configuration": configuration,
    })
}

fn stages(contract: &Contract, repository: &str, stacks: &[String]) -> Value {
    let mut source = action(
        "Source",
        "Source",
        "CodeStarSourceConnection",
        1,
        &json!({
            "ConnectionArn": named("Connection"),
            "FullRepositoryId": repository,
            "BranchName": contract.platform.deployment.delivery.branch,
            "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
        }),
    );
    source["OutputArtifacts"] = json!([{ "Name": "Revision" }]);
    let build = |name: &str| {
        let mut build = action(
            name,
            "Build",
            "CodeBuild",
            1,
            &json!({ "ProjectName": named(&format!("{name}Project")) }),
        );
        build["InputArtifacts"] = json!([{ "Name": "Revision" }]);
        build
    };
    let mut packed = build("Build");
    packed["OutputArtifacts"] = json!([{ "Name": "Built" }]);
    packed["Namespace"] = "Built".into();
    let mut all = vec![
        json!({ "Name": "Source", "Actions": [source] }),
        json!({ "Name": "Build", "Actions": [packed] }),
        json!({ "Name": "Review", "Actions": [build("Review")] }),
    ];
    for environment in &contract.platform.deployment.environments {
        all.push(json!({
            "Name": environment.name.value,
            "Actions": deployed(contract, environment, stacks),
        }));
    }
    all.into()
}

/// Two actions per stack: what would change, then the change.
fn deployed(contract: &Contract, environment: &Environment, stacks: &[String]) -> Vec<Value> {
    let mut actions = Vec::new();
    let mut order = 1;
    if environment.approval {
        actions.push(action(
            "Approve",
            "Approval",
            "Manual",
            order,
            &json!({
                "CustomData": "Everything before this stage is done; see the review of the contracts",
            }),
        ));
        order += 1;
    }
    let stage = &environment.name.value;
    for stack in stacks {
        let name = format!("{}-{stage}-{stack}", contract.platform.name.kebab());
        let mut overrides = json!({ "Stage": stage });
        if stack.starts_with("compute-") {
            overrides["CodeKey"] = "#{Built.CODE_KEY}".into();
        }
        let mut change = action(
            &format!("{stack}-change"),
            "Deploy",
            "CloudFormation",
            order,
            &json!({
                "ActionMode": "CHANGE_SET_REPLACE",
                "Capabilities": "CAPABILITY_IAM,CAPABILITY_NAMED_IAM",
                "ChangeSetName": "delivery",
                "StackName": name,
                "RoleArn": attribute("StacksRole", "Arn"),
                "TemplatePath": format!("Built::infra/stacks/{stack}.json"),
                "ParameterOverrides": overrides.to_string(),
            }),
        );
        change["InputArtifacts"] = json!([{ "Name": "Built" }]);
        actions.push(change);
        actions.push(action(
            stack,
            "Deploy",
            "CloudFormation",
            order + 1,
            &json!({
                "ActionMode": "CHANGE_SET_EXECUTE",
                "ChangeSetName": "delivery",
                "StackName": name,
            }),
        ));
        order += 2;
    }
    actions
}
