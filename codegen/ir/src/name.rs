//! The only place that decides casing, keywords and collisions.

use std::collections::BTreeMap;
use std::fmt;

use crate::span::Span;

/// A name as it stands on the wire, split into words once.
///
/// Emitters ask for the form they need; none of them changes letters by itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// As the contract writes it: `customerId`, `Order.Placed`, `x-request-id`.
    pub wire: String,
    /// Lower-case words: `["customer", "id"]`. Never empty, never starting with a digit in the first word's place.
    words: Vec<String>,
    /// Number that sets apart two names of one scope which would read alike; 0 for none.
    disambiguator: u32,
    /// Where it was written.
    pub span: Span,
}

impl Name {
    /// Splits a wire name at case changes and at every character that is neither letter nor digit.
    ///
    /// `fooBar`, `foo_bar`, `FOOBar` and `foo-bar` all have the words `foo`, `bar`. A name without any letter or
    /// digit gets the words of its characters (`+` → `plus`) so that distinct symbols stay readable.
    pub fn new(wire: impl Into<String>, span: Span) -> Self {
        let wire = wire.into();
        let words = split_words(&wire);
        Self { wire, words, disambiguator: 0, span }
    }

    /// A name that the generator derives: the words of `self` followed by those of `other`.
    #[must_use]
    pub fn join(&self, other: &Name) -> Name {
        let mut words = self.words.clone();
        words.extend(other.words.iter().cloned());
        Name {
            wire: format!("{}.{}", self.wire, other.wire),
            words,
            disambiguator: 0,
            span: other.span.clone(),
        }
    }

    /// The name followed by a fixed word: `cancel order` + `Error`.
    #[must_use]
    pub fn suffixed(&self, word: &str) -> Name {
        let mut name = self.clone();
        name.words.extend(split_words(word));
        name
    }

    /// The words, lower case.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// `OrderPlaced`: types, traits and enum variants. Never a keyword or a prelude name.
    pub fn type_name(&self) -> String {
        let base = self.numbered(pascal(&self.words));
        if PRELUDE_TYPES.contains(&base.as_str()) { format!("{base}Value") } else { base }
    }

    /// `OrderPlaced` for enum variants, where prelude names do no harm but `Self` does.
    pub fn variant(&self) -> String {
        let base = self.numbered(pascal(&self.words));
        if base == "Self" { "SelfValue".to_owned() } else { base }
    }

    /// `order_placed`: fields, parameters, functions. Keywords are raw (`r#type`) or, where raw is impossible, suffixed.
    pub fn field(&self) -> String {
        let base = self.plain_field();
        match base.as_str() {
            "self" | "super" | "crate" | "Self" | "_" => format!("{base}_"),
            word if KEYWORDS.contains(&word) => format!("r#{word}"),
            _ => base,
        }
    }

    /// `order_placed` without regard to keywords: for use inside a longer identifier or a string.
    pub fn plain_field(&self) -> String {
        let base = self.words.join("_");
        if self.disambiguator == 0 { base } else { format!("{base}_{}", self.disambiguator) }
    }

    /// Module and file names: as fields, but a keyword gets a trailing underscore, because files can't be raw.
    pub fn module(&self) -> String {
        let base = self.plain_field();
        if KEYWORDS.contains(&base.as_str()) || base == "mod" || base == "lib" || base == "main" {
            format!("{base}_")
        } else {
            base
        }
    }

    /// `ORDER_PLACED`: constants.
    pub fn constant(&self) -> String {
        self.plain_field().to_uppercase()
    }

    /// `order-placed`: files of infrastructure, anchors, command-line words.
    pub fn kebab(&self) -> String {
        self.plain_field().replace('_', "-")
    }

    /// `Order placed`: for people.
    pub fn sentence(&self) -> String {
        let text = self.words.join(" ");
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    fn numbered(&self, base: String) -> String {
        if self.disambiguator == 0 { base } else { format!("{base}{}", self.disambiguator) }
    }

    /// Sets apart the names of one scope that would read alike (`fooBar` beside `foo_bar`, `a+b` beside `a-b`):
    /// in order, the first keeps its form, the next ones get 2, 3, … so that a form is never given twice.
    pub fn distinguish<'n>(names: impl IntoIterator<Item = &'n mut Name>) {
        // Each form with the number that the next name of that form tries, so that many alike don't try them all.
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        for name in names {
            let form = name.type_name().to_lowercase();
            let mut number = taken.get(&form).copied().unwrap_or(1);
            let mut own = form.clone();
            while taken.contains_key(&own) {
                number += 1;
                name.disambiguator = number;
                own = name.type_name().to_lowercase();
            }
            taken.insert(form, number);
            taken.entry(own).or_insert(1);
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.wire)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wire)
    }
}

