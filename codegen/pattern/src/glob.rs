//! Wildcards: `*` stands for any run of characters, `\*` and `\\` for the characters themselves.

/// A compiled wildcard over a leaf's text, quotes included, so that only strings can match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// The literal runs between the stars: always one more than there are stars.
    literals: Vec<Box<str>>,
}

/// Why a wildcard was refused; the offset is in bytes of the operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GlobFault {
    ConsecutiveStars(usize),
    BadEscape(usize),
}

impl Glob {
    pub(crate) fn parse(operand: &str) -> Result<Self, GlobFault> {
        let mut literals = Vec::new();
        let mut literal = String::from('"');
        let mut rest = operand.char_indices().peekable();
        while let Some((at, found)) = rest.next() {
            match found {
                '*' => {
                    if rest.peek().is_some_and(|(_, next)| *next == '*') {
                        return Err(GlobFault::ConsecutiveStars(at));
                    }
                    literals.push(std::mem::take(&mut literal).into_boxed_str());
                }
                '\\' => match rest.next() {
                    Some((_, escaped @ ('*' | '\\'))) => literal.push(escaped),
                    _ => return Err(GlobFault::BadEscape(at)),
                },
                _ => literal.push(found),
            }
        }
        literal.push('"');
        literals.push(literal.into_boxed_str());
        Ok(Self { literals })
    }

    /// The literal runs between the stars, quotes included at both ends.
    pub(crate) fn literals(&self) -> &[Box<str>] {
        &self.literals
    }

    /// Whether the text matches, in time linear in both lengths: each literal is taken at its first place.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.literals.split_first() else { return false };
        let Some((last, middle)) = others.split_last() else { return text == &**first };
        let Some(inner) = text.strip_prefix(&**first).and_then(|rest| rest.strip_suffix(&**last)) else {
            return false;
        };
        let mut rest = inner;
        for literal in middle {
            match rest.find(&**literal) {
                Some(at) => rest = &rest[at + literal.len()..],
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(operand: &str, value: &str) -> bool {
        Glob::parse(operand).expect("a valid wildcard").matches(&format!("\"{value}\""))
    }

    #[test]
    fn stars_stand_for_any_run() {
        assert!(
            glob("*", "")
                && glob("*", "x")
                && glob("a*", "a")
                && glob("*a", "ba")
                && glob("a*b*c", "a-b-b-c")
        );
        assert!(!glob("a*a", "a") && !glob("", "x") && !glob("a*b", "ac") && !glob("*ab*ab", "ab"));
    }

    #[test]
    fn a_backslash_makes_a_star_literal() {
        assert!(glob(r"a\**", "a*b") && glob(r"\\", r"\"));
        assert!(!glob(r"a\*", "ab"));
    }

    #[test]
    fn malformed_wildcards_are_refused_at_their_place() {
        assert_eq!(Glob::parse("a**"), Err(GlobFault::ConsecutiveStars(1)));
        assert_eq!(Glob::parse(r"a\b"), Err(GlobFault::BadEscape(1)));
        assert_eq!(Glob::parse(r"é\"), Err(GlobFault::BadEscape(2)));
        assert!(Glob::parse(r"*\**").is_ok());
    }
}
