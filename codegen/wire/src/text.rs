//! Text with limits.

use std::borrow::Cow;
use std::ops::Deref;

use crate::decode::Decoder;
use crate::pattern::Pattern;
use crate::plain::{Plain, text_in_json};
use crate::violation::{Code, Fault};

/// Text of `MIN` to `MAX` Unicode code points; `usize::MAX` is no upper limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// What it is limited to.
    pub const LIMITS: TextLimits = TextLimits::NONE.min(MIN).max(MAX);

    /// Text within the limits.
    ///
    /// # Errors
    /// [`Code::Length`].
    pub fn new(text: impl Into<String>) -> Result<Self, Fault> {
        let text = text.into();
        match Self::LIMITS.length_fault(&text) {
            Some(fault) => Err(fault),
            None => Ok(Text(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, without its limits.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> Plain for Text<MIN, MAX> {
    fn from_text(text: &str) -> Result<Self, Fault> {
        Self::new(text)
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

text_in_json!(Text<MIN, MAX>, const MIN: usize, const MAX: usize);

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        Self::new(text)
    }
}

impl<const MIN: usize, const MAX: usize> From<Text<MIN, MAX>> for String {
    fn from(text: Text<MIN, MAX>) -> Self {
        text.0
    }
}

impl<const MIN: usize, const MAX: usize> Deref for Text<MIN, MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> AsRef<str> for Text<MIN, MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> std::borrow::Borrow<str> for Text<MIN, MAX> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> PartialEq<str> for Text<MIN, MAX> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl<const MIN: usize, const MAX: usize> PartialEq<&str> for Text<MIN, MAX> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl<const MAX: usize> Default for Text<0, MAX> {
    fn default() -> Self {
        Text(String::new())
    }
}

/// Limits of a text, as a contract gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLimits {
    /// Fewest Unicode code points.
    pub min: usize,
    /// Most Unicode code points; `usize::MAX` for no limit.
    pub max: usize,
    /// ECMA-262 pattern that must match somewhere; the empty one matches everywhere.
    pub pattern: &'static str,
}

impl TextLimits {
    /// No limits.
    pub const NONE: TextLimits = TextLimits { min: 0, max: usize::MAX, pattern: "" };

    /// The same with a lower limit of length.
    pub const fn min(self, min: usize) -> Self {
        TextLimits { min, ..self }
    }

    /// The same with an upper limit of length.
    pub const fn max(self, max: usize) -> Self {
        TextLimits { max, ..self }
    }

    /// The same with a pattern.
    pub const fn pattern(self, pattern: &'static str) -> Self {
        TextLimits { pattern, ..self }
    }

    /// Whether a text is within the limits. `pattern` is the compiled [`TextLimits::pattern`].
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, pattern: &Pattern, text: &str) -> Result<(), Fault> {
        self.length_fault(text).or_else(|| pattern.fault(text)).map_or(Ok(()), Err)
    }

    /// As [`check`](Self::check), but every broken rule is recorded.
    pub fn decode(&self, pattern: &Pattern, text: &str, d: &mut Decoder) -> Option<()> {
        let (length, pattern) = (self.length_fault(text), pattern.fault(text));
        let fine = length.is_none() && pattern.is_none();
        for fault in length.into_iter().chain(pattern) {
            d.fault::<()>(fault);
        }
        fine.then_some(())
    }

    fn length_fault(&self, text: &str) -> Option<Fault> {
        // A text has at most as many code points as bytes, and at least a quarter of them.
        let surely_fits = text.len() <= self.max && text.len() / 4 >= self.min;
        if surely_fits {
            return None;
        }
        let length = text.chars().count();
        let outside = length < self.min || length > self.max;
        outside.then(|| Fault::new(Code::Length, amount(self.min, self.max, "character", "characters")))
    }
}

/// «must have 1 to 40 characters», and the like.
pub(crate) fn amount(min: usize, max: usize, one: &str, many: &str) -> String {
    let noun = |count: usize| if count == 1 { one } else { many };
    match (min, max) {
        (min, max) if min == max => format!("must have exactly {min} {}", noun(min)),
        (0, max) => format!("must have at most {max} {}", noun(max)),
        (min, usize::MAX) => format!("must have at least {min} {}", noun(min)),
        (min, max) => format!("must have {min} to {max} {many}"),
    }
}
