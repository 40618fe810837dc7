//! Closed and open forms.
//!
//! The closed form of a type is what we accept and what we write: exactly the contract. The open form is what a
//! reader holds, who may be older than the writer: it keeps values that the contract added since.

use stipule_ir::TypeId;
use stipule_ir::types::{TypeKind, TypeTable};

use super::containment::named;

pub(super) struct Forms {
    open: Vec<bool>,
    read: Vec<bool>,
}

impl Forms {
    pub(super) fn of(types: &TypeTable) -> Self {
        let children: Vec<Vec<TypeId>> = types.iter().map(|(id, _)| named(types, id)).collect();
        let grows = upward(types, &children);
        let read = downward(types, &children);
        Self { open: grows.iter().zip(&read).map(|(grows, read)| *grows && *read).collect(), read }
    }

    pub(super) fn is_read(&self, id: TypeId) -> bool {
        self.read[id.0 as usize]
    }

    pub(super) fn has_open(&self, id: TypeId) -> bool {
        self.open[id.0 as usize]
    }
}

/// Types with an enum or a tagged union somewhere inside, themselves included. A union without a tag has no variant
/// for what isn't known: nothing would tell it from a fault.
fn upward(types: &TypeTable, children: &[Vec<TypeId>]) -> Vec<bool> {
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); children.len()];
    for (parent, children) in children.iter().enumerate() {
        for child in children {
            parents[child.0 as usize].push(parent);
        }
    }
    let grows = |kind: &TypeKind| match kind {
        TypeKind::Enum(_) => true,
        TypeKind::Union(union) => union.tag.is_some(),
        _ => false,
    };
    let seeds = types.iter().filter(|(_, ty)| grows(&ty.kind));
    spread(seeds.map(|(id, _)| id.0 as usize).collect(), children.len(), |at| parents[at].clone())
}

/// Types that somebody reads from us, with all that they hold.
fn downward(types: &TypeTable, children: &[Vec<TypeId>]) -> Vec<bool> {
    let seeds = types.iter().filter(|(_, ty)| ty.declaration.as_ref().is_some_and(|it| it.read));
    let seeds = seeds.map(|(id, _)| id.0 as usize).collect();
    spread(seeds, children.len(), |at| children[at].iter().map(|id| id.0 as usize).collect())
}

fn spread(mut from: Vec<usize>, len: usize, next: impl Fn(usize) -> Vec<usize>) -> Vec<bool> {
    let mut reached = vec![false; len];
    while let Some(at) = from.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            from.extend(next(at));
        }
    }
    reached
}
