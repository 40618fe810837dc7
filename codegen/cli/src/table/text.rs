//! A table in the terminal, at any width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::read::ReadView;
use super::view::{EntityView, KeyView, View};
use super::write::WriteView;
use crate::report::prose::{count, wrap};
use crate::report::quantity::{bytes, money, rate};

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const NAME: Style = AnsiColor::Cyan.on_default();

/// Columns of a place's name and its distance from what follows.
const PLACE: usize = 8;

/// Entities in rows, indexes in columns.
pub(super) fn overview(view: &View, width: Option<usize>) -> String {
    let mut out = heading(view, width);
    let grid = Grid::of(view, width);
    grid.head(view, &mut out);
    for group in &view.groups {
        if let Some(service) = &group.service {
            let _ = writeln!(out, "{STRONG}{service}{STRONG:#}");
        }
        group.entities.iter().for_each(|entity| grid.row(view, entity, &mut out));
    }
    out.push('\n');
    let first = view.groups.first().and_then(|group| group.entities.first());
    let example = first.map_or("NAME", |entity| &entity.name);
    let legend = [
        "● in the index   ◐ only while a condition holds   ×4 spread over 4 partitions",
        &format!(
            "`stipule table show --entity {example}` shows keys, reads and writes; `--all` those of all entities"
        ),
    ];
    for line in legend.iter().flat_map(|line| wrap(line, width)) {
        let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
    }
    out
}

/// Everything about each entity.
pub(super) fn details(view: &View, width: Option<usize>) -> String {
    let mut out = String::new();
    for entity in view.groups.iter().flat_map(|group| &group.entities) {
        if !out.is_empty() {
            out.push('\n');
        }
        self::entity(view, entity, width, &mut out);
    }
    out
}

fn heading(view: &View, width: Option<usize>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} · {}", view.name, view.platform);
    let what = format!(
        "{}, {}, {}, {} · {} a month at the declared rates ({})",
        count(view.entities(), "entity").replace("entitys", "entities"),
        count(view.indexes.len(), "index").replace("indexs", "indexes"),
        count(view.reads, "read"),
        count(view.writes, "write"),
        money(view.per_month, &view.currency),
        view.prices,
    );
    for line in wrap(&what, width) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    out
}

/// Widths of the columns of an overview.
struct Grid {
    name: usize,
    /// Of each index; none where the indexes are named instead, because the columns don't fit.
    indexes: Option<Vec<usize>>,
    /// Whether sizes, and whether rates are shown.
    bytes: bool,
    rates: bool,
    /// Columns of the terminal.
    room: Option<usize>,
}

/// Columns of a size, of a rate.
const BYTES: usize = 8;
const RATE: usize = 9;

impl Grid {
    fn of(view: &View, width: Option<usize>) -> Self {
        let names = view.groups.iter().flat_map(|group| &group.entities).map(|entity| entity.name.width());
        let name = names.max().unwrap_or(0) + 4;
        let indexes: Vec<usize> = view.indexes.iter().map(|index| index.name.width().max(3) + 2).collect();
        let room = width.unwrap_or(usize::MAX);
        let marks: usize = indexes.iter().sum();
        let fits = name + marks <= room;
        let used = name + if fits { marks } else { 0 };
        let bytes = used + BYTES <= room;
        let rates = bytes && used + BYTES + 2 * RATE <= room;
        Self {
            name,
            indexes: fits.then_some(indexes),
            bytes: bytes && fits,
            rates: rates && fits,
            room: width,
        }
    }

    fn head(&self, view: &View, out: &mut String) {
        let Some(widths) = &self.indexes else { return };
        let mut line = " ".repeat(self.name);
        for (index, width) in view.indexes.iter().zip(widths) {
            line.push_str(&padded(&index.name, *width));
        }
        if self.bytes {
            line.push_str(&right("item", BYTES));
        }
        if self.rates {
            line.push_str(&(right("reads/d", RATE) + &right("writes/d", RATE)));
        }
        let _ = writeln!(out, "{FAINT}{}{FAINT:#}", line.trim_end());
    }

