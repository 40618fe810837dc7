//! ECMA-262 patterns, piece by piece, into the syntax of the `regex` crate.

use super::Unsupported;
use super::class;

/// Translates a whole pattern. What the two languages write alike is copied, everything else is spelled out.
pub(super) fn translate(source: &str) -> Result<String, Unsupported> {
    let mut scanner = Scanner { source, at: 0 };
    let mut out = String::with_capacity(source.len() + 8);
    let mut groups = Vec::new();
    // Whether a quantifier may stand here.
    let mut atom = false;
    while let Some(c) = scanner.peek() {
        let start = scanner.at;
        match c {
            '^' => scanner.replace(&mut out, r"\A"),
            '$' => scanner.replace(&mut out, r"\z"),
            '.' => scanner.replace(&mut out, r"[^\n\r\x{2028}\x{2029}]"),
            '|' => scanner.replace(&mut out, "|"),
            '(' => {
                open_group(&mut scanner)?;
                groups.push(start);
                out.push_str("(?:");
            }
            ')' => {
                groups.pop().ok_or_else(|| Unsupported::new(start, "`)` without `(`"))?;
                scanner.replace(&mut out, ")");
            }
            '[' => class::translate(&mut scanner, &mut out)?,
            '\\' => {
                let escape = scanner.escape(false)?;
                if let Escape::Boundary(boundary) = escape {
                    out.push_str(boundary);
                } else {
                    escape.write(&mut out, false);
                }
            }
            '*' | '+' | '?' | '{' => {
                if !atom {
                    return Err(Unsupported::new(
                        start,
                        format!("nothing for `{c}` to repeat; write `\\{c}` for the character"),
                    ));
                }
                quantifier(&mut scanner, &mut out)?;
            }
            ']' | '}' => {
                return Err(Unsupported::new(start, format!("`{c}` alone; write `\\{c}` for the character")));
            }
            c => {
                scanner.at += c.len_utf8();
                push_literal(c, &mut out);
            }
        }
        let assertion = source[start..].starts_with(r"\b") || source[start..].starts_with(r"\B");
        atom = !matches!(c, '^' | '$' | '|' | '(' | '*' | '+' | '?' | '{') && !assertion;
    }
    match groups.pop() {
        Some(start) => Err(Unsupported::new(start, "`(` without `)`")),
        None => Ok(out),
    }
}

/// Steps over the head of a group. All groups only group: nobody asks what they matched.
fn open_group(scanner: &mut Scanner<'_>) -> Result<(), Unsupported> {
    let start = scanner.at;
    scanner.at += 1;
    let rest = scanner.rest();
    if !rest.starts_with('?') {
        return Ok(());
    }
    let refuse = |what: &str| Err(Unsupported::new(start, what));
    if rest.starts_with("?=") || rest.starts_with("?!") {
        return refuse("look-ahead can't be matched in linear time; say it with several schemas in `allOf`");
    }
    if rest.starts_with("?<=") || rest.starts_with("?<!") {
        return refuse("look-behind can't be matched in linear time");
    }
    if rest.starts_with("?:") {
        scanner.at += 2;
        return Ok(());
    }
    let name = rest.strip_prefix("?<").and_then(|rest| rest.split_once('>')).map(|(name, _)| name);
    match name {
        Some(name) if is_group_name(name) => {
            scanner.at += name.len() + 3;
            Ok(())
        }
        _ => refuse("unknown kind of group"),
    }
}

fn is_group_name(name: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_' || c == '$';
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_numeric())
}

fn quantifier(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), Unsupported> {
    let start = scanner.at;
    if scanner.rest().starts_with('{') {
        let end = scanner.rest().find('}').ok_or_else(|| Unsupported::new(start, "`{` without `}`"))?;
        let body = &scanner.rest()[1..end];
        let (least, most) = match body.split_once(',') {
            None => (body, body),
            Some((least, "")) => (least, least),
            Some((least, most)) => (least, most),
        };
        let bound =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        match (bound(least), bound(most)) {
            (Some(least), Some(most)) if least <= most => {}
            _ => return Err(Unsupported::new(start, "not a quantifier; write `\\{` for the character")),
        }
        out.push_str(&scanner.rest()[..=end]);
        scanner.at += end + 1;
    } else {
        out.push_str(&scanner.rest()[..1]);
        scanner.at += 1;
    }
    if scanner.rest().starts_with('?') {
        scanner.replace(out, "?");
    }
    Ok(())
}

/// Writes a character that means itself.
pub(super) fn push_literal(c: char, out: &mut String) {
    if c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() && !c.is_control() {
        out.push(c);
    } else {
        out.push_str(&format!(r"\x{{{:X}}}", u32::from(c)));
    }
}

/// Where we are in a pattern.
pub(super) struct Scanner<'s> {
    source: &'s str,
    pub(super) at: usize,
}

