//! Schemas of others: what they say is put into the best type that is still true.

use stipule_ir::types::{Scalar, Union, UnionVariant};
use stipule_ir::{Diagnostic, Name, Span, Spanned, TypeId, TypeKind};

use super::lowering::Lowering;
use super::resolve::{Bases, is_null};
use super::schema::{Choices, Kind, Schema, Site, Unsaid};
use super::{enumeration, scalar, unions};
use crate::reader::Node;

/// Most branches that two unions which must both hold are multiplied to.
const MOST_PRODUCTS: usize = 24;

impl<'d> Lowering<'d> {
    /// What kind of type a flat schema of others makes.
    pub(super) fn kind_of_others(&mut self, ty: TypeId, schema: &Schema<'d>) -> TypeKind {
        if schema.values.is_some()
            && let Some(kind) = enumeration::lower_of_others(self, ty, schema)
        {
            return kind;
        }
        let mut schema = schema.clone();
        self.drop_contradictions(&mut schema);
        let choices = std::mem::take(&mut schema.choices);
        let mut deciding: Vec<Choices<'d>> = Vec::new();
        for choices in choices {
            if self.adds_types(&choices) {
                deciding.push(choices);
            } else {
                self.leave_choices(ty, &choices);
            }
        }
        if let Some(choices) = self.product(ty, &schema, deciding) {
            return self.union_of_others(ty, &schema, &choices);
        }
        if let Some(kind) = self.inherited(ty, &schema) {
            return kind;
        }
        self.kind_by_types(&schema)
    }

    /// Leaves branches to the check of what the type doesn't say.
    fn leave_choices(&mut self, ty: TypeId, choices: &Choices<'d>) {
        let word = if choices.exactly_one { "oneOf" } else { "anyOf" };
        self.leave(ty, word, &choices.span, choices.holder);
    }

    /// As [`leave`](Self::leave), of the type that a schema makes.
    pub(super) fn leave_of(&mut self, schema: &Schema<'d>, word: &str, span: &Span) {
        if let Some(ty) = self.known(&schema.site) {
            self.leave(ty, word, span, schema.site.node);
        }
    }

    /// Leaves a keyword to the check of what the type doesn't say.
    pub(super) fn leave(&mut self, ty: TypeId, word: &str, span: &Span, node: &'d Node) {
        let keyword = Spanned::new(word.to_owned(), span.clone());
        self.unsaid.entry(ty).or_default().push(Unsaid { keyword, node });
    }

    /// Limits that no value can meet together are none.
    fn drop_contradictions(&mut self, schema: &mut Schema<'d>) {
        let bounds = &mut schema.bounds;
        let pairs = [
            (&mut bounds.min_length, &mut bounds.max_length),
            (&mut bounds.min_items, &mut bounds.max_items),
            (&mut bounds.min_properties, &mut bounds.max_properties),
        ];
        for (least, most) in pairs {
            if scalar::is_above(least.as_ref(), most.as_ref())
                && let (Some(least), Some(most)) = (least.take(), most.take())
            {
                let message =
                    format!("a limit from {} to {} allows nothing and is left out", least.value, most.value);
                let warning = Diagnostic::warning("JSC006", &least.span, message);
                self.diagnostics.push(warning.related(&most.span, "the other limit"));
            }
        }
    }

    /// The kind of a schema without branches.
    fn kind_by_types(&mut self, schema: &Schema<'d>) -> TypeKind {
        let Some(types) = &schema.types else {
            let kind = self.implied_kind(schema);
            return self.kind_as(schema, kind);
        };
        let kinds: Vec<Kind> = types.value.iter().copied().filter(|kind| *kind != Kind::Null).collect();
        match kinds.as_slice() {
            [] => TypeKind::Scalar(Scalar::Null),
            [kind] => self.kind_as(schema, Some(*kind)),
            [Kind::Integer, Kind::Number] => self.kind_as(schema, Some(Kind::Number)),
            several if several.len() >= 5 => scalar::any(),
            several => self.union_of_kinds(schema, several),
        }
    }

    /// `type: [string, integer]`: a union with a variant per type, each with the keywords about it.
    fn union_of_kinds(&mut self, schema: &Schema<'d>, kinds: &[Kind]) -> TypeKind {
        let is_number = kinds.contains(&Kind::Number);
        let mut variants = Vec::new();
        for kind in kinds.iter().filter(|kind| !(is_number && **kind == Kind::Integer)) {
            let word = match kind {
                Kind::String => "text",
                Kind::Array => "list",
                other => other.word(),
            };
            let mut part = Schema { types: None, ..schema.clone() };
            part.types = schema.types.as_ref().map(|types| types.clone().map(|_| [*kind].into()));
            part.docs = Default::default();
            let name = Name::new(word, schema.site.node.span.clone());
            let site = schema.site.given(part, schema.site.name.join(&name), kind.word());
            let used = self.part(&site);
            variants.push(UnionVariant { name, ty: used.ty, tags: Vec::new() });
        }
        TypeKind::Union(Union { tag: None, exactly_one: false, variants })
    }

