//! JSON (RFC 8259) by recursive descent, going on after the mistakes that people make: a comma too many or too
//! few, a comment.

use std::collections::BTreeMap;

use stipule_ir::{Diagnostic, Diagnostics, FileId, Span, Spanned};

use super::limits::{Budget, MAX_DEPTH};
use super::{Entry, Node, Value, offset, pointer};

/// Reads the one value of a JSON file.
pub(super) fn read(file: FileId, text: &str, budget: Budget, diagnostics: &mut Diagnostics) -> Option<Node> {
    let at = super::without_byte_order_mark(text).1;
    let mut reader = Reader { text, at, file, budget, diagnostics };
    reader.document().ok()
}

/// Reading can't go on; the reason is among the diagnostics.
struct Stop;

struct Reader<'t, 'd> {
    text: &'t str,
    at: usize,
    file: FileId,
    budget: Budget,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<Node, Stop> {
        self.skip_space();
        if self.peek().is_none() {
            let message = "the file holds no document";
            self.diagnostics.push(Diagnostic::error("SYN004", &Span::start_of(self.file), message));
            return Err(Stop);
        }
        let root = self.value("", 0)?;
        self.skip_space();
        if self.peek().is_some() {
            return Err(self.fault(self.at, "text follows after the document"));
        }
        Ok(root)
    }

