//! Cases in lines of JSON: `{"id": …, "pattern": …, "event": …}` in, `{"id": …, "matches": true|false}` or
//! `{"id": …, "error": "…"}` out. Pattern and event may be JSON objects or strings that hold JSON.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::event::Event;
use crate::json::{SyntaxError, SyntaxFault, Token, Tokens};
use crate::pattern::Pattern;

/// The answer to one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseAnswer {
    /// The case's id, as JSON; `null` where the case has none.
    pub id: String,
    /// Whether the event matches, or why the pattern is refused or the case can't be read.
    pub result: Result<bool, String>,
}

/// The answer's line of JSON, without a line end.
impl fmt::Display for CaseAnswer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(matches) => write!(out, "{{\"id\":{},\"matches\":{matches}}}", self.id),
            Err(reason) => write!(out, "{{\"id\":{},\"error\":{}}}", self.id, Value::from(reason.as_str())),
        }
    }
}

/// Runs one case.
pub fn run_case(line: &str) -> CaseAnswer {
    match CaseText::read(line) {
        // Line ends stand between the parts of a value only, so the answer stays one line and the id what it is.
        Ok(case) => {
            CaseAnswer { id: case.id.unwrap_or("null").replace(['\n', '\r'], " "), result: case.run() }
        }
        Err(error) => {
            let reason = format!("not a case: column {}: {}", error.at + 1, error.fault);
            CaseAnswer { id: "null".to_owned(), result: Err(reason) }
        }
    }
}

/// Runs every line that isn't blank, in order.
pub fn run_cases(text: &str) -> impl Iterator<Item = CaseAnswer> {
    text.lines().filter(|line| !line.trim().is_empty()).map(run_case)
}

/// Whether a pattern given as text matches an event given as text; every fault in words.
pub fn match_texts(pattern: &str, event: &str) -> Result<bool, String> {
    let pattern = Pattern::compile(pattern).map_err(|errors| {
        let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
        reasons.join(" | ")
    })?;
    let event = Event::parse(event).map_err(|error| error.to_string())?;
    Ok(pattern.matches(&event))
}

/// The parts of a case, as they stand in its line: nothing is lost by reading and writing them again.
#[derive(Default)]
struct CaseText<'a> {
    id: Option<&'a str>,
    pattern: Option<Cow<'a, str>>,
    event: Option<Cow<'a, str>>,
}

impl<'a> CaseText<'a> {
    fn read(line: &'a str) -> Result<Self, SyntaxError> {
        let mut tokens = Tokens::new(line);
        if tokens.next_token()? != Token::BeginObject {
            let found = line.trim_start().chars().next();
            return Err(SyntaxError {
                fault: found.map_or(SyntaxFault::UnexpectedEnd, SyntaxFault::UnexpectedCharacter),
                at: tokens.start(),
            });
        }
        let mut case = Self::default();
        while let Token::Key(key) = tokens.next_token()? {
            let raw = tokens.raw_value()?;
            match &*key {
                "id" => case.id = Some(raw),
                "pattern" => case.pattern = Some(document(raw)?),
                "event" => case.event = Some(document(raw)?),
                _ => {}
            }
        }
        match tokens.next_token()? {
            Token::End => Ok(case),
            _ => Err(SyntaxError { fault: SyntaxFault::TrailingText, at: tokens.start() }),
        }
    }

    fn run(&self) -> Result<bool, String> {
        let pattern = self.pattern.as_deref().ok_or("the case has no pattern")?;
        let event = self.event.as_deref().ok_or("the case has no event")?;
        match_texts(pattern, event)
    }
}

/// The text of a document: what a string holds, or the value as it stands.
fn document(raw: &str) -> Result<Cow<'_, str>, SyntaxError> {
    match Tokens::new(raw).next_token()? {
        Token::Text(text) => Ok(text),
        _ => Ok(Cow::Borrowed(raw)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(line: &str) -> String {
        run_case(line).to_string()
    }

    #[test]
    fn a_case_may_hold_objects_or_strings_of_json() {
        let objects = r#"{"id": "a", "pattern": {"x": [1.0]}, "event": {"x": 1}}"#;
        let strings = r#"{"event": "{\"x\": 1}", "id": 7, "pattern": "{\"x\": [1.0]}"}"#;
        assert_eq!(answer(objects), r#"{"id":"a","matches":true}"#);
        assert_eq!(answer(strings), r#"{"id":7,"matches":true}"#);
    }

    #[test]
    fn a_refused_pattern_answers_with_its_faults() {
        let line = answer(r#"{"id": "a", "pattern": {"x": [], "y": 1}, "event": {}}"#);
        let parsed: Value = serde_json::from_str(&line).expect("the answer is JSON");
        let error = parsed["error"].as_str().expect("an error");
        assert!(error.contains("1:7: /x: an empty list") && error.contains("/y"), "{error}");
    }

    #[test]
    fn an_answer_is_one_line_whatever_the_id_is() {
        let line = answer("{\"id\": {\"a\":\r\n[1,\n2]}, \"pattern\": {\"x\": [1]}, \"event\": {\"x\": 1}}");
        assert_eq!(line, r#"{"id":{"a":  [1, 2]},"matches":true}"#);
    }

    #[test]
    fn a_line_that_is_no_case_is_an_answer_too() {
        for line in
            ["", "[]", "{", "{} {}", "{\"id\":1}", "{\"id\":1,\"pattern\":{\"a\":[1]},\"event\":[]}", "nul"]
        {
            assert!(run_case(line).result.is_err(), "{line}");
        }
    }

    #[test]
    fn blank_lines_are_skipped() {
        assert_eq!(run_cases("\n{\"id\":1}\n\n{\"id\":2}\n").count(), 2);
    }
}
