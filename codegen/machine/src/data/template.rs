//! Payload templates: JSON in which a field `name.$` says where its value comes from.

use serde_json::{Map, Value};

use super::Roots;
use super::function::Call;
use super::path::Path;
use crate::chance::Chance;
use crate::fault::{Failure, PARAMETER_PATH};

/// A template that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Template {
    Constant(Value),
    Object(Vec<(String, Template)>),
    Array(Vec<Template>),
    Path { path: Path, field: String },
    Call(Call),
}

impl Template {
    /// Reads a template. Every fault goes to `fault` with the pointer of its place below `pointer`.
    pub(crate) fn read(value: &Value, pointer: &str, fault: &mut dyn FnMut(String, String)) -> Self {
        match value {
            Value::Object(members) => {
                let mut fields = Vec::with_capacity(members.len());
                for (name, value) in members {
                    let place = format!("{pointer}/{}", escaped(name));
                    let Some(plain) = name.strip_suffix(".$") else {
                        fields.push((name.clone(), Self::read(value, &place, fault)));
                        continue;
                    };
                    if members.contains_key(plain) {
                        fault(place.clone(), format!("`{plain}` and `{name}` are one field"));
                    }
                    let found = value.as_str().ok_or_else(|| "a path or a function is a text".to_owned());
                    match found.and_then(|text| Self::dynamic(text, name)) {
                        Ok(template) => fields.push((plain.to_owned(), template)),
                        Err(reason) => fault(place, reason),
                    }
                }
                Self::Object(fields).settled()
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Self::Array(
                    items.map(|(at, item)| Self::read(item, &format!("{pointer}/{at}"), fault)).collect(),
                )
                .settled()
            }
            constant => Self::Constant(constant.clone()),
        }
    }

    fn dynamic(text: &str, field: &str) -> Result<Self, String> {
        match Call::is_meant(text) {
            true => Call::read(text).map(Self::Call),
            false => Path::read(text).map(|path| Self::Path { path, field: field.to_owned() }),
        }
    }

    /// What holds nothing to fill in is one constant.
    fn settled(self) -> Self {
        let constant = |template: &Self| match template {
            Self::Constant(value) => Some(value.clone()),
            _ => None,
        };
        match &self {
            Self::Object(fields) => {
                let fields = fields.iter().map(|(name, field)| Some((name.clone(), constant(field)?)));
                fields.collect::<Option<Map<_, _>>>().map(|found| Self::Constant(Value::Object(found)))
            }
            Self::Array(items) => items
                .iter()
                .map(constant)
                .collect::<Option<_>>()
                .map(|found| Self::Constant(Value::Array(found))),
            _ => None,
        }
        .unwrap_or(self)
    }

    /// The value it stands for.
    pub(crate) fn value(&self, roots: Roots<'_>, chance: &mut Chance) -> Result<Value, Failure> {
        Ok(match self {
            Self::Constant(value) => value.clone(),
            Self::Object(fields) => {
                let mut object = Map::new();
                for (name, field) in fields {
                    object.insert(name.clone(), field.value(roots, chance)?);
                }
                Value::Object(object)
            }
            Self::Array(items) => {
                Value::Array(items.iter().map(|item| item.value(roots, chance)).collect::<Result<_, _>>()?)
            }
            Self::Path { path, field } => path.find(roots).ok_or_else(|| {
                let cause = format!("the path `{}` of the field `{field}` leads nowhere", path.text());
                Failure::new(PARAMETER_PATH, cause)
            })?,
            Self::Call(call) => call.value(roots, chance)?,
        })
    }
}

/// A name as a part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_filled_in_at_any_depth() {
        let template =
            json!({"a.$": "$.x", "b": {"c.$": "States.Format('{}!', $$.n)", "d": [1, {"e.$": "$"}]}});
        let mut faults = Vec::new();
        let template = Template::read(&template, "", &mut |place, reason| faults.push((place, reason)));
        assert_eq!(faults, []);
        let roots = Roots { input: &json!({"x": 1}), context: &json!({"n": "N"}) };
        let value = template.value(roots, &mut Chance::seeded(0)).unwrap();
        assert_eq!(value, json!({"a": 1, "b": {"c": "N!", "d": [1, {"e": {"x": 1}}]}}));
        let roots = Roots { input: &json!({}), context: &json!({}) };
        assert_eq!(
            template.value(roots, &mut Chance::seeded(0)).unwrap_err().error,
            "States.ParameterPathFailure"
        );
    }

    #[test]
    fn every_fault_has_its_place() {
        let template = json!({"a": 1, "a.$": "$.x", "b.$": 5, "c": [{"d/e.$": "x"}], "f.$": "States.Nope()"});
        let mut places = Vec::new();
        Template::read(&template, "/P", &mut |place, _| places.push(place));
        places.sort();
        assert_eq!(places, ["/P/a.$", "/P/b.$", "/P/c/0/d~1e.$", "/P/f.$"]);
    }
}
