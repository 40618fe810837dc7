//! The WebSocket side: what open sockets listen to, and what they are told.
//!
//! ```text
//! POST /live/ticket (bearer token) ─▶ a ticket, once and within a minute
//! GET /live?ticket=…               ─▶ a socket, until the token expires
//! service ─▶ Sockets::tell ─▶ hub ─▶ each socket that listens to the topic
//! ```
//!
//! Tickets are rows of the table. Nothing else survives the process: who comes back is told to read the state again.

mod connection;
mod hub;
mod open;

pub(crate) use hub::Hub;
pub(crate) use open::{TICKET, connect, issue};
