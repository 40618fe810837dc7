//! Sagas on the local platform: what is stored, what goes on after a kill, what waits for a person.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "workflow/kill.rs"]
mod kill;
#[path = "workflow/trip.rs"]
mod trip;
#[path = "workflow/ways.rs"]
mod ways;
