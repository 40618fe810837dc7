//! Generated patterns and events, matched by ours and by MiniStack's `TestEventPattern` over HTTP: the same answer.
//!
//! 1,500 pairs; 25,000 with `STIPULE_DEEP=1`.

use std::thread;

use saga_judges::chance::Chance;
use saga_judges::http::Connection;
use saga_judges::pattern::pair;
use serde_json::Value;
use stipule_pattern::{Event, Pattern};
use store_conformance::judge::{Judge, Kind};

/// Connections at once.
const ASKING: u64 = 4;

/// Where MiniStack differs from EventBridge as AWS documents it, or as AWS's own engine does it.
struct Exception {
    /// Whether a pair is one of those: the pattern, the event.
    is: fn(&str, &str) -> bool,
    why: &'static str,
}

const EXCEPTIONS: &[Exception] = &[Exception {
    is: |pattern, _| {
        let pattern = serde_json::from_str(pattern).unwrap_or_default();
        ways(&pattern, "").iter().any(|fields| asks_above_and_below(fields))
    },
    why: "an alternative of `$or` asks for a field and, beside it, for a field below that one: every condition counts by \
          EventBridge's documentation (each `$or` branch joins the fields around it); MiniStack keeps the latter only",
}];

/// The fields that each way through the alternatives of a pattern asks for.
fn ways(pattern: &Value, above: &str) -> Vec<Vec<String>> {
    let Value::Object(fields) = pattern else { return vec![vec![above.to_owned()]] };
    let mut all = vec![Vec::new()];
    for (name, value) in fields {
        let each: Vec<Vec<String>> = match (name.as_str(), value) {
            ("$or", Value::Array(arms)) => arms.iter().flat_map(|arm| ways(arm, above)).collect(),
            _ => ways(value, &format!("{above}.{name}")),
        };
        all =
            all.iter().flat_map(|way| each.iter().map(|more| [way.clone(), more.clone()].concat())).collect();
    }
    all
}

fn asks_above_and_below(fields: &[String]) -> bool {
    fields.iter().any(|above| fields.iter().any(|below| below.starts_with(&format!("{above}."))))
}

/// Requests of one connection.
const REQUESTS: usize = 500;

type Answer = Result<bool, String>;

/// A pattern and an event, with our answer and MiniStack's.
type Pair = (String, String, Answer, Answer);

fn ours(pattern: &str, event: &str) -> Answer {
    let compiled = Pattern::compile(pattern).map_err(|errors| format!("{errors:?}"))?;
    let event = Event::parse(event).map_err(|error| format!("{error:?}"))?;
    Ok(compiled.matches(&event))
}

/// Pairs of one connection, each with both answers, where these differ; and how many matched, and were refused.
fn asked(endpoint: &str, seed: u64, count: usize) -> (Vec<Pair>, usize, usize) {
    let mut connection = Connection::open(endpoint).expect("MiniStack listens");
    let mut chance = Chance::new(seed);
    let (mut differ, mut matched, mut refused) = (Vec::new(), 0, 0);
    for number in 1..=count {
        // It ends a connection after a thousand requests.
        if number % REQUESTS == 0 {
            connection = Connection::open(endpoint).expect("MiniStack listens");
        }
        let (pattern, event) = pair(&mut chance);
        let theirs = connection.test_event_pattern(&pattern, &event).expect("MiniStack answers");
        let ours = ours(&pattern, &event);
        matched += usize::from(ours == Ok(true));
        refused += usize::from(ours.is_err());
        let same = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => ours == theirs,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !same {
            differ.push((pattern, event, ours, theirs));
        }
    }
    (differ, matched, refused)
}

#[test]
fn ministack_matches_patterns_as_we_do() {
    let judge = Judge::start(Kind::MiniStack).unwrap_or_else(|fault| panic!("MiniStack: {fault}"));
    let endpoint = judge.endpoint();
    let count = if std::env::var_os("STIPULE_DEEP").is_some() { 25_000 } else { 1_500 };
    let each = count / usize::try_from(ASKING).unwrap_or(1);
    let asking: Vec<_> = (0..ASKING)
        .map(|seed| {
            let endpoint = endpoint.clone();
            thread::spawn(move || asked(&endpoint, seed + 1, each))
        })
        .collect();
    let (mut differ, mut matched, mut refused) = (Vec::new(), 0, 0);
    for thread in asking {
        let (more, hits, errors) = thread.join().expect("the thread ends");
        differ.extend(more);
        (matched, refused) = (matched + hits, refused + errors);
    }
    println!("{count} pairs: {matched} match, {refused} patterns refused, {} differ", differ.len());
    let mut excepted = vec![0usize; EXCEPTIONS.len()];
    differ.retain(|(pattern, event, ..)| {
        let exception = EXCEPTIONS.iter().position(|it| (it.is)(pattern, event));
        exception.is_none_or(|place| {
            excepted[place] += 1;
            false
        })
    });
    for (exception, count) in EXCEPTIONS.iter().zip(&excepted) {
        println!("  {count} × {}", exception.why);
    }
    assert!(matched * 20 > count && refused * 2 < count, "the pairs ask something");
    let shown: Vec<String> = differ
        .iter()
        .take(20)
        .map(|(pattern, event, ours, theirs)| {
            format!("{pattern}\n  {event}\n  ours {ours:?}, theirs {theirs:?}")
        })
        .collect();
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), shown.join("\n"));
}