    fn row(&self, view: &View, entity: &EntityView, out: &mut String) {
        let name = padded(&format!("  {}", entity.name), self.name);
        let mark = |index: &str| entity.key_in(index).map(KeyView::mark);
        let Some(widths) = &self.indexes else {
            let _ = writeln!(out, "{}", name.trim_end());
            let named = view.indexes.iter();
            let named = named.filter_map(|index| Some(format!("{} {}", mark(&index.name)?, index.name)));
            block(&named.collect::<Vec<_>>().join("   "), 6, self.room, FAINT, out);
            return;
        };
        let mut line = name;
        for (index, width) in view.indexes.iter().zip(widths) {
            line.push_str(&padded(&mark(&index.name).unwrap_or_else(|| "·".to_owned()), *width));
        }
        if self.bytes {
            line.push_str(&right(&entity.bytes.map_or("?".to_owned(), |it| bytes(it as f64)), BYTES));
        }
        if self.rates {
            let (reads, writes) = entity.calls_per_day();
            line.push_str(&(right(&rate(reads), RATE) + &right(&rate(writes), RATE)));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

fn entity(view: &View, entity: &EntityView, width: Option<usize>, out: &mut String) {
    let _ = writeln!(out, "{STRONG}{}{STRONG:#}", entity.name);
    for text in [entity.description.clone(), format!("{}:{}", view.file, entity.line), entity.facts()] {
        block(&text, 2, width, FAINT, out);
    }
    title("Keys", out);
    entity.keys.iter().for_each(|key| self::key(key, width, out));
    title("Reads", out);
    entity.reads.iter().for_each(|read| self::read(view, read, width, out));
    if !entity.writes.is_empty() {
        title("Writes", out);
        entity.writes.iter().for_each(|write| self::write(view, write, width, out));
    }
}

fn title(text: &str, out: &mut String) {
    let _ = writeln!(out, "\n  {STRONG}{text}{STRONG:#}");
}

fn key(key: &KeyView, width: Option<usize>, out: &mut String) {
    pair(&padded(&key.place, PLACE), NAME, (&key.pk, &key.sk), width, Style::new(), out);
    if let Some(example) = &key.example {
        pair(&" ".repeat(PLACE), FAINT, (&example.pk, &example.sk), width, FAINT, out);
    }
    if let Some(when) = &key.when {
        block(&format!("only while {when}"), 4 + PLACE, width, FAINT, out);
    }
}

/// Partition key and sort key: beside each other, or below where they don't fit.
fn pair(
    label: &str,
    label_style: Style,
    (pk, sk): (&str, &str),
    width: Option<usize>,
    style: Style,
    out: &mut String,
) {
    let _ = write!(out, "    {label_style}{label}{label_style:#}");
    let start = 4 + label.width();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(start).max(12));
    if pk.width() + 3 + sk.width() <= room {
        let _ = writeln!(out, "{style}{pk}{style:#} {FAINT}/{FAINT:#} {style}{sk}{style:#}");
        return;
    }
    for (at, line) in chunks(pk, room).into_iter().enumerate() {
        let indent = if at == 0 { 0 } else { start };
        let _ = writeln!(out, "{}{style}{line}{style:#}", " ".repeat(indent));
    }
    for (at, line) in chunks(sk, room.saturating_sub(2).max(10)).into_iter().enumerate() {
        let sign = if at == 0 { "/" } else { " " };
        let _ = writeln!(out, "{}{FAINT}{sign}{FAINT:#} {style}{line}{style:#}", " ".repeat(start));
    }
}

/// A key broken behind a `#` where possible, and anywhere else where not.
fn chunks(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for segment in text.split_inclusive('#') {
        if !line.is_empty() && line.width() + segment.width() > room {
            lines.push(std::mem::take(&mut line));
        }
        for letter in segment.chars() {
            if line.width() >= room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    lines.push(line);
    lines
}

fn read(view: &View, read: &ReadView, width: Option<usize>, out: &mut String) {
    let _ = writeln!(out, "    {NAME}{}{NAME:#}", read.name);
    block(&read.facts(), 6, width, Style::new(), out);
    pair(&format!("  {}", padded(&read.place, 6)), FAINT, (&read.partition, &read.sort), width, FAINT, out);
    block(&read.cost(&view.currency), 6, width, FAINT, out);
}

fn write(view: &View, write: &WriteView, width: Option<usize>, out: &mut String) {
    let _ = writeln!(out, "    {NAME}{}{NAME:#}", write.name);
    for operation in &write.operations {
        block(&operation.sentence(), 6, width, Style::new(), out);
    }
    block(&write.cost(&view.currency), 6, width, FAINT, out);
}

/// Text at an indentation, wrapped; continued lines stand two columns further in.
fn block(text: &str, indent: usize, width: Option<usize>, style: Style, out: &mut String) {
    if text.is_empty() {
        return;
    }
    let room = width.map(|width| width.saturating_sub(indent + 2).max(16));
    for (at, line) in wrap(text, room).into_iter().enumerate() {
        let margin = " ".repeat(indent + if at == 0 { 0 } else { 2 });
        let _ = writeln!(out, "{margin}{style}{line}{style:#}");
    }
}
