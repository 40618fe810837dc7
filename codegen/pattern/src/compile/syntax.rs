//! A pattern's JSON as a tree that knows where each value stands.

use std::borrow::Cow;

use crate::json::{SyntaxError, Token, Tokens};

pub(super) struct Node<'a> {
    pub(super) at: usize,
    pub(super) kind: Kind<'a>,
}

pub(super) enum Kind<'a> {
    Object(Vec<Member<'a>>),
    Array(Vec<Node<'a>>),
    Text(Cow<'a, str>),
    Number(&'a str),
    Word(&'a str),
}

pub(super) struct Member<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) at: usize,
    pub(super) value: Node<'a>,
}

/// Reads one document. The reader's own limit on nesting bounds the recursion.
pub(super) fn read(text: &str) -> Result<Node<'_>, SyntaxError> {
    let mut tokens = Tokens::new(text);
    let first = tokens.next_token()?;
    let root = node(&mut tokens, first)?;
    tokens.next_token()?;
    Ok(root)
}

fn node<'a>(tokens: &mut Tokens<'a>, first: Token<'a>) -> Result<Node<'a>, SyntaxError> {
    let at = tokens.start();
    let kind = match first {
        Token::BeginObject => Kind::Object(members(tokens)?),
        Token::BeginArray => Kind::Array(entries(tokens)?),
        Token::Text(text) => Kind::Text(text),
        Token::Number(spelling) => Kind::Number(spelling),
        // The reader gives only these where a value is due.
        Token::Word(word) => Kind::Word(word),
        Token::Key(_) | Token::EndObject | Token::EndArray | Token::End => Kind::Word("null"),
    };
    Ok(Node { at, kind })
}

fn members<'a>(tokens: &mut Tokens<'a>) -> Result<Vec<Member<'a>>, SyntaxError> {
    let mut members = Vec::new();
    while let Token::Key(key) = tokens.next_token()? {
        let at = tokens.start();
        let first = tokens.next_token()?;
        members.push(Member { key, at, value: node(tokens, first)? });
    }
    Ok(members)
}

fn entries<'a>(tokens: &mut Tokens<'a>) -> Result<Vec<Node<'a>>, SyntaxError> {
    let mut entries = Vec::new();
    loop {
        match tokens.next_token()? {
            Token::EndArray => return Ok(entries),
            first => entries.push(node(tokens, first)?),
        }
    }
}
