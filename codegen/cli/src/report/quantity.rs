//! Quantities in as few characters as say enough.

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

/// `1,234`, and below ten with as many decimals as it has, at most two.
pub(crate) fn grouped(number: f64) -> String {
    if number < 10.0 {
        return trimmed(number);
    }
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `2`, `2.5`, `0.13`.
fn trimmed(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `$0.03`, `$1,234.50`; `<$0.01` for what is less than that and not nothing.
pub(crate) fn money(amount: f64, currency: &str) -> String {
    let sign = if currency == "USD" { "$".to_owned() } else { format!("{currency} ") };
    let minus = if amount < 0.0 { "−" } else { "" };
    let amount = amount.abs();
    if amount > 0.0 && amount < 0.005 {
        return format!("<{sign}0.01");
    }
    let text = format!("{amount:.2}");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse::<f64>().map_or_else(
        |_| whole.to_owned(),
        |whole| match whole {
            _ if whole < 10.0 => format!("{whole:.0}"),
            _ => grouped(whole),
        },
    );
    format!("{minus}{sign}{whole}.{cents}")
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
    fn money_never_shows_nothing_for_something() {
        let amounts = [0.0, 0.001, 0.03, 1.5, 12.0, 1234.5, -3.0];
        let said = ["$0.00", "<$0.01", "$0.03", "$1.50", "$12.00", "$1,234.50", "−$3.00"];
        assert_eq!(amounts.map(|it| money(it, "USD")), said.map(str::to_owned));
        assert_eq!(money(2.0, "EUR"), "EUR 2.00");
    }

    #[test]
    fn bytes_are_named_by_their_unit() {
        assert_eq!([712.0, 3500.0, 2.4e9].map(bytes), ["712 B", "3.4 KB", "2.4 GB"].map(str::to_owned));
    }
}
