//! A look at a schema before there is a type: how content is written depends on it.

use stipule_ir::types::{Declaration, Docs, Multipart, Scalar};
use stipule_ir::{Span, Type, TypeId, TypeKind};

use super::lowering::{Lowering, Used};
use super::resolve::Bases;
use super::schema::{Kind, Schema, Site};

/// What a schema is about, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peek {
    /// Text, a number, a truth value.
    Scalar,
    /// Bytes: `format: binary`, or a media type of its own.
    Binary,
    /// An object or a list.
    Structured,
    /// Nothing is said.
    Anything,
}

/// Deepest look into branches of branches.
const MAX_DEPTH: u32 = 8;

impl<'d> Lowering<'d> {
    /// What a schema is about.
    pub(crate) fn peek(&mut self, site: &Site<'d>) -> Peek {
        self.look(site, 0)
    }

    fn look(&mut self, site: &Site<'d>, depth: u32) -> Peek {
        let peeled = self.peel(site);
        let Some(schema) = self.flatten(&peeled.site, &mut Bases::default()) else { return Peek::Anything };
        let is_binary = schema.format.as_ref().is_some_and(|format| format.value == "binary");
        let kind =
            schema.types.as_ref().and_then(|types| types.value.iter().find(|kind| **kind != Kind::Null));
        match kind {
            Some(Kind::Object | Kind::Array) => Peek::Structured,
            Some(Kind::String) | None if is_binary => Peek::Binary,
            Some(_) => Peek::Scalar,
            None if schema.values.is_some() => Peek::Scalar,
            None if !schema.properties.is_empty() || schema.items.rest.is_some() => Peek::Structured,
            None => self.look_at_branches(&schema, depth),
        }
    }

    fn look_at_branches(&mut self, schema: &Schema<'d>, depth: u32) -> Peek {
        let Some(choices) = schema.choices.first().filter(|_| depth < MAX_DEPTH) else {
            let says_text = schema.format.is_some() || schema.bounds.pattern.is_some();
            return if says_text { Peek::Scalar } else { Peek::Anything };
        };
        let seen: Vec<Peek> = choices.branches.iter().map(|branch| self.look(branch, depth + 1)).collect();
        [Peek::Binary, Peek::Structured, Peek::Scalar]
            .into_iter()
            .find(|kind| seen.contains(kind))
            .unwrap_or(Peek::Anything)
    }

    /// The flat schema of an object with properties, at the place where they stand.
    pub(crate) fn properties(&mut self, site: &Site<'d>) -> Option<Schema<'d>> {
        let peeled = self.peel(site);
        let flat = self.flatten(&peeled.site, &mut Bases::default())?;
        (!flat.properties.is_empty()).then_some(flat)
    }

    /// The schema of the items, if a schema is a list.
    pub(crate) fn item_of(&mut self, site: &Site<'d>) -> Option<Site<'d>> {
        let peeled = self.peel(site);
        let flat = self.flatten(&peeled.site, &mut Bases::default())?;
        let is_list = flat.types.as_ref().is_none_or(|types| types.value.contains(&Kind::Array));
        flat.items.rest.filter(|_| is_list && flat.items.prefix.is_none())
    }

    /// The type of a schema at its place.
    pub(crate) fn part(&mut self, site: &Site<'d>) -> Used<'d> {
        self.lower(site)
    }

    /// The words about a schema at its place.
    pub(crate) fn words(&mut self, site: &Site<'d>) -> Docs {
        self.peel(site).docs
    }

    /// The body of several parts that was made of a schema before.
    pub(crate) fn known_multipart(&mut self, site: &Site<'d>) -> Option<TypeId> {
        let key = self.peel(site).site.key();
        self.multiparts.get(&key).copied()
    }

    /// A body of several parts, declared under the name of its schema.
    pub(crate) fn multipart(&mut self, site: &Site<'d>, object: &Schema<'d>, body: Multipart) -> TypeId {
        let key = self.peel(site).site.key();
        // A schema with a name makes a type as well, which is another one.
        let name =
            if object.site.named { object.site.name.suffixed("form") } else { object.site.name.clone() };
        let declaration = Declaration {
            name,
            module: object.site.module.clone(),
            docs: object.docs.clone(),
            accepted: false,
            read: false,
        };
        let kind = TypeKind::Multipart(body);
        let ty = self.types.add(Type { declaration: Some(declaration), kind, span: site.node.span.clone() });
        self.multiparts.insert(key, ty);
        ty
    }

    /// Plain text, where nobody says anything else.
    pub(crate) fn text(&mut self, span: &Span) -> Used<'d> {
        self.plain(Scalar::String, span)
    }

    /// Any value, where nobody says anything.
    pub(crate) fn anything(&mut self, span: &Span) -> Used<'d> {
        self.plain(Scalar::Any, span)
    }

    fn plain(&mut self, scalar: Scalar, span: &Span) -> Used<'d> {
        let kind = TypeKind::Scalar(scalar);
        let ty = self.types.add(Type { declaration: None, kind, span: span.clone() });
        Used {
            ty,
            nullable: false,
            default: None,
            personal: false,
            access: Default::default(),
            docs: Docs::default(),
        }
    }
}
