//! The form of a condition.

use std::ops::Range;

use stipule_ir::table::{Comparison, Literal};

use super::token::{Token, tokens};
use super::{Choices, Expression, Fault, Path, Term, TermKind};

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 32;

/// Words that can't begin a term; as a name they stand in backquotes.
const RESERVED: [&str; 5] = ["and", "or", "not", "in", "between"];

/// Functions whose result is a test.
const TESTS: [&str; 4] = ["exists", "missing", "begins_with", "contains"];

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

    /// The place of the next token.
    fn range(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    /// Where the last token ended.
    fn passed(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |(_, range)| range.end)
    }

    fn expected(&self, what: &str) -> Fault {
        Fault { range: self.range(), message: format!("expected {what} here") }
    }

    fn next_is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = self.next_is(word);
        self.at += usize::from(found);
        found
    }

    fn takes(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn demand(&mut self, token: &Token, shown: &str) -> Result<(), Fault> {
        if self.takes(token) { Ok(()) } else { Err(self.expected(shown)) }
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
        if self.takes(&Token::Open) {
            let inner = self.any()?;
            self.demand(&Token::Close, "`)`")?;
            return Ok(inner);
        }
        match self.function(&TESTS) {
            Some(name) => self.test(name),
            None => self.relation(),
        }
    }

    /// The function among `known` that is called here. A field may have the name of one: it is called only before a
    /// parenthesis.
    fn function(&mut self, known: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let name = known.iter().copied().find(|name| word.eq_ignore_ascii_case(name))?;
        let called = matches!(self.tokens.get(self.at + 1), Some((Token::Open, _)));
        self.at += if called { 2 } else { 0 };
        called.then_some(name)
    }

    /// What stands in the parentheses of a function whose result is a test.
    fn test(&mut self, name: &str) -> Result<Expression, Fault> {
        let path = self.path("a field")?;
        let expression = match name {
            "exists" => Expression::Exists(path),
            "missing" => Expression::Missing(path),
            _ => {
                self.demand(&Token::Comma, "`,`")?;
                let term = self.term()?;
                match name {
                    "begins_with" => Expression::BeginsWith { text: path, start: term },
                    _ => Expression::Contains { whole: path, part: term },
                }
            }
        };
        self.demand(&Token::Close, "`)`")?;
        Ok(expression)
    }

    fn relation(&mut self) -> Result<Expression, Fault> {
        let value = self.term()?;
        if let Some(Token::Operator(operator)) = self.peek() {
            let operator: Comparison = *operator;
            self.at += 1;
            let right = self.term()?;
            return Ok(Expression::Compare { left: value, operator, right });
        }
        let negated = self.takes_word("not");
        let expression = if self.takes_word("between") {
            let low = self.term()?;
            if !self.takes_word("and") {
                return Err(self.expected("`and` and the upper end"));
            }
            Expression::Between { value, low, high: self.term()? }
        } else if self.takes_word("in") {
            Expression::In { value, among: self.choices()? }
        } else if negated {
            return Err(self.expected("`in` or `between`"));
        } else {
            return Err(self.expected("one of `=`, `<>`, `<`, `<=`, `>`, `>=`, `in`, `between`"));
        };
        Ok(if negated { Expression::Not(Box::new(expression)) } else { expression })
    }

    fn choices(&mut self) -> Result<Choices, Fault> {
        if let Some((Token::Argument(name), range)) = self.tokens.get(self.at).cloned() {
            self.at += 1;
            return Ok(Choices::List(name, range));
        }
        if !self.takes(&Token::Open) {
            return Err(self.expected("an `$argument` or values in parentheses"));
        }
        let mut terms = vec![self.term()?];
        while self.takes(&Token::Comma) {
            terms.push(self.term()?);
        }
        self.demand(&Token::Close, "`,` or `)`")?;
        Ok(Choices::These(terms))
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let wanted = "a field, an `$argument` or a literal";
        let Some((token, range)) = self.tokens.get(self.at).cloned() else {
            return Err(self.expected(wanted));
        };
        if self.function(&["size"]).is_some() {
            let path = self.path("a field")?;
            self.demand(&Token::Close, "`)`")?;
            return Ok(Term { kind: TermKind::Size(path), range: range.start..self.passed() });
        }
        let kind = match token {
            Token::Word(word) if RESERVED.contains(&word.to_lowercase().as_str()) => {
                return Err(self.expected(wanted));
            }
            Token::Word(word) => match word.as_str() {
                "true" => TermKind::Literal(Literal::Boolean(true)),
                "false" => TermKind::Literal(Literal::Boolean(false)),
                "null" => TermKind::Literal(Literal::Null),
                _ => return self.field(),
            },
            Token::Name(_) => return self.field(),
            Token::Argument(name) => TermKind::Argument(name),
            Token::Text(text) => TermKind::Literal(Literal::Text(text)),
            Token::Integer(number) => TermKind::Literal(Literal::Integer(number)),
            Token::Decimal(digits) => TermKind::Literal(Literal::Decimal(digits)),
            Token::Operator(_) | Token::Open | Token::Close | Token::Comma | Token::Dot => {
                return Err(self.expected(wanted));
            }
        };
        self.at += 1;
        Ok(Term { kind, range })
    }

    fn field(&mut self) -> Result<Term, Fault> {
        let path = self.path("a field")?;
        if self.peek() == Some(&Token::Open) {
            let known: Vec<&str> = TESTS.into_iter().chain(["size"]).collect();
            let help = crate::suggest::help(&path.shown(), &known);
            let message = format!("there is no function `{}`; {help}", path.shown());
            return Err(Fault { range: path.range, message });
        }
        let range = path.range.clone();
        Ok(Term { kind: TermKind::Field(path), range })
    }

    fn path(&mut self, wanted: &str) -> Result<Path, Fault> {
        let start = self.range().start;
        let mut steps = vec![self.name(wanted)?];
        while self.takes(&Token::Dot) {
            steps.push(self.name("the name of a field")?);
        }
        Ok(Path { steps, range: start..self.passed() })
    }

    fn name(&mut self, wanted: &str) -> Result<(String, Range<usize>), Fault> {
        match self.tokens.get(self.at).cloned() {
            Some((Token::Word(name) | Token::Name(name), range)) => {
                self.at += 1;
                Ok((name, range))
            }
            _ => Err(self.expected(wanted)),
        }
    }
}

fn single(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}
