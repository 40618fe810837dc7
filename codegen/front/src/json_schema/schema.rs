//! A schema as written: its keywords in types, its subschemas not yet looked at.

use std::collections::BTreeSet;
use std::rc::Rc;

use stipule_ir::types::{Access, Bound, Docs};
use stipule_ir::{FileId, Name, Span, Spanned};

use crate::reader::{Entry, Node};

/// Where a schema stands, and what the type made of it is called.
#[derive(Clone, Debug)]
pub(crate) struct Site<'d> {
    /// The schema.
    pub node: &'d Node,
    /// Name of the type, given by a person or derived from where it stands.
    pub name: Name,
    /// Module of the model that its declaration goes to.
    pub module: Name,
    /// Whether a person gave it a name of its own: a component, a definition, a file.
    pub named: bool,
    /// Further schemas that must hold too: the same property in several branches of an `allOf`.
    pub also: Vec<Site<'d>>,
    /// What it says, where that isn't all that stands there: a part of the schema, under a word of its own.
    pub given: Option<(Rc<Schema<'d>>, &'static str)>,
}

/// What makes two sites one type.
pub(crate) type Key = Vec<(FileId, String)>;

impl<'d> Site<'d> {
    /// The places of all schemas of the site.
    pub(crate) fn key(&self) -> Key {
        let mut own = (self.node.span.file, self.node.span.pointer.to_string());
        if let Some((_, word)) = &self.given {
            own.1.push('?');
            own.1.push_str(word);
        }
        std::iter::once(own).chain(self.also.iter().flat_map(Site::key)).collect()
    }

    /// An anonymous schema that a document of another language holds.
    pub(crate) fn inline(node: &'d Node, name: Name, module: &Name) -> Self {
        Self { node, name, module: module.clone(), named: false, also: Vec::new(), given: None }
    }

    /// A part of this schema: named after it and a word of its own.
    pub(crate) fn part(&self, node: &'d Node, word: &Name) -> Self {
        let name = self.name.join(word);
        Self { node, name, module: self.module.clone(), named: false, also: Vec::new(), given: None }
    }

    /// A schema of its own for the same thing: a branch of `allOf`, the only branch that isn't null.
    pub(crate) fn same(&self, node: &'d Node) -> Self {
        Self { node, named: false, also: Vec::new(), given: None, ..self.clone() }
    }

    /// A part of what stands at this place, under a word that no other part of it has.
    pub(crate) fn given(&self, schema: Schema<'d>, name: Name, word: &'static str) -> Self {
        Self { name, named: false, also: Vec::new(), given: Some((Rc::new(schema), word)), ..self.clone() }
    }
}

/// The basic types of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    pub(crate) const ALL: [Kind; 7] =
        [Kind::Null, Kind::Boolean, Kind::Integer, Kind::Number, Kind::String, Kind::Array, Kind::Object];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }
}

/// Limits of all kinds, each with its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub min_length: Option<Spanned<u64>>,
    pub max_length: Option<Spanned<u64>>,
    pub pattern: Option<Spanned<String>>,
    pub minimum: Option<Spanned<Bound>>,
    pub maximum: Option<Spanned<Bound>>,
    pub multiple_of: Option<Spanned<String>>,
    pub min_items: Option<Spanned<u64>>,
    pub max_items: Option<Spanned<u64>>,
    pub unique_items: Option<Spanned<bool>>,
    pub min_properties: Option<Spanned<u64>>,
    pub max_properties: Option<Spanned<u64>>,
}

/// A property: the schemas that its value must meet.
#[derive(Clone, Debug)]
pub(crate) struct Property<'d> {
    pub key: Spanned<String>,
    pub site: Site<'d>,
}

/// What `additionalProperties` says.
#[derive(Clone, Debug)]
pub(crate) enum Additional<'d> {
    /// `false`
    Refused,
    /// `true`
    Any(&'d Node),
    /// A schema.
    Schema(Box<Site<'d>>),
}

/// `oneOf` or `anyOf`.
#[derive(Clone, Debug)]
pub(crate) struct Choices<'d> {
    /// Whether exactly one branch may match.
    pub exactly_one: bool,
    pub branches: Vec<Site<'d>>,
    pub span: Span,
    /// The schema that says so.
    pub holder: &'d Node,
}

