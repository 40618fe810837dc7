//! Resources of all stacks, and what refers to what.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// `AWS::SQS::Queue`
    pub kind: String,
    /// Its properties.
    pub properties: Value,
    /// Everything else that is said of it.
    pub said: Value,
}

/// A stack.
#[derive(Clone, Debug)]
pub struct Stack {
    /// `messaging`
    pub name: String,
    /// By name.
    pub resources: BTreeMap<String, Resource>,
    /// Names of its parameters.
    pub parameters: Vec<String>,
    /// What it exports, by the text of the export's name.
    pub exports: BTreeMap<String, Value>,
    /// Bytes of the template.
    pub size: usize,
    /// The whole template.
    pub template: Value,
}

/// All stacks of a platform.
#[derive(Clone, Debug)]
pub struct Stacks {
    /// In the order of their names.
    pub stacks: Vec<Stack>,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'s> {
    /// Where it is.
    pub stack: &'s Stack,
    /// Its name there.
    pub name: &'s str,
    /// The resource.
    pub resource: &'s Resource,
}

impl Target<'_> {
    /// Whether two references lead to the same resource.
    pub fn is(&self, other: &Target<'_>) -> bool {
        self.stack.name == other.stack.name && self.name == other.name
    }
}

/// A text that is no template.
#[derive(Debug)]
pub struct BadTemplate {
    /// Name of the stack.
    pub stack: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for BadTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the template of {} is none: {}", self.stack, self.reason)
    }
}

impl std::error::Error for BadTemplate {}

impl Stacks {
    /// Reads templates, each with the name of its stack.
    ///
    /// # Errors
    /// [`BadTemplate`] for the first that isn't JSON with `Resources`.
    pub fn read<'t>(templates: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, BadTemplate> {
        let stacks = templates.into_iter().map(|(name, text)| stack(name, text)).collect::<Result<_, _>>()?;
        Ok(Self { stacks })
    }

    /// Every resource of a kind.
    pub fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = Target<'s>> {
        self.all().filter(move |target| target.resource.kind == kind)
    }

    /// Every resource.
    pub fn all(&self) -> impl Iterator<Item = Target<'_>> {
        self.stacks.iter().flat_map(|stack| {
            stack.resources.iter().map(move |(name, resource)| Target { stack, name, resource })
        })
    }

    /// The resource that a value of a stack refers to: by `Ref`, `Fn::GetAtt`, `Fn::ImportValue`, or a single name in
    /// `Fn::Sub`.
    pub fn target<'s>(&'s self, stack: &'s Stack, value: &'s Value) -> Option<Target<'s>> {
        let here = |name: &str| {
            let (name, resource) = stack.resources.get_key_value(name)?;
            Some(Target { stack, name, resource })
        };
        if let Some(name) = value["Ref"].as_str() {
            return here(name);
        }
        if let Some(name) = value["Fn::GetAtt"][0].as_str() {
            return here(name);
        }
        if let Some(name) = value["Fn::GetAtt"].as_str() {
            return here(name.split('.').next()?);
        }
        if let Some(export) = export_name(value) {
            let (exporter, value) =
                self.stacks.iter().find_map(|stack| Some((stack, stack.exports.get(export)?)))?;
            return self.target(exporter, value);
        }
        if let Some(text) = value["Fn::Sub"].as_str() {
            let names = names_in(text);
            let mut named = names.iter().filter_map(|name| here(name.split('.').next()?));
            return named.next();
        }
        let values = value["Fn::Sub"][1].as_object()?;
        values.values().find_map(|value| self.target(stack, value))
    }

    /// The function, version or alias behind a value, as the function and whether it is reached by its alias.
    pub fn function<'s>(&'s self, stack: &'s Stack, value: &'s Value) -> Option<(Target<'s>, bool)> {
        let found = self.target(stack, value)?;
        match found.resource.kind.as_str() {
            "AWS::Lambda::Function" => Some((found, false)),
            "AWS::Lambda::Alias" => {
                let function = self.target(found.stack, &found.resource.properties["FunctionName"])?;
                Some((function, true))
            }
            _ => None,
        }
    }
}

/// The text of the name of what is imported.
pub(crate) fn export_name(value: &Value) -> Option<&str> {
    let name = &value["Fn::ImportValue"];
    name.as_str().or_else(|| name["Fn::Sub"].as_str())
}

/// The names in `${…}` of a text, without those of literals (`${!…}`).
pub(crate) fn names_in(text: &str) -> Vec<&str> {
    let parts = text.split("${").skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .filter(|it| !it.starts_with('!'))
        .collect()
}

/// Calls `visit` with every value below one, itself included.
pub(crate) fn walk<'v>(value: &'v Value, visit: &mut impl FnMut(&'v Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

fn stack(name: &str, text: &str) -> Result<Stack, BadTemplate> {
    let bad = |reason: String| BadTemplate { stack: name.to_owned(), reason };
    let template: Value = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
    let Some(resources) = template["Resources"].as_object() else {
        return Err(bad("it has no `Resources`".to_owned()));
    };
    let resources = resources.iter().map(|(name, said)| {
        let kind = said["Type"].as_str().unwrap_or_default().to_owned();
        (name.clone(), Resource { kind, properties: said["Properties"].clone(), said: said.clone() })
    });
    let outputs = template["Outputs"].as_object().into_iter().flatten();
    let exports = outputs.filter_map(|(_, output)| {
        let name = &output["Export"]["Name"];
        let name = name.as_str().or_else(|| name["Fn::Sub"].as_str())?;
        Some((name.to_owned(), output["Value"].clone()))
    });
    let parameters = template["Parameters"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    Ok(Stack {
        name: name.to_owned(),
        resources: resources.collect(),
        parameters: parameters.collect(),
        exports: exports.collect(),
        size: text.len(),
        template,
    })
}
