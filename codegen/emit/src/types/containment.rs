//! Which values contain which, and where a cycle needs a box.

use std::collections::BTreeSet;

use stipule_ir::TypeId;
use stipule_ir::types::{Extra, TypeKind, TypeTable};

/// A place inside a type that holds another by value: the n-th field, variant or tuple element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) from: TypeId,
    pub(crate) place: usize,
}

/// The places that are boxed: those that lead back to a type which is being laid out.
pub(super) struct Boxes(BTreeSet<Edge>);

impl Boxes {
    pub(super) fn of(types: &TypeTable) -> Self {
        let mut search = Search { types, state: vec![State::New; types.len()], back: BTreeSet::new() };
        for (id, _) in types.iter() {
            search.visit(id);
        }
        Self(search.back)
    }

    pub(super) fn contains(&self, edge: Edge) -> bool {
        self.0.contains(&edge)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

struct Search<'t> {
    types: &'t TypeTable,
    state: Vec<State>,
    back: BTreeSet<Edge>,
}

impl Search<'_> {
    /// Depth first with a stack of our own: contracts may nest deeper than a thread's stack.
    fn visit(&mut self, root: TypeId) {
        if self.state[root.0 as usize] != State::New {
            return;
        }
        self.state[root.0 as usize] = State::Open;
        let mut stack = vec![(root, held(self.types, root), 0)];
        while let Some((id, parts, place)) = stack.last_mut() {
            let Some(next) = parts.get(*place).copied() else {
                self.state[id.0 as usize] = State::Done;
                stack.pop();
                continue;
            };
            let (id, place) = (*id, std::mem::replace(place, *place + 1));
            match self.state[next.0 as usize] {
                State::New => {
                    self.state[next.0 as usize] = State::Open;
                    stack.push((next, held(self.types, next), 0));
                }
                State::Open => {
                    self.back.insert(Edge { from: id, place });
                }
                State::Done => {}
            }
        }
    }
}

/// Declared lists, maps and tuples that hold themselves through nothing but their like: another name for what they are
/// would never end.
pub(super) fn endless(types: &TypeTable) -> BTreeSet<TypeId> {
    let is_nameless =
        |id: TypeId| matches!(types.get(id).kind, TypeKind::List(_) | TypeKind::Map(_) | TypeKind::Tuple(_));
    let leads_back = |start: TypeId| {
        let mut seen = BTreeSet::new();
        let mut from = named(types, start);
        while let Some(id) = from.pop() {
            if id == start {
                return true;
            }
            if is_nameless(id) && seen.insert(id) {
                from.extend(named(types, id));
            }
        }
        false
    };
    let declared = types.iter().filter(|(id, ty)| ty.declaration.is_some() && is_nameless(*id));
    declared.map(|(id, _)| id).filter(|id| leads_back(*id)).collect()
}

/// Every type that another one names, by value or behind a pointer.
pub(super) fn named(types: &TypeTable, id: TypeId) -> Vec<TypeId> {
    match &types.get(id).kind {
        TypeKind::List(list) => vec![list.item],
        TypeKind::Map(map) => map.key.into_iter().chain([map.value]).collect(),
        TypeKind::Struct(object) => {
            let extra = if let Extra::Kept(ty) = object.extra { Some(ty) } else { None };
            object.fields.iter().map(|field| field.ty).chain(extra).collect()
        }
        _ => held(types, id),
    }
}

/// What a type holds by value; lists and maps hold their items behind a pointer.
fn held(types: &TypeTable, id: TypeId) -> Vec<TypeId> {
    match &types.get(id).kind {
        TypeKind::Struct(object) => object.fields.iter().map(|field| field.ty).collect(),
        TypeKind::Union(union) => union.variants.iter().map(|variant| variant.ty).collect(),
        TypeKind::Tuple(items) => items.clone(),
        TypeKind::Multipart(body) => body.parts.iter().map(|part| part.ty).collect(),
        TypeKind::Scalar(_) | TypeKind::Newtype(_) | TypeKind::Enum(_) => Vec::new(),
        TypeKind::List(_) | TypeKind::Map(_) => Vec::new(),
    }
}
