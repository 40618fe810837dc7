//! From a place to the schema that really says something: references followed, wrappers and null taken off,
//! `allOf` merged.

use std::collections::HashSet;

use stipule_ir::types::{Access, Docs};
use stipule_ir::{Diagnostic, Spanned, TypeId, TypeKind};

use super::lowering::Lowering;
use super::merge;
use super::object;
use super::schema::{Key, Kind, Schema, Site};
use super::{enumeration, list, scalar, transitions, union};
use crate::reader::Node;

/// Longest chain of schemas that extend each other by `allOf`.
const MAX_BASES: usize = 64;

/// What is left after [`Lowering::peel`].
pub(super) struct Peeled<'d> {
    pub site: Site<'d>,
    pub nullable: bool,
    pub default: Option<&'d Node>,
    pub personal: bool,
    pub access: Access,
    pub docs: Docs,
}

/// The schemas that a schema is made of by `allOf`, while they are gathered.
#[derive(Default)]
pub(super) struct Bases {
    /// Those on the way to where we are.
    above: Vec<Key>,
    /// Those that are done: what was said once needn't be said again. Bases that share their bases would otherwise
    /// double with every level.
    met: HashSet<Key>,
}

/// A schema that only stands for another one.
enum Wrapper<'d> {
    Reference(Spanned<String>),
    Only(Site<'d>),
}

