//! `oneOf` and `anyOf`: enums of constants, unions with a tag, unions told apart by trying.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::types::{Docs, Enum, EnumLiteral, Field, Scalar, Union, UnionVariant};
use stipule_ir::{Diagnostic, Name, Span, Spanned, TypeId, TypeKind};

use super::lowering::Lowering;
use super::resolve::{Bases, is_null};
use super::schema::{Choices, Kind, Schema, Site};
use super::{enumeration, naming};
use crate::reader::{Entry, Node};
use crate::shape::Shape;

/// Where a variant comes from: the reference that leads to it, the name of the schema, its place.
pub(super) type Origin = (Option<Spanned<String>>, String, Span);

/// A union whose tag is found when the types of its variants are complete.
#[derive(Clone, Debug)]
pub(super) struct Pending<'d> {
    pub ty: TypeId,
    pub place: Span,
    pub discriminator: Option<&'d Entry>,
    /// By variant.
    pub variants: Vec<Origin>,
}

/// Lowers a schema with branches.
pub(super) fn lower<'d>(
    lowering: &mut Lowering<'d>,
    ty: TypeId,
    schema: &Schema<'d>,
    choices: &Choices<'d>,
) -> TypeKind {
    if refuse_beside(lowering, schema, choices) {
        return super::scalar::any();
    }
    let branches: Vec<&Site<'d>> = choices.branches.iter().filter(|branch| !is_null(branch.node)).collect();
    if branches.is_empty() {
        return TypeKind::Scalar(Scalar::Null);
    }
    if let [only] = branches.as_slice() {
        return only_branch(lowering, ty, schema, only);
    }
    if let Some(values) = constants(&branches) {
        return enumeration::of_values(lowering, &values);
    }
    let mut variants = Vec::new();
    let mut origins = Vec::new();
    for branch in branches {
        let used = lowering.lower(branch);
        if used.nullable {
            let message = "a branch that allows null is not supported yet";
            let fault = Diagnostic::error("JSC018", &super::object::start(branch), message);
            lowering.diagnostics.push(fault.help("give null a branch of its own: `{type: \"null\"}`"));
        }
        let reference = lowering.schema(branch).reference.clone();
        let name = variant_name(lowering, branch, reference.as_ref());
        origins.push((reference, name.wire.clone(), super::object::start(branch)));
        variants.push(UnionVariant { name, ty: used.ty, tags: Vec::new() });
    }
    Name::distinguish(variants.iter_mut().map(|variant| &mut variant.name));
    lowering.unions.push(Pending {
        ty,
        place: choices.span.clone(),
        discriminator: schema.discriminator,
        variants: origins,
    });
    TypeKind::Union(Union { tag: None, exactly_one: choices.exactly_one, variants })
}

/// The only branch beside null, of a schema with a name of its own.
pub(super) fn only_branch<'d>(
    lowering: &mut Lowering<'d>,
    ty: TypeId,
    schema: &Schema<'d>,
    branch: &Site<'d>,
) -> TypeKind {
    let site = Site { name: schema.site.name.clone(), named: schema.site.named, ..branch.clone() };
    let key = site.key();
    if lowering.unwrapping.contains(&key) {
        let message = "this schema is its own only branch";
        lowering.diagnostics.push(Diagnostic::error("JSC010", &super::object::start(branch), message));
        return super::scalar::any();
    }
    lowering.unwrapping.push(key);
    let kind = match lowering.flatten(&site, &mut Bases::default()) {
        Some(flat) => lowering.kind(ty, &flat),
        None => super::scalar::any(),
    };
    lowering.unwrapping.pop();
    kind
}

/// Keywords beside the branches must hold for each of them, which no type here can say.
fn refuse_beside(lowering: &mut Lowering<'_>, schema: &Schema<'_>, choices: &Choices<'_>) -> bool {
    let mut is_refused = false;
    let is_object = schema
        .types
        .as_ref()
        .is_none_or(|types| types.value.iter().all(|kind| matches!(kind, Kind::Object | Kind::Null)));
    for keyword in &schema.deciding {
        let may_stay = match keyword.value.as_str() {
            "oneOf" | "anyOf" | "nullable" | "$ref" | "allOf" => true,
            "type" => is_object,
            _ => false,
        };
        if !may_stay {
            is_refused = true;
            let message = format!("`{}` beside `oneOf` or `anyOf` is not supported yet", keyword.value);
            let fault = Diagnostic::error("JSC011", &keyword.span, message);
            let help = "repeat it in every branch, for instance by `allOf: [{$ref: …}, {…}]`";
            lowering.diagnostics.push(fault.related(&choices.span, "the branches").help(help));
        }
    }
    is_refused
}

