//! Measures the index: `cargo run --release -p stipule-pattern --example bench [rules]`.
//!
//! The rules are those of a large library: each branch watches its own shelves, readers, amounts and dates with every
//! kind of operator. The events are loans, returns and reminders of about a kilobyte.

use std::time::{Duration, Instant};

use stipule_pattern::{Event, Index, Pattern};

const ROUNDS: usize = 200;
const EVENTS: usize = 100;

fn main() {
    let rules: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000);
    for (name, rule) in WORKLOADS {
        let texts: Vec<String> = (0..rules).map(rule).collect();
        let start = Instant::now();
        let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::compile(text).ok()).collect();
        let compiled = start.elapsed();
        assert_eq!(patterns.len(), rules, "every rule of {name} compiles");
        let start = Instant::now();
        let mut index = Index::new();
        for (id, pattern) in patterns.into_iter().enumerate() {
            index.add(id, pattern);
        }
        let built = start.elapsed();
        let events: Vec<String> = (0..EVENTS).map(|number| event(number, rules)).collect();
        let parsed: Vec<Event> = events.iter().filter_map(|text| Event::parse(text).ok()).collect();
        let mut found = 0;
        let matching = time(|| {
            found = parsed.iter().map(|event| index.matching(event).len()).sum();
        });
        let with_parsing = time(|| {
            found = events
                .iter()
                .filter_map(|text| Event::parse(text).ok())
                .map(|event| index.matching(&event).len())
                .sum();
        });
        println!(
            "{name:<16} {rules} rules: compile {compiled:>9.2?}, build {built:>9.2?}; per event ({} bytes): match {:>8.2?}, \
             parse and match {:>8.2?}; {:.2} rules match",
            events[0].len(),
            matching,
            with_parsing,
            found as f64 / EVENTS as f64
        );
    }
}

/// The time per event, the best of several rounds.
fn time(mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best / u32::try_from(EVENTS).unwrap_or(1)
}

type Rule = fn(usize) -> String;

const WORKLOADS: [(&str, Rule); 9] = [
    ("exact", |n| format!(r#"{{"source":["library"],"detail":{{"reader":["reader-{n}"]}}}}"#)),
    ("prefix", |n| format!(r#"{{"source":["library"],"detail":{{"shelf":[{{"prefix":"shelf-{n}/"}}]}}}}"#)),
    ("suffix", |n| format!(r#"{{"source":["library"],"detail":{{"shelf":[{{"suffix":"/row-{n}"}}]}}}}"#)),
    ("ignore case", |n| format!(r#"{{"detail":{{"reader":[{{"equals-ignore-case":"READER-{n}"}}]}}}}"#)),
    ("wildcard", |n| format!(r#"{{"detail":{{"shelf":[{{"wildcard":"shelf-{n}/*/row-*"}}]}}}}"#)),
    ("numeric", |n| {
        format!(r#"{{"source":["library"],"detail":{{"days":[{{"numeric":[">=",{n},"<",{}]}}]}}}}"#, n + 3)
    }),
    ("cidr", |n| format!(r#"{{"detail":{{"desk":[{{"cidr":"10.{}.{}.0/24"}}]}}}}"#, n / 256 % 256, n % 256)),
    ("arrays", |n| {
        format!(r#"{{"detail":{{"books":{{"id":["book-{n}"],"state":["lent",{{"prefix":"res"}}]}}}}}}"#)
    }),
    ("mixed", |n| WORKLOADS[n % 8].1(n)),
];

fn event(number: usize, rules: usize) -> String {
    let n = number * 7919 % rules;
    let books: Vec<String> = (0..8)
        .map(|book| {
            let state = if book % 2 == 0 { "lent" } else { "back" };
            format!(
                r#"{{"id":"book-{}","state":"{state}","pages":{},"tags":["a","b"]}}"#,
                (n + book) % rules,
                100 + book
            )
        })
        .collect();
    format!(
        r#"{{"version":"0","id":"{number:032}","detail-type":"Loan Recorded","source":"library","account":"123456789012","time":"2026-11-23T10:00:00Z","region":"eu-central-1","resources":["arn:aws:library:eu-central-1:123456789012:branch/{n}"],"detail":{{"reader":"reader-{n}","shelf":"shelf-{n}/floor-2/row-{n}","days":{n},"desk":"10.{}.{}.7","fee":{{"amount":{},"currency":"EUR"}},"books":[{}],"note":"a note of some length that no rule asks for, as events have them"}}}}"#,
        n / 256 % 256,
        n % 256,
        number as f64 / 4.0,
        books.join(",")
    )
}
