//! What is wanted, and what is there.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use bytes::Bytes;

use crate::call::fault::Fault;
use crate::call::{Caller, Settings};
use crate::formation::{Asked, ChangeSet, Formation, Location, There};
use crate::storage::Bucket;
use crate::template::{BUCKET, Template, hash, order};

/// The parameter that every stack has.
pub(crate) const STAGE: &str = "Stage";

/// The parameter that functions are made of.
pub(crate) const CODE: &str = "CodeKey";

/// The largest template that goes without a bucket, in bytes (quotas of CloudFormation).
const LARGEST_BODY: usize = 51_200;

/// The longest pause between two looks at a change set that is being made.
const LOOK: Duration = Duration::from_secs(2);

/// The archive that functions are made of.
#[derive(Clone, Debug)]
pub struct Archive {
    /// `code/SHA256.zip`
    pub(crate) key: String,
    pub(crate) bytes: Bytes,
}

impl Archive {
    /// An archive, named by its bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { key: format!("code/{}.zip", hash(&bytes)), bytes: bytes.into() }
    }
}

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The first part of the names of all stacks: `commerce`.
    pub platform: String,
    /// The second: `staging`.
    pub stage: String,
    /// All stacks.
    pub templates: Vec<Template>,
    /// Values of parameters, whichever templates have them.
    pub parameters: BTreeMap<String, String>,
    /// Values of parameters by the name of the stack: these count first.
    pub own: BTreeMap<String, BTreeMap<String, String>>,
    /// What functions are made of; without it what they are made of now.
    pub code: Option<Archive>,
    /// The ARN of the role that CloudFormation takes; without it the one that a stack has, or the caller's rights.
    pub role: Option<String>,
    /// What may be lost: `data/Table`, or `Table` for any stack's.
    pub allowed: Vec<String>,
}

/// Stacks of one stage of a platform, and how they become what is wanted.
pub struct Deployment {
    pub(crate) caller: Caller,
    pub(crate) wish: Wish,
    /// Between two looks at a stack.
    pub(crate) pause: Duration,
}

/// What is there of what is wanted.
pub(crate) struct Survey {
    /// By the short name.
    pub(crate) stacks: BTreeMap<String, There>,
    pub(crate) templates: BTreeMap<String, Template>,
    /// Indices of templates.
    pub(crate) order: Vec<usize>,
    pub(crate) bucket: Option<String>,
    /// Names of stacks of this stage that no template is of.
    pub(crate) others: Vec<String>,
}

/// Parameters as a change set is asked for with them: `None` is the value that the stack has.
pub(crate) type Values = Vec<(String, Option<String>)>;

impl Deployment {
    /// A deployment that looks at stacks as often as `pause` says.
    ///
    /// # Errors
    /// [`Fault::Said`] when there is no region, an address is none, or a profile isn't known.
    pub fn new(settings: &Settings, wish: Wish, pause: Duration) -> Result<Self, Fault> {
        Ok(Self { caller: Caller::new(settings)?, wish, pause })
    }

    pub(crate) fn formation(&self) -> Formation<'_> {
        Formation(&self.caller)
    }

    /// `commerce-staging-data`
    pub(crate) fn full_name(&self, stack: &str) -> String {
        format!("{}-{}-{stack}", self.wish.platform, self.wish.stage)
    }

    /// Looks at everything that is there.
    pub(crate) fn survey(&self) -> Result<Survey, Fault> {
        let formation = self.formation();
        let (mut stacks, mut templates) = (BTreeMap::new(), BTreeMap::new());
        let mut bucket = None;
        for template in &self.wish.templates {
            let full = self.full_name(&template.name);
            let Some(there) = formation.stack(&full)?.filter(|it| it.status != "DELETE_COMPLETE") else {
                continue;
            };
            if !is_empty(&there.status) {
                // What isn't JSON is nobody's whom we know: it counts as another template.
                let text = formation.template(&full)?;
                templates.extend(Template::read(&template.name, text).ok().map(|it| (it.name.clone(), it)));
            }
            bucket = bucket.or_else(|| there.outputs.get(BUCKET).cloned());
            stacks.insert(template.name.clone(), there);
        }
        let prefix = self.full_name("");
        let known = |name: &str| self.wish.templates.iter().any(|it| self.full_name(&it.name) == name);
        let others = formation.names(&prefix)?.into_iter().filter(|it| !known(it)).collect();
        let order = order(&self.wish.templates, &templates)?;
        Ok(Survey { stacks, templates, order, bucket, others })
    }

    /// Values of a template's parameters; those that nobody gives are the error.
    pub(crate) fn values(&self, template: &Template, there: Option<&There>) -> Result<Values, Vec<String>> {
        let (mut found, mut missing) = (Values::new(), Vec::new());
        let own = self.wish.own.get(&template.name);
        let live = there.filter(|it| !is_empty(&it.status));
        for (name, default) in template.parameters() {
            let code = || self.wish.code.as_ref().filter(|_| name == CODE).map(|it| it.key.clone());
            let given = (name == STAGE).then(|| self.wish.stage.clone()).or_else(code);
            let given = given.or_else(|| own.and_then(|it| it.get(name)).cloned());
            match given.or_else(|| self.wish.parameters.get(name).cloned()) {
                Some(value) => found.push((name.to_owned(), Some(value))),
                None if live.is_some_and(|it| it.parameters.contains_key(name)) => {
                    found.push((name.to_owned(), None));
                }
                None if default => {}
                None => missing.push(name.to_owned()),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }

    /// Where CloudFormation may read a template; `None` when it is too large to go without a bucket and there is none.
    pub(crate) fn location(
        &self,
        template: &Template,
        bucket: Option<&str>,
    ) -> Result<Option<Location>, Fault> {
        if template.text.len() <= LARGEST_BODY {
            return Ok(Some(Location::Body(template.text.clone())));
        }
        let Some(bucket) = bucket else { return Ok(None) };
        Ok(Some(Location::Url(Bucket::new(&self.caller, bucket).url(&self.keep(template, bucket)?)?)))
    }

    /// Keeps a template, named by its bytes.
    pub(crate) fn keep(&self, template: &Template, bucket: &str) -> Result<String, Fault> {
        let key = format!("templates/{}.json", hash(template.text.as_bytes()));
        Bucket::new(&self.caller, bucket).keep(&key, Bytes::from(template.text.clone()))?;
        Ok(key)
    }

    /// Asks for a change set and waits until it is made, or has failed.
    pub(crate) fn ask(&self, asked: &Asked<'_>) -> Result<ChangeSet, Fault> {
        let formation = self.formation();
        formation.create_change_set(asked)?;
        loop {
            let found = formation.change_set(asked.stack, asked.name)?;
            if !matches!(found.status.as_str(), "CREATE_PENDING" | "CREATE_IN_PROGRESS") {
                return Ok(found);
            }
            sleep(self.pause.min(LOOK));
        }
    }
}

/// Whether a stack of this status has nothing in it that is worth a look.
pub(crate) fn is_empty(status: &str) -> bool {
    matches!(status, "REVIEW_IN_PROGRESS" | "ROLLBACK_COMPLETE" | "DELETE_COMPLETE")
}

/// Whether something goes on with a stack.
pub(crate) fn is_busy(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS"
}

/// Whether a stack is as its template says.
pub(crate) fn is_well(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE")
}

/// Whether a change set failed because there is nothing to change.
pub(crate) fn is_same(set: &ChangeSet) -> bool {
    let said = ["didn't contain changes", "No updates are to be performed"];
    set.status == "FAILED" && said.iter().any(|it| set.reason.contains(it))
}
