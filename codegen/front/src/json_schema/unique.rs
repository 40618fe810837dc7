//! Names of declared types: given ones first, then derived ones, no two alike in a module.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::{Diagnostic, Name, Span, TypeId};

use super::lowering::Lowering;

/// Sets apart the names of each module. Two schemas to which a person gave the very same name are a mistake.
pub(super) fn distinguish(lowering: &mut Lowering<'_>) {
    let named: BTreeSet<TypeId> = lowering.named.iter().copied().collect();
    let mut modules: BTreeMap<String, Vec<(bool, Span, TypeId)>> = BTreeMap::new();
    for (id, ty) in lowering.types.iter() {
        if let Some(declaration) = &ty.declaration {
            let entry = (!named.contains(&id), ty.span.clone(), id);
            modules.entry(declaration.module.module()).or_default().push(entry);
        }
    }
    for (module, mut declared) in modules {
        declared.sort();
        if !lowering.posture().is_import() {
            report_repeated(lowering, &module, &declared);
        }
        let mut names: Vec<(TypeId, Name)> = declared
            .iter()
            .filter_map(|(_, _, id)| Some((*id, lowering.types.get(*id).declaration.as_ref()?.name.clone())))
            .collect();
        Name::distinguish(names.iter_mut().map(|(_, name)| name));
        for (id, name) in names {
            if let Some(declaration) = &mut lowering.types.get_mut(id).declaration {
                declaration.name = name;
            }
        }
    }
}

fn report_repeated(lowering: &mut Lowering<'_>, module: &str, declared: &[(bool, Span, TypeId)]) {
    // Versions of an event share what a person wrote and differ in the words that the version adds.
    let mut first: BTreeMap<(String, Vec<String>), Span> = BTreeMap::new();
    for (is_derived, _, id) in declared {
        let Some(declaration) = &lowering.types.get(*id).declaration else { continue };
        if *is_derived {
            continue;
        }
        let name = declaration.name.clone();
        let key = (name.wire.clone(), name.words().to_vec());
        match first.get(&key) {
            Some(place) => {
                let message = format!("two schemas of `{module}` are called `{name}`");
                let fault = Diagnostic::error("JSC015", &name.span, message);
                lowering
                    .diagnostics
                    .push(fault.related(place, "the other").help("give one of them another name"));
            }
            None => {
                first.insert(key, name.span.clone());
            }
        }
    }
}
