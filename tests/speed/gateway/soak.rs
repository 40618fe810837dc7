//! Half an hour of a day's busiest load, with orders that go all their way: nothing is lost, nothing slows down, and memory
//! stays where it was.

use std::ops::Range;
use std::time::Duration;

use crate::load::{self, Flow};
use crate::memory::{Memory, Watch};
use crate::orders::{self, Market};
use crate::plot::{Mark, Picture};
use crate::process::Shop;
use crate::series::{Answers, Log, Series};
use crate::sheet::Sheet;
use crate::slope::Slope;
use crate::{DAILY, books, calls};

/// Orders begun each second; a day's million calls have 25,000 checkouts by the contracts' rates, a fortieth.
const ORDERS: u32 = 4;

/// How long it takes.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    length: Duration,
    /// Declared: caches and what the console remembers fill meanwhile, and nothing is compared with it.
    warm_up: Duration,
}

impl Scale {
    /// So long, with a sixth of it to warm up.
    pub(crate) const fn of(length: Duration) -> Self {
        Self { length, warm_up: Duration::from_secs(length.as_secs() / 6) }
    }
}

/// What came of it, and its picture.
pub(crate) async fn run(scale: Scale) -> (Sheet, Picture) {
    let mut sheet = Sheet::new("soak");
    let shop = Shop::open(&[]);
    let market = Market::open(&shop, &Log::begin()).await;
    let calls = calls(&shop).await;
    let log = Log::begin();
    let watch = Watch::over(shop.id(), &log);
    let rest = Flow { rate: DAILY - ORDERS * orders::CALLS, wires: 32, during: scale.length };
    let load = load::open(shop.host(), &calls, rest, &log);
    let ((), trade) = tokio::join!(load, market.trade(ORDERS, scale.length, &log));
    drop(watch);
    let report = log.phase();
    // Afterwards only some orders go on.
    let series = log.series().first(scale.length.as_secs() as usize);
    let label = format!("{} calls and {ORDERS} orders a second, {} s", rest.rate, scale.length.as_secs());
    sheet.line(&label, &format!("{:.0} answers a second", report.rate()), "");
    sheet.line(
        "  statuses",
        &report.answers.statuses(),
        "bar: 200, 201, 202; 404 of an order until it is placed",
    );
    let warm_up = scale.warm_up.as_secs() as usize;
    slowing(&series, warm_up..scale.length.as_secs() as usize, &mut sheet);
    growth(&series, warm_up as f64, scale.length.as_secs_f64(), &mut sheet);
    let files: Vec<String> = shop
        .files()
        .iter()
        .filter(|it| it.1 >= 1.0)
        .map(|(name, size)| format!("{name} {size:.0} MB"))
        .collect();
    sheet.line("data on disk", &files.join(", "), "grows by design: nothing is thrown away");
    books::judge(&shop, &market, &trade, &report.made, &mut sheet).await;
    let mark = Mark { from: 0.0, until: scale.warm_up.as_secs_f64(), text: "warm-up".to_owned() };
    (sheet, Picture { title: "Soak", series, marks: vec![mark] })
}

/// How long calls took in the last tenth, beside the first.
fn slowing(series: &Series, seconds: Range<usize>, sheet: &mut Sheet) {
    let tenth = (seconds.len() / 10).max(1);
    let (first, last) = (seconds.start..seconds.start + tenth, seconds.end - tenth..seconds.end);
    let (first, last): (Answers, Answers) = (series.of(first), series.of(last));
    for kind in ["read", "write", "order"] {
        let one = |percent: f64| {
            let (first, last) = (first.percentile(kind, percent), last.percentile(kind, percent));
            let ratio = last.as_secs_f64() / first.as_secs_f64();
            format!("p{percent} {first:.1?} → {last:.1?} ({ratio:.2})")
        };
        let figure = [50.0, 99.0, 99.9].map(one).join(", ");
        sheet.line(&format!("{kind}s, first tenth after the warm-up → last"), &figure, "bar: within 1.1");
    }
}

/// A kind of memory.
type Kind = fn(&Memory) -> f64;

/// Whether memory grows from the warm-up on.
fn growth(series: &Series, warm_up: f64, end: f64, sheet: &mut Sheet) {
    let kinds: [(&str, Kind); 2] = [
        ("resident", |it| it.resident),
        ("anonymous, so neither binary nor mapped files", |it| it.anonymous),
    ];
    for (kind, of) in kinds {
        let looks = series.memory.iter().filter(|it| it.0 >= warm_up && it.0 <= end);
        let points: Vec<(f64, f64)> = looks.map(|(at, memory)| (*at, of(memory))).collect();
        let figure = match (Slope::of(&points), points.first(), points.last()) {
            (Some(it), Some(first), Some(last)) => {
                let (slope, error) = (it.slope * 3600.0, it.error * 3600.0);
                let verdict = if it.slope <= 2.0 * it.error { "within noise" } else { "GROWS" };
                format!(
                    "{:.1} MB → {:.1} MB, slope {slope:+.2} ± {error:.2} MB an hour: {verdict}",
                    first.1, last.1
                )
            }
            _ => "nobody could look".to_owned(),
        };
        sheet.line(&format!("memory, {kind}"), &figure, "bar: slope below two standard errors");
    }
}
