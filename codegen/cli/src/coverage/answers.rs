//! What the operations answered, held against the responses that they declare: by a validator of JSON Schema that isn't
//! ours, and which the services know nothing of.

use std::collections::{BTreeMap, HashMap};

use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};
use stipule_emit::export::responses;
use stipule_ir::Contract;

/// Letters of a fault that are shown: a validator repeats the whole value.
const SHOWN: usize = 200;

/// What came of it.
#[derive(Default)]
pub(super) struct Judged {
    /// Answers that were looked at.
    pub(super) all: usize,
    /// Those that say what was declared.
    pub(super) sound: usize,
    /// Each way in which others don't, once.
    pub(super) faults: Vec<String>,
}

/// Judges answers, each a line: operation, status, and headers and body in JSON.
pub(super) fn judge<'a>(contract: &Contract, answers: impl IntoIterator<Item = &'a String>) -> Judged {
    let document: Value = match serde_json::from_str(&responses(contract).to_json()) {
        Ok(document) => document,
        Err(error) => {
            let says = format!("what is declared can't be read: {error}");
            return Judged { all: answers.into_iter().count(), sound: 0, faults: vec![says] };
        }
    };
    let mut judge = Judge { document: &document, validators: HashMap::new() };
    let (mut judged, mut ways) = (Judged::default(), BTreeMap::<String, (String, usize)>::new());
    for line in answers {
        judged.all += 1;
        match Answer::read(line) {
            Some(answer) => match judge.fault(&answer) {
                None => judged.sound += 1,
                Some(fault) => {
                    let says = format!("`{}` answered {}: {}", answer.operation, answer.status, fault.says);
                    let way = format!("{} {} {}", answer.operation, answer.status, fault.way);
                    ways.entry(way).or_insert((says, 0)).1 += 1;
                }
            },
            None => {
                let says = format!("can't be read: {line}");
                ways.entry("unreadable".to_owned()).or_insert((says, 0)).1 += 1;
            }
        }
    }
    let times = |count| if count > 1 { format!(" ({count} times)") } else { String::new() };
    judged.faults = ways.into_values().map(|(says, count)| says + &times(count)).collect();
    judged
}

struct Answer<'a> {
    operation: &'a str,
    status: &'a str,
    headers: Vec<(String, String)>,
    body: String,
}

impl<'a> Answer<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut parts = line.splitn(3, '\t');
        let (operation, status, said) = (parts.next()?, parts.next()?, parts.next()?);
        let (headers, body) = serde_json::from_str(said).ok()?;
        Some(Self { operation, status, headers, body })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// Whether it is what the platform says by itself, whatever the operation: a problem of its own kinds, well-formed.
    fn is_platforms(&self) -> bool {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let kind = body["type"].as_str().unwrap_or_default();
        self.media().as_deref() == Some("application/problem+json")
            && kind.starts_with("urn:stipule:problem:")
            && body["title"].is_string()
            && body["status"].as_u64() == self.status.parse().ok()
    }

    /// Without parameters, in small letters.
    fn media(&self) -> Option<String> {
        let all = self.header("content-type")?;
        Some(all.split(';').next().unwrap_or(all).trim().to_ascii_lowercase())
    }
}

/// What is wrong with an answer.
struct Fault {
    says: String,
    /// The same for others that are wrong in the same way.
    way: String,
}

impl Fault {
    fn new(says: impl Into<String>) -> Self {
        let says = says.into();
        Self { way: says.clone(), says }
    }

    fn of(error: &ValidationError<'_>) -> Self {
        let place = error.instance_path().to_string();
        let mut says = error.to_string();
        if let Some((end, _)) = says.char_indices().nth(SHOWN) {
            says.truncate(end);
            says.push('…');
        }
        let says = if place.is_empty() { says } else { format!("{place}: {says}") };
        Self { says, way: error.schema_path().to_string() }
    }
}

struct Judge<'d> {
    document: &'d Value,
    /// By the place of the schema in the document.
    validators: HashMap<String, Result<Validator, String>>,
}

