//! `application/x-www-form-urlencoded`.

use std::collections::HashMap;

use super::read::{self, Fault};
use super::write::pairs;
use super::{FormField, Shape, Style};
use crate::json::{Json, Object};
use crate::percent;

/// Writes an object as a form: single values and lists of such as they are, the fields listed in their styles, all
/// else as JSON.
pub fn write_form(value: &Json<'_>, fields: &[FormField]) -> String {
    let Json::Object(object) = value else { return String::new() };
    let mut out: Vec<(String, String)> = Vec::new();
    for (name, value) in object.iter() {
        let style = fields.iter().find(|field| field.name == name).map(|field| field.style);
        let nested = match value {
            Json::Object(_) => true,
            Json::Array(items) => items.iter().any(|item| matches!(item, Json::Object(_) | Json::Array(_))),
            _ => false,
        };
        let usual = if nested { Style::Json } else { Style::Form { explode: true } };
        out.extend(pairs(style.unwrap_or(usual), name, value, percent::encode));
    }
    out.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The object that a form stands for. Names with brackets are taken as they are meant, whatever the style.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_form(text: &str, fields: &[FormField]) -> Result<Json<'static>, Fault> {
    let unescape = percent::decode_query;
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, Vec<(String, &str)>> = HashMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescape(name).ok_or("has a name that isn't well encoded")?;
        let base = name.split('[').next().unwrap_or_default().to_owned();
        let group = groups.entry(base.clone()).or_default();
        if group.is_empty() {
            order.push(base);
        }
        group.push((name, value));
    }
    let mut members: Vec<(String, Json<'static>)> = Vec::new();
    for name in order {
        let Some(group) = groups.get(&name) else { continue };
        let is_bracketed = group.iter().any(|(own, _)| own.len() > name.len() && !own.ends_with("[]"));
        let field = fields.iter().find(|field| field.name == name).filter(|_| !is_bracketed);
        let value = match field {
            Some(field) => read::read(field.style, field.shape, &name, group, unescape)?,
            None if is_bracketed => read::deep(&name, group, unescape)?,
            None => {
                let is_list = group.iter().any(|(own, _)| own.len() > name.len());
                let shape = if is_list { Shape::List } else { Shape::Value };
                read::read(Style::Form { explode: true }, shape, &name, group, unescape)?
            }
        };
        members.extend(value.map(|value| (name, value)));
    }
    let mut object: Object<'static> = members.into_iter().collect();
    for field in fields {
        // The properties of an object that is spread are pairs of their own.
        let Shape::Object(properties) = field.shape else { continue };
        if field.style == (Style::Form { explode: true }) && !properties.is_empty() {
            let own: Vec<(String, &str)> =
                properties.iter().filter_map(|name| groups.get(*name)).flatten().cloned().collect();
            if let Some(value) = read::read(field.style, field.shape, field.name, &own, unescape)? {
                object.insert(field.name.to_owned(), value);
            }
        }
    }
    Ok(Json::Object(object))
}
