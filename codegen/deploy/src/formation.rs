//! CloudFormation's API (2010-05-15).

use std::collections::BTreeMap;

use crate::call::Caller;
use crate::call::fault::Fault;
use crate::change::Change;
use crate::xml::{Element, Xml};

const VERSION: &str = "2010-05-15";

pub(crate) struct Formation<'c>(pub(crate) &'c Caller);

/// A stack as it is there.
#[derive(Clone, Debug)]
pub(crate) struct There {
    pub(crate) id: String,
    /// `UPDATE_COMPLETE`
    pub(crate) status: String,
    pub(crate) reason: String,
    /// When it was made or changed last, as the service writes it.
    pub(crate) updated: String,
    /// The name of the change set that was executed last.
    pub(crate) change_set: String,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) outputs: BTreeMap<String, String>,
}

/// A change set as it is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChangeSet {
    /// `CREATE_COMPLETE`
    pub(crate) status: String,
    pub(crate) reason: String,
    /// `AVAILABLE`
    pub(crate) execution: String,
    pub(crate) changes: Vec<Change>,
}

/// What happened to a resource of a stack, or to the stack.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    /// Whether it is of the stack itself.
    pub(crate) whole: bool,
}

/// A resource of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) physical: String,
    pub(crate) kind: String,
}

/// Where a template is.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    Body(String),
    Url(String),
}

