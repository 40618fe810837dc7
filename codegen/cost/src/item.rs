//! What a platform is made of, and what each part of it costs a month.

use stipule_ir::Span;

use crate::price::Price;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// An operation.
    Endpoint,
    /// An event with everybody who consumes it.
    Event,
    /// A saga with what its steps are done by.
    Saga,
    /// A read of the table.
    Read,
    /// A write of the table.
    Write,
    /// What the table holds.
    Table,
    /// Sockets, and what they are told.
    Socket,
    /// What is there whether anybody calls or not.
    Fixed,
}

impl Group {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Group; 8] = [
        Group::Endpoint,
        Group::Event,
        Group::Saga,
        Group::Read,
        Group::Write,
        Group::Table,
        Group::Socket,
        Group::Fixed,
    ];

    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Event => "event",
            Self::Saga => "saga",
            Self::Read => "read",
            Self::Write => "write",
            Self::Table => "table",
            Self::Socket => "socket",
            Self::Fixed => "fixed",
        }
    }

    /// For a heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Endpoint => "Endpoints",
            Self::Event => "Events",
            Self::Saga => "Sagas",
            Self::Read => "Reads of the table",
            Self::Write => "Writes of the table",
            Self::Table => "What the table holds",
            Self::Socket => "Sockets",
            Self::Fixed => "Whether anybody calls or not",
        }
    }
}

/// Where the figures of an item come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A contract.
    Contract(Span),
    /// A generated template.
    Template(String),
}

/// Something that costs.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub group: Group,
    /// `GET /products`, `Order.Placed`, `checkout`, `place_order`.
    pub name: String,
    /// Whose it is, if it is somebody's.
    pub service: Option<String>,
    /// Where its rate was written, or it itself.
    pub place: Place,
    /// How often a day, if anything says so.
    pub per_day: Option<f64>,
    /// What says so.
    pub because: String,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Item {
    /// What a month of it costs.
    pub fn per_month(&self) -> f64 {
        self.parts.iter().map(Part::per_month).fold(0.0, |sum, cost| sum + cost)
    }
}

/// A part of an item: so much, at such a price.
#[derive(Clone, Debug)]
pub struct Part {
    /// `requests`, `queue of orders.on-cart-checked-out`.
    pub what: String,
    /// How the quantity comes about, in figures.
    pub formula: String,
    /// In units of the price, a month.
    pub quantity: f64,
    /// At what.
    pub price: Price,
    /// Whether there is more of it when more happens.
    pub grows: bool,
}

impl Part {
    /// What a month of it costs.
    pub fn per_month(&self) -> f64 {
        self.price.of(self.quantity)
    }
}
