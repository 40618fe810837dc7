//! An account that isn't one: as much of CloudFormation, S3, Lambda and CloudWatch as a deployment asks, in the shapes
//! that their references describe.
//!
//! A property of a resource says what becomes of it: `Fail` with a reason lets it fail; a new `Name` replaces it, a new
//! `Perhaps` perhaps.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::difference::changes;
use super::server::Request;

/// How often a stack is looked at until nothing goes on with it any more.
const LOOKS: usize = 2;

const SPACE: &str = "xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"";

#[derive(Clone, Default)]
pub(super) struct Stack {
    pub(super) status: String,
    pub(super) template: String,
    parameters: Vec<(String, String)>,
    /// The oldest first: logical id, kind, status, reason.
    events: Vec<[String; 4]>,
    pub(super) change_set: String,
    looks: usize,
    /// What it becomes when it has been looked at often enough.
    then: Option<Box<Stack>>,
}

#[derive(Clone)]
struct Set {
    template: String,
    parameters: Vec<(String, String)>,
    /// Action, logical id, kind, replacement, policy.
    changes: Vec<[String; 5]>,
    execution: &'static str,
}

impl Stack {
    /// A stack of which nothing is known but how it stands.
    pub(super) fn standing(status: &str) -> Self {
        Self { status: status.to_owned(), ..Self::default() }
    }
}

/// Something that goes wrong: with the `at`th call of an action (from 1) and `more` after it.
pub(super) struct Trouble {
    pub(super) action: &'static str,
    pub(super) at: usize,
    pub(super) more: usize,
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

#[derive(Default)]
pub(super) struct Account {
    pub(super) stacks: BTreeMap<String, Stack>,
    sets: BTreeMap<(String, String), Set>,
    pub(super) objects: BTreeMap<String, Vec<u8>>,
    pub(super) troubles: Vec<Trouble>,
    /// Actions and what they are about, in their order.
    pub(super) calls: Vec<String>,
    pub(super) ringing: Vec<String>,
    /// Roles that change sets were asked for with.
    pub(super) roles: Vec<String>,
}

pub(super) type Answer = (u16, Vec<u8>);

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn refused(status: u16, code: &str, message: &str) -> Answer {
    let message = escaped(message);
    let text = format!(
        "<ErrorResponse {SPACE}><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>r</RequestId></ErrorResponse>"
    );
    (status, text.into_bytes())
}

pub(super) fn result(action: &str, inner: &str) -> Answer {
    let text =
        format!("<{action}Response {SPACE}><{action}Result>{inner}</{action}Result></{action}Response>");
    (200, text.into_bytes())
}

impl Account {
    /// How often an action was called.
    pub(super) fn count(&self, action: &str) -> usize {
        self.calls.iter().filter(|it| it.split(' ').next() == Some(action)).count()
    }

    /// Names of stacks in the order in which their change sets were executed.
    pub(super) fn executed(&self) -> Vec<&str> {
        self.calls.iter().filter_map(|it| it.strip_prefix("ExecuteChangeSet ")).collect()
    }

