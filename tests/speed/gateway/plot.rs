//! What happened, second by second, as a picture: throughput, times, errors and memory below each other, over one time.

use std::fmt::Write;

use crate::axis::{Axis, Scale};
use crate::points::{ERRORS, Point, points};
use crate::series::Series;

/// Width of a picture and of its parts, in units that are pixels where there is room for them.
const WIDTH: f64 = 640.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 14.0;
const HEAD: f64 = 44.0;
/// Of a panel: its title and its legend above what is drawn, the labels of its axis below.
const ABOVE: f64 = 58.0;
const TALL: f64 = 130.0;
const BELOW: f64 = 36.0;
/// Of a letter of a legend, on the smallest screen.
const WIDE: f64 = 9.5;

/// Colours of lines, by name of a class: the first of each for light backgrounds, the second for dark ones.
const STYLE: &str = "
:root { color-scheme: light dark; }
.paper { fill: #ffffff; } .ink { fill: #1f2328; } .soft { fill: #59636e; }
.grid { stroke: #d1d9e0; stroke-width: 1; } .band { fill: #818b98; fill-opacity: .16; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.blue { stroke: #0969da; } .green { stroke: #1a7f37; } .amber { stroke: #9a6700; } .red { stroke: #cf222e; } .plum { stroke: #8250df; }
text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; }
.name { font-weight: 600; } .title { font-size: 17px; font-weight: 600; }
@media (max-width: 500px) { text { font-size: 17px; } .title { font-size: 21px; } .line { stroke-width: 2.6; } }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; } .ink { fill: #f0f6fc; } .soft { fill: #9198a1; } .grid { stroke: #3d444d; }
  .band { fill-opacity: .3; }
  .blue { stroke: #4493f8; } .green { stroke: #3fb950; } .amber { stroke: #d29922; } .red { stroke: #f85149; } .plum { stroke: #ab7df8; }
}
";

/// A time that something was special about, in seconds.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) from: f64,
    pub(crate) until: f64,
    pub(crate) text: String,
}

/// What is drawn.
pub(crate) struct Picture {
    pub(crate) title: &'static str,
    pub(crate) series: Series,
    pub(crate) marks: Vec<Mark>,
}

/// A line of a panel.
struct Line {
    name: &'static str,
    colour: &'static str,
    of: fn(&Point) -> Option<f64>,
}

impl Line {
    /// Whether there is anything of it.
    fn is_drawn(&self, points: &[Point]) -> bool {
        points.iter().any(|it| (self.of)(it).is_some_and(|it| it > 0.0))
    }
}

/// Lines with an axis of their own.
struct Panel {
    title: &'static str,
    scale: Scale,
    lines: Vec<Line>,
}

fn panels() -> [Panel; 4] {
    let line = |name, colour, of| Line { name, colour, of };
    [
        Panel {
            title: "Throughput, calls a second",
            scale: Scale::Linear,
            lines: vec![
                line("answered", "blue", |it| Some(it.answered)),
                line("done (2xx)", "green", |it| Some(it.done)),
            ],
        },
        Panel {
            title: "Time until the answer of what was taken, logarithmic",
            scale: Scale::Times,
            lines: vec![
                line("p50", "green", |it| it.millis.map(|it| it[0])),
                line("p99", "amber", |it| it.millis.map(|it| it[1])),
                line("p99.9", "red", |it| it.millis.map(|it| it[2])),
            ],
        },
        Panel {
            title: "Errors, calls a second",
            scale: Scale::Linear,
            lines: vec![
                line(ERRORS[0], "amber", |it| Some(it.errors[0])),
                line(ERRORS[1], "plum", |it| Some(it.errors[1])),
                line(ERRORS[2], "blue", |it| Some(it.errors[2])),
                line(ERRORS[3], "red", |it| Some(it.errors[3])),
                line(ERRORS[4], "green", |it| Some(it.errors[4])),
            ],
        },
        Panel {
            title: "Memory of the platform, megabytes",
            scale: Scale::Linear,
            lines: vec![
                line("resident", "blue", |it| it.memory.map(|it| it.resident)),
                line("anonymous", "plum", |it| it.memory.map(|it| it.anonymous)),
            ],
        },
    ]
}

