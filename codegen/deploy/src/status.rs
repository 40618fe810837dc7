//! How things stand.

use http::{HeaderMap, Method};
use serde::Serialize;

use crate::call::Call;
use crate::call::fault::Fault;
use crate::deployment::{Deployment, is_busy, is_well};
use crate::template::Template;
use crate::xml::Xml;

/// How a stage stands.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// In the order in which they go.
    pub stacks: Vec<Standing>,
    /// By function.
    pub aliases: Vec<Alias>,
    /// Names of alarms that ring.
    pub alarms: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// How a stack stands.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// `data`
    pub stack: String,
    /// `commerce-staging-data`
    pub name: String,
    /// `UPDATE_COMPLETE`; nothing when it isn't there.
    pub status: Option<String>,
    /// When it was made or changed last.
    pub updated: Option<String>,
    /// Whether the template here says what the one there says; nothing when it isn't there.
    pub same: Option<bool>,
}

/// Which version an alias leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Alias {
    /// Of the function.
    pub function: String,
    /// `live`
    pub alias: String,
    /// `12`
    pub version: String,
    /// While a release goes on: the other version, and its share of the calls in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary: Option<(String, u32)>,
}

impl Standing {
    /// Whether it is there, as its template here says.
    pub fn is_well(&self) -> bool {
        // A change that was taken back leaves the stack whole.
        let whole = |it: &str| is_well(it) || it == "UPDATE_ROLLBACK_COMPLETE";
        self.status.as_deref().is_some_and(whole) && self.same == Some(true)
    }

    /// Whether something goes on.
    pub fn is_busy(&self) -> bool {
        self.status.as_deref().is_some_and(is_busy)
    }
}

impl Status {
    /// Whether every stack is as its template here says, and no alarm rings.
    pub fn is_well(&self) -> bool {
        self.stacks.iter().all(Standing::is_well) && self.alarms.is_empty()
    }
}

impl Deployment {
    /// Says how stacks, aliases and alarms stand. Nothing is changed.
    ///
    /// # Errors
    /// [`Fault`] when a service can't be asked.
    pub fn status(&self) -> Result<Status, Fault> {
        let survey = self.survey()?;
        let (mut stacks, mut aliases) = (Vec::new(), Vec::new());
        for at in &survey.order {
            let template = &self.wish.templates[*at];
            let name = self.full_name(&template.name);
            let there = survey.stacks.get(&template.name).filter(|it| it.status != "REVIEW_IN_PROGRESS");
            let meant = survey.templates.get(&template.name).map(Template::meaning);
            stacks.push(Standing {
                stack: template.name.clone(),
                name: name.clone(),
                status: there.map(|it| it.status.clone()),
                updated: there.map(|it| it.updated.clone()),
                same: there.map(|_| meant.is_some_and(|it| it == template.meaning())),
            });
            let has = |kind: &str| template.resources().values().any(|it| *it == kind);
            if there.is_some() && has("AWS::Lambda::Alias") {
                aliases.extend(self.aliases(&name)?);
            }
        }
        aliases.sort();
        let mut notes = Vec::new();
        for other in &survey.others {
            notes.push(format!("{other} has no template here"));
        }
        let alarms = if survey.stacks.is_empty() { vec![] } else { self.ringing()? };
        Ok(Status { stacks, aliases, alarms, notes })
    }

    fn aliases(&self, stack: &str) -> Result<Vec<Alias>, Fault> {
        let held = self.formation().resources(stack)?;
        let mut found = Vec::new();
        for it in held.iter().filter(|it| it.kind == "AWS::Lambda::Alias") {
            // `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`
            let mut parts = it.physical.rsplit(':');
            let (Some(alias), Some(function)) = (parts.next(), parts.next()) else { continue };
            found.push(self.alias(function, alias)?);
        }
        Ok(found)
    }

    fn alias(&self, function: &str, alias: &str) -> Result<Alias, Fault> {
        let path = format!("/2015-03-31/functions/{function}/aliases/{alias}");
        let uri = self.caller.place.of("lambda", &path)?;
        let (method, headers, body) = (Method::GET, HeaderMap::new(), bytes::Bytes::new());
        let answer =
            self.caller.call(&Call { service: "lambda", action: "GetAlias", method, uri, headers, body })?;
        let said: serde_json::Value = serde_json::from_slice(&answer.body)
            .map_err(|error| Fault::Said(format!("what Lambda says of {function} isn't JSON: {error}")))?;
        let weights = said["RoutingConfig"]["AdditionalVersionWeights"].as_object();
        let canary = weights.and_then(|it| it.iter().next()).map(|(version, share)| {
            let percent = (share.as_f64().unwrap_or_default() * 100.0).round() as u32;
            (version.clone(), percent)
        });
        let version = said["FunctionVersion"].as_str().unwrap_or_default().to_owned();
        Ok(Alias { function: function.to_owned(), alias: alias.to_owned(), version, canary })
    }

    /// Names of alarms of this stage that ring.
    fn ringing(&self) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        let mut next = None::<String>;
        loop {
            let mut asked = vec![
                ("StateValue".to_owned(), "ALARM".to_owned()),
                ("AlarmNamePrefix".to_owned(), self.full_name("")),
                ("AlarmTypes.member.1".to_owned(), "MetricAlarm".to_owned()),
                ("AlarmTypes.member.2".to_owned(), "CompositeAlarm".to_owned()),
            ];
            asked.extend(next.take().map(|it| ("NextToken".to_owned(), it)));
            let text = self.caller.query("monitoring", "2010-08-01", "DescribeAlarms", &asked)?;
            let xml = Xml::read(&text)?;
            for list in ["CompositeAlarms", "MetricAlarms"] {
                found.extend(xml.all(list, "member").into_iter().map(|it| it.text("AlarmName")));
            }
            next = xml.find("DescribeAlarmsResult").and_then(|it| it.maybe("NextToken"));
            if next.is_none() {
                found.sort();
                return Ok(found);
            }
        }
    }
}