impl<'d> Judge<'d> {
    fn fault(&mut self, answer: &Answer<'_>) -> Option<Fault> {
        let document = self.document;
        let Some(declared) = document["operations"].get(answer.operation) else {
            return Some(Fault::new("there is no such operation"));
        };
        let class = format!("{}XX", answer.status.get(..1).unwrap_or_default());
        let found =
            [answer.status, &class, "default"].into_iter().find_map(|key| Some((key, declared.get(key)?)));
        let Some((key, response)) = found else {
            return (!answer.is_platforms()).then(|| Fault::new("the status isn't declared"));
        };
        let home = format!("{}/{key}", answer.operation);
        self.headers(&home, response, answer).or_else(|| self.body(&home, response, answer))
    }

    fn headers(&mut self, home: &str, response: &'d Value, answer: &Answer<'_>) -> Option<Fault> {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let Some(text) = answer.header(name) else {
                if header["required"] == true {
                    return Some(Fault::new(format!("the header `{name}` is missing")));
                }
                continue;
            };
            let as_text = self.holds(&format!("{home}/{name}"), &header["schema"], &Value::from(text));
            // A number, or true or false.
            let plain = as_text.is_some().then(|| serde_json::from_str(text).ok()).flatten();
            let fault = match plain {
                Some(plain) => self.holds(&format!("{home}/{name}"), &header["schema"], &plain),
                None => as_text,
            };
            if let Some(Fault { says, way }) = fault {
                return Some(Fault { says: format!("the header `{name}`: {says}"), way });
            }
        }
        None
    }

    fn body(&mut self, home: &str, response: &'d Value, answer: &Answer<'_>) -> Option<Fault> {
        let Some(content) = response["content"].as_object().filter(|it| !it.is_empty()) else {
            return (!answer.body.is_empty()).then(|| Fault::new("a body where none is declared"));
        };
        let Some(media) = answer.media() else {
            return Some(Fault::new("the header `Content-Type` is missing"));
        };
        let Some((range, declared)) = of_media(content, &media) else {
            return Some(Fault::new(format!("`{media}` isn't declared")));
        };
        let schema = declared.get("schema")?;
        let value = if media == "application/json" || media.ends_with("+json") {
            match serde_json::from_str(&answer.body) {
                Ok(value) => value,
                Err(error) => return Some(Fault::new(format!("the body isn't JSON: {error}"))),
            }
        } else if media.starts_with("text/") {
            Value::from(answer.body.as_str())
        } else {
            return None;
        };
        self.holds(&format!("{home}/{range}"), schema, &value)
    }

    /// Judges a value by the schema in a place.
    fn holds(&mut self, place: &str, schema: &Value, value: &Value) -> Option<Fault> {
        let definitions = &self.document["$defs"];
        let made = self.validators.entry(place.to_owned()).or_insert_with(|| validator(schema, definitions));
        match made {
            Ok(validator) => validator.iter_errors(value).next().map(|error| Fault::of(&error)),
            Err(error) => Some(Fault::new(format!("the schema can't be used: {error}"))),
        }
    }
}

/// The entry of a media type: itself, a range of its kind, or of any.
fn of_media<'c>(content: &'c Map<String, Value>, media: &str) -> Option<(&'c String, &'c Value)> {
    let kind = format!("{}/*", media.split('/').next().unwrap_or_default());
    let named = |wanted: &str| content.iter().find(|(range, _)| range.eq_ignore_ascii_case(wanted));
    named(media).or_else(|| named(&kind)).or_else(|| named("*/*"))
}

/// A schema with what it refers to, and no more: a contract has hundreds of types.
fn validator(schema: &Value, definitions: &Value) -> Result<Validator, String> {
    let mut used = Map::new();
    refer(schema, definitions, &mut used);
    let whole = json!({ "allOf": [schema], "$defs": used });
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options.build(&whole).map_err(|error| error.to_string())
}

fn refer(schema: &Value, definitions: &Value, used: &mut Map<String, Value>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix("#/$defs/"));
            if let Some((name, found)) = name.and_then(|name| Some((name, definitions.get(name)?)))
                && used.insert(name.to_owned(), found.clone()).is_none()
            {
                refer(found, definitions, used);
            }
            members.values().for_each(|it| refer(it, definitions, used));
        }
        Value::Array(items) => items.iter().for_each(|it| refer(it, definitions, used)),
        _ => {}
    }
}
