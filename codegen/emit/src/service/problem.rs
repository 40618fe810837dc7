//! Problem documents that a contract declares: how a handler makes one, and what the platform adds.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::service::{Coding, Media, Outcome, Status};
use stipule_ir::types::{Extra, Field, Scalar, Struct, TypeKind};

use super::Scene;
use super::outcome::is_plain;
use crate::rust::{Text, ident, tight};
use crate::scope::Scope;
use crate::types::{Edge, Presence, default_value, literal};

/// What a module needs for its problems, collected while its operations are written.
#[derive(Default)]
pub(super) struct Problems {
    names: RefCell<Scope>,
    /// Functions that make a problem of a type that needs no more than a status and a detail.
    makers: RefCell<BTreeMap<TypeId, (String, TokenStream)>>,
    /// Lists of members that the platform fills in.
    members: RefCell<BTreeMap<Vec<&'static str>, String>>,
    /// Whether a detail has to be cut to its type.
    cuts: RefCell<bool>,
}

/// A problem type, taken apart.
struct Shape<'c> {
    id: TypeId,
    object: &'c Struct,
}

impl Problems {
    /// Starts with the names that the module has given out already.
    pub(super) fn beside(names: Scope) -> Self {
        Self { names: RefCell::new(names), ..Self::default() }
    }

    /// `not_found(detail)`: the declared problem with its type, title and status filled in. Nothing when a handler has
    /// to put it together by itself: no problem document, or one whose members nothing here can prove right.
    pub(super) fn constructor(&self, scene: &Scene<'_, '_>, outcome: &Outcome, text: &mut Text) {
        let (Some(shape), Status::Code(code)) = (Shape::of(scene, outcome), outcome.status) else { return };
        let arguments: Vec<&Field> = shape.arguments().collect();
        let has_detail = shape.field("detail").is_some();
        let made = if arguments.is_empty() {
            let maker = self.maker(scene, &shape);
            let detail = if has_detail { ", detail" } else { "" };
            maker.map(|maker| format!("{maker}({code}, {:?}{detail})", reason(code)))
        } else {
            let body = self.literal(scene, &shape, Some((&code.to_string(), reason(code))));
            body.map(|fields| {
                let mut literal = Text::default();
                let ty = tight(&scene.paths.of(shape.id));
                literal.list(
                    2,
                    &format!("Self::{}(Box::new({ty} {{", outcome.name.variant()),
                    &fields,
                    "}))",
                );
                literal.into_string()
            })
        };
        let Some(made) = made else { return };
        let detail = has_detail.then(|| "detail: impl Into<String>".to_owned());
        let arguments = arguments.iter().map(|field| {
            format!("{}: {}", field.name.field(), tight(&scene.paths.field(shape.edge(field), field)))
        });
        let arguments: Vec<_> = detail.into_iter().chain(arguments).collect();
        text.docs(1, &outcome.docs);
        text.list(1, &format!("pub fn {}(", outcome.name.field()), &arguments, ") -> Self {");
        if made.ends_with('\n') {
            text.line(0, format_args!("{}", made.trim_end_matches('\n')));
        } else {
            text.line(2, format_args!("Self::{}({made})", outcome.name.variant()));
        }
        text.line(0, format_args!("    }}\n"));
    }

    /// The function that makes a problem of a type, written once per module.
    fn maker(&self, scene: &Scene<'_, '_>, shape: &Shape<'_>) -> Option<Ident> {
        if let Some((name, _)) = self.makers.borrow().get(&shape.id) {
            return Some(ident(name));
        }
        let fields = self.literal(scene, shape, None)?;
        let fields = fields.iter().map(|field| crate::rust::tokens(field));
        let name = self.names.borrow_mut().claim(&["problem".to_owned()]);
        let (function, ty) = (ident(&name), scene.paths.of(shape.id));
        let detail = shape.field("detail").map(|_| quote!(detail: impl Into<String>));
        let [status, title] = ["status", "title"].map(|name| {
            let used = shape.object.fields.iter().any(|field| field.name.wire == name && field.required);
            if used { ident(name) } else { ident(&format!("_{name}")) }
        });
        let tokens = quote! {
            fn #function(#status: u16, #title: &str, #detail) -> Box<#ty> { Box::new(#ty { #(#fields),* }) }
        };
        self.makers.borrow_mut().insert(shape.id, (name, tokens));
        Some(function)
    }

