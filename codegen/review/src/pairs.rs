//! Pairs of documents as lines of JSON: the input and output of `stipule review --pairs`.

use serde_json::{Value, json};

use crate::contain::{Direction, OpenContent, Settings, compare_with, noted_formats};
use crate::documents::Documents;
use crate::finding::{Confidence, Finding, Severity};
use crate::openapi::{Api, Kind, compare_apis, recognise};
use crate::schema::{Dialect, Formats, Schema};

/// Why a line can't be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// It isn't JSON: what the parser says.
    NotJson(String),
    /// It is JSON, but no object.
    NotAnObject,
    /// A key that every line needs is missing.
    Missing(&'static str),
    /// The documents are of a kind that isn't compared.
    Kind(String),
    /// A document isn't what its kind says: which, and why.
    Document(&'static str, String),
    /// An error of ours.
    Internal,
}

impl std::fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unanswerable::NotJson(reason) => write!(f, "the line isn't JSON: {reason}"),
            Unanswerable::NotAnObject => write!(f, "the line isn't an object"),
            Unanswerable::Missing(key) => write!(f, "the line has no `{key}`"),
            Unanswerable::Kind(kind) => {
                write!(f, "documents of kind `{kind}` aren't compared; `jsonschema` and `openapi` are")
            }
            Unanswerable::Document(which, reason) => write!(f, "`{which}`: {reason}"),
            Unanswerable::Internal => write!(f, "the comparison failed; please report it with the line"),
        }
    }
}

impl std::error::Error for Unanswerable {}

/// How the two kinds of documents are compared.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Schemas.
    pub schemas: Settings,
    /// Which way schemas are compared: what an API sends and what it accepts each have their own.
    pub direction: Direction,
    /// APIs.
    pub apis: Settings,
}

/// Answers a line `{"id", "kind", "base", "revision"}` with `{"id", "verdict", "breaking", "findings", "safe"}`.
///
/// A schema without `$schema` is read as 2020-12. `findings` are those that break or may break somebody; what breaks
/// nobody is under `safe`.
///
/// # Errors
/// [`Unanswerable`] for a line that isn't such an object or of a kind that isn't compared; with its `id`, if it has
/// one.
pub fn answer(line: &str, rules: &Rules) -> Result<Value, (Value, Unanswerable)> {
    let line: Value = serde_json::from_str(line)
        .map_err(|error| (Value::Null, Unanswerable::NotJson(error.to_string())))?;
    let id = line.get("id").cloned().unwrap_or(Value::Null);
    compared(&line, rules).map_err(|error| (id, error))
}

fn compared(line: &Value, rules: &Rules) -> Result<Value, Unanswerable> {
    if !line.is_object() {
        return Err(Unanswerable::NotAnObject);
    }
    let get = |key: &'static str| line.get(key).ok_or(Unanswerable::Missing(key));
    let (id, kind, base, revision) = (get("id")?, get("kind")?, get("base")?, get("revision")?);
    let work = || match kind.as_str() {
        Some("jsonschema") => Ok(schemas(id, base, revision, rules)),
        Some("openapi") => apis(id, base, revision, rules),
        _ => Err(Unanswerable::Kind(kind.as_str().map_or_else(|| kind.to_string(), str::to_owned))),
    };
    crate::contain::deep(work).unwrap_or(Err(Unanswerable::Internal))
}

