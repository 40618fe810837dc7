//! Types as schemas.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::types::{
    Access, Declaration, Docs, Extra, Field, Limits, List, Map, Multipart, Newtype, PartCoding, Scalar,
    Struct, Union,
};
use stipule_ir::{TypeId, TypeKind, TypeTable};

use super::tree::Tree;
use super::words::{nullable_values, set_counts, typed, values};

/// Which schemas are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Those of OpenAPI 3.0.
    OpenApi30,
    /// Those of OpenAPI 3.1, which are JSON Schema 2020-12 with a few words more.
    OpenApi31,
    /// JSON Schema 2020-12 alone.
    JsonSchema,
}

/// The schemas of one document: each declared type once, under a name of its own.
pub(super) struct Schemas<'t> {
    types: &'t TypeTable,
    pub(super) dialect: Dialect,
    /// Where declared types stand: `#/components/schemas/`.
    home: &'static str,
    names: BTreeMap<TypeId, String>,
    taken: BTreeSet<String>,
    /// Those that aren't written yet.
    waiting: Vec<TypeId>,
}

impl<'t> Schemas<'t> {
    pub(super) fn new(types: &'t TypeTable, dialect: Dialect, home: &'static str) -> Self {
        let (names, taken, waiting) = Default::default();
        Self { types, dialect, home, names, taken, waiting }
    }

