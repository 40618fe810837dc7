//! Many pairs in lines of JSON, each answered by a line.

use std::path::Path;

use serde_json::{Value, json};
use stipule_review::pairs::{Rules, answer};

use super::settings::Settings;
use crate::failure::Failure;
use crate::lines;
use crate::output::Output;

/// Answers every line of a file, or of standard input for `-`.
pub(crate) fn run(
    path: &Path,
    settings: &Settings,
    out: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let policy = &settings.policy;
    let rules = Rules { schemas: policy.schemas, direction: policy.direction, apis: policy.apis };
    lines::answer(path, out, "pair", output, &mut |line, number| {
        answered_line(line, number, &rules).to_string()
    })
}

/// The answer to one line. One that has no id is named by its number, from 1.
fn answered_line(line: &[u8], number: usize, rules: &Rules) -> Value {
    let (id, reason) = match std::str::from_utf8(line) {
        Ok(line) => match answer(line, rules) {
            Ok(answer) => return answer,
            Err((id, error)) => (id, error.to_string()),
        },
        Err(error) => {
            let column = error.valid_up_to() + 1;
            (Value::Null, format!("byte {column} starts no character of UTF-8"))
        }
    };
    json!({"id": id, "line": number, "error": reason})
}