    /// Change sets that wait.
    pub(super) fn waiting(&self) -> usize {
        self.sets.values().filter(|it| it.execution == "AVAILABLE").count()
    }

    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        if let Some(keys) = self.keys(request) {
            return keys;
        }
        let signed = request.header("authorization");
        if !signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIDTEST/") || !signed.contains("/us-east-1/") {
            return refused(403, "MissingAuthenticationToken", "not signed");
        }
        let (action, about) = named(request);
        self.calls.push(format!("{action} {about}").trim_end().to_owned());
        let count = self.count(&action);
        let hit = |it: &&Trouble| it.action == action && (it.at..=it.at + it.more).contains(&count);
        if let Some(it) = self.troubles.iter().find(hit) {
            return refused(it.status, it.code, it.message);
        }
        match action.as_str() {
            "DescribeStacks" if about.is_empty() => self.all(),
            "DescribeStacks" => self.described(&about),
            "GetTemplate" => match self.stacks.get(&about) {
                Some(it) => {
                    result("GetTemplate", &format!("<TemplateBody>{}</TemplateBody>", escaped(&it.template)))
                }
                None => missing(&about),
            },
            "CreateChangeSet" => self.create(request, &about),
            "DescribeChangeSet" => self.set(&about, &request.argument("ChangeSetName")),
            "DeleteChangeSet" => {
                self.sets.remove(&(about, request.argument("ChangeSetName")));
                result("DeleteChangeSet", "")
            }
            "ExecuteChangeSet" => self.execute(&about, &request.argument("ChangeSetName")),
            "DeleteStack" => {
                let gone = Stack { status: "DELETE_COMPLETE".to_owned(), ..Stack::default() };
                if let Some(it) = self.stacks.get_mut(&about) {
                    (it.looks, it.then) = (LOOKS, Some(Box::new(gone)));
                    "DELETE_IN_PROGRESS".clone_into(&mut it.status);
                }
                result("DeleteStack", "")
            }
            "DescribeStackEvents" => self.events(&about),
            "ListStackResources" => self.resources(&about),
            "GetAlias" => (
                200,
                br#"{"FunctionVersion":"7","RoutingConfig":{"AdditionalVersionWeights":{"8":0.1}}}"#.to_vec(),
            ),
            "DescribeAlarms" => {
                let alarms = self.ringing.iter().fold(String::new(), |mut out, it| {
                    let _ = write!(out, "<member><AlarmName>{it}</AlarmName></member>");
                    out
                });
                result("DescribeAlarms", &format!("<MetricAlarms>{alarms}</MetricAlarms>"))
            }
            _ => self.object(request, &action, &about),
        }
    }

    fn all(&self) -> Answer {
        let stack = |mut out: String, (name, it): (&String, &Stack)| {
            let status = &it.status;
            let _ = write!(
                out,
                "<member><StackName>{name}</StackName><StackStatus>{status}</StackStatus></member>"
            );
            out
        };
        result(
            "DescribeStacks",
            &format!("<Stacks>{}</Stacks>", self.stacks.iter().fold(String::new(), stack)),
        )
    }

    fn described(&mut self, name: &str) -> Answer {
        let Some(it) = self.stacks.get_mut(name) else { return missing(name) };
        let Stack { status, change_set, .. } = it.clone();
        let mut inner = format!(
            "<StackName>{name}</StackName><StackId>{name}</StackId><StackStatus>{status}</StackStatus>\
             <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
             <ChangeSetId>arn:aws:cloudformation:us-east-1:0:changeSet/{change_set}/1</ChangeSetId><Parameters>"
        );
        for (name, value) in &it.parameters {
            let _ = write!(
                inner,
                "<member><ParameterKey>{name}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
            );
        }
        inner += "</Parameters><Outputs>";
        if it.template.contains("CodeBucketName") && !status.contains("REVIEW") {
            inner += "<member><OutputKey>CodeBucketName</OutputKey><OutputValue>shelf</OutputValue></member>";
        }
        inner += "</Outputs>";
        if let Some(mut then) = it.then.take() {
            if it.looks == 0 {
                then.events = [it.events.clone(), then.events].concat();
                *it = *then;
            } else {
                it.looks -= 1;
                it.then = Some(then);
            }
        }
        result("DescribeStacks", &format!("<Stacks><member>{inner}</member></Stacks>"))
    }

    fn create(&mut self, request: &Request, stack: &str) -> Answer {
        let name = request.argument("ChangeSetName");
        self.roles.push(request.argument("RoleARN"));
        if request.argument("ChangeSetType") == "CREATE" {
            let new = Stack { status: "REVIEW_IN_PROGRESS".to_owned(), ..Stack::default() };
            self.stacks.insert(stack.to_owned(), new);
        }
        let template = match request.argument("TemplateURL") {
            url if url.is_empty() => request.argument("TemplateBody"),
            url => {
                let key = url.split("/shelf/").nth(1).expect("a place in the bucket");
                String::from_utf8(self.objects[key].clone()).expect("text")
            }
        };
        let there = self.stacks[stack].clone();
        let mut parameters = Vec::new();
        for at in 1.. {
            let key = request.argument(&format!("Parameters.member.{at}.ParameterKey"));
            if key.is_empty() {
                break;
            }
            let given = request.argument(&format!("Parameters.member.{at}.ParameterValue"));
            let before = there.parameters.iter().find(|(it, _)| *it == key).map(|(_, value)| value.clone());
            let previous = request.argument(&format!("Parameters.member.{at}.UsePreviousValue")) == "true";
            parameters.push((key, if previous { before.expect("it has one") } else { given }));
        }
        let mut changes = changes(&there.template, &template);
        if there.parameters != parameters && changes.is_empty() {
            changes.push(["Modify", "Code", "AWS::Lambda::Function", "False", ""].map(ToOwned::to_owned));
        }
        let execution = if changes.is_empty() { "UNAVAILABLE" } else { "AVAILABLE" };
        self.sets.insert((stack.to_owned(), name), Set { template, parameters, changes, execution });
        result("CreateChangeSet", "<Id>arn</Id>")
    }

    fn set(&self, stack: &str, name: &str) -> Answer {
        let Some(it) = self.sets.get(&(stack.to_owned(), name.to_owned())) else {
            return refused(404, "ChangeSetNotFound", "no such change set");
        };
        let (status, reason) = if it.changes.is_empty() {
            (
                "FAILED",
                "The submitted information didn't contain changes. Submit different information to create a change set.",
            )
        } else {
            ("CREATE_COMPLETE", "")
        };
        let mut inner = format!(
            "<Status>{status}</Status><StatusReason>{reason}</StatusReason><ExecutionStatus>{}</ExecutionStatus><Changes>",
            it.execution
        );
        for [action, logical, kind, replacement, policy] in &it.changes {
            let _ = write!(
                inner,
                "<member><Type>Resource</Type><ResourceChange><Action>{action}</Action><LogicalResourceId>{logical}\
                 </LogicalResourceId><ResourceType>{kind}</ResourceType><Replacement>{replacement}</Replacement>\
                 <PolicyAction>{policy}</PolicyAction><Scope/><Details/></ResourceChange></member>"
            );
        }
        result("DescribeChangeSet", &(inner + "</Changes>"))
    }

    fn execute(&mut self, stack: &str, name: &str) -> Answer {
        let key = (stack.to_owned(), name.to_owned());
        let Some(set) = self.sets.get_mut(&key).filter(|it| it.execution == "AVAILABLE") else {
            return refused(400, "InvalidChangeSetStatus", "it can't be executed");
        };
        set.execution = "EXECUTE_IN_PROGRESS";
        let set = set.clone();
        let it = self.stacks.get_mut(stack).expect("it is there");
        let verb = if it.status == "REVIEW_IN_PROGRESS" { "CREATE" } else { "UPDATE" };
        let template: Value = serde_json::from_str(&set.template).expect("JSON");
        let event = |logical: &str, kind: &str, status: &str, reason: &str| {
            [logical, kind, &format!("{verb}_{status}"), reason].map(ToOwned::to_owned)
        };
        let mut events = Vec::new();
        let mut failed = false;
        for [_, logical, kind, ..] in &set.changes {
            let reason = template["Resources"][logical]["Properties"]["Fail"].as_str();
            failed |= reason.is_some();
            events.push(event(
                logical,
                kind,
                if reason.is_some() { "FAILED" } else { "COMPLETE" },
                reason.unwrap_or(""),
            ));
        }
        if failed {
            events.push(event("Other", "AWS::SNS::Topic", "FAILED", "Resource creation cancelled"));
        }
        let then = match (failed, verb) {
            (false, _) => Stack {
                status: format!("{verb}_COMPLETE"),
                template: set.template,
                parameters: set.parameters,
                events,
                change_set: name.to_owned(),
                ..Stack::default()
            },
            (true, "CREATE") => Stack { status: "ROLLBACK_COMPLETE".to_owned(), events, ..Stack::default() },
            (true, _) => Stack {
                status: "UPDATE_ROLLBACK_COMPLETE".to_owned(),
                events,
                then: None,
                looks: 0,
                ..it.clone()
            },
        };
        it.status = format!("{verb}_IN_PROGRESS");
        (it.looks, it.then) = (LOOKS, Some(Box::new(then)));
        name.clone_into(&mut it.change_set);
        result("ExecuteChangeSet", "")
    }

    fn events(&self, name: &str) -> Answer {
        let Some(it) = self.stacks.get(name) else { return missing(name) };
        let mut inner = String::new();
        for (at, [logical, kind, status, reason]) in it.events.iter().enumerate().rev() {
            let _ = write!(
                inner,
                "<member><EventId>{at}</EventId><StackId>{name}</StackId><LogicalResourceId>{logical}</LogicalResourceId>\
                 <PhysicalResourceId>p</PhysicalResourceId><ResourceType>{kind}</ResourceType>\
                 <ResourceStatus>{status}</ResourceStatus><ResourceStatusReason>{}</ResourceStatusReason></member>",
                escaped(reason)
            );
        }
        result("DescribeStackEvents", &format!("<StackEvents>{inner}</StackEvents>"))
    }

    fn resources(&self, name: &str) -> Answer {
        let template: Value = serde_json::from_str(&self.stacks[name].template).expect("JSON");
        let mut inner = String::new();
        for (logical, said) in template["Resources"].as_object().expect("resources") {
            let kind = said["Type"].as_str().expect("a type");
            let _ = write!(
                inner,
                "<member><LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>arn:aws:lambda:us-east-1:0:\
                 function:{logical}:live</PhysicalResourceId><ResourceType>{kind}</ResourceType></member>"
            );
        }
        result("ListStackResources", &format!("<StackResourceSummaries>{inner}</StackResourceSummaries>"))
    }
}

fn missing(name: &str) -> Answer {
    refused(400, "ValidationError", &format!("Stack with id {name} does not exist"))
}

/// What is asked, and about what.
fn named(request: &Request) -> (String, String) {
    let path = request.path.as_str();
    if let Some(key) = path.strip_prefix("/shelf/") {
        let action = match request.method.as_str() {
            "GET" if key.starts_with('?') => "ListObjectsV2",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            _ => "PutObject",
        };
        return (action.to_owned(), key.to_owned());
    }
    if path.contains("/aliases/") {
        return ("GetAlias".to_owned(), path.to_owned());
    }
    (request.argument("Action"), request.argument("StackName"))
}