    fn value(&mut self, at: &str, depth: usize) -> Result<Node, Stop> {
        let start = self.at;
        self.pay(at, depth)?;
        let value = match self.peek() {
            Some(b'{') => self.mapping(at, depth)?,
            Some(b'[') => self.sequence(at, depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word()?,
            Some(_) => return Err(self.fault(start, "a value is expected here")),
            None => return Err(self.fault(start, "the document ends before this value")),
        };
        Ok(Node { value, span: self.span(start, self.at, at) })
    }

    fn sequence(&mut self, at: &str, depth: usize) -> Result<Value, Stop> {
        self.at += 1;
        let mut items: Vec<Node> = Vec::new();
        while self.goes_on(b']', items.is_empty())? {
            let at = format!("{at}/{}", items.len());
            items.push(self.value(&at, depth + 1)?);
        }
        Ok(Value::Sequence(items))
    }

    fn mapping(&mut self, at: &str, depth: usize) -> Result<Value, Stop> {
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        let mut first = true;
        while self.goes_on(b'}', first)? {
            first = false;
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault(start, "a key in double quotes is expected here"));
            }
            let text = self.string()?;
            let span = self.span(start, self.at, &pointer::child(at, &text));
            self.skip_space();
            if self.peek() == Some(b':') {
                self.at += 1;
            } else {
                return Err(self.fault(self.at, "`:` is expected after a key"));
            }
            self.skip_space();
            let value = self.value(&span.pointer, depth + 1)?;
            if let Some(first) = places.get(&text) {
                let twice = Diagnostic::error("SYN002", &span, format!("key `{text}` is given twice"))
                    .related(first, "first given here");
                self.diagnostics.push(twice);
                continue;
            }
            places.insert(text.clone(), span.clone());
            entries.push(Entry { key: Spanned::new(text, span), value });
        }
        Ok(Value::Mapping(entries))
    }

    /// Moves to the next item of a list or mapping, or past its end. A missing or trailing comma is reported and
    /// read over.
    fn goes_on(&mut self, close: u8, first: bool) -> Result<bool, Stop> {
        self.skip_space();
        let comma = self.at;
        let has_comma = self.peek() == Some(b',');
        if has_comma && !first {
            self.at += 1;
            self.skip_space();
        }
        match self.peek() {
            None => Err(self.fault(self.at, &format!("the document ends before `{}`", char::from(close)))),
            Some(byte) if byte == close => {
                if has_comma {
                    self.fault(comma, "a comma stands before the end");
                }
                self.at += 1;
                Ok(false)
            }
            Some(_) if first || has_comma => Ok(true),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                self.fault(self.at, "a comma is missing before this");
                Ok(true)
            }
            Some(_) => Err(self.fault(self.at, &format!("`,` or `{}` is expected here", char::from(close)))),
        }
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            other => {
                let reason = format!("`{other}` is not a value; text stands in double quotes");
                Err(self.fault(start, &reason))
            }
        }
    }

    /// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][-+]?[0-9]+)?`
    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        self.skip_if(|byte| byte == b'-');
        let whole = self.at;
        let digits = self.digits();
        let mut valid = digits > 0 && (digits == 1 || self.text.as_bytes()[whole] != b'0');
        if self.skip_if(|byte| byte == b'.') {
            valid &= self.digits() > 0;
        }
        if self.skip_if(|byte| byte == b'e' || byte == b'E') {
            self.skip_if(|byte| byte == b'+' || byte == b'-');
            valid &= self.digits() > 0;
        }
        if valid {
            return Ok(Value::Number(self.text[start..self.at].to_owned()));
        }
        let reason = format!("`{}` is not a number of JSON", &self.text[start..self.at]);
        Err(self.fault(start, &reason))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.skip_if(|byte| byte.is_ascii_digit()) {}
        self.at - start
    }

    fn string(&mut self) -> Result<String, Stop> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(letter) = self.text[self.at..].chars().next() else {
                return Err(self.fault(start, "this text has no closing quote"));
            };
            match letter {
                '"' => {
                    self.at += 1;
                    return Ok(text);
                }
                '\\' => text.push(self.escape()?),
                '\n' | '\r' => return Err(self.fault(start, "this text has no closing quote on its line")),
                control if control < ' ' => {
                    let reason =
                        format!("a control character must be written as `\\u{:04x}`", u32::from(control));
                    return Err(self.fault(self.at, &reason));
                }
                other => {
                    text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        let letter = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        let plain = match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(self.fault(start, "this escape doesn't exist in JSON")),
        };
        Ok(plain)
    }

    /// `\u00e9`, or a pair for a character beyond 16 bits.
    fn unicode(&mut self, start: usize) -> Result<char, Stop> {
        let first = self.hex(start)?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.fault(start, "half of a surrogate pair"));
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(self.fault(start, "half of a surrogate pair"));
        }
        self.at += 2;
        let second = self.hex(start)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.fault(start, "half of a surrogate pair"));
        }
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code).ok_or_else(|| self.fault(start, "half of a surrogate pair"))
    }

    fn hex(&mut self, start: usize) -> Result<u32, Stop> {
        let digits = self.text.get(self.at..self.at + 4);
        let code = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.fault(start, "`\\u` takes four hexadecimal digits")),
        }
    }

    /// Skips white space; comments, which JSON doesn't have, are reported and skipped too.
    fn skip_space(&mut self) {
        loop {
            while self.skip_if(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {}
            let rest = &self.text[self.at..];
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.fault(self.at, "JSON has no comments");
            self.at += length;
        }
    }

    fn skip_if(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn pay(&mut self, at: &str, depth: usize) -> Result<(), Stop> {
        let span = self.span(self.at, self.at, at);
        if depth > MAX_DEPTH {
            let message = format!("values are nested deeper than {MAX_DEPTH} levels");
            self.diagnostics.push(Diagnostic::error("SYN005", &span, message));
            return Err(Stop);
        }
        if !self.budget.spend(at) {
            self.diagnostics.push(Diagnostic::error("SYN006", &span, "the file holds too many values"));
            return Err(Stop);
        }
        Ok(())
    }

    fn fault(&mut self, at: usize, reason: &str) -> Stop {
        let span = self.span(at, at, "");
        self.diagnostics.push(Diagnostic::error("SYN001", &span, format!("not valid JSON: {reason}")));
        Stop
    }

    fn span(&self, start: usize, end: usize, at: &str) -> Span {
        Span::new(self.file, offset(start), offset(end), at)
    }
}
