//! Types: what a value may be, whatever the language it was described in.

use std::collections::BTreeMap;

use crate::name::Name;
use crate::span::Span;

/// A type in the [`TypeTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// Every type of a contract repository, once. Types refer to each other by id, so recursion needs no care.
#[derive(Clone, Debug, Default)]
pub struct TypeTable {
    types: Vec<Type>,
    checks: BTreeMap<TypeId, String>,
}

impl TypeTable {
    /// Adds a type and gives its id.
    ///
    /// # Panics
    /// With more than `u32::MAX` types.
    pub fn add(&mut self, ty: Type) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).expect("fewer than 2^32 types"));
        self.types.push(ty);
        id
    }

    /// The type with this id.
    ///
    /// # Panics
    /// When the id comes from another table.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// As [`get`](Self::get), to change it: lowering fills in a type after its name is known.
    ///
    /// # Panics
    /// When the id comes from another table.
    pub fn get_mut(&mut self, id: TypeId) -> &mut Type {
        &mut self.types[id.0 as usize]
    }

    /// What a struct or a union can't say of its values by itself: a JSON Schema for `stipule_wire::Schema`.
    pub fn check(&self, id: TypeId) -> Option<&str> {
        self.checks.get(&id).map(String::as_str)
    }

    /// Gives a type the schema of what it can't say.
    pub fn set_check(&mut self, id: TypeId, schema: String) {
        self.checks.insert(id, schema);
    }

    /// All types with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0u32..).map(TypeId).zip(&self.types)
    }

    /// As [`iter`](Self::iter), to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (TypeId, &mut Type)> {
        (0u32..).map(TypeId).zip(&mut self.types)
    }

    /// Number of types.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }
}

/// One type.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its declaration, if it becomes an item of the generated model. Without one it is written in place
    /// (`Vec<Line>`, `Text<1, 80>`, `bool`).
    pub declaration: Option<Declaration>,
    /// What it is.
    pub kind: TypeKind,
    /// Where it was written.
    pub span: Span,
}

/// What makes a type an item with a name.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Unique within its module after lowering.
    pub name: Name,
    /// The module of the model it lives in: the document that declares it (`types`, `orders`, `events`).
    pub module: Name,
    /// For the reader of the generated code.
    pub docs: Docs,
    /// Whether somebody sends it to us: reachable from a request. The closed form is needed.
    pub accepted: bool,
    /// Whether somebody reads it from us: reachable from a response or an event. The open form is needed.
    pub read: bool,
}

/// Words about an item, from the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// One line.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Example values as compact JSON.
    pub examples: Vec<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// The shape of a type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A value without parts and without limits.
    Scalar(Scalar),
    /// A scalar with limits, or a scalar with a name of its own.
    Newtype(Newtype),
    /// An object with named fields.
    Struct(Struct),
    /// A closed set of values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A sequence.
    List(List),
    /// An object with free keys.
    Map(Map),
    /// A sequence of fixed length with a type per place.
    Tuple(Vec<TypeId>),
    /// A body of several parts (`multipart/form-data`): never inside of another type.
    Multipart(Multipart),
}

/// Values without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// `true`, `false`.
    Boolean,
    /// 32-bit signed integer (`format: int32`).
    Int32,
    /// 64-bit signed integer; the default for `integer`.
    Int64,
    /// IEEE 754 double.
    Float64,
    /// Unicode text.
    String,
    /// `format: uuid`.
    Uuid,
    /// `format: ulid`, written in upper case.
    Ulid,
    /// `format: date`.
    Date,
    /// `format: date-time`, an instant.
    DateTime,
    /// `format: email`.
    Email,
    /// `format: uri`.
    Uri,
    /// `format: decimal`: decimal number as text, any size.
    Decimal,
    /// `format: byte`, `contentEncoding: base64`: bytes as text. Only in documents of others.
    Bytes,
    /// Any JSON value.
    Any,
    /// `null` alone.
    Null,
}

/// A scalar with limits that hold by construction.
#[derive(Clone, Debug)]
pub struct Newtype {
    /// What it wraps.
    pub base: Scalar,
    /// Limits beyond those of the base.
    pub limits: Limits,
    /// Personal data: never shown by `Debug`, never logged.
    pub personal: bool,
}

