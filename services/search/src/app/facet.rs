//! What was found, counted.

use std::collections::BTreeMap;

use commerce_model::search::{Facets, Number, PriceBand};
use commerce_model::types::{Currency, MinorUnits};
use stipule_runtime::wire::{BoundedVec, Fault};

use super::query::Found;

/// Where a band of prices begins; it ends before the next.
const BANDS: [i64; 8] = [0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000];

/// The end of the last one.
const MOST: i64 = 99_999_999_999;

/// Most bands of a result: twelve currencies, each in all bands.
const MOST_BANDS: usize = 100;

/// Counts what was found.
///
/// # Errors
/// Never: bands have the limits of amounts.
pub(crate) fn facets(found: &[Found]) -> Result<Facets, Fault> {
    let mut bands: BTreeMap<(Currency, usize), usize> = BTreeMap::new();
    for it in found {
        let amount = it.posting.price.amount.get();
        let band = BANDS.iter().rposition(|from| *from <= amount).unwrap_or(0);
        *bands.entry((it.posting.price.currency.clone(), band)).or_default() += 1;
    }
    let band = |((currency, band), products): ((Currency, usize), usize)| {
        let from = BANDS.get(band).copied().unwrap_or(0);
        let to = BANDS.get(band + 1).map_or(MOST, |next| next - 1);
        let (from, to) = (MinorUnits::new(from)?, MinorUnits::new(to)?);
        Ok(PriceBand { currency, from, to, products: number(products) })
    };
    let prices = bands.into_iter().take(MOST_BANDS).map(band).collect::<Result<Vec<_>, Fault>>()?;
    let in_stock = found.iter().filter(|it| it.posting.in_stock).count();
    Ok(Facets {
        in_stock: number(in_stock),
        out_of_stock: number(found.len() - in_stock),
        prices: BoundedVec::new(prices)?,
    })
}

/// A number of products, as far as it counts.
pub(crate) fn number(products: usize) -> Number {
    let counted = i32::try_from(products.min(10_000)).unwrap_or(10_000);
    Number::new(counted).expect("counted no further")
}
