//! What a platform costs a month.
//!
//! A report is a list of lines, each with the quantities that it is made of, so that every figure can be followed to a
//! rate in a contract, the size of an example and a price with its date. Parts of the platform add lines of their own;
//! so far that is the table ([`table`]).

mod line;
mod money;
mod prices;
pub mod table;

pub use line::{Growth, Kind, Line, Report};
pub use money::{grouped, money};
pub use prices::{BadPrices, Prices, TablePrices};

/// Days of a month.
pub const DAYS: f64 = 30.0;

/// Seconds of a day.
pub const SECONDS: f64 = 86_400.0;
