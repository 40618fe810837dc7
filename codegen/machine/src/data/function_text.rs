//! Calls of intrinsic functions as text: `States.Format('order {}', $.id)`.

use serde_json::Value;

use super::function::{Argument, Call, Function};
use super::path::Path;

/// Deepest nesting of calls. Source: "Intrinsic functions" of the developer guide: up to 10.
const DEEPEST: usize = 10;

/// Reads a call; `Err` says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Call, String> {
    let mut reader = Reader { rest: text };
    let call = reader.call(1)?;
    reader.blank();
    if reader.rest.is_empty() { Ok(call) } else { Err(format!("`{}` is left over", reader.rest)) }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn call(&mut self, depth: usize) -> Result<Call, String> {
        if depth > DEEPEST {
            return Err(format!("functions are nested more than {DEEPEST} deep"));
        }
        self.blank();
        let end =
            self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let function = Function::named(name).ok_or_else(|| format!("there is no function `{name}`"))?;
        self.rest = rest;
        if !self.take('(') {
            return Err(format!("`(` is missing after `{name}`"));
        }
        let mut arguments = Vec::new();
        self.blank();
        while !self.take(')') {
            if !arguments.is_empty() && !self.take(',') {
                return Err(format!("`,` or `)` is missing in the call of `{name}`"));
            }
            arguments.push(self.argument(depth)?);
            self.blank();
        }
        function.takes(arguments.len())?;
        Ok(Call { function, arguments })
    }

    fn argument(&mut self, depth: usize) -> Result<Argument, String> {
        self.blank();
        match self.rest.chars().next() {
            Some('\'') => Ok(Argument::Constant(Value::String(self.text()?))),
            Some('$') => {
                let path = self.path();
                Path::read(path.trim_end()).map(Argument::Path)
            }
            Some('S') => Ok(Argument::Call(Box::new(self.call(depth + 1)?))),
            _ => {
                let end = self.rest.find([',', ')']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                let value: Value = serde_json::from_str(word.trim())
                    .map_err(|_| format!("`{}` is no argument: text stands in single quotes", word.trim()))?;
                match value {
                    Value::Array(_) | Value::Object(_) | Value::String(_) => {
                        Err(format!("`{word}` is no argument"))
                    }
                    value => Ok(Argument::Constant(value)),
                }
            }
        }
    }

    /// A path up to the comma or bracket that ends the argument; brackets of the path itself may hold either.
    fn path(&mut self) -> String {
        let (mut quote, mut depth) = (None, 0_u32);
        let mut end = self.rest.len();
        for (at, c) in self.rest.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') if depth > 0 => quote = Some(c),
                (None, '[') => depth += 1,
                (None, ']') => depth = depth.saturating_sub(1),
                (None, ',' | ')') if depth == 0 => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let (path, rest) = self.rest.split_at(end);
        self.rest = rest;
        path.to_owned()
    }

    /// A text in single quotes. Escaped are `'`, `{`, `}` and the backslash; a brace keeps its escape for `States.Format`.
    fn text(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('{' | '}'))) => text.extend(['\\', c]),
                    Some((_, '\\')) => text.extend(['\\', '\\']),
                    Some((_, c)) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err("the closing ' of a text is missing".to_owned())
    }

    fn take(&mut self, wanted: char) -> bool {
        self.blank();
        let found = self.rest.strip_prefix(wanted);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }
}
