//! What a place is called by people: `GET /books/{isbn}`, `Book.pages`.

use serde_json::Value;

use crate::documents::Documents;
use crate::value::untoken;

/// Keywords under which schemas or parts have names of their own.
const NAMED: [&str; 4] = ["schemas", "$defs", "definitions", "securitySchemes"];

/// Keywords that only lead on.
const PASSING: [&str; 12] = [
    "paths",
    "components",
    "schema",
    "allOf",
    "anyOf",
    "oneOf",
    "content",
    "requestBodies",
    "headers",
    "then",
    "else",
    "if",
];

/// What a pointer leads to, for people.
pub(super) fn of(documents: &Documents<'_>, pointer: &str) -> String {
    let (file, name) = name(documents, pointer);
    let called = file.as_deref().map(|path| event(documents, path).unwrap_or_else(|| stem(path)));
    name.finish(called.as_deref())
}

/// `Order.Placed v1`, if a file describes an event.
fn event(documents: &Documents<'_>, path: &str) -> Option<String> {
    let header = documents.at(&documents.pointer_of(path))?.get("x-stipule-event")?;
    Some(format!("{} v{}", header.get("name")?.as_str()?, header.get("version")?))
}

/// The file that a pointer leads into, and what is there.
fn name(documents: &Documents<'_>, pointer: &str) -> (Option<String>, Name) {
    let (file, rest) = documents.split(pointer);
    let mut name = Name { parts: Vec::new(), members: String::new() };
    let mut at = file.as_ref().map(|path| documents.pointer_of(path)).unwrap_or_default();
    let tokens: Vec<String> = rest.split('/').skip(1).map(untoken).collect();
    let mut index = 0;
    while index < tokens.len() {
        let token = tokens[index].as_str();
        let next = tokens.get(index + 1).map(String::as_str);
        let step = name.step(documents, &at, token, next, tokens.get(index + 2).map(String::as_str));
        for token in &tokens[index..(index + step).min(tokens.len())] {
            at.push('/');
            at.push_str(&crate::value::token(token));
        }
        index += step;
    }
    (file, name)
}

/// `order-placed` of `contracts/events/order-placed.yaml`.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name).to_owned()
}

struct Name {
    parts: Vec<String>,
    /// `.lines[].sku`
    members: String,
}

impl Name {
    /// Takes a token, with one or two after it; says how many it took.
    fn step(
        &mut self,
        documents: &Documents<'_>,
        at: &str,
        token: &str,
        next: Option<&str>,
        after: Option<&str>,
    ) -> usize {
        match (token, next) {
            ("paths" | "webhooks" | "x-webhooks", Some(name)) => {
                let method = after.filter(|method| is_method(method));
                self.parts.push(match (token, method) {
                    ("paths", Some(method)) => format!("{} {name}", method.to_ascii_uppercase()),
                    ("paths", None) => name.to_owned(),
                    _ => format!("webhook {name}"),
                });
                2 + usize::from(method.is_some())
            }
            ("parameters", Some(index)) => {
                let pointer = format!("{at}/parameters/{index}");
                self.parts
                    .push(parameter(documents, &pointer).unwrap_or_else(|| format!("parameter {index}")));
                2
            }
            ("required", Some(index)) => {
                let name = documents.at(&format!("{at}/required/{index}")).and_then(Value::as_str);
                self.members.extend(name.map(|name| format!(".{name}")));
                2
            }
            (named, Some(name)) if NAMED.contains(&named) => {
                // What it is in doesn't matter any more.
                self.parts.clear();
                self.members.clear();
                self.parts.push(name.to_owned());
                2
            }
            _ => self.part(token, next).or_else(|| self.member(token, next)).unwrap_or_else(|| {
                let passing =
                    PASSING.contains(&token) && next.is_some_and(|next| next.parse::<usize>().is_ok());
                1 + usize::from(passing)
            }),
        }
    }

    /// A part of an operation or of a document.
    fn part(&mut self, token: &str, next: Option<&str>) -> Option<usize> {
        let (part, taken) = match (token, next) {
            ("callbacks", Some(name)) => (format!("callback {name}"), 2),
            ("requestBody", _) => ("body".to_owned(), 1),
            ("responses", Some(status)) => (status.to_owned(), 2),
            ("headers", Some(name)) => (format!("header {name}"), 2),
            ("links", Some(name)) => (format!("link {name}"), 2),
            ("servers", Some(_)) => ("server".to_owned(), 2),
            ("content", Some("application/json")) => return Some(2),
            ("content", Some(media)) => (media.to_owned(), 2),
            ("info" | "security" | "tags", _) if self.parts.is_empty() => (token.to_owned(), 1),
            _ => return None,
        };
        self.parts.push(part);
        Some(taken)
    }

