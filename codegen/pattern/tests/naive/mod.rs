//! A second matcher, written from the user guide without regard to speed, to hold the first against. It shares no code
//! with it: patterns and events are trees of its own, and it tries every choice of values.

use std::fmt;

/// A JSON value; objects keep the order of their keys, numbers their value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(i32),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// A pattern: what stands under a key.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Fields(Vec<(String, Tree)>),
    /// The value of `$or`.
    Alternatives(Vec<Tree>),
    Entries(Vec<Entry>),
}

/// An entry of a field's list.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    Exactly(Json),
    Prefix(String, bool),
    Suffix(String, bool),
    IgnoreCase(String),
    Wildcard(String),
    Numeric(Vec<(&'static str, i32)>),
    Exists(bool),
    Not(Json),
    NotPrefix(Vec<String>),
    NotSuffix(Vec<String>),
    NotIgnoreCase(Vec<String>),
    NotWildcard(Vec<String>),
}

type Flat<'t> = Vec<(String, &'t [Entry])>;
/// A leaf: its path, its value, and the element of each array around it, by the array's own path.
type Leaf<'e> = (String, &'e Json, Vec<(String, usize)>);

pub(crate) fn matches(pattern: &Tree, event: &Json) -> bool {
    let mut leaves = Vec::new();
    flatten(event, "", "", &[], &mut leaves);
    let mut combinations: Vec<Flat<'_>> = vec![Vec::new()];
    combine(pattern, "", &mut combinations);
    combinations.into_iter().any(|mut fields| {
        fields.sort_by(|left, right| left.0.cmp(&right.0));
        choose(&fields, &leaves, &[])
    })
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn combine<'t>(tree: &'t Tree, path: &str, combinations: &mut Vec<Flat<'t>>) {
    let Tree::Fields(fields) = tree else { return };
    for (key, under) in fields {
        match under {
            Tree::Alternatives(alternatives) => {
                let before = std::mem::take(combinations);
                for alternative in alternatives {
                    let mut branch = before.clone();
                    combine(alternative, path, &mut branch);
                    combinations.extend(branch);
                }
            }
            Tree::Fields(_) => combine(under, &joined(path, key), combinations),
            Tree::Entries(entries) => {
                let path = joined(path, key);
                for combination in combinations.iter_mut() {
                    combination.retain(|(known, _)| *known != path);
                    combination.push((path.clone(), entries));
                }
            }
        }
    }
}

/// `place` is unique for every node: it names arrays apart that lie at the same path.
fn flatten<'e>(
    value: &'e Json,
    path: &str,
    place: &str,
    around: &[(String, usize)],
    leaves: &mut Vec<Leaf<'e>>,
) {
    match value {
        Json::Object(members) => {
            for (number, (key, member)) in members.iter().enumerate() {
                flatten(member, &joined(path, key), &format!("{place}/{number}"), around, leaves);
            }
        }
        Json::List(elements) => {
            for (number, element) in elements.iter().enumerate() {
                let mut within = around.to_vec();
                if matches!(element, Json::Object(_) | Json::List(_)) {
                    within.push((place.to_owned(), number));
                }
                flatten(element, path, &format!("{place}/{number}"), &within, leaves);
            }
        }
        leaf => leaves.push((path.to_owned(), leaf, around.to_vec())),
    }
}

