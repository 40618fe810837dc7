//! The picture of a simulation: how surely a version is sent back, by the share of its calls that fail.

use std::fmt::Write as _;

use super::simulate::{CALLS, Grid, SHARES};

/// Width and height of the plot, and the room around it, in pixels.
const SIZE: (f64, f64) = (560.0, 280.0);
const MARGIN: (f64, f64) = (60.0, 30.0);

/// One per line.
const COLOURS: [&str; 5] = ["#9ab8d8", "#6090c8", "#2f6db5", "#1b4a85", "#0b2a50"];

pub(super) fn svg(grid: &Grid) -> String {
    let (width, height) = (SIZE.0 + 2.0 * MARGIN.0 + 60.0, SIZE.1 + 3.0 * MARGIN.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    let x = |at: usize| MARGIN.0 + SIZE.0 * at as f64 / (SHARES.len() - 1) as f64;
    let y = |share: f64| MARGIN.1 + SIZE.1 * (1.0 - share);
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (left, right, at) = (MARGIN.0, MARGIN.0 + SIZE.0, y(tick));
        let _ = writeln!(out, "<path d=\"M{left} {at}H{right}\" stroke=\"#ddd\"/>");
        let (left, at, tick) = (left - 8.0, at + 4.0, tick * 100.0);
        let _ = writeln!(out, "<text x=\"{left}\" y=\"{at}\" text-anchor=\"end\">{tick} %</text>");
    }
    for (at, share) in SHARES.iter().enumerate() {
        let (x, y, share) = (x(at), y(0.0) + 18.0, share * 100.0);
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{share} %</text>");
    }
    for ((calls, row), colour) in CALLS.iter().zip(grid).zip(COLOURS) {
        let points: Vec<String> =
            row.iter().enumerate().map(|(at, it)| format!("{:.1},{:.1}", x(at), y(it.back))).collect();
        let points = points.join(" ");
        let _ = writeln!(
            out,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        );
        let place = CALLS.iter().position(|it| it == calls).unwrap_or_default() as f64;
        let (x, y) = (MARGIN.0 + SIZE.0 + 8.0, MARGIN.1 + 16.0 * place + 12.0);
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{calls} calls/min</text>");
    }
    let (middle, low) = (MARGIN.0 + SIZE.0 / 2.0, height - 14.0);
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"{low}\" text-anchor=\"middle\">share of the new version's calls that fail</text>"
    );
    let _ = writeln!(out, "<text x=\"{}\" y=\"18\">sent back before the bake ends</text>", MARGIN.0);
    out + "</svg>\n"
}
