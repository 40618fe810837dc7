//! What types are called that nobody named, and where named ones live.
//!
//! A name depends on nothing but the place of the schema, so that it is the same however one got there.

use stipule_ir::{FileId, Name, Span};

use super::schema::Site;
use crate::documents::{Documents, Target};
use crate::reader::{Node, pointer};

/// The site of a schema that a reference leads to. `None` when nothing along its path has a name.
pub(crate) fn site<'d>(documents: &'d Documents<'_>, target: &Target<'d>) -> Option<Site<'d>> {
    let found = along_path(documents, target);
    if found.is_some() || !documents.posture().is_import() { found } else { by_words(documents, target) }
}

/// Words of a pointer that only say what stands there.
const SAID_ANYWAY: [&str; 22] = [
    "paths",
    "components",
    "schemas",
    "schema",
    "content",
    "responses",
    "response",
    "requestBody",
    "requestBodies",
    "parameters",
    "properties",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "headers",
    "application/json",
    "additionalProperties",
    "patternProperties",
    "then",
    "else",
    "not",
];

/// A schema of others that stands where nobody looks for one: called by the words that lead to it.
fn by_words<'d>(documents: &'d Documents<'_>, target: &Target<'d>) -> Option<Site<'d>> {
    let node = target.node;
    if node.entries().is_none() && node.as_bool().is_none() {
        return None;
    }
    let tokens: Vec<String> =
        node.span.pointer.split('/').skip(1).map(|token| pointer::unescape(token).into_owned()).collect();
    // Statuses are numbers that say something.
    let says = |token: &&String| {
        !SAID_ANYWAY.contains(&token.as_str()) && (token.parse::<usize>().is_err() || token.len() == 3)
    };
    let mut words: Vec<String> = tokens.iter().filter(says).cloned().collect();
    if words.is_empty() {
        words.push(stem(documents.path(target.file)).to_owned());
    }
    let name = Name::new(words.join(" "), node.span.clone());
    let module = documents.module(target.file);
    // Some keep their schemas at the root of a file, or under one word there.
    let named = (1..=2).contains(&tokens.len());
    Some(Site { node, name, module, named, also: Vec::new(), given: None })
}

fn along_path<'d>(documents: &'d Documents<'_>, target: &Target<'d>) -> Option<Site<'d>> {
    let root = documents.root(target.file)?;
    let tokens: Vec<String> = target
        .node
        .span
        .pointer
        .split('/')
        .skip(1)
        .map(|token| pointer::unescape(token).into_owned())
        .collect();
    let module = documents.module(target.file);
    let mut site: Option<Site<'d>> = root_name(documents, target.file, root).map(|name| Site {
        node: root,
        name,
        module: module.clone(),
        named: true,
        also: Vec::new(),
        given: None,
    });
    let mut node = root;
    let mut at = 0;
    while at < tokens.len() {
        let (read, next) = step(documents, site.as_ref(), node, &tokens[at..], &module)?;
        node = descend(documents, node, &tokens[at..at + read])?;
        site = next;
        at += read;
    }
    site
}

/// One step down a pointer: how many tokens it takes, and the site it leads to if that is a schema.
fn step<'d>(
    documents: &'d Documents<'_>,
    site: Option<&Site<'d>>,
    node: &'d Node,
    tokens: &[String],
    module: &Name,
) -> Option<(usize, Option<Site<'d>>)> {
    let below = |tokens: &[String]| descend(documents, node, tokens);
    let token = |index: usize| tokens.get(index).map(String::as_str);
    let named = |read: usize| {
        let target = below(&tokens[..read])?;
        let name = Name::new(tokens[read - 1].clone(), target.span.clone());
        let site =
            Site { node: target, name, module: module.clone(), named: true, also: Vec::new(), given: None };
        Some((read, Some(site)))
    };
    match (token(0)?, token(1)) {
        ("components", Some("schemas")) if tokens.len() > 2 => named(3),
        ("$defs" | "definitions", Some(_)) => named(2),
        (first, second) => {
            let site = site?;
            let (read, part) = match (first, second) {
                ("properties", Some(property)) => {
                    let target = below(&tokens[..2])?;
                    (2, site.part(target, &Name::new(property, target.span.clone())))
                }
                ("items" | "additionalItems", None) => (1, item(site, below(&tokens[..1])?)),
                ("items", Some(index)) if node.get("items").is_some_and(|items| items.items().is_some()) => {
                    (2, place(site, below(&tokens[..2])?, index)?)
                }
                ("items" | "additionalItems", Some(_)) => (1, item(site, below(&tokens[..1])?)),
                ("prefixItems", Some(index)) => (2, place(site, below(&tokens[..2])?, index)?),
                ("additionalProperties", _) => (1, word(site, below(&tokens[..1])?, "value")),
                ("propertyNames", _) => (1, word(site, below(&tokens[..1])?, "key")),
                ("allOf", Some(_)) => (2, site.same(below(&tokens[..2])?)),
                ("oneOf" | "anyOf", Some(index)) => {
                    (2, choice(site, below(&tokens[..2])?, index.parse().ok()?))
                }
                _ => return None,
            };
            Some((read, Some(part)))
        }
    }
}

