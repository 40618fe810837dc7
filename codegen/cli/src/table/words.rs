//! What is said of keys, reads and writes, in the terminal and on the page alike.

use super::read::ReadView;
use super::view::{EntityView, KeyView, Units};
use super::write::{OperationView, WriteView};
use crate::report::quantity::{bytes, grouped, money, rate};

impl EntityView {
    /// `712 B, at most 2.1 KB · versioned`.
    pub(crate) fn facts(&self) -> String {
        let size = self.bytes.map_or("no example".to_owned(), |it| bytes(it as f64));
        let most =
            self.most_bytes.map_or("unbounded".to_owned(), |it| format!("at most {}", bytes(it as f64)));
        let facts = std::iter::once(format!("{size}, {most}")).chain(self.traits.iter().cloned());
        facts.collect::<Vec<_>>().join(" · ")
    }

    /// Calls a day of its reads and of its writes, as far as rates are known.
    pub(crate) fn calls_per_day(&self) -> (f64, f64) {
        let sum = |calls: &mut dyn Iterator<Item = Option<f64>>| {
            calls.flatten().fold(0.0, |sum, calls| sum + calls)
        };
        let reads = sum(&mut self.reads.iter().map(|read| read.calls_per_day));
        (reads, sum(&mut self.writes.iter().map(|write| write.calls_per_day)))
    }

    /// The key in a place, if it has one there.
    pub(crate) fn key_in(&self, place: &str) -> Option<&KeyView> {
        self.keys.iter().find(|key| key.place == place)
    }
}

impl KeyView {
    /// `●`, `◐` for an item that is in the index only while something holds, `●×4` for four partitions.
    pub(crate) fn mark(&self) -> String {
        let sign = if self.when.is_some() { '◐' } else { '●' };
        self.shards.map_or(sign.to_string(), |shards| format!("{sign}×{shards}"))
    }
}

impl ReadView {
    /// `a page of 25 of Order · sorted by placedAt descending`.
    pub(crate) fn facts(&self) -> String {
        let mut facts = vec![self.how.clone()];
        facts.extend(self.order.as_ref().map(|field| format!("sorted by {field}")));
        facts.extend(self.range.as_ref().map(|field| format!("range of {field}")));
        if !self.consistent {
            facts.push("may miss the latest writes".to_owned());
        }
        if !self.used_by.is_empty() {
            facts.push(format!("also used by {}", self.used_by.join(", ")));
        }
        facts.join(" · ")
    }

    /// `1.5 read units (at most 7) · 45k a day · $0.03 a month`.
    pub(crate) fn cost(&self, currency: &str) -> String {
        cost(&units(self.units, "read unit"), self.calls_per_day, self.per_month, currency)
    }
}

impl WriteView {
    /// `24 write units for 8 items, 3 of them in indexes · 25k a day · $12.19 a month`.
    pub(crate) fn cost(&self, currency: &str) -> String {
        let mut text = format!("{} for {} items", units(self.units, "write unit"), amount(self.items));
        if self.in_indexes > 0.0 {
            text.push_str(&format!(", {} of the units in indexes", grouped(self.in_indexes)));
        }
        cost(&text, self.calls_per_day, self.per_month, currency)
    }
}

impl OperationView {
    /// `update Cart: status, updatedAt, if it is as it was read`.
    pub(crate) fn sentence(&self) -> String {
        let mut text = format!("{} {}", self.verb, self.what);
        text.push_str(&self.rest());
        text
    }

    /// What comes after verb and name.
    pub(crate) fn rest(&self) -> String {
        let mut text = String::new();
        if !self.changes.is_empty() {
            text.push_str(&format!(": {}", self.changes.join(", ")));
        }
        if let Some(each) = &self.each {
            text.push_str(&format!(", {each}"));
        }
        if !self.requires.is_empty() {
            text.push_str(&format!(", if {}", self.requires.join(" and ")));
        }
        if let Some(error) = &self.otherwise {
            text.push_str(&format!(", else {error}"));
        }
        text
    }
}

fn units(units: Units, noun: &str) -> String {
    let s = if units.typical == 1.0 { "" } else { "s" };
    format!("{} {noun}{s}{}", grouped(units.typical), most(units))
}

fn amount(amount: Units) -> String {
    format!("{}{}", grouped(amount.typical), most(amount))
}

fn most(amount: Units) -> String {
    match amount.most {
        None => " (unbounded)".to_owned(),
        Some(most) if most > amount.typical => format!(" (at most {})", grouped(most)),
        Some(_) => String::new(),
    }
}

fn cost(units: &str, calls: Option<f64>, per_month: Option<f64>, currency: &str) -> String {
    match (calls, per_month) {
        (Some(calls), Some(per_month)) => {
            format!("{units} · {} a day · {} a month", rate(calls), money(per_month, currency))
        }
        _ => format!("{units} · no rate"),
    }
}