/// `oneOf: [{const: A, title: …}, {const: B}]` is an enum whose values have words of their own.
pub(super) fn constants<'d>(branches: &[&Site<'d>]) -> Option<Vec<(&'d Node, Docs)>> {
    const WORDS: [&str; 5] = ["const", "title", "description", "deprecated", "type"];
    branches
        .iter()
        .map(|branch| {
            let entries = branch.node.entries()?;
            let is_plain = entries.iter().all(|entry| WORDS.contains(&entry.key.value.as_str()));
            let value =
                branch.node.get("const").filter(|value| is_plain && enumeration::literal(value).is_some())?;
            let text = |key: &str| branch.node.get(key).and_then(Node::as_str).map(str::to_owned);
            let docs = Docs {
                title: text("title"),
                description: text("description"),
                examples: Vec::new(),
                deprecated: branch.node.get("deprecated").and_then(Node::as_bool).unwrap_or(false),
            };
            Some((value, docs))
        })
        .collect()
}

/// After the schema that the branch refers to, else after its title, its type or its number.
pub(super) fn variant_name<'d>(
    lowering: &mut Lowering<'d>,
    branch: &Site<'d>,
    reference: Option<&Spanned<String>>,
) -> Name {
    if let Some(target) = reference.and_then(|reference| lowering.follow(reference)) {
        return Name::new(target.name.wire, branch.node.span.clone());
    }
    let kind = branch.node.get("type").and_then(Node::as_str);
    if branch.node.get("title").is_none()
        && let Some(kind @ ("string" | "integer" | "number" | "boolean" | "array")) = kind
    {
        let word = match kind {
            "string" => "text",
            "array" => "list",
            other => other,
        };
        return Name::new(word, branch.node.span.clone());
    }
    let index = branch.node.span.pointer.rsplit('/').next().and_then(|index| index.parse().ok());
    naming::choice_word(branch.node, index.unwrap_or(0))
}

/// Finds the tags of all unions.
pub(super) fn tag_all(lowering: &mut Lowering<'_>) {
    for pending in std::mem::take(&mut lowering.unions) {
        let TypeKind::Union(union) = &lowering.types.get(pending.ty).kind else { continue };
        let mut union = union.clone();
        match pending.discriminator {
            Some(discriminator) if lowering.posture().is_import() => {
                super::unions::by_discriminator(lowering, &pending, discriminator, &mut union);
            }
            Some(discriminator) => by_discriminator(lowering, &pending, discriminator, &mut union),
            None => by_constants(lowering, &mut union),
        }
        lowering.types.get_mut(pending.ty).kind = TypeKind::Union(union);
    }
}

/// `discriminator: {propertyName, mapping}` of OpenAPI. Variants without a mapping answer to their schema's name.
fn by_discriminator(lowering: &mut Lowering<'_>, pending: &Pending<'_>, entry: &Entry, union: &mut Union) {
    let mut found = std::mem::take(&mut lowering.diagnostics);
    if let Some(mut shape) = Shape::under(entry, "a discriminator", &mut found) {
        let property = shape.required_text("propertyName", &mut found);
        let mapping = shape.mapping("mapping", &mut found).unwrap_or_default();
        shape.finish_except(|key| key.starts_with("x-"), &mut found);
        lowering.diagnostics = found;
        let Some(property) = property else { return };
        let mut mapped: BTreeMap<usize, Vec<Spanned<String>>> = BTreeMap::new();
        for entry in mapping {
            if let Some(variant) = mapped_variant(lowering, pending, union, entry) {
                mapped.entry(variant).or_default().push(entry.key.clone());
            }
        }
        assign(lowering, pending, union, &property, &mut mapped);
    } else {
        lowering.diagnostics = found;
    }
}