/// Limits of a scalar. Only those that fit the base are set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Fewest Unicode code points.
    pub min_length: Option<u64>,
    /// Most Unicode code points.
    pub max_length: Option<u64>,
    /// ECMA-262 pattern as written; checked by lowering to run in linear time.
    pub pattern: Option<String>,
    /// Smallest value.
    pub minimum: Option<Bound>,
    /// Largest value.
    pub maximum: Option<Bound>,
    /// Decimal text of the divisor, as written.
    pub multiple_of: Option<String>,
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Decimal text, as written.
    pub value: String,
    /// Whether the value itself is outside.
    pub exclusive: bool,
}

/// An object with named fields.
#[derive(Clone, Debug)]
pub struct Struct {
    /// In the order of the contract.
    pub fields: Vec<Field>,
    /// What happens to names that are not among the fields.
    pub extra: Extra,
    /// Fewest properties.
    pub min_properties: Option<u64>,
    /// Most properties.
    pub max_properties: Option<u64>,
}

/// Properties beyond the declared ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// `additionalProperties: false`: a fault where we accept, ignored where we read.
    Refused,
    /// Nothing said: allowed and not kept.
    Ignored,
    /// `additionalProperties: true` or a schema: kept.
    Kept(TypeId),
}

/// One field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type, without regard to absence and null.
    pub ty: TypeId,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null. Optional and nullable together make a `Patch<T>`.
    pub nullable: bool,
    /// Default as compact JSON, if the contract gives one: documentation, and filled in by the server for absent values.
    pub default: Option<String>,
    /// Personal data.
    pub personal: bool,
    /// Who sends it.
    pub access: Access,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// Who sends a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Both sides.
    #[default]
    Both,
    /// Only who answers (`readOnly`).
    Read,
    /// Only who asks (`writeOnly`).
    Write,
}

/// A closed set of values.
#[derive(Clone, Debug)]
pub struct Enum {
    /// In the order of the contract.
    pub values: Vec<EnumValue>,
    /// `x-stipule-transitions`: the values are states of something, and after each come only these, by their place among
    /// the values. In the order of the values.
    pub transitions: Option<Vec<Vec<usize>>>,
}

/// One value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Name of the variant.
    pub name: Name,
    /// The value itself.
    pub value: EnumLiteral,
    /// For the reader.
    pub docs: Docs,
}

/// Values that an enum or a `const` may list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnumLiteral {
    /// Text.
    String(String),
    /// Integer.
    Integer(i64),
    /// Boolean.
    Boolean(bool),
}

/// One of several types.
#[derive(Clone, Debug)]
pub struct Union {
    /// How to tell which: a property, or by trying.
    pub tag: Option<String>,
    /// `oneOf` (exactly one may match) rather than `anyOf` (the first that matches counts).
    pub exactly_one: bool,
    /// In the order of the contract.
    pub variants: Vec<UnionVariant>,
}

/// One choice of a union.
#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// Name of the variant.
    pub name: Name,
    /// Its type.
    pub ty: TypeId,
    /// Values of the tag property that choose it; empty without a tag.
    pub tags: Vec<String>,
}

/// A sequence.
#[derive(Clone, Debug)]
pub struct List {
    /// Type of the items.
    pub item: TypeId,
    /// Whether an item may be null.
    pub nullable_items: bool,
    /// Fewest items.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
    /// Whether no two items may be equal.
    pub unique: bool,
}

/// An object with free keys.
#[derive(Clone, Debug)]
pub struct Map {
    /// Type of the keys if they are limited (`propertyNames`): text, or a newtype or enum over text.
    pub key: Option<TypeId>,
    /// Type of the values.
    pub value: TypeId,
    /// Whether a value may be null.
    pub nullable_values: bool,
    /// Fewest entries.
    pub min_properties: Option<u64>,
    /// Most entries.
    pub max_properties: Option<u64>,
}

/// A body of several parts.
#[derive(Clone, Debug)]
pub struct Multipart {
    /// In the order of the schema.
    pub parts: Vec<Part>,
}

/// One part of a body of several.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: Name,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be there several times: an array of such.
    pub repeated: bool,
    /// Its type, of one of them if it is repeated; text for files.
    pub ty: TypeId,
    /// How it is written.
    pub coding: PartCoding,
    /// Media type, where the document says one.
    pub media_type: Option<String>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartCoding {
    /// A scalar as text.
    Text,
    /// A JSON document.
    Json,
    /// A file: bytes, with a name and a media type.
    File,
}
