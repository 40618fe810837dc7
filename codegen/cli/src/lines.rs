//! Many questions in lines, each answered by a line.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;

use crate::failure::Failure;
use crate::input::{self, is_standard_input};
use crate::output::{Output, finish};
use crate::replace::Replacement;
use crate::report::prose::count;

/// Gives the answer to a line, with its number from 1.
pub(crate) type Answer<'a> = &'a mut dyn FnMut(&[u8], usize) -> String;

enum Fault {
    Read(io::Error),
    Write(io::Error),
}

/// Answers every line of a file, or of standard input for `-`, in order, to `out` or to standard output. Blank lines
/// are passed over; `noun` is what a line asks about.
pub(crate) fn answer(
    path: &Path,
    out: Option<&Path>,
    noun: &str,
    output: &Output,
    answer: Answer<'_>,
) -> Result<(), Failure> {
    let name = input::shown(path);
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    let source: Box<dyn Read> = match is_standard_input(path) {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(failed)?),
    };
    let mut lines = BufReader::new(source);
    let unwritten = |out: &Path, error| Failure::io(&format!("write {}", out.display()), &error);
    let answered = match out {
        None => answer_all(&mut lines, &mut io::BufWriter::new(io::stdout().lock()), answer),
        Some(out) => {
            let mut file = Replacement::begin(out).map_err(|error| unwritten(out, error))?;
            answer_all(&mut lines, &mut file, answer)
                .and_then(|answered| file.finish().map(|()| answered).map_err(Fault::Write))
        }
    };
    match (answered, out) {
        (Ok(answered), _) => {
            output.progress(&format!("answered {}", count(answered, noun)));
            Ok(())
        }
        (Err(Fault::Read(error)), _) => Err(failed(error)),
        (Err(Fault::Write(error)), None) => finish(Err(error)),
        (Err(Fault::Write(error)), Some(out)) => Err(unwritten(out, error)),
    }
}

fn answer_all(
    lines: &mut BufReader<Box<dyn Read>>,
    out: &mut dyn Write,
    answer: Answer<'_>,
) -> Result<usize, Fault> {
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
        // Whoever asks one by one sees each answer before the next question.
        if lines.buffer().is_empty() {
            out.flush().map_err(Fault::Write)?;
        }
    }
    out.flush().map_err(Fault::Write)?;
    Ok(answered)
}
