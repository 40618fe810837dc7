//! What stands at a path of an event.

use stipule_ir::types::{Extra, Limits, Scalar, Struct, Union};
use stipule_ir::{Contract, Event, TypeId, TypeKind};

use super::domain::Domain;

/// How deep types are followed that don't consume the path: a list may contain itself.
const DEEPEST: u32 = 64;

/// The names of an envelope, in the order of its JSON.
const ENVELOPE: [&str; 13] = [
    "id",
    "name",
    "source",
    "version",
    "time",
    "tenant",
    "aggregate",
    "seq",
    "orderingKey",
    "correlationId",
    "causationId",
    "traceId",
    "data",
];

/// What events may have at a path.
pub(super) struct Reach {
    /// The kinds of values; an object is none.
    pub(super) leaves: Vec<Domain>,
    /// Whether an event may have no value there.
    pub(super) absent: bool,
}

/// A name that nothing has.
pub(super) struct Missing {
    /// The name, up to the next dot.
    pub(super) name: String,
    /// Names that stand beside it; none where it is asked of a value without fields.
    pub(super) beside: Vec<String>,
}

impl Reach {
    fn always(leaf: Domain) -> Self {
        Self { leaves: vec![leaf], absent: false }
    }

    fn maybe(mut self, absent: bool) -> Self {
        self.absent |= absent;
        self
    }

    /// A value with parts: for a pattern there is nothing at its own place.
    fn object() -> Self {
        Self { leaves: Vec::new(), absent: true }
    }
}

/// What one or another has; who lacks the name has no value there.
pub(super) fn either(found: impl Iterator<Item = Result<Reach, Missing>>) -> Result<Reach, Missing> {
    let mut all: Option<Reach> = None;
    let mut missing: Option<Missing> = None;
    for it in found {
        match (it, &mut all) {
            (Ok(reach), None) => all = Some(reach),
            (Ok(reach), Some(all)) => {
                all.leaves.extend(reach.leaves);
                all.absent |= reach.absent;
            }
            (Err(fault), _) => match &mut missing {
                None => missing = Some(fault),
                Some(known) => known.beside.extend(fault.beside),
            },
        }
    }
    match (all, missing) {
        (Some(reach), missing) => Ok(reach.maybe(missing.is_some())),
        (None, Some(missing)) => Err(missing),
        (None, None) => Ok(Reach::object()),
    }
}

/// What an event has at a path below `detail`.
pub(super) fn in_envelope(contract: &Contract, event: &Event, path: &str) -> Result<Reach, Missing> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let text = |base| Domain::text(base, &Limits::default());
    let any = || text(Scalar::String);
    let leaf = match (first, rest) {
        ("data", rest) => return at(contract, event.payload, rest.unwrap_or_default(), DEEPEST),
        ("aggregate", None) => return Ok(Reach::object()),
        ("aggregate", Some("name")) => Domain::one_text(&event.aggregate.wire),
        ("aggregate", Some("id")) => any(),
        ("aggregate", Some(rest)) => {
            return Err(Missing::of(rest, ["name", "id"].map(str::to_owned).to_vec()));
        }
        ("id", None) => text(Scalar::Uuid),
        ("name", None) => Domain::one_text(&event.name.wire),
        ("source", None) => Domain::one_text(&event.source),
        ("time", None) => text(Scalar::DateTime),
        ("tenant" | "orderingKey" | "correlationId" | "causationId", None) => any(),
        ("seq", None) => Domain::count(),
        ("traceId", None) => {
            let limits = Limits { pattern: Some("^[0-9a-f]{32}$".to_owned()), ..Limits::default() };
            Domain::text(Scalar::String, &limits)
        }
        (known, Some(rest)) if ENVELOPE.contains(&known) => return Err(Missing::of(rest, Vec::new())),
        _ => return Err(Missing::of(path, ENVELOPE.map(str::to_owned).to_vec())),
    };
    Ok(Reach::always(leaf))
}

