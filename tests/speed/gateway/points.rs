//! A series in as many points as a picture shows; the same figures as a table.

use std::time::Duration;

use crate::memory::Memory;
use crate::series::{NO_ANSWER, Series, is_done};

/// Most points of a line.
const MOST: usize = 300;

/// Kinds of errors. Where an order isn't placed yet, 404 is no fault.
pub(crate) const ERRORS: [&str; 5] = ["429", "503", "404 (order not placed yet)", "no answer", "other"];

/// Some seconds together.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Their middle, in seconds since the beginning.
    pub(crate) at: f64,
    /// A second.
    pub(crate) answered: f64,
    pub(crate) done: f64,
    /// p50, p99 and p99.9 of what wasn't turned away; none where there was nothing.
    pub(crate) millis: Option<[f64; 3]>,
    /// A second, as [`ERRORS`] names them.
    pub(crate) errors: [f64; 5],
    pub(crate) memory: Option<Memory>,
}

/// All of a series: each is of one second, or of more where there are too many.
pub(crate) fn points(series: &Series) -> Vec<Point> {
    let width = series.len().div_ceil(MOST).max(1);
    (0..series.len())
        .step_by(width)
        .map(|from| point(series, from, (from + width).min(series.len())))
        .collect()
}

fn point(series: &Series, from: usize, until: usize) -> Point {
    let answers = series.of(from..until);
    let seconds = (until - from) as f64;
    let rate = |wanted: &dyn Fn(u16) -> bool| answers.count(wanted) as f64 / seconds;
    let times = [50.0, 99.0, 99.9].map(|it| answers.taken(it));
    let is_other = |status| !is_done(status) && ![429, 503, 404, NO_ANSWER].contains(&status);
    Point {
        at: from as f64 + seconds / 2.0,
        answered: rate(&|status| status != NO_ANSWER),
        done: rate(&is_done),
        millis: (times[0] > Duration::ZERO).then(|| times.map(|it| it.as_secs_f64() * 1e3)),
        errors: [
            rate(&|it| it == 429),
            rate(&|it| it == 503),
            rate(&|it| it == 404),
            rate(&|it| it == NO_ANSWER),
            rate(&is_other),
        ],
        memory: series.held(&(from..until)),
    }
}

/// The points as comma-separated values; what isn't known is empty.
pub(crate) fn table(series: &Series) -> String {
    let mut table =
        "second,answered,done,p50_ms,p99_ms,p99.9_ms,429,503,404,no_answer,other,resident_mb,anonymous_mb\n"
            .to_owned();
    for point in points(series) {
        let millis = point.millis.map_or([const { String::new() }; 3], |it| it.map(|it| format!("{it:.2}")));
        let memory = point.memory.map_or([const { String::new() }; 2], |it| {
            [it.resident, it.anonymous].map(|it| format!("{it:.1}"))
        });
        let counts = [point.answered, point.done].map(|it| format!("{it:.1}"));
        let errors = point.errors.map(|it| format!("{it:.1}"));
        let cells = [&[point.at.to_string()][..], &counts, &millis, &errors, &memory].concat();
        table.push_str(&cells.join(","));
        table.push('\n');
    }
    table
}
