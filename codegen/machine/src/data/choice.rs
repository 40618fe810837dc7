//! The rules of a choice.

use std::cmp::Ordering;

use serde_json::Value;

use super::path::Path;
use super::{Roots, instant};
use crate::fault::{Failure, RUNTIME};

/// What decides.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    Test { variable: Path, test: Test },
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Is(Kind, bool),
    Matches(String),
    Compare { family: Family, ordering: Compare, with: Operand },
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Present,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

/// Which values are compared with each other; others are never equal, less or greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

/// How two values must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

/// The other side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Constant(Value),
    Path(Path),
}

impl Rule {
    /// Whether it holds.
    ///
    /// # Errors
    /// When a variable leads nowhere and isn't asked whether it is there.
    pub(crate) fn holds(&self, roots: Roots<'_>) -> Result<bool, Failure> {
        match self {
            Self::And(rules) => {
                for rule in rules {
                    if !rule.holds(roots)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(rules) => {
                for rule in rules {
                    if rule.holds(roots)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(rule) => Ok(!rule.holds(roots)?),
            Self::Test { variable, test } => {
                let value = variable.find(roots);
                if let Test::Is(Kind::Present, wanted) = test {
                    return Ok(value.is_some() == *wanted);
                }
                test.holds(&value.ok_or_else(|| nowhere(variable))?, roots)
            }
        }
    }
}

fn nowhere(path: &Path) -> Failure {
    Failure::new(RUNTIME, format!("the path `{}` of a choice leads nowhere", path.text()))
}

impl Test {
    fn holds(&self, value: &Value, roots: Roots<'_>) -> Result<bool, Failure> {
        Ok(match self {
            Self::Is(kind, wanted) => kind.fits(value) == *wanted,
            Self::Matches(pattern) => value.as_str().is_some_and(|text| matches(pattern, text)),
            Self::Compare { family, ordering, with } => {
                let found;
                let other = match with {
                    Operand::Constant(value) => value,
                    Operand::Path(path) => {
                        found = path.find(roots).ok_or_else(|| nowhere(path))?;
                        &found
                    }
                };
                family.compare(value, other).is_some_and(|found| ordering.holds(found))
            }
        })
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Present => true,
            Self::Numeric => value.is_number(),
            Self::String => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Timestamp => value.as_str().is_some_and(|text| instant::read(text).is_some()),
        }
    }
}

impl Family {
    fn compare(self, one: &Value, two: &Value) -> Option<Ordering> {
        match self {
            Self::String => Some(one.as_str()?.cmp(two.as_str()?)),
            Self::Numeric => match (one.as_i64(), two.as_i64()) {
                (Some(one), Some(two)) => Some(one.cmp(&two)),
                _ => one.as_f64()?.partial_cmp(&two.as_f64()?),
            },
            // Only equality is asked of booleans.
            Self::Boolean => Some(one.as_bool()?.cmp(&two.as_bool()?)),
            Self::Timestamp => Some(instant::read(one.as_str()?)?.cmp(&instant::read(two.as_str()?)?)),
        }
    }
}

impl Compare {
    fn holds(self, found: Ordering) -> bool {
        match self {
            Self::Equals => found.is_eq(),
            Self::LessThan => found.is_lt(),
            Self::LessThanEquals => found.is_le(),
            Self::GreaterThan => found.is_gt(),
            Self::GreaterThanEquals => found.is_ge(),
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for anything, `\*` for itself and `\\` for a backslash.
/// Linear in the text for each star, by going back to the last one only.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern = pieces(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut retry = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(None) => {
                retry = Some((p, t));
                p += 1;
            }
            Some(Some(wanted)) if *wanted == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    p = star + 1;
                    t = from + 1;
                    retry = Some((star, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(Option::is_none)
}

/// The characters of a pattern; `None` for a star.
fn pieces(pattern: &str) -> Vec<Option<char>> {
    let mut pieces = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' => None,
            '\\' => Some(chars.next().unwrap_or('\\')),
            c => Some(c),
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_know_stars_and_their_escapes() {
        for (pattern, text, expected) in [
            ("log-*.txt", "log-2026.txt", true),
            ("log-*.txt", "log-2026.txt.gz", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("a\\\\b", "a\\b", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn values_of_different_kinds_never_compare() {
        let compare = |family: Family, one: Value, two: Value| family.compare(&one, &two);
        assert_eq!(compare(Family::Numeric, Value::from(1), Value::from(1.0)), Some(Ordering::Equal));
        assert_eq!(compare(Family::Numeric, Value::from("1"), Value::from(1)), None);
        assert_eq!(compare(Family::String, Value::from("a"), Value::from("b")), Some(Ordering::Less));
        let (early, late) = ("2026-01-02T04:00:00+02:00", "2026-01-02T03:00:00Z");
        assert_eq!(compare(Family::Timestamp, Value::from(early), Value::from(late)), Some(Ordering::Less));
    }
}
