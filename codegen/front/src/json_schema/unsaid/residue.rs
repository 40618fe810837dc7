//! What the types of a table leave unsaid.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::types::{Extra, TypeKind};
use stipule_ir::{Diagnostic, TypeId, TypeTable};

use super::super::lowering::Lowering;
use super::super::schema::Unsaid;
use super::bundle::{Bundle, object};
use super::resources::Resources;
use crate::reader::Node;

/// Gives structs and unions the schema that says what they, and the types inside of them that can't check for
/// themselves, leave unsaid. Where nobody can check, a warning says so.
pub(in super::super) fn write(lowering: &mut Lowering<'_>) {
    let unsaid = std::mem::take(&mut lowering.unsaid);
    if unsaid.is_empty() {
        return;
    }
    let documents = lowering.documents;
    let resources = Resources::of(documents, &|path| format!("file:///{path}"));
    let all = Residues { types: &lowering.types, unsaid: &unsaid };
    let (mut found, mut all_covered) = (Vec::new(), BTreeSet::new());
    for (ty, _) in lowering.types.iter().filter(|(ty, _)| all.checks(*ty)) {
        let mut bundle = Bundle::new(&resources);
        let mut covered = Vec::new();
        let parts = all.of(ty, &mut bundle, &mut vec![ty], &mut covered);
        if parts.is_empty() {
            continue;
        }
        let text = bundle.finish(&parts);
        if bundle.is_whole() && stipule_wire::Rules::read(&text).is_ok() {
            all_covered.extend(covered);
            found.push((ty, text));
        }
    }
    for (ty, text) in found {
        lowering.types.set_check(ty, text);
    }
    for (_, keywords) in unsaid.iter().filter(|(ty, _)| !all_covered.contains(*ty)) {
        for Unsaid { keyword, .. } in keywords {
            let message = format!("`{}` can't be said by a type and isn't checked", keyword.value);
            lowering.diagnostics.push(Diagnostic::warning("JSC001", &keyword.span, message));
        }
    }
}

struct Residues<'a, 'd> {
    types: &'a TypeTable,
    unsaid: &'a BTreeMap<TypeId, Vec<Unsaid<'d>>>,
}

impl<'d> Residues<'_, 'd> {
    /// Whether a type is read by code of its own.
    fn checks(&self, ty: TypeId) -> bool {
        matches!(self.types.get(ty).kind, TypeKind::Struct(_) | TypeKind::Union(_))
    }

    /// What a type leaves unsaid, as schemas that must all hold.
    fn of(
        &self,
        ty: TypeId,
        bundle: &mut Bundle<'_, 'd>,
        stack: &mut Vec<TypeId>,
        covered: &mut Vec<TypeId>,
    ) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some(own) = self.unsaid.get(&ty) {
            covered.push(ty);
            parts.extend(keywords(own, bundle));
        }
        let mut inside = |residues: &Self, part: TypeId, bundle: &mut Bundle<'_, 'd>| {
            if residues.checks(part) || stack.contains(&part) {
                return None;
            }
            stack.push(part);
            let parts = residues.of(part, bundle, stack, covered);
            stack.pop();
            match parts.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(format!("{{\"allOf\":[{}]}}", several.join(","))),
            }
        };
        let mut members = Vec::new();
        match &self.types.get(ty).kind {
            TypeKind::Struct(it) => {
                let mut named = Vec::new();
                for field in &it.fields {
                    let schema = inside(self, field.ty, bundle).map(|schema| or_null(schema, field.nullable));
                    named.extend(schema.map(|schema| (field.name.wire.clone(), schema)));
                }
                if let Extra::Kept(value) = it.extra
                    && let Some(schema) = inside(self, value, bundle)
                {
                    for field in &it.fields {
                        if !named.iter().any(|(name, _)| *name == field.name.wire) {
                            named.push((field.name.wire.clone(), "true".to_owned()));
                        }
                    }
                    members.push(("additionalProperties".to_owned(), schema));
                }
                if !named.is_empty() {
                    members.push(("properties".to_owned(), object(&named)));
                }
            }
            TypeKind::List(it) => {
                let schema = inside(self, it.item, bundle).map(|schema| or_null(schema, it.nullable_items));
                members.extend(schema.map(|schema| ("items".to_owned(), schema)));
            }
            TypeKind::Map(it) => {
                let schema = inside(self, it.value, bundle).map(|schema| or_null(schema, it.nullable_values));
                members.extend(schema.map(|schema| ("additionalProperties".to_owned(), schema)));
            }
            TypeKind::Tuple(places) => {
                let places: Vec<Option<String>> =
                    places.iter().map(|place| inside(self, *place, bundle)).collect();
                if places.iter().any(Option::is_some) {
                    let places: Vec<String> =
                        places.into_iter().map(|place| place.unwrap_or_else(|| "true".to_owned())).collect();
                    members.push(("prefixItems".to_owned(), format!("[{}]", places.join(","))));
                }
            }
            _ => {}
        }
        if !members.is_empty() {
            parts.push(object(&members));
        }
        parts
    }
}

/// The keywords that no type says, and those that they speak of.
fn keywords<'d>(unsaid: &[Unsaid<'d>], bundle: &mut Bundle<'_, 'd>) -> Vec<String> {
    let mut nodes: Vec<(&'d Node, Vec<&str>)> = Vec::new();
    for unsaid in unsaid {
        match nodes.iter_mut().find(|(node, _)| std::ptr::eq(*node, unsaid.node)) {
            Some((_, words)) => words.push(&unsaid.keyword.value),
            None => nodes.push((unsaid.node, vec![&unsaid.keyword.value])),
        }
    }
    let mut parts = Vec::new();
    for (node, words) in nodes {
        let has = |word: &str| words.contains(&word);
        let wanted = |key: &str| match key {
            // What was looked at is all that was said.
            _ if has("unevaluatedProperties") || has("unevaluatedItems") || has("$dynamicRef") => true,
            "if" | "then" | "else" => has("if"),
            "contains" | "minContains" | "maxContains" => has("contains"),
            "additionalProperties" | "properties" => has("patternProperties"),
            "items" | "prefixItems" | "additionalItems" => has("prefixItems"),
            key => has(key),
        };
        let members = bundle.members(node, &wanted);
        if !members.is_empty() {
            parts.push(object(&members));
        }
    }
    parts
}

fn or_null(schema: String, nullable: bool) -> String {
    // Unlike `anyOf`, this says what is wrong with a value that isn't null.
    if nullable { format!("{{\"if\":{{\"type\":\"null\"}},\"else\":{schema}}}") } else { schema }
}
