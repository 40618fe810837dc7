//! Prices, from a file that says where they come from and since when they hold.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::price::{PlatformPrices, Price};

/// Prices that come with the tool.
const BUILT_IN: &str = include_str!("../prices/aws-us-east-1.json");

/// Prices of one region.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prices {
    /// Whose and where: `AWS us-east-1`.
    pub name: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Of the table.
    pub dynamodb: TablePrices,
    /// Of everything else.
    pub platform: PlatformPrices,
    /// Of the gateway's caches for a month, by their gigabytes.
    pub caches: BTreeMap<String, Price>,
}

/// Prices of a table that is billed on demand.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TablePrices {
    /// Day since which they hold.
    pub since: String,
    /// Page that says so.
    pub source: String,
    /// A million read request units.
    pub per_million_read_units: f64,
    /// A million write request units.
    pub per_million_write_units: f64,
    /// A gigabyte stored for a month.
    pub per_gigabyte_month: f64,
    /// A gigabyte that can be restored to any moment, for a month.
    pub recovery_per_gigabyte_month: f64,
}

impl TablePrices {
    fn price(&self, amount: f64, per: f64, unit: &str) -> Price {
        Price {
            service: "DynamoDB".to_owned(),
            amount,
            per,
            unit: unit.to_owned(),
            as_of: self.since.clone(),
            source: self.source.clone(),
        }
    }

    /// Of a read unit.
    pub fn read_unit(&self) -> Price {
        self.price(self.per_million_read_units, 1e6, "read units")
    }

    /// Of a write unit.
    pub fn write_unit(&self) -> Price {
        self.price(self.per_million_write_units, 1e6, "write units")
    }

    /// Of what is stored.
    pub fn stored(&self) -> Price {
        self.price(self.per_gigabyte_month, 1.0, "GB-months")
    }

    /// Of what can be restored to any moment.
    pub fn recoverable(&self) -> Price {
        self.price(self.recovery_per_gigabyte_month, 1.0, "GB-months")
    }
}

/// A file that holds no prices.
#[derive(Debug)]
pub struct BadPrices(serde_json::Error);

impl fmt::Display for BadPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a price file: {}", self.0)
    }
}

impl std::error::Error for BadPrices {}

impl Prices {
    /// Prices from the text of a file.
    ///
    /// # Errors
    /// [`BadPrices`] for anything else, with the place.
    pub fn parse(text: &str) -> Result<Self, BadPrices> {
        serde_json::from_str(text).map_err(BadPrices)
    }

    /// The prices that come with the tool.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the built-in prices can be read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_prices_can_be_read_and_say_since_when_they_hold() {
        let prices = Prices::built_in();
        assert!(prices.dynamodb.since.len() == 10 && prices.dynamodb.source.starts_with("https://"));
    }

    #[test]
    fn a_price_that_is_missing_or_unknown_is_named() {
        let missing = BUILT_IN.replace("\"perMillionReadUnits\": 0.125,", "");
        let unknown = BUILT_IN.replace("perGigabyteMonth", "perGigabyte");
        for (text, word) in [(missing, "perMillionReadUnits"), (unknown, "perGigabyte")] {
            assert!(Prices::parse(&text).is_err_and(|error| error.to_string().contains(word)), "{word}");
        }
    }
}
