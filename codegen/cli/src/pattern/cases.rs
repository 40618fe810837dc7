//! Many cases in lines of JSON, each answered by a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use stipule_pattern::{CaseAnswer, run_case};

use crate::failure::Failure;
use crate::input::{self, is_standard_input};
use crate::output::{Output, finish};
use crate::report::prose::count;

/// Answers every line of a file, or of standard input for `-`, in order. Blank lines are passed over.
pub(crate) fn run(path: &Path, output: &Output) -> Result<(), Failure> {
    let name = input::shown(path);
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    let answered = if is_standard_input(path) {
        answer_all(&mut BufReader::new(io::stdin().lock()))
    } else {
        answer_all(&mut BufReader::new(File::open(path).map_err(failed)?))
    };
    match answered {
        Ok(answered) => {
            output.progress(&format!("answered {}", count(answered, "case")));
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

fn answer_all<R: io::Read>(lines: &mut BufReader<R>) -> Result<usize, Fault> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut line, mut number, mut answered) = (Vec::new(), 0usize, 0usize);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(Fault::Read)? == 0 {
            break;
        }
        number += 1;
        if !line.trim_ascii().is_empty() {
            writeln!(out, "{}", answer(&line, number)).map_err(Fault::Write)?;
            answered += 1;
        }
        // Whoever sends cases one by one sees each answer before the next case.
        if lines.buffer().is_empty() {
            out.flush().map_err(Fault::Write)?;
        }
    }
    out.flush().map_err(Fault::Write)?;
    Ok(answered)
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