fn descend<'d>(documents: &'d Documents<'_>, node: &'d Node, tokens: &[String]) -> Option<&'d Node> {
    tokens.iter().try_fold(node, |node, token| documents.child(node, token))
}

fn word<'d>(site: &Site<'d>, node: &'d Node, word: &str) -> Site<'d> {
    site.part(node, &Name::new(word, node.span.clone()))
}

fn place<'d>(site: &Site<'d>, node: &'d Node, index: &str) -> Option<Site<'d>> {
    let number = index.parse::<usize>().ok()? + 1;
    Some(word(site, node, &format!("item{number}")))
}

/// The items of a list: `OrderLines` has `OrderLine`, `Metadata` has `MetadataItem`.
pub(crate) fn item<'d>(site: &Site<'d>, node: &'d Node) -> Site<'d> {
    let mut words = site.name.words().to_vec();
    let last = words.last().map_or("", String::as_str);
    let name = match singular(last) {
        Some(one) => {
            words.pop();
            words.push(one);
            Name::new(words.join("_"), node.span.clone())
        }
        None => site.name.join(&Name::new("item", node.span.clone())),
    };
    Site { node, name, module: site.module.clone(), named: false, also: Vec::new(), given: None }
}

/// A branch of `oneOf` or `anyOf`: by its title, its constant, or its number.
pub(crate) fn choice<'d>(site: &Site<'d>, node: &'d Node, index: usize) -> Site<'d> {
    site.part(node, &choice_word(node, index))
}

/// The word for a branch without a name of its own.
pub(crate) fn choice_word(node: &Node, index: usize) -> Name {
    let title = node.get("title").and_then(Node::as_str);
    Name::new(title.map_or_else(|| format!("choice{}", index + 1), str::to_owned), node.span.clone())
}

/// One of many, where English is regular. `None` when the word doesn't look like a plural.
fn singular(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return Some(format!("{stem}y"));
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word.strip_suffix("es").map(str::to_owned);
        }
    }
    if ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        return None;
    }
    word.strip_suffix('s').filter(|stem| stem.len() > 1).map(str::to_owned)
}

/// The name of the schema that a whole file is: its event, its title or the file's name.
fn root_name(documents: &Documents<'_>, file: FileId, root: &Node) -> Option<Name> {
    if !is_schema(root) {
        return None;
    }
    if let Some(event) = root.get("x-stipule-event")
        && let Some(name) = event.get("name")
        && let Some(text) = name.as_str()
    {
        let name = Name::new(text, name.span.clone());
        return Some(match event.get("version").and_then(Node::as_u64) {
            Some(version) if version > 1 => name.suffixed(&format!("v{version}")),
            _ => name,
        });
    }
    // Titles of others are sentences as often as names.
    let titled = root.entry("title").filter(|_| !documents.posture().is_import());
    let titled = titled.and_then(|title| Some((title.value.as_str()?, &title.value.span)));
    if let Some((title, span)) = titled {
        return Some(Name::new(title, span.clone()));
    }
    Some(Name::new(stem(documents.path(file)), Span::start_of(file)))
}

/// Whether the root of a file is a schema rather than a holder of parts or a document of another language.
pub(crate) fn is_schema(root: &Node) -> bool {
    const SIGNS: [&str; 11] = [
        "type",
        "$ref",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "allOf",
        "properties",
        "$schema",
        "items",
        "x-stipule-event",
    ];
    root.get("openapi").is_none() && SIGNS.iter().any(|sign| root.get(sign).is_some())
}

/// The name of a file without folders and endings: `customer` of `types/customer.schema.json`.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    name.strip_suffix(".schema").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_lose_their_ending_and_others_stay() {
        for (word, expected) in [
            ("lines", Some("line")),
            ("categories", Some("category")),
            ("boxes", Some("box")),
            ("addresses", Some("address")),
            ("branches", Some("branch")),
            ("prices", Some("price")),
            ("status", None),
            ("address", None),
            ("analysis", None),
            ("data", None),
            ("s", None),
        ] {
            assert_eq!(singular(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn files_are_called_by_their_stem() {
        assert_eq!(stem("contracts/types/book.schema.json"), "book");
        assert_eq!(stem("loan.yaml"), "loan");
    }
}