impl Missing {
    fn of(path: &str, beside: Vec<String>) -> Self {
        Self { name: path.split('.').next().unwrap_or(path).to_owned(), beside }
    }
}

/// What a value of a type has at a path below it; at the empty path, the value itself.
fn at(contract: &Contract, ty: TypeId, path: &str, depth: u32) -> Result<Reach, Missing> {
    let Some(depth) = depth.checked_sub(1) else { return Ok(Reach::always(Domain::Anything).maybe(true)) };
    match &contract.types.get(ty).kind {
        TypeKind::Struct(it) => in_struct(contract, it, path, depth),
        TypeKind::Union(it) => in_union(contract, it, path, depth),
        TypeKind::List(list) => {
            let reach = at(contract, list.item, path, depth)?;
            let reach = null(reach, list.nullable_items, path);
            Ok(reach.maybe(list.min_items.unwrap_or(0) == 0))
        }
        TypeKind::Tuple(places) => either(places.iter().map(|place| at(contract, *place, path, depth))),
        TypeKind::Map(map) => {
            let below = rests(path).map(|rest| at(contract, map.value, rest, depth));
            Ok(null(either(below)?, map.nullable_values, path).maybe(true))
        }
        TypeKind::Scalar(Scalar::Any) => Ok(Reach::always(Domain::Anything).maybe(true)),
        TypeKind::Scalar(_) | TypeKind::Newtype(_) | TypeKind::Enum(_) if !path.is_empty() => {
            Err(Missing::of(path, Vec::new()))
        }
        TypeKind::Scalar(base) => Ok(Reach::always(Domain::scalar(*base, &Limits::default()))),
        TypeKind::Newtype(it) => Ok(Reach::always(Domain::scalar(it.base, &it.limits))),
        TypeKind::Enum(it) => Ok(Reach::always(Domain::of_enum(it))),
        TypeKind::Multipart(_) => Ok(Reach::object()),
    }
}

/// What follows a name of unknown length.
fn rests(path: &str) -> impl Iterator<Item = &str> {
    let whole = (!path.is_empty()).then_some("");
    whole.into_iter().chain(path.match_indices('.').map(|(dot, _)| &path[dot + 1..]))
}

fn null(mut reach: Reach, nullable: bool, path: &str) -> Reach {
    if nullable && path.is_empty() {
        reach.leaves.push(Domain::null());
    }
    reach.maybe(nullable && !path.is_empty())
}

fn in_struct(contract: &Contract, it: &Struct, path: &str, depth: u32) -> Result<Reach, Missing> {
    if path.is_empty() {
        return Ok(Reach::object());
    }
    // A name may contain dots: several fields can begin the path.
    let mut found: Vec<_> = Vec::new();
    for field in &it.fields {
        let Some(rest) = path.strip_prefix(field.name.wire.as_str()) else { continue };
        let rest = match rest.strip_prefix('.') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => continue,
        };
        let reach = at(contract, field.ty, rest, depth);
        found.push(reach.map(|reach| null(reach, field.nullable, rest).maybe(!field.required)));
    }
    if !found.is_empty() {
        return either(found.into_iter());
    }
    if let Extra::Kept(ty) = it.extra {
        return Ok(either(rests(path).map(|rest| at(contract, ty, rest, depth)))?.maybe(true));
    }
    Err(Missing::of(path, it.fields.iter().map(|field| field.name.wire.clone()).collect()))
}

fn in_union(contract: &Contract, it: &Union, path: &str, depth: u32) -> Result<Reach, Missing> {
    if it.tag.as_deref() == Some(path) {
        let tags = it.variants.iter().flat_map(|variant| &variant.tags);
        return Ok(Reach::always(Domain::texts(tags.map(String::as_str))));
    }
    either(it.variants.iter().map(|variant| at(contract, variant.ty, path, depth)))
}
