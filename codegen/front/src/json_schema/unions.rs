//! Unions of others: branches that allow null, that say the same, that are told apart by a tag nobody declared well.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::types::{Scalar, Union, UnionVariant};
use stipule_ir::{Diagnostic, Name, Spanned, TypeId, TypeKind};

use super::lowering::Lowering;
use super::schema::{Choices, Schema, Site};
use super::union::{Origin, Pending};
use super::{enumeration, union};
use crate::reader::{Entry, Node};
use crate::suggest;

/// Lowers branches. Null is no variant: whoever uses the union may find it there.
pub(super) fn lower<'d>(
    lowering: &mut Lowering<'d>,
    ty: TypeId,
    schema: &Schema<'d>,
    choices: &Choices<'d>,
) -> TypeKind {
    let branches: Vec<&Site<'d>> = choices.branches.iter().collect();
    match branches.as_slice() {
        [] => return TypeKind::Scalar(Scalar::Null),
        [only] => return union::only_branch(lowering, ty, schema, only),
        _ => {}
    }
    if branches.iter().all(|branch| branch.also.is_empty())
        && let Some(values) = union::constants(&branches)
    {
        return enumeration::of_values_of_others(lowering, &values);
    }
    let mut variants: Vec<UnionVariant> = Vec::new();
    let mut origins: Vec<Origin> = Vec::new();
    for branch in branches {
        let used = lowering.lower(branch);
        // Two branches of one type are one: nothing tells them apart.
        if variants.iter().any(|variant| variant.ty == used.ty) {
            continue;
        }
        let reference = lowering.schema(branch).reference.clone();
        let name = union::variant_name(lowering, branch, reference.as_ref());
        origins.push((reference, name.wire.clone(), super::object::start(branch)));
        variants.push(UnionVariant { name, ty: used.ty, tags: Vec::new() });
    }
    Name::distinguish(variants.iter_mut().map(|variant| &mut variant.name));
    let place = choices.span.clone();
    lowering.unions.push(Pending { ty, place, discriminator: schema.discriminator, variants: origins });
    TypeKind::Union(Union { tag: None, exactly_one: choices.exactly_one, variants })
}

impl<'d> Lowering<'d> {
    /// A schema with a discriminator and no branches stands for all that extend it by `allOf`.
    pub(super) fn inherited(&mut self, ty: TypeId, schema: &Schema<'d>) -> Option<TypeKind> {
        let discriminator = schema.discriminator?;
        // What was made of the schema as a base is no union again.
        if schema.site.given.is_some() || !schema.site.also.is_empty() {
            return None;
        }
        let children = self.children(&schema.site);
        if children.is_empty() {
            return None;
        }
        let own = schema.site.name.clone();
        let mut base = schema.clone();
        base.discriminator = None;
        let base = schema.site.given(base, own.suffixed("base"), "base");
        let mapping = discriminator.value.get("mapping").and_then(Node::entries).unwrap_or_default();
        let leads_home = |entry: &Entry| {
            let target = entry.value.as_str().unwrap_or_default();
            target.rsplit('/').next() == Some(own.wire.as_str())
        };
        let mut branches = children;
        if mapping.is_empty() || mapping.iter().any(leads_home) {
            branches.push(base);
        }
        let mut variants = Vec::new();
        let mut origins = Vec::new();
        for branch in &branches {
            let used = self.lower(branch);
            let is_base = branch.given.is_some();
            let name = if is_base { own.clone() } else { branch.name.clone() };
            let reference = format!("#{}", branch.node.span.pointer);
            let reference = Spanned::new(reference, branch.node.span.clone());
            origins.push((Some(reference), name.wire.clone(), super::object::start(branch)));
            variants.push(UnionVariant { name, ty: used.ty, tags: Vec::new() });
        }
        Name::distinguish(variants.iter_mut().map(|variant| &mut variant.name));
        let place = discriminator.key.span.clone();
        self.unions.push(Pending { ty, place, discriminator: Some(discriminator), variants: origins });
        Some(TypeKind::Union(Union { tag: None, exactly_one: true, variants }))
    }

