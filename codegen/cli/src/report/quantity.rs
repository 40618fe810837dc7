//! Quantities in as few characters as say enough.

pub(crate) use stipule_cost::{grouped, money};

/// `45`, `1,234`, `361k`, `1.2M`: how often something happens.
pub(crate) fn rate(number: f64) -> String {
    match number {
        _ if number >= 999_500.0 => format!("{}M", short(number / 1e6)),
        _ if number >= 9_950.0 => format!("{}k", short(number / 1e3)),
        _ => grouped(number),
    }
}

fn short(number: f64) -> String {
    if number < 9.95 { format!("{number:.1}") } else { format!("{number:.0}") }
}

/// `712 B`, `3.4 KB`, `1.2 GB`.
pub(crate) fn bytes(number: f64) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1024.0, "KB")];
    match units.into_iter().find(|(unit, _)| number.abs() >= *unit) {
        Some((unit, name)) => format!("{} {name}", short(number / unit)),
        None => format!("{number:.0} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_short() {
        let rates = [0.0, 0.25, 45.0, 1234.0, 9_949.0, 9_950.0, 361_000.0, 999_499.0, 1_200_000.0, 36e6];
        let said = ["0", "0.25", "45", "1,234", "9,949", "10k", "361k", "999k", "1.2M", "36M"];
        assert_eq!(rates.map(rate), said.map(str::to_owned));
    }

    #[test]
    fn bytes_are_named_by_their_unit() {
        assert_eq!([712.0, 3500.0, 2.4e9].map(bytes), ["712 B", "3.4 KB", "2.4 GB"].map(str::to_owned));
    }
}
