//! From a call to the input of its operation, with every violation at once.

use std::borrow::Cow;

use http::StatusCode;
use stipule_wire::{Decode, Json, Limits, Malformed, Posture};

use super::call::Call;
use super::parameter::{Form, In, Style};
use super::problem::{Problem, Violation};
use super::response::Refused;

/// Reads the parts of a call and remembers what is wrong with them.
#[derive(Debug)]
pub struct Reader<'c> {
    call: &'c Call,
    violations: Vec<Violation>,
    /// Whether something besides the body's content is wrong.
    malformed: bool,
    truncated: bool,
}

impl<'c> Reader<'c> {
    pub(super) fn new(call: &'c Call) -> Self {
        let mut reader = Self { call, violations: Vec::new(), malformed: false, truncated: false };
        let mut unknown: Vec<&str> = Vec::new();
        for (name, _) in &call.query {
            if !call.operation.query.contains(&name.as_str()) && !unknown.contains(&name.as_str()) {
                unknown.push(name);
            }
        }
        for name in unknown {
            reader.fault(In::Query, name, "unknown-parameter", "isn't a parameter of this operation");
        }
        reader
    }

    /// A parameter that must be there.
    pub fn required<T: Decode>(&mut self, place: In, name: &'static str, form: Form) -> Option<T> {
        match self.single(place, name)? {
            Some(text) => self.decode(place, name, &form.json(text)),
            None => self.missing(place, name),
        }
    }

    /// A parameter that may be there.
    pub fn optional<T: Decode>(&mut self, place: In, name: &'static str, form: Form) -> Option<Option<T>> {
        match self.single(place, name)? {
            Some(text) => self.decode(place, name, &form.json(text)).map(Some),
            None => Some(None),
        }
    }

    /// A parameter with the value that it has when it isn't there.
    pub fn defaulted<T: Decode>(
        &mut self,
        place: In,
        name: &'static str,
        form: Form,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        self.optional(place, name, form).map(|value| value.unwrap_or_else(default))
    }

    /// A list that must be there. `T` is the type of the list.
    pub fn list<T: Decode>(&mut self, place: In, name: &'static str, form: Form, style: Style) -> Option<T> {
        match self.several(place, name, style)? {
            Some(texts) => self.decode_list(place, name, form, texts),
            None => self.missing(place, name),
        }
    }

    /// A list that may be there. `T` is the type of the list.
    pub fn optional_list<T: Decode>(
        &mut self,
        place: In,
        name: &'static str,
        form: Form,
        style: Style,
    ) -> Option<Option<T>> {
        match self.several(place, name, style)? {
            Some(texts) => self.decode_list(place, name, form, texts).map(Some),
            None => Some(None),
        }
    }

    /// The JSON body, which must be there.
    pub fn body<T: Decode>(&mut self) -> Option<T> {
        if self.call.body.is_empty() {
            self.malformed = true;
            return self.record(Violation {
                place: In::Body,
                name: None,
                pointer: String::new(),
                code: "missing".into(),
                message: "a body is required".to_owned(),
            });
        }
        let call = self.call;
        match Json::parse(&call.body, Limits::default()) {
            Ok(json) => match stipule_wire::decode(&json, Posture::Closed) {
                Ok(value) => Some(value),
                Err(violations) => self.found(In::Body, None, violations),
            },
            Err(malformed) => self.malformed_body(malformed),
        }
    }

    /// The JSON body, which may be there.
    pub fn optional_body<T: Decode>(&mut self) -> Option<Option<T>> {
        if self.call.body.is_empty() { Some(None) } else { self.body().map(Some) }
    }

    /// Whether the body has this media type; for operations that take more than one.
    pub fn is_media(&self, media_type: &str) -> bool {
        self.call.media_type().as_deref() == Some(media_type)
    }

    pub(super) fn finish<T>(self, input: Option<T>) -> Result<T, Refused> {
        match input {
            Some(input) if self.violations.is_empty() => Ok(input),
            _ => Err(self.problem().into()),
        }
    }