    /// The named schemas that extend a schema by `allOf`, in the order of their files.
    fn children(&mut self, site: &Site<'d>) -> Vec<Site<'d>> {
        if self.extensions.is_none() {
            self.extensions = Some(self.find_extensions());
        }
        let place = (site.node.span.file, site.node.span.pointer.to_string());
        self.extensions.as_ref().and_then(|all| all.get(&place)).cloned().unwrap_or_default()
    }
}

/// Assigns tags by a discriminator whose author may have been careless: what doesn't fit is left out, and a union in
/// which some variant has no tag is told apart by trying.
pub(super) fn by_discriminator(
    lowering: &mut Lowering<'_>,
    pending: &Pending<'_>,
    entry: &Entry,
    union: &mut Union,
) {
    // Some write the name of the property alone, as in Swagger 2.0.
    let property = entry.value.get("propertyName").unwrap_or(&entry.value);
    let Some(property) = property.as_str() else {
        let message = "the discriminator names no property";
        lowering.diagnostics.push(Diagnostic::warning("JSC012", &entry.key.span, message));
        return union::by_constants(lowering, union);
    };
    let mapping = entry.value.get("mapping").and_then(Node::entries).unwrap_or_default();
    let mut tags: Vec<Vec<String>> = vec![Vec::new(); union.variants.len()];
    for entry in mapping {
        if let Some(index) = mapped(lowering, pending, union, entry) {
            tags[index].push(entry.key.value.clone());
        }
    }
    let mut taken: BTreeSet<String> = tags.iter().flatten().cloned().collect();
    for (index, variant) in union.variants.iter().enumerate() {
        if !matches!(
            lowering.types.get(variant.ty).kind,
            TypeKind::Struct(_) | TypeKind::Union(_) | TypeKind::Map(_)
        ) {
            let place = &pending.variants[index].2;
            let message = format!("this branch is no object and can't have a `{property}`");
            lowering.diagnostics.push(Diagnostic::warning("JSC012", place, message));
            return;
        }
        if !tags[index].is_empty() {
            continue;
        }
        // Where the property is limited to constants, those count more than the name of the schema.
        let own = union::field(lowering, variant.ty, property)
            .and_then(|field| union::constants_of(lowering, field.ty))
            .unwrap_or_else(|| vec![pending.variants[index].1.clone()]);
        tags[index] = own.into_iter().filter(|tag| taken.insert(tag.clone())).collect();
    }
    if tags.iter().any(Vec::is_empty) {
        let message = "not every branch has a value of the discriminator: they are told apart by trying";
        lowering.diagnostics.push(Diagnostic::warning("JSC012", &entry.key.span, message));
        return union::by_constants(lowering, union);
    }
    union.tag = Some(property.to_owned());
    for (variant, tags) in union.variants.iter_mut().zip(tags) {
        variant.tags = tags;
    }
}

/// The variant that a mapping leads to: by a reference, or by the bare name of a schema.
fn mapped(lowering: &mut Lowering<'_>, pending: &Pending<'_>, union: &Union, entry: &Entry) -> Option<usize> {
    let text = entry.value.as_str().unwrap_or_default();
    let by_name = |name: &str| pending.variants.iter().position(|(_, own, _)| own == name);
    let by_reference = |text: &str| {
        let same = |(reference, ..): &Origin| reference.as_ref().is_some_and(|own| own.value == text);
        pending.variants.iter().position(same)
    };
    if let Some(index) = by_name(text).or_else(|| by_reference(text)) {
        return Some(index);
    }
    let is_bare = !text.contains(['/', '#', '.']);
    let reference = Spanned::new(text.to_owned(), entry.value.span.clone());
    let before = lowering.types.len();
    let target = if is_bare { None } else { lowering.reference(&reference) };
    // A schema that nothing else leads to would still wait to be filled in.
    if lowering.types.len() > before {
        lowering.complete();
    }
    let index = target.and_then(|target| union.variants.iter().position(|variant| variant.ty == target));
    let index = index.or_else(|| text.rsplit('/').next().and_then(by_name));
    if index.is_none() {
        let message = format!("`{text}` is not one of the branches");
        let names: Vec<&str> = pending.variants.iter().map(|(_, name, _)| name.as_str()).collect();
        let warning = Diagnostic::warning("JSC012", &entry.value.span, message);
        lowering
            .diagnostics
            .push(warning.related(&pending.place, "the branches").help(suggest::help(text, &names)));
    }
    index
}

/// Where a schema is, as the index of extensions keeps it.
pub(super) type Place = (stipule_ir::FileId, String);

impl<'d> Lowering<'d> {
    /// Which named schemas name which in their `allOf`.
    fn find_extensions(&mut self) -> BTreeMap<Place, Vec<Site<'d>>> {
        let mut found: BTreeMap<Place, Vec<Site<'d>>> = Default::default();
        let documents = self.documents;
        for (file, _, root) in documents.iter() {
            let own = ["/$defs", "/definitions", "/components/schemas"].into_iter().flat_map(|pointer| {
                root.at(pointer).and_then(Node::entries).unwrap_or_default().iter().map(|entry| &entry.value)
            });
            for node in own.chain([root]) {
                let Some(branches) = node.get("allOf").and_then(Node::items) else { continue };
                for branch in branches {
                    let Some(reference) = branch.get("$ref") else { continue };
                    let Some(text) = reference.as_str() else { continue };
                    let reference = Spanned::new(text.to_owned(), reference.span.clone());
                    let mut ignored = stipule_ir::Diagnostics::new();
                    let Some(target) = documents.follow(&reference, &mut ignored) else { continue };
                    let place = (target.node.span.file, target.node.span.pointer.to_string());
                    let child = crate::documents::Target { file, node };
                    found.entry(place).or_default().extend(super::naming::site(documents, &child));
                }
            }
        }
        found
    }
}
