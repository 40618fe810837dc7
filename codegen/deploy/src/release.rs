//! What was brought to a stage, and how it comes back.
//!
//! A release is a small document in the bucket of code, `releases/000042.json`, written when everything is as it says.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::apply::Ended;
use crate::call::Settings;
use crate::call::fault::Fault;
use crate::deployment::{CODE, Deployment, Wish, is_empty};
use crate::storage::Bucket;
use crate::template::Template;

const FOLDER: &str = "releases/";

/// How often a number is looked for that nobody else takes.
const TRIES: usize = 10;

/// What was brought to a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Of this document's form.
    pub version: u32,
    /// One more than that of the release before.
    pub number: u64,
    /// When it was in place.
    pub at: String,
    /// The platform.
    pub platform: String,
    /// The stage.
    pub stage: String,
    /// The release that this one is the same as, if it was brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
    /// In the order in which they went.
    pub stacks: Vec<Part>,
}

/// A stack of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `messaging`
    pub name: String,
    /// The key of its template in the bucket.
    pub template: String,
    /// Values of its parameters.
    pub parameters: BTreeMap<String, String>,
}

/// The number of what is in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Released {
    /// Its number.
    pub number: u64,
    /// Whether it was in place before.
    pub known: bool,
}

impl Deployment {
    fn releases(&self, bucket: &str) -> Result<Vec<u64>, Fault> {
        let names = Bucket::new(&self.caller, bucket).names(FOLDER)?;
        let number = |name: &String| name.strip_prefix(FOLDER)?.strip_suffix(".json")?.parse().ok();
        let mut found: Vec<u64> = names.iter().filter_map(number).collect();
        found.sort_unstable();
        Ok(found)
    }

    fn release(&self, bucket: &str, number: u64) -> Result<Release, Fault> {
        let bytes = Bucket::new(&self.caller, bucket).get(&key(number))?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Fault::Said(format!("release {number} can't be read ({}): {error}", key(number)))
        })
    }

    /// Writes down what is in place now; what the newest release says already isn't written again.
    pub(crate) fn record(&self, bucket: &str, restores: Option<u64>) -> Result<Released, Fault> {
        let mut stacks = Vec::new();
        for template in &self.wish.templates {
            let there = self.formation().stack(&self.full_name(&template.name))?;
            let parameters = visible(there.map(|it| it.parameters).unwrap_or_default());
            stacks.push(Part {
                name: template.name.clone(),
                template: self.keep(template, bucket)?,
                parameters,
            });
        }
        for _ in 0..TRIES {
            let newest = self.releases(bucket)?.last().copied();
            if let Some(number) = newest
                && self.release(bucket, number).is_ok_and(|it| it.stacks == stacks)
            {
                return Ok(Released { number, known: true });
            }
            let number = newest.unwrap_or_default() + 1;
            let Wish { platform, stage, .. } = self.wish.clone();
            let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let release =
                Release { version: 1, number, at, platform, stage, restores, stacks: stacks.clone() };
            let text =
                serde_json::to_string_pretty(&release).map_err(|error| Fault::Said(error.to_string()))?;
            if Bucket::new(&self.caller, bucket).put_new(&key(number), Bytes::from(text + "\n"))? {
                return Ok(Released { number, known: false });
            }
        }
        Err(Fault::Said(format!("others write releases to {bucket} all the time: apply again")))
    }

    /// What brings an earlier release back: the one before what is in place, or the one of that number.
    ///
    /// # Errors
    /// [`Fault::Said`] when there is no such release, or its archive is gone.
    pub fn back(&self, settings: &Settings, to: Option<u64>, pause: Duration) -> Result<Back, Fault> {
        let bucket = self.survey()?.bucket;
        let none = || Fault::Said(format!("nothing was released to the stage {} yet", self.wish.stage));
        let bucket = bucket.ok_or_else(none)?;
        let numbers = self.releases(&bucket)?;
        let newest = self.release(&bucket, *numbers.last().ok_or_else(none)?)?;
        let in_place = newest.restores.unwrap_or(newest.number);
        let number = match to {
            Some(number) if numbers.contains(&number) => number,
            Some(number) => {
                let known: Vec<String> = numbers.iter().rev().take(10).map(u64::to_string).collect();
                return Err(Fault::Said(format!(
                    "there is no release {number}; the newest: {}",
                    known.join(", ")
                )));
            }
            // What came since was begun and isn't whole.
            None if !self.is_in_place(&newest, &bucket)? => newest.number,
            None => numbers.iter().copied().rfind(|it| *it < in_place).ok_or_else(|| {
                Fault::Said(format!("release {in_place} is the first one: there is nothing to go back to"))
            })?,
        };
        let wanted = self.release(&bucket, number)?;
        let wish = self.wish_for(&wanted, &bucket)?;
        let number = wanted.restores.unwrap_or(number);
        Ok(Back { number, at: wanted.at, deployment: Self::new(settings, wish, pause)? })
    }

    /// Whether stacks are as a release says: its own, whichever the templates here are of.
    fn is_in_place(&self, release: &Release, bucket: &str) -> Result<bool, Fault> {
        let formation = self.formation();
        for part in &release.stacks {
            let full = self.full_name(&part.name);
            let Some(there) = formation.stack(&full)?.filter(|it| !is_empty(&it.status)) else {
                return Ok(false);
            };
            let kept = Bucket::new(&self.caller, bucket).get(&part.template)?;
            let kept = Template::read(&part.name, String::from_utf8_lossy(&kept).into_owned())?;
            let same = Template::read(&part.name, formation.template(&full)?)
                .is_ok_and(|template| template.meaning() == kept.meaning());
            if !same || visible(there.parameters) != part.parameters {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn wish_for(&self, release: &Release, bucket: &str) -> Result<Wish, Fault> {
        let storage = Bucket::new(&self.caller, bucket);
        let number = release.number;
        let (mut templates, mut own) = (Vec::new(), BTreeMap::new());
        for part in &release.stacks {
            let text = String::from_utf8_lossy(&storage.get(&part.template)?).into_owned();
            templates.push(Template::read(&part.name, text)?);
            if let Some(code) = part.parameters.get(CODE)
                && !storage.has(code)?
            {
                return Err(Fault::Said(format!(
                    "release {number} was made of {code}, which {bucket} hasn't any more"
                )));
            }
            own.insert(part.name.clone(), part.parameters.clone());
        }
        Ok(Wish { templates, own, code: None, parameters: BTreeMap::new(), ..self.wish.clone() })
    }
}

/// What brings a release back.
pub struct Back {
    /// Which one.
    pub number: u64,
    /// When it was in place first, or last.
    pub at: String,
    deployment: Deployment,
}

impl Back {
    /// Puts it in place, with the gates of every deployment.
    ///
    /// # Errors
    /// As [`Deployment::apply`].
    pub fn apply(&self, tell: &mut dyn FnMut(&str)) -> Result<Ended, Fault> {
        self.deployment.apply_as(Some(self.number), tell)
    }

    /// Says what would change.
    ///
    /// # Errors
    /// As [`Deployment::plan`].
    pub fn plan(&self) -> Result<crate::Plan, Fault> {
        self.deployment.plan()
    }
}

/// Parameters without those whose values nobody may see.
fn visible(mut parameters: BTreeMap<String, String>) -> BTreeMap<String, String> {
    parameters.retain(|_, value| !value.starts_with("****"));
    parameters
}

fn key(number: u64) -> String {
    format!("{FOLDER}{number:06}.json")
}
