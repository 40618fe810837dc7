//! Words, signs and literals of a condition.

use std::ops::Range;

use stipule_ir::table::Comparison;

use super::Fault;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    /// In backquotes: never a word of the language.
    Name(String),
    Argument(String),
    Text(String),
    Integer(i64),
    Decimal(String),
    Operator(Comparison),
    Open,
    Close,
    Comma,
    Dot,
}

/// The tokens with their places.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) =
            token(&text[at..]).map_err(|(length, message)| Fault { range: at..at + length, message })?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

/// The token at the start of the rest with its length, or the length of what is wrong.
fn token(rest: &str) -> Result<(Token, usize), (usize, String)> {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        ',' => Ok((Token::Comma, 1)),
        '.' => Ok((Token::Dot, 1)),
        '=' if rest.starts_with("==") => Err((2, "`==` is no operator; write `=`".to_owned())),
        '!' => Err((rest.len().min(2), "`!` is no operator; write `<>` or `not`".to_owned())),
        '&' | '|' => Err((1, "write `and` or `or`".to_owned())),
        '=' => Ok((Token::Operator(Comparison::Equal), 1)),
        '<' if rest.starts_with("<>") => Ok((Token::Operator(Comparison::NotEqual), 2)),
        '<' if rest.starts_with("<=") => Ok((Token::Operator(Comparison::LessOrEqual), 2)),
        '<' => Ok((Token::Operator(Comparison::Less), 1)),
        '>' if rest.starts_with(">=") => Ok((Token::Operator(Comparison::GreaterOrEqual), 2)),
        '>' => Ok((Token::Operator(Comparison::Greater), 1)),
        '\'' => quoted(rest, '\'', "text").map(|(text, length)| (Token::Text(text), length)),
        '`' => quoted(rest, '`', "name").map(|(name, length)| (Token::Name(name), length)),
        '"' => Err((1, "text stands in single quotes: 'PAID'".to_owned())),
        '$' => {
            let name = word(&rest[1..]);
            if name.is_empty() {
                return Err((1, "`$` needs the name of an argument".to_owned()));
            }
            Ok((Token::Argument(name.to_owned()), 1 + name.len()))
        }
        '-' | '0'..='9' => number(rest),
        letter if letter.is_ascii_alphabetic() || letter == '_' => {
            let name = word(rest);
            Ok((Token::Word(name.to_owned()), name.len()))
        }
        other => Err((other.len_utf8(), format!("`{other}` has no meaning here"))),
    }
}

fn word(rest: &str) -> &str {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    &rest[..length]
}

/// `-12` or `0.5`; an exponent would hide how precise a number is meant.
fn number(rest: &str) -> Result<(Token, usize), (usize, String)> {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let sign = usize::from(rest.starts_with('-'));
    let whole = digits(sign);
    let length = sign + whole;
    if whole == 0 {
        return Err((length, "`-` needs digits behind it".to_owned()));
    }
    if rest[length..].starts_with('.') {
        let fraction = digits(length + 1);
        if fraction == 0 {
            return Err((length + 1, "`.` needs digits behind it".to_owned()));
        }
        let length = length + 1 + fraction;
        return Ok((Token::Decimal(rest[..length].to_owned()), length));
    }
    let number = rest[..length].parse().map_err(|_| (length, "this is no 64-bit whole number".to_owned()))?;
    Ok((Token::Integer(number), length))
}

/// `'it''s'`: a quote is written twice.
fn quoted(rest: &str, quote: char, what: &str) -> Result<(String, usize), (usize, String)> {
    let mut value = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            value.push(letter);
        } else if letters.next_if(|(_, next)| *next == quote).is_some() {
            value.push(quote);
        } else {
            return Ok((value, at + 1));
        }
    }
    Err((rest.len(), format!("the {what} has no closing quote")))
}