fn schemas(id: &Value, base: &Value, revision: &Value, rules: &Rules) -> Value {
    let documents = [base, revision].map(|schema| Documents::one(schema, Dialect::Draft2020));
    let [base, revision] = [base, revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
    let verdict = compare_with(&base, &revision, rules.direction, &rules.schemas);
    let mut noted = noted_formats((&documents[0], ""), (&documents[1], ""), rules.direction, &rules.schemas);
    noted.retain(Finding::matters);
    let undecided = noted.iter().any(|finding| finding.confidence == Confidence::Unknown);
    let proof = verdict.proof().filter(|_| !undecided);
    let mut answer = json!({
        "id": id,
        "verdict": if verdict.proof().is_some() && undecided { "unknown" } else { verdict.as_str() },
        "breaking": verdict.is_breaking(),
        "findings": verdict.findings().iter().chain(&noted).map(Finding::to_json).collect::<Vec<_>>(),
    });
    if let Some(proof) = proof {
        answer["proof"] = json!(proof.to_string());
    }
    answer
}

/// What is proved or known to break breaks; short of that, what isn't known makes the whole unknown.
fn apis(id: &Value, base: &Value, revision: &Value, rules: &Rules) -> Result<Value, Unanswerable> {
    for (which, document) in [("base", base), ("revision", revision)] {
        let refusal = match recognise(document) {
            Kind::OpenApi => None,
            Kind::JsonSchema => Some("it is a JSON Schema, not an OpenAPI document".to_owned()),
            kind => kind.refusal(),
        };
        if let Some(reason) = refusal {
            return Err(Unanswerable::Document(which, reason));
        }
    }
    let [before, after] = [base, revision].map(|document| Documents::one(document, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    let found = compare_apis(api(&before), api(&after), &rules.apis);
    let breaking = found.iter().any(|finding| finding.severity == Severity::Break);
    let unknown = found.iter().any(|finding| finding.confidence == Confidence::Unknown);
    let verdict = match (breaking, unknown) {
        (true, _) => "incompatible",
        (false, true) => "unknown",
        (false, false) => "compatible",
    };
    let (matters, safe): (Vec<&Finding>, Vec<&Finding>) = found.iter().partition(|finding| finding.matters());
    let listed = |list: Vec<&Finding>| list.into_iter().map(Finding::to_json).collect::<Vec<_>>();
    Ok(json!({
        "id": id,
        "verdict": verdict,
        "breaking": breaking,
        "findings": listed(matters),
        "safe": listed(safe),
    }))
}

impl Default for Rules {
    /// Schemas strictly; APIs for callers that keep to what is declared, formats checked.
    fn default() -> Self {
        let schemas = Settings::default();
        let apis =
            Settings { formats: Formats::Checked, open_content: OpenContent::Ignored, ..Settings::default() };
        Rules { schemas, direction: Direction::Backward, apis }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: &Value) -> Result<Value, (Value, Unanswerable)> {
        answer(&line.to_string(), &Rules::default())
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
            (&json!("REV411"), &json!("/enum"), &json!("returned"))
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
    fn a_format_that_others_may_check_is_told_and_is_no_proof() {
        let answer = |dialect: &str, format: &str| {
            let base = json!({"$schema": dialect, "type": "string"});
            let revision = json!({"$schema": dialect, "type": "string", "format": format});
            line(&json!({"id": 1, "kind": "jsonschema", "base": base, "revision": revision})).unwrap()
        };
        let draft7 = "http://json-schema.org/draft-07/schema#";
        let newest = "https://json-schema.org/draft/2020-12/schema";
        for (dialect, format, verdict, found) in [
            // It is checked.
            (draft7, "email", "incompatible", json!(["REV450", "proved"])),
            // Validators check it, and it isn't decided here.
            (draft7, "hostname", "unknown", json!(["REV560", "unknown"])),
            // The dialect doesn't define it, or only notes it: some check it.
            (draft7, "uuid", "compatible", json!(["REV560", "rule"])),
            (newest, "email", "compatible", json!(["REV560", "rule"])),
        ] {
            let answer = answer(dialect, format);
            let findings = answer["findings"].as_array().unwrap();
            assert_eq!(answer["verdict"], verdict, "{format}");
            assert_eq!(findings.len(), 1, "{format}");
            assert_eq!(json!([findings[0]["code"], findings[0]["confidence"]]), found, "{format}");
            assert_eq!(answer["breaking"], verdict == "incompatible", "{format}");
        }
    }

    #[test]
    fn what_is_no_such_line_is_refused_with_the_reason() {
        assert_eq!(line(&json!({"id": 1})), Err((json!(1), Unanswerable::Missing("kind"))));
        assert_eq!(line(&json!([1])), Err((json!(null), Unanswerable::NotAnObject)));
        let other = json!({"id": 1, "kind": "avro", "base": {}, "revision": {}});
        assert_eq!(line(&other), Err((json!(1), Unanswerable::Kind("avro".to_owned()))));
        assert!(matches!(answer("{", &Rules::default()), Err((Value::Null, Unanswerable::NotJson(_)))));
    }

    #[test]
    fn swagger_is_refused_by_name() {
        let swagger = json!({"swagger": "2.0", "paths": {}});
        let api = json!({"openapi": "3.0.3", "paths": {}});
        let (_, error) =
            line(&json!({"id": 1, "kind": "openapi", "base": api, "revision": swagger})).unwrap_err();
        assert!(error.to_string().starts_with("`revision`: it is Swagger 2.0; OpenAPI 3.0"), "{error}");
    }
}
