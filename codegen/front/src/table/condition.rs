//! The text of a condition: `reserved <= $max_reserved and status = 'PAID'`.
//!
//! Grammar, from weak to strong:
//!
//! ```text
//! any     = all { "or" all }
//! all     = one { "and" one }
//! one     = "not" one | "(" any ")" | term operator term
//! operator = "=" | "<>" | "<" | "<=" | ">" | ">="
//! term    = field | "$" argument | 'text' | integer | "true" | "false"
//! ```
//!
//! Only the form is decided here, with places as byte ranges of the text; what names mean is decided by whoever
//! knows the entity.

use std::ops::Range;

use stipule_ir::table::Comparison;
use stipule_ir::types::EnumLiteral;

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 32;

/// A condition as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Compare { left: Term, operator: Comparison, right: Term },
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TermKind {
    Field(String),
    Argument(String),
    Literal(EnumLiteral),
}

/// Where the text stops being a condition, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

/// Reads a whole text as a condition.
pub(super) fn parse(text: &str) -> Result<Expression, Fault> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, end: text.len(), depth: 0 };
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.expected("`and`, `or` or the end")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Argument(String),
    Text(String),
    Integer(i64),
    Operator(Comparison),
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let (token, length) = token(&text[at..], letter).map_err(|(length, message)| {
            let end = (at + length).min(text.len());
            Fault { range: at..end, message }
        })?;
        found.push((token, at..at + length));
        at += length;
    }
    Ok(found)
}

/// The token at the start of `rest` and its length in bytes; or the length at fault and why.
fn token(rest: &str, first: char) -> Result<(Token, usize), (usize, String)> {
    match first {
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        '=' if rest.starts_with("==") => Err((2, "`==` is no operator; write `=`".to_owned())),
        '!' if rest.starts_with("!=") => Err((2, "`!=` is no operator; write `<>`".to_owned())),
        '&' | '|' => Err((1, "write `and` or `or`".to_owned())),
        '=' => Ok((Token::Operator(Comparison::Equal), 1)),
        '<' if rest.starts_with("<>") => Ok((Token::Operator(Comparison::NotEqual), 2)),
        '<' if rest.starts_with("<=") => Ok((Token::Operator(Comparison::LessOrEqual), 2)),
        '<' => Ok((Token::Operator(Comparison::Less), 1)),
        '>' if rest.starts_with(">=") => Ok((Token::Operator(Comparison::GreaterOrEqual), 2)),
        '>' => Ok((Token::Operator(Comparison::Greater), 1)),
        '\'' => quoted(rest),
        '"' => Err((1, "text stands in single quotes: 'PAID'".to_owned())),
        '$' => {
            let name = word(&rest[1..]);
            if name.is_empty() {
                return Err((1, "`$` needs the name of an argument".to_owned()));
            }
            Ok((Token::Argument(name.to_owned()), 1 + name.len()))
        }
        '-' | '0'..='9' => {
            let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
            let length = 1 + digits;
            if rest[length..].starts_with('.') {
                return Err((length + 1, "only whole numbers can be compared".to_owned()));
            }
            let number =
                rest[..length].parse().map_err(|_| (length, "this is no 64-bit whole number".to_owned()))?;
            Ok((Token::Integer(number), length))
        }
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

/// `'it''s'`: a quote is written twice.
fn quoted(rest: &str) -> Result<(Token, usize), (usize, String)> {
    let mut value = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            value.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Ok((Token::Text(value), at + 1));
        }
    }
    Err((rest.len(), "the text has no closing quote".to_owned()))
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn expected(&self, what: &str) -> Fault {
        let range = self.tokens.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone());
        Fault { range, message: format!("expected {what} here") }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expression, Fault> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, Fault> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") {
            parts.push(self.one()?);
        }
        Ok(single(parts, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, Fault> {
        if self.depth == MAX_DEPTH {
            return Err(self.expected("fewer levels of parentheses"));
        }
        self.depth += 1;
        let expression = self.one_within();
        self.depth -= 1;
        expression
    }

    fn one_within(&mut self) -> Result<Expression, Fault> {
        if self.takes_word("not") {
            return Ok(Expression::Not(Box::new(self.one()?)));
        }
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let inner = self.any()?;
            if self.peek() != Some(&Token::Close) {
                return Err(self.expected("`)`"));
            }
            self.at += 1;
            return Ok(inner);
        }
        let left = self.term()?;
        let Some(Token::Operator(operator)) = self.peek() else {
            return Err(self.expected("one of `=`, `<>`, `<`, `<=`, `>`, `>=`"));
        };
        let operator = *operator;
        self.at += 1;
        let right = self.term()?;
        Ok(Expression::Compare { left, operator, right })
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let wanted = "a field, an `$argument` or a literal";
        let Some((token, range)) = self.tokens.get(self.at).cloned() else {
            return Err(self.expected(wanted));
        };
        let kind = match token {
            Token::Word(word) if ["and", "or", "not"].contains(&word.to_lowercase().as_str()) => {
                return Err(self.expected(wanted));
            }
            Token::Word(word) => match word.as_str() {
                "true" => TermKind::Literal(EnumLiteral::Boolean(true)),
                "false" => TermKind::Literal(EnumLiteral::Boolean(false)),
                _ => TermKind::Field(word),
            },
            Token::Argument(name) => TermKind::Argument(name),
            Token::Text(text) => TermKind::Literal(EnumLiteral::String(text)),
            Token::Integer(number) => TermKind::Literal(EnumLiteral::Integer(number)),
            Token::Operator(_) | Token::Open | Token::Close => return Err(self.expected(wanted)),
        };
        self.at += 1;
        Ok(Term { kind, range })
    }
}

