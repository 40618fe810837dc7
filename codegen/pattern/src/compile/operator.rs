//! The operators: `{"prefix": …}` and its kin as entries of a field's list.

use super::syntax::{Kind, Member, Node};
use super::{Compiler, Reading, quoted};
use crate::address::Address;
use crate::fault::Fault;
use crate::fold::Fold;
use crate::glob::{Glob, GlobFault};
use crate::number;
use crate::test::{Except, Test};

const OPERATORS: [&str; 8] =
    ["prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists"];

impl Compiler<'_> {
    pub(super) fn operator(&mut self, at: usize, members: &[Member<'_>]) -> Option<Test> {
        let Some((member, more)) = members.split_first() else {
            self.error(at, Fault::NoOperator);
            return None;
        };
        if let Some(second) = more.first() {
            self.error(second.at, Fault::ManyOperators);
        }
        self.inside(&member.key, |compiler| compiler.operand(member))
    }

    fn operand(&mut self, member: &Member<'_>) -> Option<Test> {
        let value = &member.value;
        match &*member.key {
            "exactly" => {
                let text = self.string("exactly", value)?;
                self.caution(member.at, Fault::UndocumentedOperator("exactly"));
                Some(Test::Text(quoted(text)))
            }
            "prefix" => self.affix("prefix", value, prefix_text, Test::Prefix, Test::PrefixIgnoreCase),
            "suffix" => self.affix("suffix", value, suffix_text, Test::Suffix, Test::SuffixIgnoreCase),
            "equals-ignore-case" => {
                let text = self.string("equals-ignore-case", value)?;
                Some(Test::IgnoreCase(Fold::new(&quoted(text))))
            }
            "wildcard" => {
                let text = self.string("wildcard", value)?;
                self.glob(value.at, text).map(Test::Wildcard)
            }
            "anything-but" => self.anything_but(value),
            "numeric" => self.numeric(value),
            "cidr" => self.block(value),
            "exists" => match &value.kind {
                Kind::Word("true") => Some(Test::Exists),
                Kind::Word("false") => Some(Test::Absent),
                _ => {
                    self.error(value.at, Fault::NotABoolean);
                    None
                }
            },
            unknown => {
                self.error(member.at, Fault::UnknownOperator(unknown.to_owned(), nearest(unknown)));
                None
            }
        }
    }

    fn string<'n>(&mut self, operator: &str, value: &'n Node<'_>) -> Option<&'n str> {
        if let Kind::Text(text) = &value.kind {
            return Some(text);
        }
        self.error(value.at, Fault::NotAString(operator.to_owned()));
        None
    }

    fn affix(
        &mut self,
        operator: &'static str,
        value: &Node<'_>,
        text: fn(&str) -> Box<str>,
        plain: fn(Box<str>) -> Test,
        folded: fn(Fold) -> Test,
    ) -> Option<Test> {
        let Kind::Object(members) = &value.kind else {
            return self.string(operator, value).map(|operand| plain(text(operand)));
        };
        let inner = self.inner(value.at, operator, members)?;
        if inner.key != "equals-ignore-case" {
            self.error(inner.at, Fault::WrongInner { outer: operator, inner: inner.key.to_string() });
            return None;
        }
        self.inside("equals-ignore-case", |compiler| {
            compiler
                .string("equals-ignore-case", &inner.value)
                .map(|operand| folded(Fold::new(&text(operand))))
        })
    }

    /// The one operator inside an operator.
    fn inner<'n, 'a>(
        &mut self,
        at: usize,
        outer: &'static str,
        members: &'n [Member<'a>],
    ) -> Option<&'n Member<'a>> {
        let Some((inner, more)) = members.split_first() else {
            self.error(at, Fault::WrongInner { outer, inner: String::new() });
            return None;
        };
        if let Some(second) = more.first() {
            self.error(second.at, Fault::ManyOperators);
        }
        Some(inner)
    }

    fn glob(&mut self, at: usize, operand: &str) -> Option<Glob> {
        match Glob::parse(operand) {
            Ok(glob) => Some(glob),
            Err(GlobFault::ConsecutiveStars(_)) => {
                self.error(at, Fault::ConsecutiveStars);
                None
            }
            Err(GlobFault::BadEscape(_)) => {
                self.error(at, Fault::BadEscape);
                None
            }
        }
    }

    fn block(&mut self, value: &Node<'_>) -> Option<Test> {
        let text = self.string("cidr", value)?;
        match Address::block(text) {
            Ok((low, high)) => Some(Test::Block(low, high)),
            Err(fault) => {
                self.error(value.at, Fault::Block(fault, text.to_owned()));
                None
            }
        }
    }

    fn anything_but(&mut self, value: &Node<'_>) -> Option<Test> {
        match &value.kind {
            Kind::Text(text) => Some(Test::AnythingBut(Except::Texts(vec![quoted(text)]))),
            Kind::Number(spelling) => {
                self.number(value.at, spelling).map(|number| Test::AnythingBut(Except::Numbers(vec![number])))
            }
            Kind::Array(entries) => self.except_list(value.at, entries),
            Kind::Object(members) => {
                let inner = self.inner(value.at, "anything-but", members)?;
                self.inside(&inner.key, |compiler| compiler.except_operator(inner))
            }
            Kind::Word(_) => {
                self.error(value.at, Fault::WrongExcept);
                None
            }
        }
    }

    fn except_list(&mut self, at: usize, entries: &[Node<'_>]) -> Option<Test> {
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        let mut whole = true;
        for (index, entry) in entries.iter().enumerate() {
            let taken = self.inside(&index.to_string(), |compiler| match &entry.kind {
                Kind::Text(text) => {
                    texts.push(quoted(text));
                    Some(())
                }
                Kind::Number(spelling) => {
                    compiler.number(entry.at, spelling).map(|number| numbers.push(number))
                }
                _ => {
                    compiler.error(entry.at, Fault::WrongExcept);
                    None
                }
            });
            whole &= taken.is_some();
        }
        if !whole {
            return None;
        }
        if texts.is_empty() == numbers.is_empty() {
            self.error(at, Fault::MixedExcept);
            return None;
        }
        Some(Test::AnythingBut(if numbers.is_empty() {
            Except::Texts(texts)
        } else {
            Except::Numbers(numbers)
        }))
    }

    fn except_operator(&mut self, inner: &Member<'_>) -> Option<Test> {
        let operator = &*inner.key;
        let before_or = self.reading == Reading::OrAsAField;
        let known = match operator {
            "prefix" | "suffix" | "equals-ignore-case" => true,
            "wildcard" => !before_or,
            _ => false,
        };
        if !known {
            self.error(inner.at, Fault::WrongInner { outer: "anything-but", inner: operator.to_owned() });
            return None;
        }
        let single = std::slice::from_ref(&inner.value);
        let operands = match &inner.value.kind {
            Kind::Array(_) if before_or && operator != "equals-ignore-case" => {
                self.error(inner.value.at, Fault::NotAString(operator.to_owned()));
                return None;
            }
            Kind::Array(entries) if entries.is_empty() => {
                // The service takes the empty list and then fails on it; there is nothing to be faithful to.
                self.error(inner.value.at, Fault::EmptyList);
                return None;
            }
            Kind::Array(entries) => entries,
            _ => single,
        };
        let affix = matches!(operator, "prefix" | "suffix");
        let mut texts = Vec::new();
        for operand in operands {
            let text = self.string(operator, operand)?;
            if affix && text.is_empty() {
                self.error(operand.at, Fault::EmptyAffix);
                return None;
            }
            texts.push((operand.at, text));
        }
        let except = match operator {
            "prefix" => Except::Prefixes(texts.iter().map(|(_, text)| prefix_text(text)).collect()),
            "suffix" => Except::Suffixes(texts.iter().map(|(_, text)| suffix_text(text)).collect()),
            "wildcard" => Except::Wildcards(
                texts.iter().map(|(at, text)| self.glob(*at, text)).collect::<Option<Vec<Glob>>>()?,
            ),
            _ => Except::IgnoreCase(texts.iter().map(|(_, text)| Fold::new(&quoted(text))).collect()),
        };
        Some(Test::AnythingBut(except))
    }

    /// A number where a comparison needs one.
    pub(super) fn number(&mut self, at: usize, spelling: &str) -> Option<f64> {
        let Some(value) = number::comparable(spelling) else {
            self.error(at, Fault::Incomparable(spelling.to_owned()));
            return None;
        };
        if !number::is_documented(spelling, value) {
            self.caution(at, Fault::Undocumented(spelling.to_owned()));
        }
        Some(value)
    }
}

fn prefix_text(text: &str) -> Box<str> {
    format!("\"{text}").into_boxed_str()
}

fn suffix_text(text: &str) -> Box<str> {
    format!("{text}\"").into_boxed_str()
}

/// The operator that a misspelt name most likely means.
fn nearest(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase().replace('_', "-");
    OPERATORS
        .into_iter()
        .map(|operator| (strsim::damerau_levenshtein(&lower, operator), operator))
        .filter(|(distance, operator)| *distance <= operator.len() / 3)
        .min()
        .map(|(_, operator)| operator)
}
