//! From text to values. What text stands for is for the type to say: every value is text here, and
//! [`Decoder::of_text`](crate::Decoder::of_text) decodes it.

use super::tree::Tree;
use super::{Shape, Style};
use crate::json::{Json, Limits, Object};

/// Names, decoded, and values as they were sent.
pub type Pairs<'p> = [(String, &'p str)];

/// Undoes the escapes of a place: of a query, a path, a header.
pub type Unescape = fn(&str) -> Option<String>;

/// What is wrong with a text, in words.
pub(super) type Fault = &'static str;

/// The value of a parameter among the pairs of a query or a form; `None` inside when it isn't there.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(
    style: Style,
    shape: Shape,
    name: &str,
    pairs: &Pairs<'_>,
    unescape: Unescape,
) -> Result<Option<Json<'static>>, Fault> {
    match (style, shape) {
        (Style::DeepObject, _) => deep(name, pairs, unescape),
        (Style::Form { explode: true }, Shape::Object(properties)) => spread(properties, pairs, unescape),
        _ => {
            let values: Vec<&str> = values(name, pairs).collect();
            match (style, values.as_slice()) {
                (_, []) => Ok(None),
                (Style::Form { explode: true }, [value]) if shape != Shape::List => {
                    item(value, unescape).map(Some)
                }
                (Style::Form { explode: true }, values) => items(values.iter().copied(), unescape).map(Some),
                (style, [value]) => read_one(style, shape, name, value, unescape).map(Some),
                _ => Err("must be given once"),
            }
        }
    }
}

/// The value of one text, as it was sent: of a path, a header, or the one value of a query parameter.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_one(
    style: Style,
    shape: Shape,
    name: &str,
    value: &str,
    unescape: Unescape,
) -> Result<Json<'static>, Fault> {
    let lead = format!("{name}=");
    let (value, between, pairs) = match style {
        Style::Label { explode } => {
            let value = value.strip_prefix('.').ok_or("must begin with a full stop")?;
            (value.to_owned(), if explode { "." } else { "," }, explode)
        }
        Style::Matrix { explode } => {
            let value = value.strip_prefix(';').ok_or("must begin with a semicolon")?;
            match (shape, explode) {
                (Shape::Object(_), true) => (value.to_owned(), ";", true),
                (Shape::List, true) => {
                    return items(value.split(';').filter_map(|part| part.strip_prefix(&lead)), unescape);
                }
                _ => (value.strip_prefix(&lead).ok_or("must begin with its name")?.to_owned(), ",", false),
            }
        }
        Style::Json => return document(&unescape(value).ok_or(BROKEN)?),
        Style::SpaceDelimited => (value.replace('+', "%20"), "%20", false),
        Style::PipeDelimited => (value.replace("%7c", "|").replace("%7C", "|"), "|", false),
        Style::Simple { explode } | Style::Form { explode } => (value.to_owned(), ",", explode),
        Style::DeepObject => (value.to_owned(), ",", false),
    };
    match shape {
        Shape::Value => item(&value, unescape),
        Shape::List if value.is_empty() => Ok(Json::Array(Vec::new())),
        Shape::List => items(value.split(between), unescape),
        Shape::Object(_) => object(&value, between, pairs, unescape),
    }
}

/// Why a text has no value.
const BROKEN: Fault = "isn't well encoded";

fn object(value: &str, between: &str, pairs: bool, unescape: Unescape) -> Result<Json<'static>, Fault> {
    let mut members: Vec<(String, Json<'static>)> = Vec::new();
    let parts: Vec<&str> = value.split(between).filter(|_| !value.is_empty()).collect();
    if pairs {
        for part in parts {
            let (key, value) = part.split_once('=').ok_or("must be pairs with `=` between")?;
            members.push((unescape(key).ok_or(BROKEN)?, item(value, unescape)?));
        }
    } else {
        for pair in parts.chunks(2) {
            let [key, value] = pair else { return Err("must have a value for each name") };
            members.push((unescape(key).ok_or(BROKEN)?, item(value, unescape)?));
        }
    }
    Ok(Json::Object(members.into_iter().collect()))
}

/// An object whose properties are pairs of their own: those listed, or all there are.
fn spread(
    properties: &[&str],
    pairs: &Pairs<'_>,
    unescape: Unescape,
) -> Result<Option<Json<'static>>, Fault> {
    let mut members: Vec<(String, Json<'static>)> = Vec::new();
    if properties.is_empty() {
        for (name, value) in pairs {
            members.push((name.clone(), item(value, unescape)?));
        }
    }
    for name in properties {
        let found: Vec<&str> = values(name, pairs).collect();
        match found.as_slice() {
            [] => {}
            [one] => members.push(((*name).to_owned(), item(one, unescape)?)),
            several => members.push(((*name).to_owned(), items(several.iter().copied(), unescape)?)),
        }
    }
    let object: Object<'static> = members.into_iter().collect();
    Ok((!object.is_empty()).then_some(Json::Object(object)))
}

/// The values of a name; lists may have brackets behind it.
fn values<'p>(name: &str, pairs: &'p Pairs<'p>) -> impl Iterator<Item = &'p str> {
    pairs
        .iter()
        .filter(move |(own, _)| own.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest == "[]"))
        .map(|(_, value)| *value)
}

/// `name[k][l]=v`, `name[]=a`, `name[0]=a`.
pub(super) fn deep(
    name: &str,
    pairs: &Pairs<'_>,
    unescape: Unescape,
) -> Result<Option<Json<'static>>, Fault> {
    let mut tree = Tree::default();
    let mut found = false;
    for (own, value) in pairs {
        let Some(rest) = own.strip_prefix(name) else { continue };
        if rest.is_empty() || rest.starts_with('[') {
            found = true;
            tree.place(rest)?.set(item(value, unescape)?);
        }
    }
    Ok(found.then(|| tree.into_json()))
}

fn items<'v>(values: impl Iterator<Item = &'v str>, unescape: Unescape) -> Result<Json<'static>, Fault> {
    values.map(|value| item(value, unescape)).collect::<Result<_, _>>().map(Json::Array)
}

fn item(value: &str, unescape: Unescape) -> Result<Json<'static>, Fault> {
    unescape(value).map(Json::from).ok_or(BROKEN)
}

pub(super) fn document(text: &str) -> Result<Json<'static>, Fault> {
    Json::parse(text.as_bytes(), Limits::default())
        .map(Json::into_owned)
        .map_err(|_| "must be a JSON document")
}
