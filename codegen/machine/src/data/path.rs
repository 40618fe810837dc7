//! JSONPath as state machines use it.
//!
//! Names, indexes, wildcards, slices, unions and descent; no filters. A path that names one place gives the value
//! there; any other gives the list of what it finds, which may be empty.

use serde_json::{Map, Value};

use super::Roots;

/// A path that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    context: bool,
    steps: Vec<Step>,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Name(String),
    Index(i64),
    Names(Vec<String>),
    Indexes(Vec<i64>),
    Slice(Option<i64>, Option<i64>),
    Wild,
    /// The step at any depth below.
    Deep(Box<Step>),
}

impl Path {
    /// Reads a path; `Err` says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let (context, rest) = match (text.strip_prefix("$$"), text.strip_prefix('$')) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(format!("`{text}` is no path: paths start with `$`")),
        };
        let mut reader = Reader { rest };
        let mut steps = Vec::new();
        while !reader.rest.is_empty() {
            steps.push(reader.step().map_err(|reason| format!("`{text}` is no path: {reason}"))?);
        }
        Ok(Self { context, steps, text: text.to_owned() })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it starts at the context object.
    pub(crate) fn is_of_context(&self) -> bool {
        self.context
    }

    /// Whether it names one place: what `ResultPath` may be.
    pub(crate) fn is_reference(&self) -> bool {
        !self.context && self.steps.iter().all(|step| matches!(step, Step::Name(_) | Step::Index(0..)))
    }

    /// What it finds; `None` when it names one place and nothing is there.
    pub(crate) fn find(&self, roots: Roots<'_>) -> Option<Value> {
        let root = if self.context { roots.context } else { roots.input };
        let mut found = vec![root];
        let mut definite = true;
        for step in &self.steps {
            definite &= matches!(step, Step::Name(_) | Step::Index(_));
            let mut next = Vec::new();
            for value in found {
                step.follow(value, &mut next);
            }
            found = next;
        }
        match definite {
            true => found.first().map(|value| (*value).clone()),
            false => Some(Value::Array(found.into_iter().cloned().collect())),
        }
    }

    /// Puts a value where the path says, and objects on the way there. `None` when something else stands in the way.
    pub(crate) fn put(&self, target: Value, value: Value) -> Option<Value> {
        let mut target = target;
        let mut place = &mut target;
        for step in &self.steps {
            place = match step {
                Step::Name(name) => {
                    if place.is_null() {
                        *place = Value::Object(Map::new());
                    }
                    place.as_object_mut()?.entry(name.as_str()).or_insert(Value::Null)
                }
                Step::Index(index) => place.as_array_mut()?.get_mut(usize::try_from(*index).ok()?)?,
                _ => return None,
            };
        }
        *place = value;
        Some(target)
    }
}

impl Step {
    fn follow<'v>(&self, value: &'v Value, found: &mut Vec<&'v Value>) {
        match self {
            Self::Name(name) => found.extend(value.get(name.as_str())),
            Self::Index(index) => found.extend(element(value, *index)),
            Self::Names(names) => found.extend(names.iter().filter_map(|name| value.get(name.as_str()))),
            Self::Indexes(indexes) => {
                found.extend(indexes.iter().filter_map(|index| element(value, *index)));
            }
            Self::Slice(from, to) => {
                let Some(items) = value.as_array() else { return };
                let place = |at: i64| {
                    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
                    let at = if at < 0 { length.saturating_add(at) } else { at };
                    usize::try_from(at.clamp(0, length)).unwrap_or_default()
                };
                let (from, to) = (from.map_or(0, place), to.map_or(items.len(), place));
                found.extend(items.get(from..to).unwrap_or_default());
            }
            Self::Wild => match value {
                Value::Array(items) => found.extend(items),
                Value::Object(members) => found.extend(members.values()),
                _ => {}
            },
            Self::Deep(step) => {
                step.follow(value, found);
                match value {
                    Value::Array(items) => items.iter().for_each(|item| self.follow(item, found)),
                    Value::Object(members) => members.values().for_each(|item| self.follow(item, found)),
                    _ => {}
                }
            }
        }
    }
}

