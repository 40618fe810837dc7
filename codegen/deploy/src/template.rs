//! Templates: what they need, what they give, in which order they go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::call::fault::Fault;

/// The output of the stack that has the bucket of code, templates and releases.
pub(crate) const BUCKET: &str = "CodeBucketName";

/// A template and the name of its stack.
#[derive(Clone, Debug)]
pub struct Template {
    /// `messaging`
    pub name: String,
    /// As it is written.
    pub text: String,
    pub(crate) value: Value,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`Fault::Said`] for what isn't JSON with `Resources`.
    pub fn read(name: &str, text: String) -> Result<Self, Fault> {
        let bad = |why: String| Fault::Said(format!("the template of {name} is none: {why}"));
        let value: Value = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if !value["Resources"].is_object() {
            return Err(bad("it has no `Resources`".to_owned()));
        }
        Ok(Self { name: name.to_owned(), text, value })
    }

    /// Its parameters, and whether they have a default.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, bool)> {
        let all = self.value["Parameters"].as_object().into_iter().flatten();
        all.map(|(name, said)| (name.as_str(), said.get("Default").is_some()))
    }

    /// Names of its parameters.
    pub fn parameter_names(&self) -> Vec<String> {
        self.parameters().map(|(name, _)| name.to_owned()).collect()
    }

    /// Names and kinds of its resources.
    pub(crate) fn resources(&self) -> BTreeMap<&str, &str> {
        let all = self.value["Resources"].as_object().into_iter().flatten();
        all.map(|(name, said)| (name.as_str(), said["Type"].as_str().unwrap_or_default())).collect()
    }

    /// What a resource says.
    pub(crate) fn resource(&self, logical: &str) -> &Value {
        &self.value["Resources"][logical]
    }

    /// The hash of what it says, however it is laid out.
    pub(crate) fn meaning(&self) -> String {
        hash(sorted(&self.value).to_string().as_bytes())
    }

    /// Whether its stack has the bucket of code, templates and releases.
    fn has_bucket(&self) -> bool {
        self.value["Outputs"].get(BUCKET).is_some()
    }

    fn exports(&self) -> BTreeSet<String> {
        let all = self.value["Outputs"].as_object().into_iter().flatten();
        all.filter_map(|(_, output)| name(&output["Export"]["Name"])).collect()
    }

    fn imports(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        imports(&self.value, &mut found);
        found
    }
}

/// The same value with the members of its objects in the order of their names.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            members.into_iter().map(|(name, it)| (name.clone(), sorted(it))).collect()
        }
        other => other.clone(),
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name of an export: a text, or one with the stage in it.
fn name(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value["Fn::Sub"].as_str()).map(ToOwned::to_owned)
}

fn imports(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|it| imports(it, found)),
        Value::Object(members) => {
            found.extend(members.get("Fn::ImportValue").and_then(name));
            members.values().for_each(|it| imports(it, found));
        }
        _ => {}
    }
}

