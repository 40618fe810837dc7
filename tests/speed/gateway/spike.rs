//! Twenty times as much as usual for a minute: what is too much is told so, nothing is lost, and soon all is as before.

use std::ops::Range;
use std::time::Duration;

use crate::load::{self, Flow};
use crate::memory::Watch;
use crate::plot::{Mark, Picture};
use crate::process::Shop;
use crate::series::{Log, Series, is_done};
use crate::sheet::Sheet;
use crate::{DAILY, axis, calls, missing};

/// Connections at once of a spike: as callers do, nobody waits for the answer of another.
const CALLERS: usize = 2_000;

/// Seconds that are looked at together: one alone has few calls, and its slowest say little.
const WINDOW: usize = 3;

/// How long each part takes.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// Usual load before it, and after it.
    pub(crate) around: Duration,
    pub(crate) spike: Duration,
}

/// A spike over a shop with these arguments; what came of it, and its picture.
pub(crate) async fn run(scale: Scale, arguments: &[&str], how: &str) -> (Sheet, Picture) {
    let mut sheet = Sheet::new("spike");
    let shop = Shop::open(arguments);
    let calls = calls(&shop).await;
    let log = Log::begin();
    let _watch = Watch::over(shop.id(), &log);
    let usual = Flow { rate: DAILY, wires: 32, during: scale.around };
    load::open(shop.host(), &calls, usual, &log).await;
    let (from, before) = (log.at().as_secs_f64(), log.phase());
    let spike = Flow { rate: DAILY * 20, wires: CALLERS, during: scale.spike };
    load::open(shop.host(), &calls, spike, &log).await;
    let during = log.phase();
    // The last call of the spike was due then; its answer may have come later.
    let until = from + scale.spike.as_secs_f64();
    load::open(shop.host(), &calls, usual, &log).await;
    let after = log.phase();
    let label = format!("{} a second for {} s{how}", DAILY * 20, scale.spike.as_secs());
    let answers = &during.answers;
    let (asked, share) = (answers.count(|_| true), answers.share(429) * 100.0);
    sheet.line(&label, &format!("{asked} asked, {share:.0} % told 429"), "bar: sheds by 429 only");
    sheet.line(&format!("{label}, taken"), &format!("p99 {:.1?}", answers.taken(99.0)), "");
    sheet.line("  statuses", &answers.statuses(), "bar: nothing else than 200, 201 and 429");
    sheet.line("  afterwards", &after.answers.statuses(), "bar: nothing but 200 and 201");
    let series = log.series();
    let (worst, as_before) = recovered(&series, from, until);
    let figure = match as_before {
        Some(seconds) => format!("{seconds:.1} s, p99 was up to {worst:.1?} before"),
        None => format!("not in {} s, p99 was up to {worst:.1?} before", scale.around.as_secs()),
    };
    sheet.line(&format!("{label}, until all is as before"), &figure, "bar: seconds");
    let made: Vec<Box<str>> = [before.made, during.made, after.made].concat();
    let lost = missing(&shop, &made).await;
    let figure = format!("{}, of which {lost} are lost", made.len());
    sheet.line(&format!("{label}, writes acknowledged"), &figure, "bar: 0 lost");
    let mark = Mark { from, until, text: format!("{} calls a second", axis::name(f64::from(DAILY * 20))) };
    (sheet, Picture { title: "Spike", series, marks: vec![mark] })
}

/// How slow a hundredth of the calls was at most before a spike, and how many seconds after it all was as before: only
/// answers of success, no slower.
fn recovered(series: &Series, from: f64, until: f64) -> (Duration, Option<f64>) {
    let before = 1..from.floor() as usize;
    let windows = |seconds: Range<usize>| seconds.start..(seconds.end + 1).saturating_sub(WINDOW);
    let slow = |second| series.of(second..second + WINDOW).taken(99.0);
    let worst = windows(before).map(slow).max().unwrap_or_default();
    let first = windows(until.floor() as usize..series.len()).find(|second| {
        let answers = series.of(*second..second + WINDOW);
        answers.count(|status| !is_done(status)) == 0 && answers.taken(99.0) <= worst
    });
    (worst, first.map(|second| (second as f64 - until).max(0.0)))
}