fn single(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn show(expression: &Expression) -> String {
            let joined = |parts: &[Expression], word: &str| {
                format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(word))
            };
            match expression {
                Expression::All(parts) => joined(parts, " & "),
                Expression::Any(parts) => joined(parts, " | "),
                Expression::Not(inner) => format!("!{}", show(inner)),
                Expression::Compare { left, operator, right } => {
                    let side = |term: &Term| match &term.kind {
                        TermKind::Field(name) => name.clone(),
                        TermKind::Argument(name) => format!("${name}"),
                        TermKind::Literal(literal) => format!("{literal:?}"),
                    };
                    format!("{} {operator:?} {}", side(left), side(right))
                }
            }
        }
        parse(text).map_or_else(|fault| format!("{:?}: {}", fault.range, fault.message), |found| show(&found))
    }

    #[test]
    fn and_binds_stronger_than_or_and_not_binds_strongest() {
        assert_eq!(
            shown("a = 1 or not b <> $x and c >= 'it''s'"),
            "(a Equal Integer(1) | (!b NotEqual $x & c GreaterOrEqual String(\"it's\")))"
        );
        assert_eq!(shown("(a = 1 or b = 2) and c = true").matches('|').count(), 1);
    }

    #[test]
    fn a_fault_says_where_and_what_was_expected() {
        for (text, expected) in [
            ("", "0..0: expected a field, an `$argument` or a literal here"),
            ("a ==1", "2..4: `==` is no operator; write `=`"),
            ("a = 'x", "4..6: the text has no closing quote"),
            ("a = 1 b = 2", "6..7: expected `and`, `or` or the end here"),
            ("(a = 1", "6..6: expected `)` here"),
            ("a", "1..1: expected one of `=`, `<>`, `<`, `<=`, `>`, `>=` here"),
            ("a = 1.5", "4..6: only whole numbers can be compared"),
            ("é = 1", "0..2: `é` has no meaning here"),
            ("a < $", "4..5: `$` needs the name of an argument"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_rather_than_followed() {
        let deep = "(".repeat(100_000) + "a = 1";
        assert!(shown(&deep).contains("fewer levels"), "{}", &shown(&deep)[..80]);
    }
}
