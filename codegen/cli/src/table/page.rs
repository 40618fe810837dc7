//! A table as one page that needs nothing else: no network, no fonts, no other file.

use askama::Template;
use askama::filters::Safe;

use super::view::View;
use crate::failure::Failure;
use crate::report::prose::count;
use crate::report::quantity::{bytes, money, rate};

#[derive(Template)]
#[template(path = "table.html")]
struct Page<'v> {
    view: &'v View,
    /// `54 entities`, `4 indexes`.
    counts: Vec<String>,
    per_month: String,
}

/// The page.
pub(super) fn render(view: &View) -> Result<String, Failure> {
    let entities = view.entities();
    let indexes = view.indexes.len();
    let counts = vec![
        format!("{entities} {}", if entities == 1 { "entity" } else { "entities" }),
        format!("{indexes} {}", if indexes == 1 { "index" } else { "indexes" }),
        count(view.reads, "read"),
        count(view.writes, "write"),
    ];
    let per_month = money(view.per_month, &view.currency);
    Page { view, counts, per_month }
        .render()
        .map_err(|error| Failure::new(format!("can't make the page: {error}")))
}

impl Page<'_> {
    /// A key with its fields set apart, which may break behind each `#`.
    fn key(text: &str) -> Safe<String> {
        let segments = text.split_inclusive('#').map(|segment| {
            let shown = escaped(segment);
            if segment.starts_with('{') { format!("<i>{shown}</i><wbr>") } else { format!("{shown}<wbr>") }
        });
        Safe(segments.collect())
    }

    fn size(entity: &super::view::EntityView) -> String {
        entity.bytes.map_or("?".to_owned(), |it| bytes(it as f64))
    }

    fn reads(entity: &super::view::EntityView) -> String {
        rate(entity.calls_per_day().0)
    }

    fn writes(entity: &super::view::EntityView) -> String {
        rate(entity.calls_per_day().1)
    }

    fn json(value: &impl serde::Serialize) -> String {
        serde_json::to_string_pretty(value).unwrap_or_default()
    }
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
        out
    })
}
