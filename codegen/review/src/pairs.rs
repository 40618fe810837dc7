//! Pairs of documents as lines of JSON: the input and output of `stipule review --pairs`.

use serde_json::{Value, json};

use crate::contain::{Confidence, Direction, Settings, Severity, Verdict, compare_with};
use crate::openapi::{ApiFinding, compare_apis};
use crate::schema::{Dialect, Schema};

/// Why a line can't be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// It isn't JSON: what the parser says.
    NotJson(String),
    /// A key that every line needs is missing.
    Missing(&'static str),
    /// The documents are of a kind that isn't compared.
    Kind(String),
}

impl std::fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unanswerable::NotJson(reason) => write!(f, "the line isn't JSON: {reason}"),
            Unanswerable::Missing(key) => write!(f, "the line has no `{key}`"),
            Unanswerable::Kind(kind) => {
                write!(f, "documents of kind `{kind}` aren't compared; `jsonschema` and `openapi` are")
            }
        }
    }
}

impl std::error::Error for Unanswerable {}

/// Answers a line `{"id", "kind", "base", "revision"}` with `{"id", "verdict", "breaking", "findings"}`.
///
/// A schema without `$schema` is read as 2020-12. The direction is for schemas: what an API sends and what it accepts
/// each have their own.
///
/// # Errors
/// [`Unanswerable`] for a line that isn't such an object or of a kind that isn't compared.
pub fn answer(line: &str, direction: Direction, settings: &Settings) -> Result<Value, Unanswerable> {
    let line: Value = serde_json::from_str(line).map_err(|error| Unanswerable::NotJson(error.to_string()))?;
    let get = |key: &'static str| line.get(key).ok_or(Unanswerable::Missing(key));
    let (id, kind, base, revision) = (get("id")?, get("kind")?, get("base")?, get("revision")?);
    match kind.as_str() {
        Some("jsonschema") => {
            let [base, revision] = [base, revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
            Ok(answered(id, &compare_with(&base, &revision, direction, settings)))
        }
        Some("openapi") => Ok(answered_api(id, &compare_apis(base, revision, settings))),
        _ => Err(Unanswerable::Kind(kind.as_str().map_or_else(|| kind.to_string(), str::to_owned))),
    }
}

/// What is proved or known to break breaks; short of that, what isn't known makes the whole unknown.
fn answered_api(id: &Value, roots: &[ApiFinding]) -> Value {
    let breaking = roots.iter().any(|root| root.finding.severity == Severity::Break);
    let unknown = roots.iter().any(|root| root.finding.confidence == Confidence::Unknown);
    let verdict = match (breaking, unknown) {
        (true, _) => "incompatible",
        (false, true) => "unknown",
        (false, false) => "compatible",
    };
    let finding = |root: &ApiFinding| {
        let mut finding = root.finding.to_json();
        finding["operations"] = json!(root.operations);
        finding
    };
    let findings: Vec<Value> = roots.iter().map(finding).collect();
    json!({"id": id, "verdict": verdict, "breaking": breaking, "findings": findings})
}

fn answered(id: &Value, verdict: &Verdict) -> Value {
    let findings: Vec<Value> = verdict.findings().iter().map(super::Finding::to_json).collect();
    let mut answer = json!({
        "id": id,
        "verdict": verdict.as_str(),
        "breaking": verdict.is_breaking(),
        "findings": findings,
    });
    if let Verdict::Compatible(proof) = verdict {
        answer["proof"] = json!(proof.to_string());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: &Value) -> Result<Value, Unanswerable> {
        answer(&line.to_string(), Direction::Backward, &Settings::default())
    }

    #[test]
    fn a_line_is_answered_with_findings_and_witnesses() {
        let answer = line(&json!({
            "id": "loan-1", "kind": "jsonschema",
            "base": {"enum": ["lent", "returned"]}, "revision": {"enum": ["lent"]},
        }))
        .unwrap();
        assert_eq!(answer["verdict"], "incompatible");
        assert_eq!(answer["breaking"], true);
        let finding = &answer["findings"][0];
        assert_eq!(
            (&finding["code"], &finding["pointer"], &finding["witness"]),
            (&json!("SCH003"), &json!("/enum"), &json!("returned"))
        );
    }

    #[test]
    fn a_line_about_equal_schemas_says_why() {
        let schema = json!({"type": "integer"});
        let answer =
            line(&json!({"id": 7, "kind": "jsonschema", "base": schema, "revision": schema})).unwrap();
        assert_eq!((&answer["id"], &answer["breaking"]), (&json!(7), &json!(false)));
        assert_eq!(answer["findings"], json!([]));
        assert_eq!(answer["proof"], "both schemas mean the same once references and `allOf` are resolved");
    }

    #[test]
    fn what_is_no_such_line_is_refused_with_the_reason() {
        assert_eq!(line(&json!({"id": 1})), Err(Unanswerable::Missing("kind")));
        let other = json!({"id": 1, "kind": "avro", "base": {}, "revision": {}});
        assert_eq!(line(&other), Err(Unanswerable::Kind("avro".to_owned())));
        assert!(matches!(
            answer("{", Direction::Backward, &Settings::default()),
            Err(Unanswerable::NotJson(_))
        ));
    }
}
