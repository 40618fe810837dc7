//! Many cases in lines of JSON, each answered by a line.

use std::path::Path;

use stipule_pattern::{CaseAnswer, run_case};

use crate::failure::Failure;
use crate::lines;
use crate::output::Output;

/// Answers every line of a file, or of standard input for `-`.
pub(crate) fn run(path: &Path, output: &Output) -> Result<(), Failure> {
    lines::answer(path, None, "case", output, &mut |line, number| answer(line, number).to_string())
}

/// The answer to one line. One that gives no id is named by its number, from 1.
fn answer(line: &[u8], number: usize) -> CaseAnswer {
    let mut answer = match std::str::from_utf8(line) {
        Ok(line) => run_case(line),
        Err(error) => {
            let column = error.valid_up_to() + 1;
            let reason = format!("not a case: byte {column} starts no character of UTF-8");
            CaseAnswer { id: "null".to_owned(), result: Err(reason) }
        }
    };
    if answer.id == "null" {
        answer.result = answer.result.map_err(|reason| format!("line {number}: {reason}"));
    }
    answer
}
