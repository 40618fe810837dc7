//! A pull reader of JSON text that keeps what a pattern engine needs and a value tree loses: byte offsets, the
//! spelling of numbers, and keys in document order, repeated ones included.

use std::borrow::Cow;
use std::fmt;

/// Nesting deeper than this is refused, so that nothing that walks a document can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 1000;

/// One step through a document. Texts are unescaped; numbers and words (`true`, `false`, `null`) are as spelt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    Key(Cow<'a, str>),
    Text(Cow<'a, str>),
    Number(&'a str),
    Word(&'a str),
    End,
}

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxFault {
    /// The text ends inside a value.
    UnexpectedEnd,
    /// A character that can't stand here.
    UnexpectedCharacter(char),
    /// Something other than white space follows the document.
    TrailingText,
    /// An escape that JSON doesn't know, or a `\u` without four hexadecimal digits.
    BadEscape,
    /// A control character inside a string.
    ControlCharacter,
    /// A number that JSON doesn't allow, such as `01` or `1.`.
    BadNumber,
    /// More than 1,000 objects and arrays inside one another.
    TooDeep,
}

impl fmt::Display for SyntaxFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => write!(out, "the text ends inside a value"),
            Self::UnexpectedCharacter(found) => write!(out, "{found:?} can't stand here"),
            Self::TrailingText => write!(out, "more text follows the end of the document"),
            Self::BadEscape => write!(out, "this escape isn't JSON"),
            Self::ControlCharacter => write!(out, "a control character stands unescaped in a string"),
            Self::BadNumber => write!(out, "this number isn't JSON"),
            Self::TooDeep => write!(out, "objects and arrays nest deeper than {MAX_DEPTH}"),
        }
    }
}

/// A syntax fault and the byte where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) fault: SyntaxFault,
    pub(crate) at: usize,
}

type Read<T> = Result<T, SyntaxError>;

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    FirstKey,
    Key,
    FirstElement,
    CommaOrEnd,
    End,
}

