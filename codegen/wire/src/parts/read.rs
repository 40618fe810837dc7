//! Reading parts.

use std::collections::HashSet;

use bytes::Bytes;

use crate::blob::{Blob, Upload};
use crate::decode::{Decode, Decoder, Posture, decode};
use crate::json::{Json, Limits};
use crate::violation::{Code, Fault, Violation, Violations};

/// A part as it was sent.
#[derive(Clone, Debug)]
struct Received {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    content: Bytes,
}

/// Most parts of one body.
const MOST_PARTS: usize = 1_000;

/// Largest head of a part, in bytes.
const LARGEST_HEAD: usize = 8 << 10;

/// The parts of a body while a type is read from them.
#[derive(Debug)]
pub struct PartsReader<'p> {
    parts: &'p [Received],
    asked: HashSet<&'static str>,
    violations: Vec<Violation>,
}

/// Reads a body of several parts. `boundary` is what the content type says.
///
/// # Errors
/// All violations; one alone when it isn't such a body.
pub fn parse<T: super::Parts>(body: &Bytes, boundary: &str) -> Result<T, Violations> {
    let refuse = |message: &'static str| Violations {
        list: vec![Fault::new(Code::Type, message).at_root()],
        truncated: false,
    };
    let parts = split(body, boundary).map_err(refuse)?;
    let mut reader = PartsReader { parts: &parts, asked: HashSet::new(), violations: Vec::new() };
    let value = T::read(&mut reader);
    reader.finish(value)
}

impl PartsReader<'_> {
    /// A part that must be there, as text.
    pub fn text<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        self.required(name, text)
    }

    /// A part that may be there, as text.
    pub fn optional_text<T: Decode>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.optional(name, text)
    }

    /// A part that may be there several times, as text.
    pub fn texts<T: Decode>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.repeated(name, text)
    }

    /// A part that must be there, as JSON.
    pub fn json<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        self.required(name, json)
    }

    /// A part that may be there, as JSON.
    pub fn optional_json<T: Decode>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.optional(name, json)
    }

    /// A part that may be there several times, as JSON.
    pub fn jsons<T: Decode>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.repeated(name, json)
    }

    /// A file that must be there.
    pub fn file(&mut self, name: &'static str) -> Option<Upload> {
        self.required(name, file)
    }

    /// A file that may be there.
    pub fn optional_file(&mut self, name: &'static str) -> Option<Option<Upload>> {
        self.optional(name, file)
    }

    /// Files under one name.
    pub fn files(&mut self, name: &'static str) -> Option<Vec<Upload>> {
        self.repeated(name, file)
    }

    fn required<T>(&mut self, name: &'static str, read: Read<T>) -> Option<T> {
        match self.optional(name, read)? {
            Some(value) => Some(value),
            None => self.fault(name, Fault::new(Code::Missing, "is required")),
        }
    }

    fn optional<T>(&mut self, name: &'static str, read: Read<T>) -> Option<Option<T>> {
        let mut values = self.repeated(name, read)?;
        if values.len() > 1 {
            return self.fault(name, Fault::new(Code::Items, "must be given once"));
        }
        Some(values.pop())
    }

    fn repeated<T>(&mut self, name: &'static str, read: Read<T>) -> Option<Vec<T>> {
        self.asked.insert(name);
        let mut values = Some(Vec::new());
        for part in self.parts {
            // Some senders mark lists by brackets.
            if part.name != name && part.name.strip_suffix("[]") != Some(name) {
                continue;
            }
            match (read(part), &mut values) {
                (Ok(value), Some(values)) => values.push(value),
                (Ok(_), None) => {}
                (Err(violations), _) => {
                    let within = violations.list.into_iter().map(|violation| violation.within(name));
                    self.violations.extend(within);
                    values = None;
                }
            }
        }
        values
    }

    fn fault<T>(&mut self, name: &'static str, fault: Fault) -> Option<T> {
        self.violations.push(fault.at_root().within(name));
        None
    }

    fn finish<T>(mut self, value: Option<T>) -> Result<T, Violations> {
        let unknown: Vec<&str> =
            self.parts.iter().map(|part| part.name.as_str()).filter(|name| !self.is_asked(name)).collect();
        for name in unknown {
            let fault = Fault::new(Code::UnknownField, "is not a known part");
            self.violations.push(fault.at_root().within(name));
        }
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            _ => {
                let truncated = self.violations.len() > Violations::MOST;
                self.violations.truncate(Violations::MOST);
                Err(Violations { list: self.violations, truncated })
            }
        }
    }

    fn is_asked(&self, name: &str) -> bool {
        self.asked.contains(name) || name.strip_suffix("[]").is_some_and(|name| self.asked.contains(name))
    }
}