    /// The fields of the problem as a struct literal. `known` is its status and title; without them they are variables.
    fn literal(
        &self,
        scene: &Scene<'_, '_>,
        shape: &Shape<'_>,
        known: Option<(&str, &str)>,
    ) -> Option<Vec<String>> {
        let mut fields = Vec::new();
        for field in &shape.object.fields {
            let name = ident(&field.name.field());
            let value = match (field.name.wire.as_str(), Presence::of(field)) {
                ("type", Presence::Always) => text(scene, field, "about:blank")?,
                ("title", Presence::Always) => match known {
                    Some((_, title)) => text(scene, field, title)?,
                    None => free_text(scene, field)?,
                },
                ("status", Presence::Always) => status(scene, field, known.map(|(code, _)| code))?,
                ("detail", presence) => self.detail(scene, field, presence)?,
                (_, Presence::Always | Presence::OrNull) => quote!(#name),
                (_, Presence::OrAbsent) => quote!(None),
                (_, Presence::OrEither) => {
                    let patch = scene.paths.wire("Patch");
                    quote!(#patch::Absent)
                }
                (_, Presence::OrDefault) => {
                    default_value(&scene.paths, field.ty, field.default.as_deref().unwrap_or("null"))
                }
            };
            let value = tight(&value);
            fields.push(if name == value { value } else { format!("{name}: {value}") });
        }
        if let Extra::Kept(_) = shape.object.extra {
            let taken = shape.object.fields.iter().any(|field| field.name.field() == "extra");
            fields.push(format!("{}: Default::default()", if taken { "extra_" } else { "extra" }));
        }
        Some(fields)
    }

    fn detail(&self, scene: &Scene<'_, '_>, field: &Field, presence: Presence) -> Option<TokenStream> {
        let value = match scene.paths.types.kind(field.ty) {
            TypeKind::Scalar(Scalar::String) => {
                return match presence {
                    Presence::Always => Some(quote!(detail.into())),
                    Presence::OrNull | Presence::OrAbsent => Some(quote!(Some(detail.into()))),
                    Presence::OrDefault | Presence::OrEither => None,
                };
            }
            TypeKind::Newtype(it) if it.base == Scalar::String && it.limits.pattern.is_none() => {
                *self.cuts.borrow_mut() = true;
                let most = it.limits.max_length.filter(|most| *most <= u64::from(u32::MAX));
                let most = most.map_or_else(
                    || quote!(usize::MAX),
                    |most| {
                        let most = Literal::u64_unsuffixed(most);
                        quote!(#most)
                    },
                );
                quote!(cut(detail, #most))
            }
            _ => return None,
        };
        matches!(presence, Presence::OrNull | Presence::OrAbsent).then_some(value)
    }

    /// The list of the ids that the schema lets the platform fill in.
    pub(super) fn ids(&self, scene: &Scene<'_, '_>, ty: TypeId) -> TokenStream {
        const IDS: [&str; 3] = ["instance", "requestId", "traceId"];
        let TypeKind::Struct(object) = scene.paths.types.kind(ty) else { return quote!(&[]) };
        let open = object.extra != Extra::Refused;
        let allowed = |id: &&str| open || object.fields.iter().any(|field| field.name.wire == *id);
        let list: Vec<_> = IDS.into_iter().filter(allowed).collect();
        if list.is_empty() {
            return quote!(&[]);
        }
        let mut members = self.members.borrow_mut();
        let name =
            members.entry(list).or_insert_with(|| self.names.borrow_mut().claim(&["FILLED_IN".to_owned()]));
        let name = ident(name);
        quote!(#name)
    }

    /// What was asked for so far.
    pub(super) fn items(&self) -> TokenStream {
        let makers = self.makers.borrow();
        let makers = makers.values().map(|(_, tokens)| tokens);
        let cut = self.cuts.borrow().then(|| {
            quote! {
                #[doc = " A detail, no longer than its type allows; none when there is nothing to say."]
                fn cut<T: std::str::FromStr>(detail: impl Into<String>, most: usize) -> Option<T> {
                    detail.into().chars().take(most).collect::<String>().parse().ok()
                }
            }
        });
        let members = self.members.borrow();
        let members = members.iter().map(|(list, name)| {
            let name = ident(name);
            quote! {
                #[doc = " Members of a problem that the platform fills in."]
                const #name: &[&str] = &[#(#list),*];
            }
        });
        quote!(#(#members)* #(#makers)* #cut)
    }
}

impl<'c> Shape<'c> {
    /// The problem of an outcome that is nothing but a problem.
    fn of(scene: &Scene<'_, 'c>, outcome: &Outcome) -> Option<Self> {
        let is_problem =
            |it: &&Media| it.media_type == "application/problem+json" && matches!(it.coding, Coding::Json);
        let media = outcome.media.first().filter(is_problem)?;
        match scene.paths.types.kind(media.ty) {
            TypeKind::Struct(object) if is_plain(outcome) => Some(Self { id: media.ty, object }),
            _ => None,
        }
    }

    fn field(&self, wire: &str) -> Option<&'c Field> {
        self.object.fields.iter().find(|field| field.name.wire == wire)
    }

    fn edge(&self, field: &Field) -> Edge {
        let place =
            self.object.fields.iter().position(|other| std::ptr::eq(other, field)).unwrap_or_default();
        Edge { from: self.id, place }
    }

    /// What only the handler knows.
    fn arguments(&self) -> impl Iterator<Item = &'c Field> {
        let known = ["type", "title", "status", "detail"];
        self.object
            .fields
            .iter()
            .filter(move |field| field.required && !known.contains(&field.name.wire.as_str()))
    }
}

/// A text of the platform's, where it is plain that it fits.
fn text(scene: &Scene<'_, '_>, field: &Field, value: &str) -> Option<TokenStream> {
    literal(&scene.paths, field.ty, &serde_json::Value::from(value))
}

/// A title that comes as a variable: short and never empty, as all reason phrases are.
fn free_text(scene: &Scene<'_, '_>, field: &Field) -> Option<TokenStream> {
    const LONGEST: u64 = 31;
    match scene.paths.types.kind(field.ty) {
        TypeKind::Scalar(Scalar::String) => Some(quote!(title.to_owned())),
        TypeKind::Newtype(it) if it.base == Scalar::String => {
            let limits = &it.limits;
            let fits = limits.pattern.is_none()
                && limits.min_length.unwrap_or(0) <= 2
                && limits.max_length.is_none_or(|most| most >= LONGEST);
            fits.then(|| quote!(title.parse().expect("reason phrases are short")))
        }
        _ => None,
    }
}

/// The status again, as a member.
fn status(scene: &Scene<'_, '_>, field: &Field, known: Option<&str>) -> Option<TokenStream> {
    if let Some(code) = known {
        return literal(&scene.paths, field.ty, &serde_json::from_str(code).ok()?);
    }
    match scene.paths.types.kind(field.ty) {
        TypeKind::Scalar(Scalar::Int32 | Scalar::Int64) => Some(quote!(status.into())),
        TypeKind::Newtype(it) if matches!(it.base, Scalar::Int32 | Scalar::Int64) => {
            let within = |code: i64| literal(&scene.paths, field.ty, &code.into()).is_some();
            let fits = within(400) && within(599) && it.limits.multiple_of.is_none();
            let new = match scene.paths.types.declaration(field.ty) {
                Some(_) => {
                    let ty = scene.paths.of(field.ty);
                    quote!(#ty::new)
                }
                None => {
                    let ranged = scene.paths.wire("Ranged");
                    quote!(#ranged::new)
                }
            };
            fits.then(|| quote!(#new(status.into()).expect("statuses of failures are from 400 to 599")))
        }
        _ => None,
    }
}

/// The reason phrase of a status. Source: the HTTP Status Code Registry of IANA.
pub(crate) fn reason(code: u16) -> &'static str {
    match code {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        402.. if code < 500 => "Client Error",
        _ => "Server Error",
    }
}