    /// A member or an item.
    fn member(&mut self, token: &str, next: Option<&str>) -> Option<usize> {
        let (member, taken) = match (token, next) {
            ("properties", Some(name)) => (format!(".{name}"), 2),
            ("patternProperties", Some(pattern)) => (format!(".<{pattern}>"), 2),
            ("items", _) => ("[]".to_owned(), 1),
            ("additionalProperties" | "unevaluatedProperties", Some(_)) => (".*".to_owned(), 1),
            ("prefixItems", Some(index)) => (format!("[{index}]"), 2),
            _ => return None,
        };
        self.members.push_str(&member);
        Some(taken)
    }

    fn finish(self, stem: Option<&str>) -> String {
        let mut text = self.parts.join(" ");
        if text.is_empty() && (!self.members.is_empty() || stem.is_some()) {
            text = stem.unwrap_or_default().to_owned();
        }
        if self.parts.len() > 1 && !self.members.is_empty() {
            text.push(' ');
        }
        // A member of something that has no name stands by itself.
        text + if self.parts.len() > 1 { self.members.trim_start_matches('.') } else { &self.members }
    }
}

fn is_method(token: &str) -> bool {
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"].contains(&token)
}

/// `query limit`
fn parameter(documents: &Documents<'_>, pointer: &str) -> Option<String> {
    let mut value = documents.at(pointer)?;
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        value = documents.at(&documents.follow(reference, pointer)?)?;
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    Some(format!("{} {}", text("in").unwrap_or("parameter"), text("name")?))
}

/// A place in a document as a path of members: `lines[].sku`.
pub(super) fn path(instance: &str) -> String {
    let parts = instance.split('/').skip(1).map(untoken);
    let path: Vec<String> =
        parts.map(|part| if part.parse::<usize>().is_ok() { "[]".to_owned() } else { part }).collect();
    path.join(".").replace(".[]", "[]")
}

/// The member that a pointer is about, from the root of its document; `None` where that can't be told: what is in a
/// type with a name may be anywhere.
pub(super) fn member(documents: &Documents<'_>, pointer: &str) -> Option<String> {
    let (file, rest) = documents.split(pointer);
    event(documents, &file?)?;
    if rest.split('/').any(|token| NAMED.contains(&token)) {
        return None;
    }
    let (_, name) = name(documents, pointer);
    Some(name.members.trim_start_matches('.').to_owned())
}

/// Whether a change of a member concerns somebody who uses some of them: the member, what is in it, or what it is in.
pub(super) fn concerns(fields: &[String], member: Option<&str>) -> bool {
    let Some(member) = member.filter(|member| !member.is_empty()) else { return true };
    let within = |inner: &str, outer: &str| {
        inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    fields.iter().any(|field| within(field, member) || within(member, field))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Dialect;

    #[test]
    fn places_have_names_that_people_use() {
        let api = json!({"openapi": "3.1.0", "paths": {"/books/{isbn}": {"get": {
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
        }}}, "components": {"parameters": {"Limit": {"in": "query", "name": "limit"}}}});
        let documents = Documents::one(&api, Dialect::Draft2020);
        for (pointer, name) in [
            ("/paths/~1books~1{isbn}/get", "GET /books/{isbn}"),
            ("/paths/~1books~1{isbn}/get/parameters/0/schema/minimum", "GET /books/{isbn} query limit"),
            (
                "/paths/~1b/post/requestBody/content/application~1json/schema/properties/a/items/properties/b/type",
                "POST /b body a[].b",
            ),
            ("/paths/~1b/get/responses/200/content/text~1csv/schema", "GET /b 200 text/csv"),
            ("/components/schemas/Book/allOf/1/properties/pages/minimum", "Book.pages"),
            ("/components/securitySchemes/main/scheme", "main"),
            ("/servers/0", "server"),
            ("", ""),
        ] {
            assert_eq!(of(&documents, pointer), name, "{pointer}");
        }
    }

    #[test]
    fn files_give_their_names_to_what_has_none() {
        let files = [("types/book.yaml".to_owned(), json!({"type": "object"}))];
        let documents = Documents::files(files);
        assert_eq!(of(&documents, "/types~1book.yaml/properties/pages/type"), "book.pages");
        assert_eq!(of(&documents, "/types~1book.yaml/$defs/Shelf/properties/row"), "Shelf.row");
    }

    #[test]
    fn a_change_concerns_whoever_uses_the_member_or_a_part_of_it() {
        let fields = ["total".to_owned(), "lines[].sku".to_owned()];
        for (member, concerned) in [
            ("total", true),
            ("total.amount", true),
            ("lines", true),
            ("lines[].qty", false),
            ("note", false),
        ] {
            assert_eq!(concerns(&fields, Some(member)), concerned, "{member}");
        }
    }
}
