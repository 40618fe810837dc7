//! No partition gets more than it can take.

mod outbox;
mod partition;

use std::fmt::Write as _;

use stipule_ir::table::{EntityId, IndexId, Table};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Name, Page, Span};
use stipule_rules::Rule;

use self::partition::{Template, count, key_in, place, shards};
use crate::example::Examples;
use crate::unit::{Meter, Place, Step, Unit, Usage};

/// Most write units a second of one partition: "Designing partition keys" in the DynamoDB developer guide.
const MOST_WRITES: f64 = 1_000.0;

/// Most read units a second of one partition: as above.
const MOST_READS: f64 = 3_000.0;

/// The rule.
pub const RULE: Rule = Rule {
    page: Page {
        code: "TBL115",
        title: "A partition gets more than it can take",
        text: "One partition takes 1,000 write units and 3,000 read units a second, however large the table is; what comes on \
top is throttled. Counted are the calls of each read and write by their `rate`, times the units of a call as `stipule cost` \
reckons them (of example items, as many as `typical` says), over the number of partitions that the key template makes: one for \
literals, as many as there are shards, values of an enum, or numbers between bounds; a field with any number of values, as an id, \
spreads as far as it needs. Events lie over the shards of the outbox until they are published. All patterns that meet in one template add up, in the table and in each index. The tenant is \
not counted: one of them may be behind most calls.

Bad:

```yaml
Loan: {…, gsi1: {pk: [LOANS], sk: [dueAt, loanId]}}
writes:
  lend: {rate: 1900/s, do: [{put: Loan, if: absent}]}
```

Good:

```yaml
Loan: {…, gsi1: {pk: [LOANS, {shard: loanId, n: 4}], sk: [dueAt, loanId]}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        let rates = table.reads.iter().map(|it| it.rate).chain(table.writes.iter().map(|it| it.rate));
        if rates.chain(table.batches.iter().map(|it| it.rate)).any(|rate| rate.is_some()) {
            let examples = Examples::new(contract, table);
            let meter = Meter::new(contract, table, &examples);
            let mut loads = Loads { contract, table, partitions: Vec::new() };
            loads.add_all(&meter);
            loads.judge(diagnostics);
            outbox::judge(table, &meter, diagnostics);
        }
    }
}

/// What one pattern does to each partition of a template.
struct Load<'c> {
    name: &'c Name,
    span: &'c Span,
    /// Calls a second.
    rate: f64,
    /// Units of one call, on all partitions together.
    units: f64,
}

impl Load<'_> {
    fn total(&self) -> f64 {
        self.rate * self.units
    }
}

/// The partitions of one template.
struct Partitions<'c> {
    template: Template,
    /// Whose key it is; of several, the first.
    entity: EntityId,
    count: u64,
    reads: Vec<Load<'c>>,
    writes: Vec<Load<'c>>,
}

struct Loads<'c> {
    contract: &'c Contract,
    table: &'c Table,
    partitions: Vec<Partitions<'c>>,
}

impl<'c> Loads<'c> {
    fn add_all(&mut self, meter: &Meter<'_>) {
        for read in &self.table.reads {
            if let Some(rate) = read.rate {
                self.add((&read.name, &read.span, rate), &meter.read(read));
            }
        }
        for write in &self.table.writes {
            if let Some(rate) = write.rate {
                self.add((&write.name, &write.span, rate), &meter.write(write));
            }
        }
        for batch in &self.table.batches {
            if let Some(rate) = batch.rate {
                self.add((&batch.name, &batch.span, rate), &meter.batch(batch));
            }
        }
    }

    fn add(&mut self, (name, span, rate): (&'c Name, &'c Span, f64), usage: &Usage) {
        for step in &usage.steps {
            let Some(entity) = step.entity else { continue };
            let Some(partitions) = self.partitions_of(entity, step) else { continue };
            let loads = match step.unit {
                Unit::Read => &mut partitions.reads,
                Unit::Write => &mut partitions.writes,
            };
            match loads.iter_mut().find(|load| std::ptr::eq(load.name, name)) {
                Some(load) => load.units += step.units.typical,
                None => loads.push(Load { name, span, rate, units: step.units.typical }),
            }
        }
    }

    /// `None` when there are any number of them.
    fn partitions_of(&mut self, id: EntityId, step: &Step) -> Option<&mut Partitions<'c>> {
        let index: Option<IndexId> = match step.place {
            Place::Table => None,
            Place::Index(index) => Some(index),
            Place::Platform => return None,
        };
        let entity = &self.table.entities[id.0 as usize];
        let (key, when) = key_in(entity, index)?;
        let number = count(self.contract, entity, key, when)?;
        let template = Template::of(self.contract, entity, key, index);
        let known = self.partitions.iter().position(|known| known.template == template);
        let at = known.unwrap_or_else(|| {
            let (reads, writes) = (Vec::new(), Vec::new());
            self.partitions.push(Partitions { template, entity: id, count: number, reads, writes });
            self.partitions.len() - 1
        });
        let partitions = self.partitions.get_mut(at)?;
        // A sparse index may let in more values of another entity.
        partitions.count = partitions.count.max(number);
        Some(partitions)
    }

    fn judge(&self, diagnostics: &mut Diagnostics) {
        for partitions in &self.partitions {
            for (loads, most, unit) in
                [(&partitions.writes, MOST_WRITES, "WCU"), (&partitions.reads, MOST_READS, "RCU")]
            {
                let total: f64 = loads.iter().map(Load::total).sum();
                if total / partitions.count as f64 > most {
                    let fault = self.fault(partitions, loads, (total, most, unit));
                    fault.into_iter().for_each(|fault| diagnostics.push(fault));
                }
            }
        }
    }

    fn fault(
        &self,
        partitions: &Partitions<'_>,
        loads: &[Load<'_>],
        (total, most, unit): (f64, f64, &str),
    ) -> Option<Diagnostic> {
        let entity = &self.table.entities[partitions.entity.0 as usize];
        let index = partitions.template.index;
        let (key, _) = key_in(entity, index)?;
        let number = partitions.count as f64;
        let message = format!(
            "{} {unit} on one partition of `{}` in {}, at most {}",
            thousands(total / number),
            entity.name,
            place(self.table, index),
            thousands(most)
        );
        let mut loads: Vec<&Load<'_>> = loads.iter().collect();
        loads.sort_by(|one, two| two.total().total_cmp(&one.total()));
        let products: Vec<String> = loads
            .iter()
            .map(|load| {
                format!("{}/s × {} {unit} of `{}`", thousands(load.rate), thousands(load.units), load.name)
            })
            .collect();
        let over =
            if partitions.count == 1 { "one partition".to_owned() } else { format!("{number} partitions") };
        // So many that even the fullest has room.
        let wanted = (total / number / most).ceil();
        let help = match shards(key) {
            Some(shards) => format!(
                "raise `n` of the shard to {} or more, or put a field with more values into `pk`",
                f64::from(shards) * wanted
            ),
            None => format!(
                "spread it over {wanted} times as many or more: add `{{shard: …, n: {wanted}}}` to `pk`, or a field with many values"
            ),
        };
        let mut fault = Diagnostic::error("TBL115", &key.span, message)
            .proof(format!("{}, over {over}", products.join(" + ")))
            .help(help);
        if let Some(first) = loads.first() {
            let label = format!("{} {unit} of them come from here", thousands(first.total() / number));
            fault = fault.related(first.span, label);
        }
        Some(fault)
    }
}

/// `1,900`, `0.5`.
fn thousands(number: f64) -> String {
    let plain = format!("{number:.1}");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    let mut text = String::new();
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if fraction != "0" {
        // Writing into a text can't fail.
        let _ = write!(text, ".{fraction}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (number, text) in
            [(0.5, "0.5"), (7.0, "7"), (999.96, "1,000"), (1_900.0, "1,900"), (1_234_567.8, "1,234,567.8")]
        {
            assert_eq!(thousands(number), text);
        }
    }
}