fn pascal(words: &[String]) -> String {
    let mut out = String::new();
    for word in words {
        let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
        if starts_with_digit && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            out.extend(first.to_uppercase());
            out.push_str(letters.as_str());
        }
    }
    out
}

fn split_words(wire: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = wire.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        if !is_word_letter(letter) {
            finish(&mut words, &mut word);
            continue;
        }
        let before = at.checked_sub(1).map(|i| letters[i]);
        let after = letters.get(at + 1).copied();
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|b| {
                is_word_letter(b)
                    && (!b.is_uppercase() || after.is_some_and(|a| is_word_letter(a) && a.is_lowercase()))
            });
        if starts_word {
            finish(&mut words, &mut word);
        }
        word.extend(letter.to_lowercase().filter(|c| is_word_letter(*c)));
    }
    finish(&mut words, &mut word);
    if words.is_empty() {
        words = wire.chars().map(symbol_word).collect();
    }
    if words.is_empty() {
        words.push("empty".to_owned());
    }
    if words[0].starts_with(|c: char| !unicode_start(c)) {
        words.insert(0, "n".to_owned());
    }
    words
}

/// Identifiers stay ASCII: other letters would need the Unicode tables of the compiler to be sure.
fn is_word_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

fn unicode_start(letter: char) -> bool {
    letter.is_ascii_alphabetic()
}

fn finish(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn symbol_word(symbol: char) -> String {
    let known = match symbol {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '%' => "percent",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '&' => "and",
        '|' => "or",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '_' => "underscore",
        ' ' => "space",
        '#' => "hash",
        '@' => "at",
        '$' => "dollar",
        '~' => "tilde",
        '?' => "question",
        '^' => "caret",
        _ => return format!("u{:x}", u32::from(symbol)),
    };
    known.to_owned()
}

/// Strict and reserved words of the 2024 edition, and `union`, `macro_rules` left out because they are only weak.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Names that generated code uses bare: a contract type of that name reads `OptionValue`.
const PRELUDE_TYPES: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Decode",
    "Decoder",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "Json",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Patch",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Deserialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToString",
    "ToOwned",
    "TryFrom",
    "TryInto",
    "Vec",
    "Context",
    "Future",
    "BTreeMap",
    "Text",
    "Ranged",
    "BoundedVec",
    "UniqueVec",
    "Uuid",
    "Ulid",
    "Date",
    "DateTime",
    "Email",
    "Uri",
    "Decimal",
    "Any",
    "Arc",
    "Base64",
    "Blob",
    "Upload",
    "Borrow",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::FileId;

    fn name(wire: &str) -> Name {
        Name::new(wire, Span::start_of(FileId(0)))
    }

    #[test]
    fn words_split_at_case_changes_and_symbols() {
        for (wire, field, type_name) in [
            ("fooBar", "foo_bar", "FooBar"),
            ("foo_bar", "foo_bar", "FooBar"),
            ("HTTPServer", "http_server", "HttpServer"),
            ("Order.Placed", "order_placed", "OrderPlaced"),
            ("x-request-id", "x_request_id", "XRequestId"),
            ("3ds", "n_3ds", "N3ds"),
            ("type", "r#type", "Type"),
            ("self", "self_", "SelfValue"),
            ("option", "option", "OptionValue"),
            ("+", "plus", "Plus"),
            ("", "empty", "Empty"),
            ("é", "ue9", "Ue9"),
            ("v1.1", "v1_1", "V1_1"),
        ] {
            assert_eq!(name(wire).field(), field, "field of {wire:?}");
            assert_eq!(name(wire).type_name(), type_name, "type of {wire:?}");
        }
    }

    #[test]
    fn names_that_read_alike_are_set_apart() {
        let mut names = [name("fooBar"), name("foo_bar"), name("foo-bar"), name("foo_bar2"), name("fooBar")];
        Name::distinguish(names.iter_mut());
        let mut forms: Vec<String> = names.iter().map(Name::type_name).collect();
        assert_eq!(forms[0], "FooBar");
        forms.sort();
        forms.dedup();
        assert_eq!(forms.len(), names.len());
    }

    #[test]
    fn modules_are_never_keywords() {
        assert_eq!(name("type").module(), "type_");
        assert_eq!(name("orders").module(), "orders");
    }
}