/// What a backslash and what follows it stands for.
pub(super) enum Escape {
    Character(char),
    /// Ranges as they stand within brackets, and whether the set is what is outside of them.
    Set(&'static str, bool),
    Property {
        name: String,
        negated: bool,
    },
    Boundary(&'static str),
}

const DIGITS: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
/// WhiteSpace and LineTerminator of ECMA-262.
const SPACE: &str = r"\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

impl Escape {
    pub(super) fn write(&self, out: &mut String, in_class: bool) {
        match self {
            Escape::Character(c) => push_literal(*c, out),
            Escape::Set(ranges, false) if in_class => out.push_str(ranges),
            Escape::Set(ranges, negated) => {
                out.push_str(if *negated { "[^" } else { "[" });
                out.push_str(ranges);
                out.push(']');
            }
            Escape::Property { name, negated } => {
                out.push_str(if *negated { r"\P{" } else { r"\p{" });
                out.push_str(name);
                out.push('}');
            }
            Escape::Boundary(boundary) => out.push_str(boundary),
        }
    }
}

impl<'s> Scanner<'s> {
    pub(super) fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over one ASCII character, writing something for it.
    fn replace(&mut self, out: &mut String, by: &str) {
        self.at += 1;
        out.push_str(by);
    }

    /// Reads an escape; the scanner stands at the backslash.
    pub(super) fn escape(&mut self, in_class: bool) -> Result<Escape, Unsupported> {
        let start = self.at;
        let refuse = |reason: &str| Err(Unsupported::new(start, reason));
        self.at += 1;
        let Some(c) = self.peek() else {
            return refuse("a backslash at the end");
        };
        self.at += c.len_utf8();
        Ok(match c {
            'd' | 'D' => Escape::Set(DIGITS, c == 'D'),
            'w' | 'W' => Escape::Set(WORD, c == 'W'),
            's' | 'S' => Escape::Set(SPACE, c == 'S'),
            'b' if in_class => Escape::Character('\u{8}'),
            'b' => Escape::Boundary(r"(?-u:\b)"),
            'B' if !in_class => Escape::Boundary(r"(?-u:\B)"),
            't' => Escape::Character('\t'),
            'n' => Escape::Character('\n'),
            'v' => Escape::Character('\u{B}'),
            'f' => Escape::Character('\u{C}'),
            'r' => Escape::Character('\r'),
            '0' if !self.rest().starts_with(|c: char| c.is_ascii_digit()) => Escape::Character('\0'),
            'c' => match self.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.at += 1;
                    Escape::Character(char::from(letter as u8 % 32))
                }
                _ => return refuse(r"`\c` needs a letter"),
            },
            'x' => Escape::Character(self.character(start, 2)?),
            'u' => Escape::Character(self.unicode(start)?),
            'p' | 'P' => self.property(start, c == 'P')?,
            'k' => return refuse("back references can't be matched in linear time"),
            '0'..='9' => {
                return refuse(
                    "back references can't be matched in linear time, octal escapes aren't portable",
                );
            }
            c if c.is_ascii_punctuation() => Escape::Character(c),
            c => return Err(Unsupported::new(start, format!(r"unknown escape `\{c}`"))),
        })
    }

    fn hex(&mut self, start: usize, count: usize) -> Result<u32, Unsupported> {
        let digits = self.rest().get(..count).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += count;
        value.ok_or_else(|| Unsupported::new(start, format!("needs {count} hexadecimal digits")))
    }

    fn character(&mut self, start: usize, count: usize) -> Result<char, Unsupported> {
        let code = self.hex(start, count)?;
        char::from_u32(code).ok_or_else(|| Unsupported::new(start, "not a Unicode character"))
    }

    /// `\u{…}`, `\uXXXX`, or two of the latter as a surrogate pair.
    fn unicode(&mut self, start: usize) -> Result<char, Unsupported> {
        if let Some(rest) = self.rest().strip_prefix('{') {
            let end = rest.find('}').filter(|end| (1..=8).contains(end));
            let end =
                end.ok_or_else(|| Unsupported::new(start, r"`\u{` needs one to eight digits and `}`"))?;
            self.at += 1;
            let c = self.character(start, end)?;
            self.at += 1;
            return Ok(c);
        }
        let high = self.hex(start, 4)?;
        if (0xD800..0xDC00).contains(&high) && self.rest().starts_with(r"\u") {
            self.at += 2;
            let low = self.hex(start, 4)?;
            if let Some(low) = low.checked_sub(0xDC00).filter(|low| *low < 0x400) {
                let code = 0x10000 + (high - 0xD800) * 0x400 + low;
                return char::from_u32(code)
                    .ok_or_else(|| Unsupported::new(start, "not a Unicode character"));
            }
        }
        char::from_u32(high).ok_or_else(|| Unsupported::new(start, "half of a surrogate pair"))
    }

    fn property(&mut self, start: usize, negated: bool) -> Result<Escape, Unsupported> {
        let name = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
        let known = |name: &&str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'=')
        };
        let name =
            name.filter(known).ok_or_else(|| Unsupported::new(start, r"`\p` needs a property in braces"))?;
        self.at += name.len() + 2;
        Ok(Escape::Property { name: name.to_owned(), negated })
    }
}