/// What a change set is asked for with.
pub(crate) struct Asked<'a> {
    pub(crate) stack: &'a str,
    pub(crate) name: &'a str,
    /// Whether the stack isn't there yet.
    pub(crate) new: bool,
    pub(crate) template: &'a Location,
    /// By name; `None` is the value that the stack has.
    pub(crate) parameters: &'a [(String, Option<String>)],
    /// The ARN of what CloudFormation does it as.
    pub(crate) role: Option<&'a str>,
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Formation<'_> {
    fn call(&self, action: &'static str, arguments: &[(String, String)]) -> Result<String, Fault> {
        self.0.query("cloudformation", VERSION, action, arguments)
    }

    /// Pages of an action, one after another.
    fn pages(
        &self,
        action: &'static str,
        arguments: &[(&str, &str)],
        mut each: impl FnMut(&Xml<'_>) -> bool,
    ) -> Result<(), Fault> {
        let mut next = None;
        loop {
            let mut asked = pairs(arguments);
            asked.extend(next.take().map(|token| ("NextToken".to_owned(), token)));
            let text = self.call(action, &asked)?;
            let xml = Xml::read(&text)?;
            let more = each(&xml);
            next = xml.find(&format!("{action}Result")).and_then(|it| it.maybe("NextToken"));
            if next.is_none() || !more {
                return Ok(());
            }
        }
    }

    /// A stack, if there is one of that name.
    pub(crate) fn stack(&self, name: &str) -> Result<Option<There>, Fault> {
        match self.call("DescribeStacks", &pairs(&[("StackName", name)])) {
            Ok(text) => Ok(Xml::read(&text)?.all("Stacks", "member").first().map(|it| there(*it))),
            Err(fault) if fault.is("ValidationError", "does not exist") => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Names of all stacks that begin so.
    pub(crate) fn names(&self, prefix: &str) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        self.pages("DescribeStacks", &[], |xml| {
            let names = xml.all("Stacks", "member").into_iter();
            let live = names.filter(|it| it.text("StackStatus") != "DELETE_COMPLETE");
            found.extend(live.map(|it| it.text("StackName")).filter(|it| it.starts_with(prefix)));
            true
        })?;
        Ok(found)
    }

    /// The template of a stack, as it was handed over.
    pub(crate) fn template(&self, stack: &str) -> Result<String, Fault> {
        let text =
            self.call("GetTemplate", &pairs(&[("StackName", stack), ("TemplateStage", "Original")]))?;
        Ok(Xml::read(&text)?.find("GetTemplateResult").map(|it| it.text("TemplateBody")).unwrap_or_default())
    }

    pub(crate) fn create_change_set(&self, asked: &Asked<'_>) -> Result<(), Fault> {
        let mut arguments = pairs(&[
            ("StackName", asked.stack),
            ("ChangeSetName", asked.name),
            ("ChangeSetType", if asked.new { "CREATE" } else { "UPDATE" }),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ]);
        let (name, value) = match asked.template {
            Location::Body(text) => ("TemplateBody", text),
            Location::Url(url) => ("TemplateURL", url),
        };
        arguments.push((name.to_owned(), value.clone()));
        arguments.extend(asked.role.map(|role| ("RoleARN".to_owned(), role.to_owned())));
        for (at, (name, value)) in asked.parameters.iter().enumerate() {
            let member = format!("Parameters.member.{}", at + 1);
            arguments.push((format!("{member}.ParameterKey"), name.clone()));
            arguments.push(match value {
                Some(value) => (format!("{member}.ParameterValue"), value.clone()),
                None => (format!("{member}.UsePreviousValue"), "true".to_owned()),
            });
        }
        match self.call("CreateChangeSet", &arguments) {
            // The answer to an earlier try was lost: names are of one content.
            Err(fault) if fault.is("AlreadyExists", "ChangeSet") => Ok(()),
            other => other.map(|_| ()),
        }
    }

    pub(crate) fn change_set(&self, stack: &str, name: &str) -> Result<ChangeSet, Fault> {
        let mut found = ChangeSet::default();
        self.pages("DescribeChangeSet", &[("StackName", stack), ("ChangeSetName", name)], |xml| {
            if let Some(it) = xml.find("DescribeChangeSetResult") {
                found.status = it.text("Status");
                found.reason = it.text("StatusReason");
                found.execution = it.text("ExecutionStatus");
                let members = it.members("Changes").into_iter();
                found.changes.extend(members.filter_map(|it| it.child("ResourceChange")).map(change));
            }
            true
        })?;
        Ok(found)
    }

    /// Nothing is wrong with one that isn't there.
    pub(crate) fn delete_change_set(&self, stack: &str, name: &str) -> Result<(), Fault> {
        match self.call("DeleteChangeSet", &pairs(&[("StackName", stack), ("ChangeSetName", name)])) {
            Err(fault)
                if fault.is("ChangeSetNotFound", "") || fault.is("ValidationError", "does not exist") =>
            {
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    pub(crate) fn execute_change_set(&self, stack: &str, name: &str) -> Result<(), Fault> {
        // The same for each try of this call, and another one when the same change is made once more.
        let token = format!("{name}-{:08x}", fastrand::u32(..));
        let arguments = [("StackName", stack), ("ChangeSetName", name), ("ClientRequestToken", &token)];
        self.call("ExecuteChangeSet", &pairs(&arguments)).map(|_| ())
    }

    pub(crate) fn delete_stack(&self, stack: &str) -> Result<(), Fault> {
        self.call("DeleteStack", &pairs(&[("StackName", stack)])).map(|_| ())
    }

    /// What happened after an event, the oldest first; without one, all.
    pub(crate) fn events(&self, stack: &str, after: Option<&str>) -> Result<Vec<Event>, Fault> {
        let mut found = Vec::new();
        self.pages("DescribeStackEvents", &[("StackName", stack)], |xml| {
            for it in xml.all("StackEvents", "member") {
                let it = event(it);
                if Some(it.id.as_str()) == after {
                    return false;
                }
                found.push(it);
            }
            true
        })?;
        found.reverse();
        Ok(found)
    }

    /// The newest event; all that happened before it is of no interest.
    pub(crate) fn newest_event(&self, stack: &str) -> Result<Option<String>, Fault> {
        let mut found = None;
        self.pages("DescribeStackEvents", &[("StackName", stack)], |xml| {
            found = xml.all("StackEvents", "member").first().map(|it| it.text("EventId"));
            false
        })?;
        Ok(found)
    }

    pub(crate) fn resources(&self, stack: &str) -> Result<Vec<Held>, Fault> {
        let mut found = Vec::new();
        self.pages("ListStackResources", &[("StackName", stack)], |xml| {
            found.extend(
                xml.all("StackResourceSummaries", "member").into_iter().map(|it| Held {
                    physical: it.text("PhysicalResourceId"),
                    kind: it.text("ResourceType"),
                }),
            );
            true
        })?;
        Ok(found)
    }
}

fn there(it: Element<'_, '_>) -> There {
    let map = |list: &str, name: &str, value: &str| {
        it.members(list).into_iter().map(|it| (it.text(name), it.text(value))).collect()
    };
    // `arn:aws:cloudformation:REGION:ACCOUNT:changeSet/NAME/ID`
    let change_set = it.text("ChangeSetId").split('/').nth(1).unwrap_or_default().to_owned();
    There {
        id: it.text("StackId"),
        status: it.text("StackStatus"),
        reason: it.text("StackStatusReason"),
        updated: it.maybe("LastUpdatedTime").unwrap_or_else(|| it.text("CreationTime")),
        change_set,
        parameters: map("Parameters", "ParameterKey", "ParameterValue"),
        outputs: map("Outputs", "OutputKey", "OutputValue"),
    }
}

fn change(it: Element<'_, '_>) -> Change {
    Change {
        action: it.text("Action"),
        logical: it.text("LogicalResourceId"),
        kind: it.text("ResourceType"),
        replacement: it.text("Replacement"),
        policy: it.text("PolicyAction"),
    }
}

fn event(it: Element<'_, '_>) -> Event {
    let whole = it.text("PhysicalResourceId") == it.text("StackId");
    Event {
        id: it.text("EventId"),
        logical: it.text("LogicalResourceId"),
        kind: it.text("ResourceType"),
        status: it.text("ResourceStatus"),
        reason: it.text("ResourceStatusReason"),
        whole,
    }
}
