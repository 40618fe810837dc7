//! Figures, reckoned again.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::{changed, item, list, near, number, part, report, shop};

#[test]
fn every_item_can_be_reckoned_again_from_its_parts() {
    for root in [shop(), shop().join("tests/cases/library"), shop().join("tests/cases/obstacles")] {
        let report = report(&root, &[]);
        let mut total = 0.0;
        let mut sums: BTreeMap<(&str, String), f64> = BTreeMap::new();
        for item in list(&report["items"]) {
            let mut cost = 0.0;
            for part in list(&item["parts"]) {
                let reckoned = number(&part["quantity"]) * number(&part["price"]) / number(&part["per"]);
                assert!(near(reckoned, number(&part["perMonth"])), "{item}");
                let source = part["source"].as_str().expect("a source");
                assert!(
                    source.starts_with("https://") && part["asOf"].as_str().is_some_and(|it| it.len() == 10)
                );
                let provider = part["provider"].as_str().expect("a provider").to_owned();
                *sums.entry(("byProvider", provider)).or_default() += reckoned;
                cost += reckoned;
            }
            assert!(near(cost, number(&item["perMonth"])), "{item}");
            let kind = item["kind"].as_str().expect("a kind").to_owned();
            *sums.entry(("byKind", kind)).or_default() += cost;
            if let Some(service) = item["service"].as_str() {
                *sums.entry(("byService", service.to_owned())).or_default() += cost;
            }
            assert!(item["file"].as_str().is_some_and(|file| root.join(file).is_file()), "{item}");
            total += cost;
        }
        assert!(near(total, number(&report["perMonth"])));
        for by in ["byProvider", "byKind", "byService"] {
            for sum in list(&report[by]) {
                let own = sums.get(&(by, sum["name"].as_str().expect("a name").to_owned())).copied();
                assert!(near(own.unwrap_or_default(), number(&sum["perMonth"])), "{by} {sum}");
            }
        }
    }
}

#[test]
fn every_line_of_the_table_can_be_reckoned_again_from_its_steps() {
    let report = report(&shop(), &[]);
    let prices = &report["prices"];
    let mut total = 0.0;
    for line in list(&report["table"]["lines"]) {
        let name = line["name"].as_str().expect("a name");
        let sum = |unit: &str| -> f64 {
            let steps = list(&line["steps"]).iter();
            steps.filter(|step| step["unit"] == unit).map(|step| number(&step["units"]["typical"])).sum()
        };
        let (reads, writes) = (sum("read"), sum("write"));
        assert!(near(reads, number(&line["readUnits"]["typical"])), "{name}");
        assert!(near(writes, number(&line["writeUnits"]["typical"])), "{name}");
        let per_million =
            reads * number(&prices["perMillionReadUnits"]) + writes * number(&prices["perMillionWriteUnits"]);
        assert!(near(per_million, number(&line["perMillionCalls"]["typical"])), "{name}");
        let Some(calls) = line["callsPerDay"].as_f64() else { continue };
        let per_month = calls * number(&report["daysOfMonth"]) * per_million / 1e6;
        assert!(near(per_month, number(&line["perMonth"])), "{name}");
        let kind = line["kind"].as_str().expect("a kind");
        assert!(near(per_month, number(&item(&report, kind, name)["perMonth"])), "{name}");
        total += per_month;
    }
    assert!(near(total, number(&report["table"]["perMonth"])));
}

/// Reckoned by hand from INFRA's prices and the shop's rates.
#[test]
fn figures_of_the_shop_are_those_that_a_person_reckons() {
    let report = report(&shop(), &[]);
    // 110,000 a day are 3.3 million a month: 3.3 × $3.50, 3.3 × $0.60; half of them come to the function, 1.65 × $0.20;
    // a fifth comes to the authorizer, 0.66 × $0.20; a hundredth is traced, 0.033 × $5.
    let product = item(&report, "endpoint", "GET /products/{productId}");
    for (what, cost) in [
        ("requests", 11.55),
        ("firewall", 1.98),
        ("function calls, requests", 0.33),
        ("function calls, authorizer", 0.132),
        ("traces", 0.165),
        // 1.65 million × 25 ms × 256 MB are 10,312.5 GB-s.
        ("function time, requests", 10_312.5 * 0.000_013_333_4),
        // 3.3 million × 2,000 bytes are 6.6 GB.
        ("answers", 6.6 * 0.09),
    ] {
        assert!(near(part(product, what), cost), "{what}: {}", part(product, what));
    }
    // 750,000 runs of seven states and, for one in fifty, an eighth; one to begin; a hundredth of 6.02 steps again.
    let checkout = item(&report, "saga", "checkout");
    assert!(near(part(checkout, "states"), 750_000.0 * (1.0 + 7.02 + 0.0602) * 0.025 / 1_000.0));
    // Placed 25,000 times a day: 750,000 on the bus.
    let placed = item(&report, "event", "Order.Placed");
    assert!(near(part(placed, "events on the bus"), 0.75));
    assert_eq!(placed["because"], "emitted by place_order");
    // 30,000 sockets a day of ten minutes are 9 million minutes.
    assert!(near(part(item(&report, "socket", "sockets of realtime"), "minutes open"), 2.25));
    assert!(near(number(&report["requestsPerDay"]), 1_000_000.0));
}