impl Picture {
    /// One file that needs no other.
    pub(crate) fn svg(&self) -> String {
        let points = points(&self.series);
        let length = self.series.len().max(1) as f64;
        let (panels, step) = (panels(), ABOVE + TALL + BELOW);
        let height = HEAD + step * panels.len() as f64;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{} over {length} seconds: throughput, time until the answer, \
             errors and memory</title>\n<style>{STYLE}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n",
            self.title
        );
        text(&mut svg, "ink title", LEFT, 28.0, "start", self.title);
        for (number, panel) in panels.iter().enumerate() {
            let top = HEAD + step * number as f64 + ABOVE;
            self.panel(panel, &points, length, top, &mut svg);
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn panel(&self, panel: &Panel, points: &[Point], length: f64, top: f64, svg: &mut String) {
        let values = panel.lines.iter().flat_map(|line| points.iter().filter_map(line.of));
        let axis = Axis::over(values, panel.scale, (top + TALL, top));
        let time = Axis::of_time(length, (LEFT, WIDTH - RIGHT));
        text(svg, "ink name", LEFT, top - 34.0, "start", panel.title);
        for mark in &self.marks {
            let (from, until) = (time.place(mark.from), time.place(mark.until.min(length)));
            let wide = until - from;
            wrote(writeln!(
                svg,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{TALL}\"/>"
            ));
        }
        for (value, label) in axis.ticks() {
            let y = axis.place(value);
            wrote(writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{}\"/>", WIDTH - RIGHT));
            text(svg, "soft", LEFT - 8.0, y + 5.0, "end", &label);
        }
        for (value, label) in time.ticks() {
            let x = time.place(value);
            // The last one has no room to its right.
            let anchor = if x + RIGHT > WIDTH - RIGHT { "end" } else { "middle" };
            text(svg, "soft", x, top + TALL + 20.0, anchor, &label);
        }
        self.legend(panel, points, top - 12.0, svg);
        for line in panel.lines.iter().filter(|line| line.is_drawn(points)) {
            let path = path(points, line.of, &time, &axis);
            wrote(writeln!(svg, "<path class=\"line {}\" d=\"{path}\"/>", line.colour));
        }
    }

    /// What each colour is; of errors only those that there were.
    fn legend(&self, panel: &Panel, points: &[Point], y: f64, svg: &mut String) {
        let mut x = LEFT;
        for line in panel.lines.iter().filter(|line| line.is_drawn(points)) {
            let (middle, end) = (y - 5.0, x + 18.0);
            wrote(writeln!(svg, "<path class=\"line {}\" d=\"M{x:.1} {middle:.1}H{end:.1}\"/>", line.colour));
            text(svg, "ink", x + 24.0, y, "start", line.name);
            x += 46.0 + WIDE * line.name.len() as f64;
        }
        if x == LEFT {
            text(svg, "soft", x, y, "start", "none");
            x += 60.0;
        }
        for mark in &self.marks {
            let top = y - 12.0;
            wrote(writeln!(
                svg,
                "<rect class=\"band\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"18\" height=\"14\"/>"
            ));
            text(svg, "ink", x + 24.0, y, "start", &mark.text);
            x += 46.0 + WIDE * mark.text.len() as f64;
        }
    }
}

/// Through all points that there are; where one is missing the line breaks.
fn path(points: &[Point], of: fn(&Point) -> Option<f64>, time: &Axis, axis: &Axis) -> String {
    let (mut path, mut verb) = (String::new(), 'M');
    for point in points {
        match of(point) {
            Some(value) => {
                wrote(write!(path, "{verb}{:.1} {:.1}", time.place(point.at), axis.place(value)));
                verb = 'L';
            }
            None => verb = 'M',
        }
    }
    path
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, anchor: &str, text: &str) {
    wrote(writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    ));
}

fn wrote(result: std::fmt::Result) {
    result.expect("a string takes everything");
}