/// Who may stand in a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items<'d> {
    /// Schemas per place: `prefixItems`, or a list in `items` of draft-07.
    pub prefix: Option<(Span, Vec<Site<'d>>)>,
    /// The schema of the rest.
    pub rest: Option<Site<'d>>,
    /// `items: false`: nothing beyond the prefix.
    pub closed: bool,
}

/// A keyword that decides, and that no type can say.
#[derive(Clone, Debug)]
pub(crate) struct Unsaid<'d> {
    pub keyword: Spanned<String>,
    /// The schema that says so.
    pub node: &'d Node,
}

/// The keywords of one schema, or of several that must all hold.
#[derive(Clone, Debug)]
pub(crate) struct Schema<'d> {
    pub site: Site<'d>,
    pub docs: Docs,
    /// `$ref`.
    pub reference: Option<Spanned<String>>,
    /// `type`, with `null` among them; absent when nothing is said.
    pub types: Option<Spanned<BTreeSet<Kind>>>,
    /// `nullable: true` of OpenAPI 3.0.
    pub nullable: bool,
    pub format: Option<Spanned<String>>,
    pub bounds: Bounds,
    /// `enum` or `const`.
    pub values: Option<Spanned<Vec<&'d Node>>>,
    pub properties: Vec<Property<'d>>,
    pub required: Vec<Spanned<String>>,
    pub additional: Option<Spanned<Additional<'d>>>,
    pub property_names: Option<Site<'d>>,
    pub items: Items<'d>,
    pub all_of: Vec<Site<'d>>,
    /// All of these must hold: more than one only in documents of others.
    pub choices: Vec<Choices<'d>>,
    pub discriminator: Option<&'d Entry>,
    pub default: Option<&'d Node>,
    /// `readOnly`, `writeOnly`
    pub access: Access,
    /// Keywords that decide as well, and that no type can say.
    pub unsaid: Vec<Unsaid<'d>>,
    /// `x-stipule-pii`
    pub personal: bool,
    /// `x-stipule-transitions`
    pub transitions: Option<&'d Entry>,
    /// Keywords that decide which values are valid, in the order they were written.
    pub deciding: Vec<Spanned<String>>,
    /// Property names of every branch that says what other properties may be, with the place where it says so.
    pub closed: Vec<(Span, BTreeSet<String>)>,
}

impl<'d> Schema<'d> {
    /// A schema that says nothing.
    pub(crate) fn empty(site: Site<'d>) -> Self {
        Self {
            site,
            docs: Docs::default(),
            reference: None,
            types: None,
            nullable: false,
            format: None,
            bounds: Bounds::default(),
            values: None,
            properties: Vec::new(),
            required: Vec::new(),
            additional: None,
            property_names: None,
            items: Items::default(),
            all_of: Vec::new(),
            choices: Vec::new(),
            discriminator: None,
            default: None,
            access: Access::Both,
            unsaid: Vec::new(),
            personal: false,
            transitions: None,
            deciding: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// Where messages about the whole schema point.
    pub(crate) fn span(&self) -> Span {
        let span = &self.site.node.span;
        Span { end: span.start, ..span.clone() }
    }

    /// Whether no keyword but these decides anything.
    pub(crate) fn says_only(&self, keywords: &[&str]) -> bool {
        self.deciding.iter().all(|keyword| keywords.contains(&keyword.value.as_str()))
    }

    /// Whether null is valid by `nullable`, or by `type` and the list of values, of which both must agree.
    pub(crate) fn names_null(&self) -> bool {
        let by_type = self.types.as_ref().map(|types| types.value.contains(&Kind::Null));
        let by_values = self.values.as_ref().map(|values| values.value.iter().any(|value| value.is_null()));
        self.nullable
            || by_type.is_some_and(|yes| yes && by_values != Some(false))
            || by_type.is_none() && by_values == Some(true)
    }
}
