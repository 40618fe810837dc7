//! What open sockets may listen to, and what they are told.

use std::time::Duration;

use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::{Docs, TypeId};

/// The topics of a service: a file of `contracts/sockets`.
#[derive(Clone, Debug)]
pub struct Socket {
    /// Who decides who may listen, and tells: the file's name.
    pub service: Name,
    /// For the reader.
    pub docs: Docs,
    /// `x-stipule-connections`: how many are opened, and for how long.
    pub connections: Option<Connections>,
    /// What may be listened to, at least one.
    pub topics: Vec<Topic>,
    /// Where it was written.
    pub span: Span,
}

/// How many sockets are opened, on average: `x-stipule-connections: {rate: 30000/d, open: 10m}`.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Sockets a second.
    pub rate: Spanned<f64>,
    /// How long one is open.
    pub open: Duration,
}

/// Something that sockets may listen to: a channel.
#[derive(Clone, Debug)]
pub struct Topic {
    /// `order`
    pub name: Name,
    /// `order/{orderId}`
    pub address: Spanned<String>,
    /// The address, taken apart at its slashes.
    pub parts: Vec<Part>,
    /// Scopes that a listener needs, all of them.
    pub scopes: Vec<Spanned<String>>,
    /// Parts that its listeners are in, where a table holds them: 1 to 64.
    pub shards: u32,
    /// `x-stipule-rate`: how often a second somebody begins to listen.
    pub rate: Option<Spanned<f64>>,
    /// What is told, at least one.
    pub messages: Vec<Message>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

impl Topic {
    /// The parameters of the address, in its order.
    pub fn parameters(&self) -> impl Iterator<Item = (&Name, TypeId)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Parameter(name, ty) => Some((name, *ty)),
        })
    }
}

/// A part of an address, between slashes.
#[derive(Clone, Debug)]
pub enum Part {
    /// It stands there as it is.
    Literal(String),
    /// A value of a type that is written as text.
    Parameter(Name, TypeId),
}

/// Something that listeners are told.
#[derive(Clone, Debug)]
pub struct Message {
    /// `order.updated`
    pub name: Name,
    /// What it says, a struct.
    pub payload: TypeId,
    /// `x-stipule-rate`: how often a second a listener is told, all listeners together.
    pub rate: Option<Spanned<f64>>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}
