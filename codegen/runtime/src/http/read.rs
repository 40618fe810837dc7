//! From a call to the input of its operation, with every violation at once.

use std::borrow::Cow;

use http::StatusCode;
use stipule_wire::{Decode, Json, Posture, percent};

use super::call::Call;
use super::parameter::{Form, In, Style};
use super::problem::{Problem, Violation};
use super::response::Refused;

/// Reads the parts of a call and remembers what is wrong with them.
#[derive(Debug)]
pub struct Reader<'c> {
    pub(super) call: &'c Call,
    violations: Vec<Violation>,
    /// Whether something besides the body's content is wrong.
    pub(super) malformed: bool,
    truncated: bool,
}

impl<'c> Reader<'c> {
    pub(super) fn new(call: &'c Call) -> Self {
        let mut reader = Self { call, violations: Vec::new(), malformed: false, truncated: false };
        let mut unknown: Vec<&str> = Vec::new();
        for (name, _) in &call.query {
            if !call.operation.takes(name) && !unknown.contains(&name.as_str()) {
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
                found.map(|(_, value)| percent::decode(value)).collect()
            }
            In::Query => {
                let found = call.query.iter().filter(|(own, _)| own == name);
                found.map(|(_, value)| percent::decode_query(value).map(Cow::from)).collect()
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
        if style == Style::Commas && matches!(place, In::Query | In::Path) {
            return self.parted(place, name);
        }
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

    /// Items parted by commas, where a comma inside of one is escaped.
    fn parted(&mut self, place: In, name: &'static str) -> Option<Option<Vec<Cow<'c, str>>>> {
        let call = self.call;
        let (values, decode): (Vec<&'c str>, stipule_wire::style::Unescape) = match place {
            In::Path => {
                let found = call.path.iter().filter(|(own, _)| *own == name);
                (found.map(|(_, value)| value.as_str()).collect(), decode_path)
            }
            _ => {
                let found = call.query.iter().filter(|(own, _)| own == name);
                (found.map(|(_, value)| value.as_str()).collect(), percent::decode_query)
            }
        };
        match values.as_slice() {
            [] => Some(None),
            [""] => Some(Some(Vec::new())),
            [value] => {
                let items: Option<Vec<_>> =
                    value.split(',').map(|item| decode(item).map(Cow::from)).collect();
                if items.is_none() {
                    self.fault(place, name, "encoding", "isn't well encoded");
                }
                items.map(Some)
            }
            _ => {
                self.fault(place, name, "repeated", "must be given once, with commas between the items");
                None
            }
        }
    }

    pub(super) fn missing<T>(&mut self, place: In, name: &'static str) -> Option<T> {
        self.fault(place, name, "missing", "is required");
        None
    }

    pub(super) fn fault(&mut self, place: In, name: &str, code: &'static str, message: &str) {
        self.malformed = true;
        let _: Option<()> = self.record(Violation::parameter(place, cut(name), code, message));
    }

    pub(super) fn found<T>(
        &mut self,
        place: In,
        name: Option<&str>,
        found: stipule_wire::Violations,
    ) -> Option<T> {
        self.truncated |= found.truncated;
        for violation in found.list {
            let _: Option<()> = self.record(Violation::found(place, name, violation));
        }
        None
    }

    pub(super) fn record<T>(&mut self, violation: Violation) -> Option<T> {
        if self.violations.len() < stipule_wire::Violations::MOST {
            self.violations.push(violation);
        } else {
            self.truncated = true;
        }
        None
    }
}

/// A value of a path, where `+` is a plus.
pub(super) fn decode_path(text: &str) -> Option<String> {
    percent::decode(text).map(Cow::into_owned)
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