/// The order in which stacks go from what is there to what is wanted.
///
/// Whatever gives something that another one takes anew goes before it; whatever gives up something that another one
/// still takes goes after that one. Otherwise givers go before takers.
///
/// # Errors
/// [`Fault::Said`] with the stacks that wait for each other.
pub(crate) fn order(wanted: &[Template], there: &BTreeMap<String, Template>) -> Result<Vec<usize>, Fault> {
    let none = BTreeSet::new();
    let new: Vec<_> = wanted.iter().map(|it| (it.exports(), it.imports())).collect();
    let old: Vec<_> = wanted
        .iter()
        .map(|it| there.get(&it.name).map_or((none.clone(), none.clone()), |it| (it.exports(), it.imports())))
        .collect();
    let (mut must, mut should) = (BTreeSet::new(), BTreeSet::new());
    for giver in 0..wanted.len() {
        for taker in (0..wanted.len()).filter(|it| *it != giver) {
            let given = |it: &String| new[giver].0.contains(it);
            let was_given = |it: &String| old[giver].0.contains(it);
            if new[taker].1.iter().any(|it| given(it) && !was_given(it)) {
                must.insert((giver, taker));
            }
            if old[taker].1.iter().any(|it| was_given(it) && !given(it)) {
                must.insert((taker, giver));
            }
            // Large templates and code go through the bucket, wherever that is.
            if new[taker].1.iter().any(given) || wanted[giver].has_bucket() {
                should.insert((giver, taker));
            }
        }
    }
    let mut made: Vec<usize> = Vec::new();
    while made.len() < wanted.len() {
        let left: Vec<usize> = (0..wanted.len()).filter(|it| !made.contains(it)).collect();
        let waits = |edges: &BTreeSet<(usize, usize)>, it: usize| {
            left.iter().filter(|before| edges.contains(&(**before, it))).count()
        };
        let ready = left.iter().copied().filter(|it| waits(&must, *it) == 0);
        let Some(next) = ready.min_by_key(|it| (waits(&should, *it), &wanted[*it].name)) else {
            let names: Vec<&str> = left.iter().map(|it| wanted[*it].name.as_str()).collect();
            return Err(Fault::Said(format!(
                "stacks wait for each other: {}. Give up an export in one release after whatever takes it did",
                names.join(", ")
            )));
        };
        made.push(next);
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn template(name: &str, gives: &[&str], takes: &[&str]) -> Template {
        let outputs = gives.iter().map(|it| ((*it).to_owned(), json!({"Export": {"Name": {"Fn::Sub": it}}})));
        let takes: Vec<Value> = takes.iter().map(|it| json!({"Fn::ImportValue": {"Fn::Sub": it}})).collect();
        let outputs: serde_json::Map<String, Value> = outputs.collect();
        let value =
            json!({"Resources": {"It": {"Type": "T", "Properties": {"Takes": takes}}}, "Outputs": outputs});
        Template::read(name, value.to_string()).unwrap()
    }

    fn names(wanted: &[Template], there: &[Template]) -> Result<Vec<String>, String> {
        let there = there.iter().map(|it| (it.name.clone(), it.clone())).collect();
        let order = order(wanted, &there).map_err(|fault| fault.to_string())?;
        Ok(order.into_iter().map(|it| wanted[it].name.clone()).collect())
    }

    #[test]
    fn givers_go_before_takers_and_by_name_besides() {
        let all = [
            template("a", &[], &["two"]),
            template("b", &["two"], &["one"]),
            template("c", &["one"], &[]),
            template("d", &[], &[]),
        ];
        assert_eq!(names(&all, &[]).unwrap(), ["c", "b", "a", "d"]);
        assert_eq!(names(&all, &all).unwrap(), ["c", "b", "a", "d"]);
    }

    #[test]
    fn who_gives_something_up_goes_after_whoever_took_it() {
        let there = [template("giver", &["old", "stays"], &[]), template("taker", &[], &["old", "stays"])];
        let wanted = [template("giver", &["stays"], &[]), template("taker", &[], &["stays"])];
        assert_eq!(names(&wanted, &there).unwrap(), ["taker", "giver"]);
        assert_eq!(names(&there, &wanted).unwrap(), ["giver", "taker"], "and back");
    }

    #[test]
    fn who_would_have_to_go_both_before_and_after_is_named() {
        let there = [template("giver", &["old"], &[]), template("taker", &[], &["old"])];
        let wanted = [template("giver", &["new"], &[]), template("taker", &[], &["new"])];
        let why = names(&wanted, &there).unwrap_err();
        assert!(why.contains("giver, taker"), "{why}");
    }

    #[test]
    fn templates_mean_the_same_however_they_are_laid_out() {
        let one =
            Template::read("x", "{\"Resources\":{\"A\":{\"Type\":\"T\"}},\"Description\":\"d\"}".to_owned());
        let other = Template::read(
            "x",
            "{\n \"Description\": \"d\", \"Resources\": {\"A\": {\"Type\": \"T\"}}}".to_owned(),
        );
        assert_eq!(one.unwrap().meaning(), other.unwrap().meaning());
        assert!(Template::read("x", "{}".to_owned()).is_err());
    }
}
