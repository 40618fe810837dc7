//! What of two runs must be the same.

use std::collections::BTreeMap;

use serde_json::Value;

/// A run as somebody saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// `SUCCEEDED` or `FAILED`.
    pub status: String,
    /// The output, or nothing.
    pub output: Value,
    /// The name of the error, or nothing.
    pub error: String,
    /// Key and input of each call, in the order of the calls. Parked cases are calls too.
    pub calls: Vec<(String, Value)>,
}

impl Run {
    /// The run as a driver writes it.
    pub fn of(json: &Value) -> Option<Self> {
        let text = |name: &str| Some(json.get(name)?.as_str()?.to_owned());
        let calls = json.get("calls")?.as_array()?.iter();
        let call = |call: &Value| Some((call.get(0)?.as_str()?.to_owned(), call.get(1)?.clone()));
        Some(Self {
            status: text("status")?,
            output: json.get("output")?.clone(),
            error: text("error")?,
            calls: calls.map(call).collect::<Option<_>>()?,
        })
    }

    /// Calls by key, with how often each was made, and with what.
    fn counted(&self) -> BTreeMap<&str, Vec<&Value>> {
        let mut counted: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (key, input) in &self.calls {
            counted.entry(key).or_default().push(input);
        }
        counted
    }

    /// Calls of those keys that both runs must order alike: those that `ordered` says.
    fn in_order(&self, ordered: &dyn Fn(&str) -> bool) -> Vec<&str> {
        self.calls.iter().map(|(key, _)| key.as_str()).filter(|key| ordered(key)).collect()
    }
}

/// In what two runs of a saga differ; `None` if in nothing that counts.
///
/// `aside` are steps of ways that run side by side: their order is chance. `cut` are those whose way was cut off because
/// another way beside it failed: how far they came is chance, too.
pub fn difference(
    ours: &Run,
    theirs: &Run,
    aside: &dyn Fn(&str) -> bool,
    cut: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if ours.status != theirs.status || ours.error != theirs.error {
        return Some(format!("{} {} / {} {}", ours.status, ours.error, theirs.status, theirs.error));
    }
    if ours.output != theirs.output {
        return Some(format!("output {} / {}", ours.output, theirs.output));
    }
    let (mine, other) = (ours.counted(), theirs.counted());
    let keys = mine.keys().chain(other.keys()).filter(|key| !cut(key));
    for key in keys {
        if mine.get(key) != other.get(key) {
            return Some(format!("calls of {key}: {:?} / {:?}", mine.get(key), other.get(key)));
        }
    }
    let ordered = |key: &str| !aside(key) && !cut(key);
    let (mine, other) = (ours.in_order(&ordered), theirs.in_order(&ordered));
    (mine != other).then(|| format!("order {mine:?} / {other:?}"))
}
