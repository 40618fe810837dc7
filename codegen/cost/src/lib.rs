//! What a platform costs a month.
//!
//! A bill is a list of items, each with the quantities that it is made of, so that every figure can be followed to a
//! rate in a contract, an assumption, and a price with its date. What is there whether anybody calls or not is counted in
//! the generated templates. Reads and writes of the table are followed further, step by step ([`table`]).

mod assumed;
mod endpoint;
mod event;
mod facts;
mod fixed;
mod holding;
mod item;
mod ledger;
mod line;
mod money;
mod platform;
mod price;
mod prices;
mod rates;
pub mod saga;
mod socket;
pub mod table;
mod warning;

pub use assumed::{Assumed, Assumptions};
pub use item::{Group, Item, Part, Place};
pub use line::{Growth, Kind, Line, Report};
pub use money::{grouped, money};
pub use platform::{Bill, bill};
pub use price::{PlatformPrices, Price};
pub use prices::{BadPrices, Prices, TablePrices};
pub use warning::{Warning, unlisted};

/// Days of a month.
pub const DAYS: f64 = 30.0;

/// Seconds of a day.
pub const SECONDS: f64 = 86_400.0;