impl<'d> Lowering<'d> {
    /// Follows references and single branches to the schema that makes the type.
    pub(super) fn peel(&mut self, site: &Site<'d>) -> Peeled<'d> {
        let mut peeled = Peeled {
            site: site.clone(),
            nullable: false,
            default: None,
            personal: false,
            access: Access::Both,
            docs: Docs::default(),
        };
        let mut seen: Vec<Key> = Vec::new();
        loop {
            let schema = self.schema(&peeled.site);
            peeled.nullable |= self.allows_null(&schema, &peeled.site);
            peeled.default = peeled.default.or(schema.default);
            peeled.personal |= schema.personal;
            if peeled.access == Access::Both {
                peeled.access = schema.access;
            }
            if !peeled.site.named {
                fill_docs(&mut peeled.docs, &schema.docs);
            }
            let key = peeled.site.key();
            if seen.contains(&key) {
                let place = schema.reference.as_ref().map_or_else(|| schema.span(), |to| to.span.clone());
                let message = "this reference leads back to itself";
                self.diagnostics.push(Diagnostic::error("JSC010", &place, message));
                self.circles.extend(seen);
                return peeled;
            }
            seen.push(key);
            if !peeled.site.also.is_empty() {
                return peeled;
            }
            let next = match wrapper(&schema) {
                // A schema with a name keeps its type to itself; only references are seen through.
                Some(Wrapper::Only(site)) if peeled.site.named && site.node.get("$ref").is_none() => {
                    return peeled;
                }
                Some(Wrapper::Only(site)) => Some(site),
                Some(Wrapper::Reference(reference)) => self.follow(&reference),
                None => return peeled,
            };
            match next {
                Some(next) => peeled.site = next,
                None => return peeled,
            }
        }
    }

    /// Whether null is valid, as far as the schema itself says so.
    fn allows_null(&mut self, schema: &Schema<'d>, site: &Site<'d>) -> bool {
        if schema.nullable {
            return true;
        }
        if self.posture().is_import() && self.branch_allows_null(schema, site) {
            return true;
        }
        if schema.all_of.is_empty() && site.also.is_empty() && schema.reference.is_none() {
            return names_null(schema);
        }
        if wrapper(schema).is_some() && site.also.is_empty() {
            return false;
        }
        let flat = self.flatten(site, &mut Bases::default());
        flat.is_some_and(|flat| names_null(&flat))
    }

    /// Whether a branch leads to a schema that allows null.
    fn branch_allows_null(&mut self, schema: &Schema<'d>, site: &Site<'d>) -> bool {
        if schema.choices.is_empty() {
            return false;
        }
        let key = site.key();
        if let Some(known) = self.nulls.get(&key) {
            return *known;
        }
        // A branch that leads back here adds nothing.
        self.nulls.insert(key.clone(), false);
        let branches: Vec<Site<'d>> =
            schema.choices.iter().flat_map(|choices| &choices.branches).cloned().collect();
        let found = branches.iter().any(|branch| is_null(branch.node) || self.peel(branch).nullable);
        self.nulls.insert(key, found);
        found
    }

    /// One schema that says all that this one, its references and its branches say.
    pub(super) fn flatten(&mut self, site: &Site<'d>, bases: &mut Bases) -> Option<Schema<'d>> {
        let key = site.key();
        let is_circle = bases.above.contains(&key);
        if is_circle || bases.above.len() > MAX_BASES {
            let message = if is_circle {
                "this schema contains itself in `allOf`".to_owned()
            } else {
                format!("more than {MAX_BASES} schemas extend each other")
            };
            self.diagnostics.push(Diagnostic::error("JSC010", &object::start(site), message));
            return None;
        }
        let is_import = self.posture().is_import();
        let own = (*self.schema(site)).clone();
        let mut parts: Vec<Site<'d>> = Vec::new();
        if let Some(reference) = &own.reference {
            match self.follow(reference) {
                Some(target) => parts.push(target),
                // What else is said still holds.
                None if is_import => {}
                None => return None,
            }
        }
        parts.extend(own.all_of.iter().cloned());
        parts.extend(site.also.iter().cloned());
        let mut merged = Schema { reference: None, all_of: Vec::new(), site: site.clone(), ..own };
        if parts.is_empty() {
            return Some(merged);
        }
        bases.above.push(key);
        let (mut base, mut is_whole): (Option<Schema<'d>>, _) = (None, true);
        for part in &parts {
            let key = part.key();
            if bases.met.contains(&key) {
                continue;
            }
            let branch = self.flatten(part, bases);
            bases.met.insert(key);
            is_whole &= branch.is_some();
            base = match (base, branch) {
                (Some(base), Some(branch)) => {
                    Some(merge::meet(base, branch, is_import, &mut self.diagnostics))
                }
                (base, branch) => base.or(branch),
            };
        }
        bases.above.pop();
        let Some(base) = base else { return (is_import || is_whole).then_some(merged) };
        let docs = std::mem::take(&mut merged.docs);
        let discriminator = merged.discriminator.take();
        let first_default = merged.default.or(base.default);
        let nullable = merged.nullable;
        // The branches come first, so that the properties of a base stand before those that extend it.
        let merged = merge::meet(base, merged, is_import, &mut self.diagnostics);
        Some(Schema { site: site.clone(), docs, discriminator, default: first_default, nullable, ..merged })
    }

    /// What kind of type a flat schema makes.
    pub(super) fn kind(&mut self, ty: TypeId, schema: &Schema<'d>) -> TypeKind {
        if self.posture().is_import() {
            return self.kind_of_others(ty, schema);
        }
        if schema.values.is_some() {
            return enumeration::lower(self, schema);
        }
        if let Some(entry) = schema.transitions {
            transitions::refuse(entry, &mut self.diagnostics);
        }
        if let Some(choices) = schema.choices.first() {
            return union::lower(self, ty, schema, choices);
        }
        if let Some(discriminator) = schema.discriminator {
            let message = "`discriminator` needs `oneOf` or `anyOf` beside it";
            let fault = Diagnostic::error("JSC012", &discriminator.key.span, message);
            self.diagnostics.push(fault.help("list the schemas that it tells apart in `oneOf`"));
        }
        let kind = self.single_kind(schema);
        if let Some(kind) = kind {
            self.check_fitting(schema, kind);
        }
        self.kind_as(schema, kind)
    }

    /// What a schema makes that is about one type, or about any.
    pub(super) fn kind_as(&mut self, schema: &Schema<'d>, kind: Option<Kind>) -> TypeKind {
        match kind {
            None => scalar::any(),
            Some(Kind::Object) => object::lower(self, schema),
            Some(Kind::Array) => list::lower(self, schema),
            Some(kind) => scalar::lower(self, schema, kind),
        }
    }

    /// The one type a schema is about, without null. `None` for any value.
    fn single_kind(&mut self, schema: &Schema<'d>) -> Option<Kind> {
        let Some(types) = &schema.types else { return self.implied_kind(schema) };
        let kinds: Vec<Kind> = types.value.iter().copied().filter(|kind| *kind != Kind::Null).collect();
        match kinds.as_slice() {
            [] => Some(Kind::Null),
            [kind] => Some(*kind),
            [Kind::Integer, Kind::Number] => Some(Kind::Number),
            _ => {
                let message = "several types at once are not supported yet";
                let fault = Diagnostic::error("JSC001", &types.span, message);
                self.diagnostics
                    .push(fault.help("write them as `oneOf`; only `\"null\"` may stand beside a type"));
                None
            }
        }
    }

    /// A keyword about another type than the schema's has no effect, which nobody can have meant.
    fn check_fitting(&mut self, schema: &Schema<'d>, kind: Kind) {
        for keyword in &schema.deciding {
            let Some(about) = about(&keyword.value) else { continue };
            let is_number = |kind: Kind| matches!(kind, Kind::Integer | Kind::Number);
            let fits = about == kind
                || is_number(about) && is_number(kind)
                || keyword.value == "format" && is_number(kind);
            if !fits {
                let message = format!("`{}` has no effect on `type: {}`", keyword.value, kind.word());
                let fault = Diagnostic::error("JSC005", &keyword.span, message);
                self.diagnostics.push(fault.help(format!("it is about `type: {}`", about.word())));
            }
        }
    }

    /// A schema without `type` whose other keywords are about one type only: taken for that type, with a warning.
    pub(super) fn implied_kind(&mut self, schema: &Schema<'d>) -> Option<Kind> {
        let (keyword, kind) =
            schema.deciding.iter().find_map(|keyword| Some((keyword, about(&keyword.value)?)))?;
        let message = format!("`{}` without `type`: taken for `type: {}`", keyword.value, kind.word());
        let warning = Diagnostic::warning("JSC017", &keyword.span, message);
        self.diagnostics.push(warning.help(format!("write `type: {}`", kind.word())));
        Some(kind)
    }
}

/// Whether null is among the values that the keywords name, or one of the branches.
fn names_null(schema: &Schema<'_>) -> bool {
    schema.names_null()
        || schema
            .choices
            .first()
            .is_some_and(|choices| choices.branches.iter().any(|site| is_null(site.node)))
}

/// Whether a schema is null and nothing else.
pub(super) fn is_null(node: &Node) -> bool {
    let says = |key: &str| node.get(key);
    let by_type = says("type").is_some_and(|kind| {
        kind.as_str() == Some("null")
            || kind.items().is_some_and(|items| items.len() == 1 && items[0].as_str() == Some("null"))
    });
    let by_value = says("const").is_some_and(Node::is_null)
        || says("enum").and_then(Node::items).is_some_and(|items| items.len() == 1 && items[0].is_null());
    by_type || by_value
}

fn wrapper<'d>(schema: &Schema<'d>) -> Option<Wrapper<'d>> {
    // `type: object` beside a reference says what the reference says.
    let is_object = schema
        .types
        .as_ref()
        .is_none_or(|types| types.value.iter().all(|kind| matches!(kind, Kind::Object | Kind::Null)));
    let says_only = |keyword: &str| {
        schema.unsaid.is_empty()
            && schema.deciding.iter().all(|said| {
                said.value == keyword || said.value == "nullable" || said.value == "type" && is_object
            })
    };
    if let Some(reference) = &schema.reference {
        return says_only("$ref").then(|| Wrapper::Reference(reference.clone()));
    }
    if let [only] = schema.all_of.as_slice() {
        return says_only("allOf").then(|| Wrapper::Only(only.clone()));
    }
    let [choices] = schema.choices.as_slice() else { return None };
    let mut others = choices.branches.iter().filter(|branch| !is_null(branch.node));
    match (others.next(), others.next()) {
        (Some(only), None) if schema.says_only(&["oneOf", "anyOf", "nullable"]) => {
            let only = Site { name: schema.site.name.clone(), ..only.clone() };
            Some(Wrapper::Only(only))
        }
        _ => None,
    }
}

/// The type that a keyword limits, for keywords that limit only one.
fn about(keyword: &str) -> Option<Kind> {
    Some(match keyword {
        "properties"
        | "required"
        | "additionalProperties"
        | "minProperties"
        | "maxProperties"
        | "propertyNames" => Kind::Object,
        "items" | "prefixItems" | "additionalItems" | "minItems" | "maxItems" | "uniqueItems" => Kind::Array,
        "minLength" | "maxLength" | "pattern" | "format" => Kind::String,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Kind::Number,
        _ => return None,
    })
}

/// Keeps what is said further out and adds what isn't said there.
fn fill_docs(docs: &mut Docs, more: &Docs) {
    docs.title = docs.title.take().or_else(|| more.title.clone());
    docs.description = docs.description.take().or_else(|| more.description.clone());
    docs.deprecated |= more.deprecated;
    if docs.examples.is_empty() {
        docs.examples.clone_from(&more.examples);
    }
}