/// Reads one part.
type Read<T> = fn(&Received) -> Result<T, Violations>;

fn text<T: Decode>(part: &Received) -> Result<T, Violations> {
    let text = std::str::from_utf8(&part.content).map_err(|_| wrong("must be text"))?;
    Decoder::of_text(&Json::from(text), Posture::Closed)
}

fn json<T: Decode>(part: &Received) -> Result<T, Violations> {
    let json = Json::parse(&part.content, Limits::default()).map_err(|_| wrong("must be JSON"))?;
    decode(&json, Posture::Closed)
}

fn file(part: &Received) -> Result<Upload, Violations> {
    Ok(Upload {
        content: Blob::from(part.content.clone()),
        file_name: part.file_name.clone(),
        media_type: part.media_type.clone(),
    })
}

fn wrong(message: &'static str) -> Violations {
    Violations { list: vec![Fault::new(Code::Type, message).at_root()], truncated: false }
}

/// Source: RFC 2046, section 5.1.1.
fn split(body: &Bytes, boundary: &str) -> Result<Vec<Received>, &'static str> {
    if boundary.is_empty() || boundary.len() > 70 {
        return Err("has no boundary that parts its parts");
    }
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may stand at the very beginning, where no line break leads it.
    let mut at = if body.starts_with(&delimiter.as_bytes()[2..]) {
        delimiter.len() - 2
    } else {
        find(body, delimiter.as_bytes(), 0).ok_or("has no part")? + delimiter.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let line = find(rest, b"\r\n", 0).ok_or("ends within a part")?;
        if !rest[..line].iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return Err("has text behind a boundary");
        }
        if parts.len() == MOST_PARTS {
            return Err("has too many parts");
        }
        let start = at + line;
        let end = find(body, delimiter.as_bytes(), start).ok_or("ends within a part")?;
        parts.push(part(body, start + 2, end)?);
        at = end + delimiter.len();
    }
}

fn part(body: &Bytes, start: usize, end: usize) -> Result<Received, &'static str> {
    // A part without any header begins with an empty line.
    let block = body.get(start..end).unwrap_or_default();
    let (head, content) = if block.starts_with(b"\r\n") {
        (0, 2)
    } else {
        let head = find(&block[..block.len().min(LARGEST_HEAD)], b"\r\n\r\n", 0);
        head.map(|head| (head, head + 4)).ok_or("has a part without an end of its headers")?
    };
    let text = std::str::from_utf8(&block[..head]).map_err(|_| "has a part whose headers aren't text")?;
    let mut received = Received {
        name: String::new(),
        file_name: None,
        media_type: None,
        content: body.slice(start + content..end),
    };
    let mut named = false;
    for line in text.split("\r\n") {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("content-disposition") {
            for (key, value) in parameters(value) {
                match key.as_str() {
                    "name" => {
                        received.name = value;
                        named = true;
                    }
                    "filename" => received.file_name = Some(value),
                    _ => {}
                }
            }
        } else if name.trim().eq_ignore_ascii_case("content-type") {
            received.media_type = Some(value.trim().to_owned());
        }
    }
    if named { Ok(received) } else { Err("has a part without a name") }
}

/// `; name="a"; filename="b.txt"`
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = value.find(';').map_or("", |at| &value[at + 1..]);
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"').unwrap_or(quoted.len());
                (unquoted(&quoted[..end]), quoted.get(end + 1..).unwrap_or_default())
            }
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        found.push((key.trim().trim_start_matches(';').trim().to_ascii_lowercase(), value));
        rest = next.find(';').map_or("", |at| &next[at + 1..]);
    }
    found
}

fn unquoted(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// Where `needle` begins in `hay`, from a place on.
fn find(hay: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    while at + needle.len() <= hay.len() {
        at += hay[at..].iter().position(|byte| *byte == first)?;
        if hay[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}