    fn problem(self) -> Problem {
        let mut problem = if self.malformed {
            Problem::bad_request("The request isn't one of this operation; see `violations`.")
        } else {
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-body",
                "The body isn't as the contract says",
            )
            .detail("See `violations` for everything that doesn't fit.")
        };
        if self.truncated {
            problem = problem.detail("There are more violations than are listed.");
        }
        problem.violations = self.violations;
        problem
    }

    fn decode<T: Decode>(&mut self, place: In, name: &'static str, json: &Json<'_>) -> Option<T> {
        match stipule_wire::decode(json, Posture::Closed) {
            Ok(value) => Some(value),
            Err(violations) => {
                self.malformed = true;
                self.found(place, Some(name), violations)
            }
        }
    }

    fn decode_list<T: Decode>(
        &mut self,
        place: In,
        name: &'static str,
        form: Form,
        texts: Vec<Cow<'c, str>>,
    ) -> Option<T> {
        let items = texts.into_iter().map(|text| form.json(text)).collect();
        self.decode(place, name, &Json::Array(items))
    }

    /// All values of a parameter, as they were sent. `None` when one of them isn't text.
    fn values(&mut self, place: In, name: &'static str) -> Option<Vec<Cow<'c, str>>> {
        let call = self.call;
        let values: Option<Vec<Cow<'c, str>>> = match place {
            In::Path => {
                let found = call.path.iter().filter(|(own, _)| *own == name);
                Some(found.map(|(_, value)| Cow::from(value.as_str())).collect())
            }
            In::Query => {
                let found = call.query.iter().filter(|(own, _)| own == name);
                found.map(|(_, value)| value.as_deref().map(Cow::from)).collect()
            }
            In::Header => {
                call.headers.get_all(name).iter().map(|value| value.to_str().ok().map(Cow::from)).collect()
            }
            In::Cookie => Some(cookies(call, name)),
            In::Body => Some(Vec::new()),
        };
        if values.is_none() {
            self.fault(place, name, "encoding", "isn't well encoded");
        }
        values
    }

    fn single(&mut self, place: In, name: &'static str) -> Option<Option<Cow<'c, str>>> {
        let mut values = self.values(place, name)?.into_iter();
        let first = values.next();
        if values.next().is_some() {
            self.fault(place, name, "repeated", "must be given once");
            return None;
        }
        Some(first)
    }

    fn several(&mut self, place: In, name: &'static str, style: Style) -> Option<Option<Vec<Cow<'c, str>>>> {
        let values = self.values(place, name)?;
        if values.is_empty() {
            return Some(None);
        }
        match style {
            Style::Repeated if place != In::Header => Some(Some(values)),
            // Headers may be sent in one line or several: both mean the same.
            Style::Repeated | Style::Commas => {
                if values.len() > 1 && place != In::Header {
                    self.fault(place, name, "repeated", "must be given once, with commas between the items");
                    return None;
                }
                Some(Some(values.iter().flat_map(|value| split(value, place)).collect()))
            }
        }
    }

    fn missing<T>(&mut self, place: In, name: &'static str) -> Option<T> {
        self.fault(place, name, "missing", "is required");
        None
    }

    fn fault(&mut self, place: In, name: &str, code: &'static str, message: &str) {
        self.malformed = true;
        let _: Option<()> = self.record(Violation::parameter(place, cut(name), code, message));
    }

    fn malformed_body<T>(&mut self, malformed: Malformed) -> Option<T> {
        self.malformed = true;
        self.record(Violation {
            place: In::Body,
            name: None,
            message: format!("{} (line {}, column {})", malformed.message, malformed.line, malformed.column),
            pointer: malformed.pointer,
            code: "malformed".into(),
        })
    }

    fn found<T>(&mut self, place: In, name: Option<&str>, found: stipule_wire::Violations) -> Option<T> {
        self.truncated |= found.truncated;
        for violation in found.list {
            let _: Option<()> = self.record(Violation::found(place, name, violation));
        }
        None
    }

    fn record<T>(&mut self, violation: Violation) -> Option<T> {
        if self.violations.len() < stipule_wire::Violations::MOST {
            self.violations.push(violation);
        } else {
            self.truncated = true;
        }
        None
    }
}

fn split(value: &str, place: In) -> impl Iterator<Item = Cow<'static, str>> {
    let items: Vec<_> = if value.is_empty() {
        Vec::new()
    } else {
        value
            .split(',')
            .map(|item| if place == In::Header { item.trim() } else { item })
            .map(str::to_owned)
            .collect()
    };
    items.into_iter().map(Cow::from)
}

/// Values of a cookie. Source: RFC 6265, section 4.2.1.
fn cookies<'c>(call: &'c Call, name: &str) -> Vec<Cow<'c, str>> {
    let lines = call.headers.get_all(http::header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(own, _)| *own == name).map(|(_, value)| Cow::from(value)).collect()
}

/// A name that a stranger chose, no longer than it needs to be to be recognised.
fn cut(name: &str) -> String {
    name.chars().take(100).collect()
}