    /// The kind of a type.
    pub(super) fn kind(&self, id: TypeId) -> &'t TypeKind {
        &self.types.get(id).kind
    }

    /// Keeps a name from being given to a type.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// The schema of a type where it is used: a reference, or the schema itself.
    pub(super) fn of(&mut self, id: TypeId) -> Tree {
        match &self.types.get(id).declaration {
            Some(declaration) => {
                let name = self.name(id, declaration);
                Tree::object().with("$ref", Tree::Text(format!("{}{name}", self.home)))
            }
            None => self.written(id),
        }
    }

    /// As [`of`](Self::of), for a value that may be null.
    fn nullable(&mut self, id: TypeId) -> Tree {
        let schema = self.of(id);
        let null = Tree::object().with("type", Tree::text("null"));
        if matches!(self.kind(id), TypeKind::Scalar(Scalar::Any | Scalar::Null)) {
            return schema;
        }
        if let (Dialect::OpenApi30, TypeKind::Enum(list)) = (self.dialect, self.kind(id)) {
            // There, null is a value only of what says its type and lists it.
            return nullable_values(list);
        }
        if let (Dialect::OpenApi30, TypeKind::Newtype(newtype)) = (self.dialect, self.kind(id)) {
            return self.newtype(newtype).with("nullable", Tree::raw(true));
        }
        match (self.dialect, schema.get("type").cloned()) {
            (Dialect::OpenApi30, Some(_)) => schema.with("nullable", Tree::raw(true)),
            (Dialect::OpenApi30, None) => {
                let all = Tree::List(vec![schema]);
                Tree::object().with("allOf", all).with("nullable", Tree::raw(true))
            }
            (_, Some(Tree::Text(word))) => {
                schema.with("type", Tree::List(vec![Tree::Text(word), Tree::text("null")]))
            }
            _ => Tree::object().with("anyOf", Tree::List(vec![schema, null])),
        }
    }

    fn name(&mut self, id: TypeId, declaration: &Declaration) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let own = declaration.name.type_name();
        let longer = declaration.module.join(&declaration.name).type_name();
        let numbered = (2_u32..).map(|number| format!("{longer}{number}"));
        let name = [own, longer.clone()].into_iter().chain(numbered).find(|name| !self.taken.contains(name));
        let name = name.unwrap_or(longer);
        self.taken.insert(name.clone());
        self.names.insert(id, name.clone());
        self.waiting.push(id);
        name
    }

    /// Every declared type that was used so far, and all that those use, by name.
    pub(super) fn finish(mut self) -> Tree {
        let mut written: BTreeMap<String, Tree> = BTreeMap::new();
        while let Some(id) = self.waiting.pop() {
            let schema = self.declared(id);
            if let Some(name) = self.names.get(&id) {
                written.insert(name.clone(), schema);
            }
        }
        Tree::Map(written.into_iter().collect())
    }

    /// The schema of a declared type, with the words about it.
    pub(super) fn declared(&mut self, id: TypeId) -> Tree {
        let schema = self.written(id);
        let none = Docs::default();
        let declaration = self.types.get(id).declaration.as_ref();
        let docs = declaration.map_or(&none, |declaration| &declaration.docs);
        self.with_words(Tree::object(), docs, schema)
    }

    /// Words first, then what they are about. Examples stand last.
    fn with_words(&self, mut schema: Tree, docs: &Docs, rest: Tree) -> Tree {
        for (key, text) in [("title", &docs.title), ("description", &docs.description)] {
            if let Some(text) = text {
                schema.set(key, Tree::text(text));
            }
        }
        if docs.deprecated {
            schema.set("deprecated", Tree::raw(true));
        }
        if let Tree::Map(members) = rest {
            members.into_iter().for_each(|(key, value)| schema.set(&key, value));
        }
        match (self.dialect, docs.examples.first()) {
            (Dialect::OpenApi30, Some(first)) => schema.set("example", Tree::json(first)),
            (_, Some(_)) => {
                let all = docs.examples.iter().map(|example| Tree::json(example)).collect();
                schema.set("examples", Tree::List(all));
            }
            _ => {}
        }
        schema
    }

    fn written(&mut self, id: TypeId) -> Tree {
        match self.kind(id) {
            TypeKind::Scalar(scalar) => self.scalar(*scalar),
            TypeKind::Newtype(newtype) => self.newtype(newtype),
            TypeKind::Struct(object) => self.object(object),
            TypeKind::Enum(list) => values(list),
            TypeKind::Union(union) => self.union(union),
            TypeKind::List(list) => self.list(list),
            TypeKind::Map(map) => self.map(map),
            TypeKind::Tuple(places) => self.tuple(places),
            TypeKind::Multipart(body) => self.multipart(body),
        }
    }

    fn scalar(&self, scalar: Scalar) -> Tree {
        let is_30 = self.dialect == Dialect::OpenApi30;
        let (word, format) = match scalar {
            Scalar::Any => return Tree::object(),
            Scalar::Null if is_30 => {
                let null = Tree::List(vec![Tree::raw("null")]);
                return Tree::object().with("nullable", Tree::raw(true)).with("enum", null);
            }
            Scalar::Null => ("null", None),
            Scalar::Boolean => ("boolean", None),
            Scalar::Int32 => ("integer", Some("int32")),
            Scalar::Int64 => ("integer", Some("int64")),
            Scalar::Float64 => ("number", Some("double")),
            Scalar::String => ("string", None),
            Scalar::Uuid => ("string", Some("uuid")),
            Scalar::Ulid => ("string", Some("ulid")),
            Scalar::Date => ("string", Some("date")),
            Scalar::DateTime => ("string", Some("date-time")),
            Scalar::Email => ("string", Some("email")),
            Scalar::Uri => ("string", Some("uri")),
            Scalar::Decimal => ("string", Some("decimal")),
            Scalar::Bytes if is_30 => ("string", Some("byte")),
            Scalar::Bytes => {
                return typed("string").with("contentEncoding", Tree::text("base64"));
            }
        };
        let schema = typed(word);
        match format {
            Some(format) => schema.with("format", Tree::text(format)),
            None => schema,
        }
    }

    fn newtype(&self, newtype: &Newtype) -> Tree {
        let mut schema = self.scalar(newtype.base);
        let Limits { min_length, max_length, pattern, minimum, maximum, multiple_of } = &newtype.limits;
        set_counts(&mut schema, [("minLength", min_length), ("maxLength", max_length)]);
        if let Some(pattern) = pattern {
            schema.set("pattern", Tree::text(pattern));
        }
        let ends = [("minimum", "exclusiveMinimum", minimum), ("maximum", "exclusiveMaximum", maximum)];
        for (inclusive, exclusive, end) in ends {
            let Some(end) = end else { continue };
            match (end.exclusive, self.dialect) {
                (true, Dialect::OpenApi30) => {
                    schema.set(inclusive, Tree::raw(end.value.as_str()));
                    schema.set(exclusive, Tree::raw(true));
                }
                (true, _) => schema.set(exclusive, Tree::raw(end.value.as_str())),
                (false, _) => schema.set(inclusive, Tree::raw(end.value.as_str())),
            }
        }
        if let Some(divisor) = multiple_of {
            schema.set("multipleOf", Tree::raw(divisor.as_str()));
        }
        if newtype.personal {
            schema.set("x-stipule-pii", Tree::raw(true));
        }
        schema
    }

    fn object(&mut self, object: &Struct) -> Tree {
        let mut schema = typed("object");
        let required: Vec<Tree> = object
            .fields
            .iter()
            .filter(|field| field.required)
            .map(|field| Tree::text(&field.name.wire))
            .collect();
        if !required.is_empty() {
            schema.set("required", Tree::List(required));
        }
        let fields = object.fields.iter().map(|field| (field.name.wire.clone(), self.field(field)));
        let fields = Tree::Map(fields.collect());
        if !fields.is_empty() {
            schema.set("properties", fields);
        }
        match object.extra {
            Extra::Refused => schema.set("additionalProperties", Tree::raw(false)),
            Extra::Ignored => {}
            Extra::Kept(ty) => {
                let extra = self.of(ty);
                let extra = if extra.is_empty() { Tree::raw(true) } else { extra };
                schema.set("additionalProperties", extra);
            }
        }
        let ends = [("minProperties", &object.min_properties), ("maxProperties", &object.max_properties)];
        set_counts(&mut schema, ends);
        schema
    }

    fn field(&mut self, field: &Field) -> Tree {
        let schema = if field.nullable { self.nullable(field.ty) } else { self.of(field.ty) };
        let mut beside = self.with_words(Tree::object(), &field.docs, Tree::object());
        if let Some(default) = &field.default {
            beside.set("default", Tree::json(default));
        }
        match field.access {
            Access::Both => {}
            Access::Read => beside.set("readOnly", Tree::raw(true)),
            Access::Write => beside.set("writeOnly", Tree::raw(true)),
        }
        let is_said = matches!(self.kind(field.ty), TypeKind::Newtype(newtype) if newtype.personal);
        if field.personal && !is_said {
            beside.set("x-stipule-pii", Tree::raw(true));
        }
        if beside.is_empty() {
            return schema;
        }
        // Beside a reference, 3.0 reads nothing.
        let alone = self.dialect == Dialect::OpenApi30 && schema.get("$ref").is_some();
        let schema = if alone { Tree::object().with("allOf", Tree::List(vec![schema])) } else { schema };
        if let Tree::Map(members) = schema {
            members.into_iter().for_each(|(key, value)| beside.set(&key, value));
        }
        beside
    }

    fn union(&mut self, union: &Union) -> Tree {
        if let (Dialect::OpenApi30, Some(other)) = (self.dialect, self.or_null(union)) {
            // There is no type that null alone has there.
            return self.nullable(other);
        }
        let branches: Vec<Tree> = union.variants.iter().map(|variant| self.of(variant.ty)).collect();
        let mut mapping = Tree::object();
        for (variant, branch) in union.variants.iter().zip(&branches) {
            let Some(target) = branch.get("$ref") else { continue };
            variant.tags.iter().for_each(|tag| mapping.set(tag, target.clone()));
        }
        let word = if union.exactly_one { "oneOf" } else { "anyOf" };
        let schema = Tree::object().with(word, Tree::List(branches));
        match &union.tag {
            Some(tag) if self.dialect != Dialect::JsonSchema => {
                let name = Tree::object().with("propertyName", Tree::text(tag));
                let says = if mapping.is_empty() { name } else { name.with("mapping", mapping) };
                schema.with("discriminator", says)
            }
            _ => schema,
        }
    }

    /// The one type beside null, if it is a union of these two.
    fn or_null(&self, union: &Union) -> Option<TypeId> {
        let is_null = |ty| matches!(self.kind(ty), TypeKind::Scalar(Scalar::Null));
        match &*union.variants {
            [one, other] if is_null(other.ty) => Some(one.ty),
            [other, one] if is_null(other.ty) => Some(one.ty),
            _ => None,
        }
    }

    fn list(&mut self, list: &List) -> Tree {
        let item = if list.nullable_items { self.nullable(list.item) } else { self.of(list.item) };
        let mut schema = typed("array").with("items", item);
        set_counts(&mut schema, [("minItems", &list.min_items), ("maxItems", &list.max_items)]);
        if list.unique {
            schema.set("uniqueItems", Tree::raw(true));
        }
        schema
    }

    fn map(&mut self, map: &Map) -> Tree {
        let value = if map.nullable_values { self.nullable(map.value) } else { self.of(map.value) };
        let value = if value.is_empty() { Tree::raw(true) } else { value };
        let mut schema = typed("object").with("additionalProperties", value);
        if let Some(key) = map.key.filter(|_| self.dialect != Dialect::OpenApi30) {
            schema.set("propertyNames", self.of(key));
        }
        set_counts(
            &mut schema,
            [("minProperties", &map.min_properties), ("maxProperties", &map.max_properties)],
        );
        schema
    }

    fn tuple(&mut self, places: &[TypeId]) -> Tree {
        let schemas: Vec<Tree> = places.iter().map(|place| self.of(*place)).collect();
        let length = places.len();
        let schema = typed("array");
        if self.dialect == Dialect::OpenApi30 {
            // The places can't be told apart there; that each item is of one of the types is still true.
            let any = Tree::object().with("anyOf", Tree::List(schemas));
            let schema = schema.with("items", any);
            return schema.with("minItems", Tree::raw(length)).with("maxItems", Tree::raw(length));
        }
        let schema = schema.with("prefixItems", Tree::List(schemas)).with("items", Tree::raw(false));
        schema.with("minItems", Tree::raw(length))
    }

    fn multipart(&mut self, body: &Multipart) -> Tree {
        let mut schema = typed("object");
        let required: Vec<Tree> =
            body.parts.iter().filter(|part| part.required).map(|part| Tree::text(&part.name.wire)).collect();
        if !required.is_empty() {
            schema.set("required", Tree::List(required));
        }
        let mut parts = Tree::object();
        for part in &body.parts {
            let one = match part.coding {
                PartCoding::File => typed("string").with("format", Tree::text("binary")),
                PartCoding::Text | PartCoding::Json => self.of(part.ty),
            };
            let all = if part.repeated { typed("array").with("items", one) } else { one };
            let words = Docs { examples: Vec::new(), ..part.docs.clone() };
            let is_reference = all.get("$ref").is_some();
            let all = if is_reference { all } else { self.with_words(Tree::object(), &words, all) };
            parts.set(&part.name.wire, all);
        }
        schema.with("properties", parts)
    }
}
