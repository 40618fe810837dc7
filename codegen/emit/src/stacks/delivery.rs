//! The stack of the pipeline: build, test and pack, review of the contracts, then each environment in its order, every
//! function by a canary.
//!
//! An environment is brought there by `stipule deploy apply`, as by a person: with the same gates, and as a release that
//! can be gone back to.

use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::deployment::Environment;

use super::foundation::only_encrypted;
use super::template::{Template, attribute, named, policy, sub, trusted};

/// Image in which things are built.
const IMAGE: &str = "aws/codebuild/amazonlinux-aarch64-standard:3.0";

/// Where the build leaves the archive of the functions, and the tool.
const CODE: &str = "code.zip";
const TOOL: &str = "target/debug/stipule";

/// Minutes for one environment: every stack of functions waits for its canaries.
const PATIENCE: u32 = 480;

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
    let packs = stacks.iter().any(|stack| stack.starts_with("compute-"));
    projects(packs, &mut template);
    roles(contract, &mut template);
    let pipeline = json!({
        "PipelineType": "V2",
        "ExecutionMode": "QUEUED",
        "RestartExecutionOnUpdate": false,
        "RoleArn": attribute("PipelineRole", "Arn"),
        "ArtifactStore": { "Type": "S3", "Location": named("Artifacts") },
        "Stages": stages(contract, &repository.value),
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

/// What is built, and what is done with it. What deploys needs neither a compiler nor the sources.
fn projects(packs: bool, template: &mut Template) {
    let code = if packs { format!(" --code {CODE}") } else { String::new() };
    let tool = format!("cargo run -q --locked -p stipule -- package --out {CODE}");
    let mut build = vec!["tests/run", "cargo run -q --locked -p stipule -- generate --check"];
    let mut files = vec![TOOL, "contracts/**/*", "infra/stacks/*.json"];
    if packs {
        build.push(&tool);
        files.push(CODE);
    }
    let review = [
        "git fetch --tags --quiet",
        "cargo run -q --locked -p stipule -- review --against \"$(git describe --tags --abbrev=0)\"",
    ];
    let deploy = format!(
        "{TOOL} deploy apply infra/stacks --stage \"$STAGE\" --without delivery --role \"$STACKS_ROLE\"{code}"
    );
    project("Build", "Builds, tests and packs", &build, &json!({ "files": files }), template);
    project("Review", "Says whom a change of the contracts breaks", &review, &Value::Null, template);
    let deploys = project("Deploy", "Brings what was built to a stage", &[&deploy], &Value::Null, template);
    deploys["Environment"]["ComputeType"] = "BUILD_GENERAL1_SMALL".into();
    deploys["Environment"]["EnvironmentVariables"] =
        json!([{ "Name": "STACKS_ROLE", "Value": attribute("StacksRole", "Arn") }]);
    deploys["ServiceRole"] = attribute("DeployRole", "Arn");
    deploys["TimeoutInMinutes"] = PATIENCE.into();
}

/// A project, whose properties may be told more.
fn project<'t>(
    name: &str,
    about: &str,
    commands: &[&str],
    artifacts: &Value,
    template: &'t mut Template,
) -> &'t mut Value {
    let mut spec =
        json!({ "version": "0.2", "phases": { "build": { "on-failure": "ABORT", "commands": commands } } });
    if !artifacts.is_null() {
        spec["artifacts"] = artifacts.clone();
    }
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
    &mut template.add(&format!("{name}Project"), "AWS::CodeBuild::Project", &properties).properties
}

fn on_artifacts() -> Value {
    json!({
        "Sid": "Artifacts",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        "Resource": sub("${Artifacts.Arn}/*"),
    })
}

fn role(name: &str, service: &str, about: &str, statements: Vec<Value>, template: &mut Template) {
    let properties = json!({
        "AssumeRolePolicyDocument": trusted(service),
        "Description": about,
        "Policies": [{ "PolicyName": "delivery", "PolicyDocument": policy(statements) }],
    });
    template.add(&format!("{name}Role"), "AWS::IAM::Role", &properties);
}

fn writes_logs(projects: &[&str]) -> Value {
    let groups = projects.iter().map(|project| attribute(&format!("{project}Logs"), "Arn"));
    json!({
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": groups.collect::<Vec<_>>(),
    })
}

