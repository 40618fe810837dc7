//! Many pairs in lines of JSON, each answered by a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde_json::{Value, json};
use stipule_review::pairs::{Rules, answer};

use super::settings::Settings;
use crate::failure::Failure;
use crate::input::{self, is_standard_input};
use crate::output::{Output, finish};
use crate::report::prose::count;

/// Answers every line of a file, or of standard input for `-`, in order. Blank lines are passed over.
pub(crate) fn run(
    path: &Path,
    settings: &Settings,
    out: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let policy = &settings.policy;
    let rules = Rules { schemas: policy.schemas, direction: policy.direction, apis: policy.apis };
    let name = input::shown(path);
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    let mut to: Box<dyn Write> = match out {
        None => Box::new(io::BufWriter::new(io::stdout().lock())),
        Some(out) => {
            let made = File::create(out)
                .map_err(|error| Failure::io(&format!("write {}", out.display()), &error))?;
            Box::new(io::BufWriter::new(made))
        }
    };
    let answered = if is_standard_input(path) {
        answer_all(&mut BufReader::new(io::stdin().lock()), &mut to, &rules)
    } else {
        answer_all(&mut BufReader::new(File::open(path).map_err(failed)?), &mut to, &rules)
    };
    match answered {
        Ok(answered) => {
            output.progress(&format!("answered {}", count(answered, "pair")));
            Ok(())
        }
        Err(Fault::Read(error)) => Err(failed(error)),
        Err(Fault::Write(error)) => finish(Err(error)),
    }
}

enum Fault {
    Read(io::Error),
    Write(io::Error),
}

fn answer_all<R: io::Read>(
    lines: &mut BufReader<R>,
    out: &mut dyn Write,
    rules: &Rules,
) -> Result<usize, Fault> {
    let (mut line, mut number, mut answered) = (Vec::new(), 0usize, 0usize);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(Fault::Read)? == 0 {
            break;
        }
        number += 1;
        if !line.trim_ascii().is_empty() {
            writeln!(out, "{}", answered_line(&line, number, rules)).map_err(Fault::Write)?;
            answered += 1;
        }
        // Whoever sends pairs one by one sees each answer before the next pair.
        if lines.buffer().is_empty() {
            out.flush().map_err(Fault::Write)?;
        }
    }
    out.flush().map_err(Fault::Write)?;
    Ok(answered)
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
