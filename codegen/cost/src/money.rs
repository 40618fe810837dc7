//! Amounts of money in as few characters as say enough.

/// `1,234`, and below ten with as many decimals as it has, at most two.
pub fn grouped(number: f64) -> String {
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
pub fn money(amount: f64, currency: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_never_shows_nothing_for_something() {
        let amounts = [0.0, 0.001, 0.03, 1.5, 12.0, 1234.5, -3.0];
        let said = ["$0.00", "<$0.01", "$0.03", "$1.50", "$12.00", "$1,234.50", "−$3.00"];
        assert_eq!(amounts.map(|it| money(it, "USD")), said.map(str::to_owned));
        assert_eq!(money(2.0, "EUR"), "EUR 2.00");
    }
}