fn roles(contract: &Contract, template: &mut Template) {
    let statements = vec![on_artifacts(), writes_logs(&["Build", "Review"])];
    role("Build", "codebuild.amazonaws.com", "Builds and reviews", statements, template);
    role("Deploy", "codebuild.amazonaws.com", "Runs `stipule deploy apply`", deploys(contract), template);
    let projects = ["Build", "Review", "Deploy"].map(|it| attribute(&format!("{it}Project"), "Arn"));
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
            "Resource": projects,
        }),
    ];
    let about = "Takes a revision through the pipeline";
    role("Pipeline", "codepipeline.amazonaws.com", about, statements, template);
    maker(contract, template);
}

/// What `stipule deploy apply --role` asks of an account: change sets of these stacks, and the bucket of their stage.
fn deploys(contract: &Contract) -> Vec<Value> {
    let platform = contract.platform.name.kebab();
    let here = "${AWS::Region}:${AWS::AccountId}";
    vec![
        on_artifacts(),
        writes_logs(&["Deploy"]),
        json!({
            "Sid": "Stacks",
            "Effect": "Allow",
            "Action": [
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStackEvents",
                "cloudformation:ExecuteChangeSet",
                "cloudformation:GetTemplate",
            ],
            "Resource": sub(format!("arn:${{AWS::Partition}}:cloudformation:{here}:stack/{platform}-*")),
        }),
        json!({
            "Sid": "LookAround",
            "Effect": "Allow",
            "Action": "cloudformation:DescribeStacks",
            // Which stacks of a stage are there is found by asking for all: the service judges that by this very name.
            "Resource": sub(format!("arn:${{AWS::Partition}}:cloudformation:{here}:stack/*")),
        }),
        json!({
            "Sid": "HandOver",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": attribute("StacksRole", "Arn"),
            "Condition": { "StringEquals": { "iam:PassedToService": "cloudformation.amazonaws.com" } },
        }),
        json!({
            "Sid": "Releases",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            "Resource": [
                sub(format!("arn:${{AWS::Partition}}:s3:::{platform}-*-foundation-*")),
                sub(format!("arn:${{AWS::Partition}}:s3:::{platform}-*-foundation-*/*")),
            ],
        }),
        json!({
            "Sid": "Encrypted",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": sub(format!("arn:${{AWS::Partition}}:kms:{here}:key/*")),
            "Condition": {
                "StringEquals": { "kms:ViaService": sub("s3.${AWS::Region}.${AWS::URLSuffix}") },
                "ForAnyValue:StringLike": { "kms:ResourceAliases": format!("alias/{platform}-*-platform") },
            },
        }),
    ]
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

fn stages(contract: &Contract, repository: &str) -> Value {
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
    let mut packed = build("Build", 1, "Revision", &json!({}));
    packed["OutputArtifacts"] = json!([{ "Name": "Built" }]);
    let mut all = vec![
        json!({ "Name": "Source", "Actions": [source] }),
        json!({ "Name": "Build", "Actions": [packed] }),
        json!({ "Name": "Review", "Actions": [build("Review", 1, "Revision", &json!({}))] }),
    ];
    for environment in &contract.platform.deployment.environments {
        all.push(json!({ "Name": environment.name.value, "Actions": deployed(environment) }));
    }
    all.into()
}

/// What a project does with an artifact.
fn build(name: &str, order: usize, input: &str, more: &Value) -> Value {
    let mut configuration = json!({ "ProjectName": named(&format!("{name}Project")) });
    for (key, value) in more.as_object().into_iter().flatten() {
        configuration[key] = value.clone();
    }
    let mut build = action(name, "Build", "CodeBuild", order, &configuration);
    build["InputArtifacts"] = json!([{ "Name": input }]);
    build
}

/// Somebody's word where it is asked for, then the stacks in their order.
fn deployed(environment: &Environment) -> Vec<Value> {
    let said =
        json!({ "CustomData": "Everything before this stage is done; see the review of the contracts" });
    let asked = environment.approval.then(|| action("Approve", "Approval", "Manual", 1, &said));
    let stage = json!([{ "name": "STAGE", "type": "PLAINTEXT", "value": environment.name.value }]);
    let more = json!({ "EnvironmentVariables": stage.to_string() });
    let order = 1 + usize::from(asked.is_some());
    asked.into_iter().chain([build("Deploy", order, "Built", &more)]).collect()
}