fn element(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let at = if index < 0 { i64::try_from(items.len()).ok()?.checked_add(index)? } else { index };
    items.get(usize::try_from(at).ok()?)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'t str {
        let (head, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest;
        head
    }

    fn step(&mut self) -> Result<Step, String> {
        if self.take("..") {
            let step = if self.rest.starts_with('[') { self.bracket()? } else { self.name()? };
            return Ok(Step::Deep(Box::new(step)));
        }
        if self.take(".") {
            return self.name();
        }
        if self.rest.starts_with('[') {
            return self.bracket();
        }
        Err(format!("`.` or `[` is missing before `{}`", self.rest))
    }

    fn name(&mut self) -> Result<Step, String> {
        if self.take("*") {
            return Ok(Step::Wild);
        }
        let name = self.until(|c| {
            matches!(c, '.' | '[' | ']' | '(' | ')' | '?' | '@' | ',' | '\'' | '"') || c.is_whitespace()
        });
        if name.is_empty() {
            Err("a name is missing after `.`".to_owned())
        } else {
            Ok(Step::Name(name.to_owned()))
        }
    }

    fn bracket(&mut self) -> Result<Step, String> {
        self.take("[");
        self.blank();
        let step = match self.rest.chars().next() {
            Some('*') => {
                self.take("*");
                Step::Wild
            }
            Some('?') => {
                return Err("filters are not supported; choose in a task or with `Choice`".to_owned());
            }
            Some('\'' | '"') => self.names()?,
            _ => self.numbers()?,
        };
        self.blank();
        if self.take("]") { Ok(step) } else { Err("`]` is missing".to_owned()) }
    }

    fn names(&mut self) -> Result<Step, String> {
        let mut names = vec![self.quoted()?];
        while self.comma() {
            names.push(self.quoted()?);
        }
        match <[String; 1]>::try_from(names) {
            Ok([name]) => Ok(Step::Name(name)),
            Err(names) => Ok(Step::Names(names)),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let quote = if self.take("'") {
            '\''
        } else if self.take("\"") {
            '"'
        } else {
            return Err("a quoted name is missing".to_owned());
        };
        let mut name = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => name.extend(chars.next().map(|(_, escaped)| escaped)),
                c if c == quote => {
                    self.rest = &self.rest[at + c.len_utf8()..];
                    return Ok(name);
                }
                c => name.push(c),
            }
        }
        Err(format!("the closing {quote} is missing"))
    }

    fn numbers(&mut self) -> Result<Step, String> {
        let first = self.number()?;
        self.blank();
        if self.take(":") {
            self.blank();
            return Ok(Step::Slice(first, self.number()?));
        }
        let mut indexes = vec![first.ok_or("an index is missing")?];
        while self.comma() {
            indexes.push(self.number()?.ok_or("an index is missing after `,`")?);
        }
        Ok(if let [index] = *indexes { Step::Index(index) } else { Step::Indexes(indexes) })
    }

    fn number(&mut self) -> Result<Option<i64>, String> {
        let digits = self.until(|c| !(c.is_ascii_digit() || c == '-'));
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse().map(Some).map_err(|_| format!("`{digits}` is no index"))
    }

    fn comma(&mut self) -> bool {
        self.blank();
        let found = self.take(",");
        self.blank();
        found
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(path: &str, input: &Value) -> Option<Value> {
        let context = json!({"Execution": {"Name": "run"}});
        Path::read(path).unwrap().find(Roots { input, context: &context })
    }

    #[test]
    fn a_path_to_one_place_gives_its_value_and_any_other_a_list() {
        let input =
            json!({"a": {"b-c": [1, 2, {"d": 3}]}, "x y": true, "list": [{"n": 1}, {"n": 2}, {"m": 0}]});
        for (path, expected) in [
            ("$", Some(input.clone())),
            ("$.a.b-c[0]", Some(json!(1))),
            ("$.a['b-c'][2].d", Some(json!(3))),
            ("$.a.b-c[-1].d", Some(json!(3))),
            ("$['x y']", Some(json!(true))),
            ("$.nothing", None),
            ("$.a.b-c[7]", None),
            ("$.list[*].n", Some(json!([1, 2]))),
            ("$.list[0:2].n", Some(json!([1, 2]))),
            ("$.list[-1:]", Some(json!([{"m": 0}]))),
            ("$.list[0,2]", Some(json!([{"n": 1}, {"m": 0}]))),
            ("$..d", Some(json!([3]))),
            ("$.list[*].q", Some(json!([]))),
            ("$$.Execution.Name", Some(json!("run"))),
        ] {
            assert_eq!(find(path, &input), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_says_why() {
        for (path, reason) in [
            ("a.b", "paths start with `$`"),
            ("$a", "`.` or `[` is missing"),
            ("$.", "a name is missing"),
            ("$.a[", "an index is missing"),
            ("$.a[1", "`]` is missing"),
            ("$.a['b]", "the closing ' is missing"),
            ("$.a[?(@.b)]", "filters are not supported"),
        ] {
            let fault = Path::read(path).unwrap_err();
            assert!(fault.contains(reason), "{path}: {fault}");
        }
    }

    #[test]
    fn a_result_makes_its_place_but_replaces_nothing_on_the_way() {
        let put = |path: &str, target: Value| Path::read(path).unwrap().put(target, json!(9));
        assert_eq!(put("$", json!({"a": 1})), Some(json!(9)));
        assert_eq!(put("$.b.c", json!({"a": 1})), Some(json!({"a": 1, "b": {"c": 9}})));
        assert_eq!(put("$.a[1]", json!({"a": [1, 2]})), Some(json!({"a": [1, 9]})));
        assert_eq!(put("$.a[2]", json!({"a": [1, 2]})), None);
        assert_eq!(put("$.a.b", json!({"a": "text"})), None);
        assert_eq!(put("$.a", json!("text")), None);
    }
}