/// The reader. After an error it must not be asked again.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    start: usize,
    /// One entry per open container: true for an object.
    open: Vec<bool>,
    expect: Expect,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, start: 0, open: Vec::new(), expect: Expect::Value }
    }

    /// The byte where the last token starts.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    pub(crate) fn next_token(&mut self) -> Read<Token<'a>> {
        loop {
            let found = self.skip_space();
            self.start = self.at;
            let Some(found) = found else {
                return if self.expect == Expect::End {
                    Ok(Token::End)
                } else {
                    self.fail(SyntaxFault::UnexpectedEnd)
                };
            };
            match (self.expect, found) {
                (Expect::End, _) => return self.fail(SyntaxFault::TrailingText),
                (Expect::CommaOrEnd, b',') => {
                    self.at += 1;
                    self.expect = if self.in_object() { Expect::Key } else { Expect::Value };
                }
                (Expect::CommaOrEnd | Expect::FirstKey, b'}') if self.in_object() => {
                    return Ok(self.close(Token::EndObject));
                }
                (Expect::CommaOrEnd | Expect::FirstElement, b']') if !self.in_object() => {
                    return Ok(self.close(Token::EndArray));
                }
                (Expect::FirstKey | Expect::Key, b'"') => return self.key(),
                (Expect::Value | Expect::FirstElement, _) => return self.value(found),
                _ => return self.unexpected(),
            }
        }
    }

    /// Reads one whole value and returns its text.
    pub(crate) fn raw_value(&mut self) -> Read<&'a str> {
        let depth = self.open.len();
        self.next_token()?;
        let start = self.start;
        while self.open.len() > depth {
            self.next_token()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn in_object(&self) -> bool {
        self.open.last().copied().unwrap_or(false)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn skip_space(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    fn fail<T>(&self, fault: SyntaxFault) -> Read<T> {
        Err(SyntaxError { fault, at: self.at })
    }

    fn unexpected<T>(&self) -> Read<T> {
        match self.text[self.at..].chars().next() {
            Some(found) => self.fail(SyntaxFault::UnexpectedCharacter(found)),
            None => self.fail(SyntaxFault::UnexpectedEnd),
        }
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::CommaOrEnd };
    }

    fn close(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        self.open.pop();
        self.after_value();
        token
    }

    fn begin(&mut self, object: bool) -> Read<Token<'a>> {
        if self.open.len() == MAX_DEPTH {
            return self.fail(SyntaxFault::TooDeep);
        }
        self.at += 1;
        self.open.push(object);
        self.expect = if object { Expect::FirstKey } else { Expect::FirstElement };
        Ok(if object { Token::BeginObject } else { Token::BeginArray })
    }

    fn value(&mut self, first: u8) -> Read<Token<'a>> {
        let token = match first {
            b'{' => return self.begin(true),
            b'[' => return self.begin(false),
            b'"' => Token::Text(self.string()?),
            b'-' | b'0'..=b'9' => Token::Number(self.number()?),
            b't' => Token::Word(self.word("true")?),
            b'f' => Token::Word(self.word("false")?),
            b'n' => Token::Word(self.word("null")?),
            _ => return self.unexpected(),
        };
        self.after_value();
        Ok(token)
    }

    fn word(&mut self, word: &'static str) -> Read<&'a str> {
        let end = self.at + word.len();
        match self.text.get(self.at..end) {
            Some(found) if found == word => {
                self.at = end;
                Ok(found)
            }
            _ => self.unexpected(),
        }
    }

    fn key(&mut self) -> Read<Token<'a>> {
        let start = self.at;
        let key = self.string()?;
        match self.skip_space() {
            Some(b':') => self.at += 1,
            _ => return self.unexpected(),
        }
        self.start = start;
        self.expect = Expect::Value;
        Ok(Token::Key(key))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.byte(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        if self.byte(self.at) == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.byte(self.at) == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return self.fail(SyntaxFault::BadNumber);
        }
        if self.byte(self.at) == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.fail(SyntaxFault::BadNumber);
            }
        }
        if matches!(self.byte(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fail(SyntaxFault::BadNumber);
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let mut piece = self.at;
        let mut built: Option<String> = None;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at +=
                rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
            match self.byte(self.at) {
                None => return self.fail(SyntaxFault::UnexpectedEnd),
                Some(b'"') => {
                    let last = &self.text[piece..self.at];
                    self.at += 1;
                    return Ok(match built {
                        None => Cow::Borrowed(last),
                        Some(mut text) => {
                            text.push_str(last);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = built.get_or_insert_with(String::new);
                    text.push_str(&self.text[piece..self.at]);
                    let escaped = self.escape()?;
                    if let Some(text) = &mut built {
                        text.push(escaped);
                    }
                    piece = self.at;
                }
                Some(_) => return self.fail(SyntaxFault::ControlCharacter),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let Some(kind) = self.byte(self.at + 1) else { return self.fail(SyntaxFault::UnexpectedEnd) };
        let plain = match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return self.fail(SyntaxFault::BadEscape),
        };
        self.at += 2;
        Ok(plain)
    }

    /// A surrogate without its partner becomes `?`, as it does when the service encodes the text.
    fn unicode_escape(&mut self) -> Read<char> {
        let high = self.hex4(self.at + 2)?;
        self.at += 6;
        if !(0xD800..0xDC00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or('?'));
        }
        if self.byte(self.at) == Some(b'\\') && self.byte(self.at + 1) == Some(b'u') {
            let low = self.hex4(self.at + 2)?;
            if (0xDC00..0xE000).contains(&low) {
                self.at += 6;
                let joined = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(joined).unwrap_or('?'));
            }
        }
        Ok('?')
    }

    fn hex4(&self, at: usize) -> Read<u32> {
        let digits = self.text.as_bytes().get(at..at + 4);
        let valid = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let parsed = valid.and_then(|digits| std::str::from_utf8(digits).ok());
        match parsed.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(value) => Ok(value),
            None => self.fail(SyntaxFault::BadEscape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Option<SyntaxFault> {
        let mut tokens = Tokens::new(text);
        loop {
            match tokens.next_token() {
                Ok(Token::End) => return None,
                Ok(_) => {}
                Err(error) => return Some(error.fault),
            }
        }
    }

    #[test]
    fn accepts_json_and_nothing_else() {
        for good in ["{}", "[]", " [1, -0.5e+3, true, null] ", r#"{"a":{"b":["\u00e9\n"]}}"#, "0", "\"\""] {
            assert_eq!(faults(good), None, "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "1e",
            "-",
            "+1",
            "nul",
            "\"\t\"",
            "\"\\x\"",
            "{} {}",
            "[1}",
            "{]",
            "NaN",
            "\"\\u12\"",
        ] {
            assert!(faults(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn joins_surrogates_and_replaces_lone_ones() {
        let mut tokens = Tokens::new(r#""\ud83d\ude00 \ud83d \ude00""#);
        assert_eq!(tokens.next_token(), Ok(Token::Text(Cow::Owned("😀 ? ?".to_owned()))));
    }

    #[test]
    fn refuses_nesting_that_would_exhaust_the_stack() {
        assert_eq!(faults(&"[".repeat(100_000)), Some(SyntaxFault::TooDeep));
    }
}