    /// Whether branches say what a value is, rather than only which properties must be there.
    fn adds_types(&mut self, choices: &Choices<'d>) -> bool {
        const ASSERTIONS: [&str; 4] = ["required", "minProperties", "maxProperties", "title"];
        choices.branches.iter().any(|branch| {
            let schema = self.schema(branch);
            let only_asserts = schema
                .deciding
                .iter()
                .all(|keyword| ASSERTIONS.contains(&keyword.value.as_str()) || keyword.value == "type");
            let is_object = schema
                .types
                .as_ref()
                .is_none_or(|types| types.value.iter().all(|kind| *kind == Kind::Object));
            let says_something = !schema.deciding.is_empty() || !schema.unsaid.is_empty();
            !(only_asserts && is_object && says_something && !is_bare_object(&schema))
        })
    }

    /// One union that says what all of them say; `None` for none.
    fn product(&mut self, ty: TypeId, schema: &Schema<'d>, mut all: Vec<Choices<'d>>) -> Option<Choices<'d>> {
        if all.is_empty() {
            return None;
        }
        let mut first = all.remove(0);
        for other in all {
            let count = first.branches.len() * other.branches.len();
            if count > MOST_PRODUCTS {
                let message = "of two unions that must both hold, only the other is in the type";
                let warning = Diagnostic::warning("JSC009", &other.span, message);
                self.diagnostics.push(warning.related(&first.span, "the other"));
                self.leave_choices(ty, &other);
                continue;
            }
            let mut branches = Vec::new();
            for one in &first.branches {
                for two in &other.branches {
                    let word = two.node.get("title").and_then(Node::as_str);
                    let word = word.map_or_else(|| last_word(two, &schema.site), str::to_owned);
                    let name = one.name.suffixed(&word);
                    let mut site = Site { name, named: false, ..one.clone() };
                    site.also.push(two.clone());
                    branches.push(site);
                }
            }
            first = Choices {
                exactly_one: first.exactly_one && other.exactly_one,
                branches,
                span: first.span.clone(),
                holder: first.holder,
            };
        }
        Some(first)
    }

    /// A union, with what stands beside it in each of its branches.
    fn union_of_others(&mut self, ty: TypeId, schema: &Schema<'d>, choices: &Choices<'d>) -> TypeKind {
        let mut choices = choices.clone();
        choices.branches.retain(|branch| !(is_null(branch.node) && branch.also.is_empty()));
        if self.says_more(schema, &choices) {
            let mut rest = schema.clone();
            rest.discriminator = None;
            // The union itself checks these.
            rest.unsaid.clear();
            rest.docs = Default::default();
            let beside = schema.site.given(rest, schema.site.name.clone(), "beside");
            for branch in &mut choices.branches {
                let name = match self.schema(branch).reference.clone() {
                    Some(reference) => {
                        self.follow(&reference).map(|target| schema.site.name.join(&target.name))
                    }
                    None => None,
                };
                branch.name = name.unwrap_or_else(|| branch.name.clone());
                branch.named = false;
                branch.also.push(beside.clone());
            }
        }
        unions::lower(self, ty, schema, &choices)
    }

    /// Whether what stands beside the branches says more than each of them says already.
    fn says_more(&mut self, schema: &Schema<'d>, choices: &Choices<'d>) -> bool {
        let is_silent = schema.properties.is_empty()
            && schema.additional.is_none()
            && schema.items.rest.is_none()
            && schema.items.prefix.is_none();
        let only_asks = schema.properties.is_empty() && schema.required.is_empty();
        if is_silent && only_asks {
            return false;
        }
        choices.branches.iter().any(|branch| {
            let Some(flat) = self.flatten(branch, &mut Bases::default()) else { return false };
            if flat.types.as_ref().is_some_and(|types| !types.value.contains(&Kind::Object)) {
                return false;
            }
            let has = |name: &str| flat.properties.iter().any(|property| property.key.value == name);
            let asks = |name: &str| flat.required.iter().any(|required| required.value == name);
            schema.properties.iter().any(|property| !has(&property.key.value))
                || schema.required.iter().any(|name| !asks(&name.value))
        })
    }
}

/// Whether a schema says no more than `type: object`.
fn is_bare_object(schema: &Schema<'_>) -> bool {
    schema.unsaid.is_empty() && schema.deciding.iter().all(|keyword| keyword.value == "type")
}

/// The words that a branch's name adds to that of its union.
fn last_word(branch: &Site<'_>, union: &Site<'_>) -> String {
    let words = branch.name.words();
    let own = words.get(union.name.words().len()..).filter(|own| !own.is_empty()).unwrap_or(words);
    own.join("_")
}