fn assign(
    lowering: &mut Lowering<'_>,
    pending: &Pending<'_>,
    union: &mut Union,
    property: &Spanned<String>,
    mapped: &mut BTreeMap<usize, Vec<Spanned<String>>>,
) {
    let mut taken: BTreeMap<String, Span> = BTreeMap::new();
    for (index, variant) in union.variants.iter_mut().enumerate() {
        let (_, name, place) = &pending.variants[index];
        let own = Spanned::new(name.clone(), place.clone());
        let tags = mapped.remove(&index).unwrap_or_else(|| vec![own]);
        let Some(field) = field(lowering, variant.ty, &property.value).filter(|field| field.required) else {
            let message = format!("`{}` is not a required property of this branch", property.value);
            let fault = Diagnostic::error("JSC012", place, message);
            lowering.diagnostics.push(fault.related(&property.span, "the discriminator"));
            continue;
        };
        let allowed: Option<BTreeSet<String>> = constants_of(lowering, field.ty);
        for tag in tags {
            if allowed.as_ref().is_some_and(|allowed| !allowed.contains(&tag.value)) {
                let message = format!("`{}` can't be `{}` in this branch", property.value, tag.value);
                let fault = Diagnostic::error("JSC012", &tag.span, message);
                lowering.diagnostics.push(fault.related(&field.span, "its values are declared here").help(
                    "map every value of the property: `mapping: {value: '#/components/schemas/Name'}`",
                ));
                continue;
            }
            if let Some(first) = taken.get(&tag.value) {
                let message = format!("two branches answer to `{}`", tag.value);
                let fault = Diagnostic::error("JSC012", &tag.span, message);
                lowering.diagnostics.push(fault.related(first, "the other"));
                continue;
            }
            taken.insert(tag.value.clone(), tag.span);
            variant.tags.push(tag.value);
        }
    }
    union.tag = Some(property.value.clone());
}

/// The variant that a mapping leads to: a reference, or the bare name of a schema.
fn mapped_variant(
    lowering: &mut Lowering<'_>,
    pending: &Pending<'_>,
    union: &Union,
    entry: &Entry,
) -> Option<usize> {
    let text = entry.value.as_str().unwrap_or_default();
    if let Some(index) = pending.variants.iter().position(|(_, name, _)| name == text) {
        return Some(index);
    }
    let reference = Spanned::new(text.to_owned(), entry.value.span.clone());
    let is_bare = !text.contains(['/', '#', '.']);
    let target = if is_bare { None } else { lowering.reference(&reference) };
    let index = target.and_then(|target| union.variants.iter().position(|variant| variant.ty == target));
    if index.is_none() && (is_bare || target.is_some()) {
        let message = format!("`{text}` is not one of the branches");
        let fault = Diagnostic::error("JSC012", &entry.value.span, message);
        let names: Vec<&str> = pending.variants.iter().map(|(_, name, _)| name.as_str()).collect();
        let help = crate::suggest::help(text, &names);
        lowering.diagnostics.push(fault.related(&pending.place, "the branches").help(help));
    }
    index
}

/// Without a discriminator: a required property that is a constant of its own in every variant.
pub(super) fn by_constants(lowering: &Lowering<'_>, union: &mut Union) {
    let Some(first) = union.variants.first() else { return };
    let TypeKind::Struct(shape) = &lowering.types.get(first.ty).kind else { return };
    for candidate in &shape.fields {
        let tags: Option<Vec<BTreeSet<String>>> = union
            .variants
            .iter()
            .map(|variant| {
                let field = field(lowering, variant.ty, &candidate.name.wire)?;
                if field.required && !field.nullable { constants_of(lowering, field.ty) } else { None }
            })
            .collect();
        let Some(tags) = tags else { continue };
        let all: BTreeSet<&String> = tags.iter().flatten().collect();
        if all.len() == tags.iter().map(BTreeSet::len).sum::<usize>() {
            union.tag = Some(candidate.name.wire.clone());
            for (variant, tags) in union.variants.iter_mut().zip(tags) {
                variant.tags = tags.into_iter().collect();
            }
            return;
        }
    }
}

pub(super) fn field(lowering: &Lowering<'_>, ty: TypeId, wire: &str) -> Option<Field> {
    let TypeKind::Struct(shape) = &lowering.types.get(ty).kind else { return None };
    shape.fields.iter().find(|field| field.name.wire == wire).cloned()
}

/// The texts that a type lists, if it is an enum of text.
pub(super) fn constants_of<C: FromIterator<String>>(lowering: &Lowering<'_>, ty: TypeId) -> Option<C> {
    let TypeKind::Enum(Enum { values, .. }) = &lowering.types.get(ty).kind else { return None };
    values
        .iter()
        .map(|value| match &value.value {
            EnumLiteral::String(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