fn choose(fields: &[(String, &[Entry])], leaves: &[Leaf<'_>], chosen: &[(String, usize)]) -> bool {
    let Some(((path, entries), rest)) = fields.split_first() else { return true };
    let agrees = |around: &[(String, usize)]| {
        around.iter().all(|(array, at)| chosen.iter().all(|(other, place)| other != array || place == at))
    };
    let here: Vec<&Leaf<'_>> = leaves.iter().filter(|(at, _, around)| at == path && agrees(around)).collect();
    let may_be_absent = entries.iter().any(|entry| matches!(entry, Entry::Exists(false)));
    if may_be_absent && here.is_empty() && choose(rest, leaves, chosen) {
        return true;
    }
    here.into_iter().any(|(_, value, around)| {
        let fits = entries.iter().any(|entry| holds(entry, value));
        fits && choose(rest, leaves, &[chosen, around].concat())
    })
}

fn holds(entry: &Entry, value: &Json) -> bool {
    let text = match value {
        Json::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let lower = |text: &str| text.to_ascii_lowercase();
    match entry {
        Entry::Exactly(exact) => exact == value,
        Entry::Prefix(prefix, false) => text.is_some_and(|text| text.starts_with(prefix)),
        Entry::Prefix(prefix, true) => text.is_some_and(|text| lower(text).starts_with(&lower(prefix))),
        Entry::Suffix(suffix, false) => text.is_some_and(|text| text.ends_with(suffix)),
        Entry::Suffix(suffix, true) => text.is_some_and(|text| lower(text).ends_with(&lower(suffix))),
        Entry::IgnoreCase(other) => text.is_some_and(|text| lower(text) == lower(other)),
        Entry::Wildcard(glob) => text.is_some_and(|text| wildcard(glob.as_bytes(), text.as_bytes())),
        Entry::Numeric(comparisons) => match value {
            Json::Number(number) => comparisons.iter().all(|(operator, bound)| match *operator {
                "<" => number < bound,
                "<=" => number <= bound,
                ">" => number > bound,
                ">=" => number >= bound,
                _ => number == bound,
            }),
            _ => false,
        },
        Entry::Exists(there) => *there,
        Entry::Not(Json::List(excluded)) => !excluded.contains(value),
        Entry::Not(excluded) => excluded != value,
        Entry::NotPrefix(prefixes) => {
            !text.is_some_and(|text| prefixes.iter().any(|prefix| text.starts_with(prefix)))
        }
        Entry::NotSuffix(suffixes) => {
            !text.is_some_and(|text| suffixes.iter().any(|suffix| text.ends_with(suffix)))
        }
        Entry::NotIgnoreCase(others) => {
            !text.is_some_and(|text| others.iter().any(|other| lower(text) == lower(other)))
        }
        Entry::NotWildcard(globs) => {
            !text.is_some_and(|text| globs.iter().any(|glob| wildcard(glob.as_bytes(), text.as_bytes())))
        }
    }
}

fn wildcard(glob: &[u8], text: &[u8]) -> bool {
    match glob.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| wildcard(rest, &text[skipped..])),
        Some((literal, rest)) => {
            text.split_first().is_some_and(|(first, more)| first == literal && wildcard(rest, more))
        }
    }
}

fn list<T>(out: &mut fmt::Formatter<'_>, items: &[T], write: impl Fn(&T) -> String) -> fmt::Result {
    write!(out, "[{}]", items.iter().map(write).collect::<Vec<_>>().join(","))
}

fn strings(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(","))
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => write!(out, "null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(value) => write!(out, "{value}"),
            Self::Text(text) => write!(out, "{text:?}"),
            Self::List(elements) => list(out, elements, ToString::to_string),
            Self::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
                write!(out, "{{{}}}", members.join(","))
            }
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(key, under)| format!("{key:?}:{under}")).collect();
                write!(out, "{{{}}}", fields.join(","))
            }
            Self::Alternatives(alternatives) => list(out, alternatives, ToString::to_string),
            Self::Entries(entries) => list(out, entries, ToString::to_string),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |out: &mut fmt::Formatter<'_>, operator: &str, texts: &[String]| {
            write!(out, r#"{{"anything-but":{{{operator:?}:{}}}}}"#, strings(texts))
        };
        match self {
            Self::Exactly(value) => write!(out, "{value}"),
            Self::Prefix(text, false) => write!(out, r#"{{"prefix":{text:?}}}"#),
            Self::Prefix(text, true) => write!(out, r#"{{"prefix":{{"equals-ignore-case":{text:?}}}}}"#),
            Self::Suffix(text, false) => write!(out, r#"{{"suffix":{text:?}}}"#),
            Self::Suffix(text, true) => write!(out, r#"{{"suffix":{{"equals-ignore-case":{text:?}}}}}"#),
            Self::IgnoreCase(text) => write!(out, r#"{{"equals-ignore-case":{text:?}}}"#),
            Self::Wildcard(text) => write!(out, r#"{{"wildcard":{text:?}}}"#),
            Self::Numeric(comparisons) => {
                let parts: Vec<String> =
                    comparisons.iter().map(|(operator, bound)| format!("{operator:?},{bound}")).collect();
                write!(out, r#"{{"numeric":[{}]}}"#, parts.join(","))
            }
            Self::Exists(there) => write!(out, r#"{{"exists":{there}}}"#),
            Self::Not(value) => write!(out, r#"{{"anything-but":{value}}}"#),
            Self::NotPrefix(texts) => not(out, "prefix", texts),
            Self::NotSuffix(texts) => not(out, "suffix", texts),
            Self::NotIgnoreCase(texts) => not(out, "equals-ignore-case", texts),
            Self::NotWildcard(texts) => not(out, "wildcard", texts),
        }
    }
}