/// States that a run enters, counted in the generated machine: a share of each choice's first way, items of each list.
fn entered(scope: &Value, shares: &[(&str, f64)], items: &[(&str, f64)]) -> f64 {
    fn from(scope: &Value, at: &str, shares: &[(&str, f64)], items: &[(&str, f64)]) -> f64 {
        let state = &scope["States"][at];
        let of =
            |table: &[(&str, f64)]| table.iter().find(|(name, _)| *name == at).map(|(_, number)| *number);
        let next = |key: &Value| key.as_str().map_or(0.0, |next| from(scope, next, shares, items));
        1.0 + match state["Type"].as_str().expect("a type") {
            "Choice" => {
                let share = of(shares).unwrap_or_else(|| panic!("{at} has a share"));
                share * next(&state["Choices"][0]["Next"]) + (1.0 - share) * next(&state["Default"])
            }
            "Map" => {
                let times = of(items).unwrap_or_else(|| panic!("{at} has items"));
                times * entered(&state["ItemProcessor"], shares, items) + next(&state["Next"])
            }
            _ => next(&state["Next"]),
        }
    }
    from(scope, scope["StartAt"].as_str().expect("a start"), shares, items)
}

#[test]
fn states_are_counted_as_the_generated_machines_have_them() {
    let report = report(&shop(), &[]);
    let shares = [
        ("Honesty", 0.02),
        ("Found", 0.98),
        ("Arrived", 0.01),
        ("Came back", 0.8),
        ("Still unpaid", 0.27),
        ("Order placed", 0.99),
        ("Order paid", 0.08),
    ];
    let items = [("Every warehouse", 1.1), ("Every parcel", 1.1), ("Every line", 3.0), ("Every try", 4.0)];
    for (saga, runs) in [("checkout", 25_000.0), ("fulfilment", 23_000.0), ("renewal", 3_000.0)] {
        let path = shop().join(format!("infra/workflows/{saga}.asl.json"));
        let machine: Value =
            serde_json::from_str(&fs::read_to_string(path).expect("a machine")).expect("JSON");
        let own = item(&report, "saga", saga);
        let steps = list(&own["parts"]).iter().filter(|part| {
            part["what"].as_str().is_some_and(|what| what.starts_with("function calls, steps of"))
        });
        let again = steps.map(|part| number(&part["quantity"])).sum::<f64>() / (runs * 30.0) * 0.01 / 1.01;
        let states = entered(&machine, &shares, &items) + 1.0 + again;
        let cost = runs * 30.0 * states * 0.025 / 1_000.0;
        assert!(near(cost, part(own, "states")), "{saga}: {cost}, {}", part(own, "states"));
    }
}

#[test]
fn twice_as_much_of_everything_costs_twice_of_what_grows_and_the_same_of_the_rest() {
    let doubled = changed(|_, text| {
        let mut out = String::new();
        for piece in text.split_inclusive("rate: ") {
            let digits = piece.len() - piece.trim_start_matches(|it: char| it.is_ascii_digit()).len();
            let (rate, rest) = piece.split_at(digits);
            match rate.parse::<u64>() {
                Ok(rate) if rest.starts_with("/d") => out.push_str(&format!("{}{rest}", 2 * rate)),
                _ => out.push_str(piece),
            }
        }
        out
    });
    let (once, twice) = (report(&shop(), &[]), report(doubled.path(), &[]));
    let mut grown = 0;
    for one in list(&once["items"]) {
        let two = item(&twice, one["kind"].as_str().expect("a kind"), one["name"].as_str().expect("a name"));
        for (one, two) in list(&one["parts"]).iter().zip(list(&two["parts"])) {
            let factor = if one["grows"] == true { 2.0 } else { 1.0 };
            assert!(near(factor * number(&one["perMonth"]), number(&two["perMonth"])), "{one}\n{two}");
            grown += usize::from(one["grows"] == true);
        }
    }
    assert!(grown > 1_000, "{grown}");
}

#[test]
fn nothing_typical_is_more_than_the_most() {
    for line in list(&report(&shop(), &[])["table"]["lines"]) {
        for unit in ["readUnits", "writeUnits"] {
            let typical = number(&line[unit]["typical"]);
            assert!(
                line[unit]["most"].as_f64().is_none_or(|most| typical <= most),
                "{}: {}",
                line["name"],
                line[unit]
            );
        }
    }
}
