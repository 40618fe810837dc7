//! Figures beside their bars: on the terminal at once, and kept for the page.

use serde_json::{Value, json};

/// The figures of a part.
pub(crate) struct Sheet {
    pub(crate) part: &'static str,
    lines: Vec<[String; 3]>,
}

impl Sheet {
    /// An empty one.
    pub(crate) fn new(part: &'static str) -> Self {
        Self { part, lines: Vec::new() }
    }

    /// Says a figure, and keeps it.
    pub(crate) fn line(&mut self, what: &str, figure: &str, bar: &str) {
        crate::line(what, figure, bar);
        self.lines.push([
            what.trim().to_owned(),
            figure.to_owned(),
            bar.trim_start_matches("bar: ").to_owned(),
        ]);
    }

    /// As it is kept beside a picture.
    pub(crate) fn to_json(&self) -> Value {
        let figures = self
            .lines
            .iter()
            .map(|[what, figure, bar]| json!({ "what": what, "figure": figure, "bar": bar }));
        json!({ "part": self.part, "figures": figures.collect::<Vec<_>>() })
    }
}
