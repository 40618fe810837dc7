//! From values to text.

use super::Style;
use crate::json::{Json, Object};

/// Escapes a name or a value.
pub type Escape = fn(&str, &mut String);

/// A value as the pairs of a query, a form or a cookie, escaped: `name=a&name=b` is two pairs.
///
/// Null and absent properties are left out. An empty list is left out where it has no place of its own.
pub fn pairs(style: Style, name: &str, value: &Json<'_>, escape: Escape) -> Vec<(String, String)> {
    let mut out = Vec::new();
    match (style, value) {
        (_, Json::Null) => {}
        (Style::DeepObject, value) => deep(&escaped(name, escape), value, escape, &mut out),
        (Style::Json, value) => out.push((escaped(name, escape), escaped(&json(value), escape))),
        (Style::Form { explode: true }, Json::Array(items)) => {
            out.extend(items.iter().map(|item| (escaped(name, escape), escaped(&plain(item), escape))));
        }
        (Style::Form { explode: true }, Json::Object(object)) => {
            for (name, value) in present(object) {
                match value {
                    Json::Array(items) => {
                        let item = |item| (escaped(name, escape), escaped(&plain(item), escape));
                        out.extend(items.iter().map(item));
                    }
                    value => out.push((escaped(name, escape), escaped(&plain(value), escape))),
                }
            }
        }
        (style, value) => {
            let between = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            out.push((escaped(name, escape), joined(value, between, false, escape)));
        }
    }
    out
}

/// A value as one text, for a path or a header. Separators stand as they are; names and values are escaped.
pub fn text(style: Style, name: &str, value: &Json<'_>, escape: Escape) -> String {
    match (style, value) {
        (Style::Json, value) => escaped(&json(value), escape),
        (Style::Label { explode }, value) => {
            let between = if explode { "." } else { "," };
            format!(".{}", joined(value, between, explode, escape))
        }
        (Style::Matrix { explode }, value) => matrix(explode, name, value, escape),
        (Style::Simple { explode } | Style::Form { explode }, value) => joined(value, ",", explode, escape),
        (_, value) => joined(value, ",", false, escape),
    }
}

fn matrix(explode: bool, name: &str, value: &Json<'_>, escape: Escape) -> String {
    let name = escaped(name, escape);
    match value {
        Json::Array(items) if explode => {
            items.iter().map(|item| format!(";{name}={}", escaped(&plain(item), escape))).collect()
        }
        Json::Object(object) if explode => present(object)
            .map(|(key, value)| format!(";{}={}", escaped(key, escape), escaped(&plain(value), escape)))
            .collect(),
        value => format!(";{name}={}", joined(value, ",", false, escape)),
    }
}

/// The parts of a value in one text.
fn joined(value: &Json<'_>, between: &str, pairs: bool, escape: Escape) -> String {
    let parts: Vec<String> = match value {
        Json::Array(items) => items.iter().map(|item| escaped(&plain(item), escape)).collect(),
        Json::Object(object) => present(object)
            .flat_map(|(key, value)| {
                let (key, value) = (escaped(key, escape), escaped(&plain(value), escape));
                if pairs { vec![format!("{key}={value}")] } else { vec![key, value] }
            })
            .collect(),
        value => vec![escaped(&plain(value), escape)],
    };
    parts.join(between)
}

/// `name[k][l]=v`. Items of lists are numbered: `name[0]=a`.
fn deep(name: &str, value: &Json<'_>, escape: Escape, out: &mut Vec<(String, String)>) {
    match value {
        Json::Null => {}
        Json::Object(object) => {
            for (key, value) in present(object) {
                deep(&format!("{name}[{}]", escaped(key, escape)), value, escape, out);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}[{index}]"), item, escape, out);
            }
        }
        value => out.push((name.to_owned(), escaped(&plain(value), escape))),
    }
}

/// A value without parts as it is; one with parts as JSON.
fn plain(value: &Json<'_>) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.to_string(),
        value => json(value),
    }
}

fn json(value: &Json<'_>) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn escaped(text: &str, escape: Escape) -> String {
    let mut out = String::new();
    escape(text, &mut out);
    out
}

fn present<'o, 'a>(object: &'o Object<'a>) -> impl Iterator<Item = (&'o str, &'o Json<'a>)> {
    object.iter().filter(|(_, value)| !value.is_null())
}
