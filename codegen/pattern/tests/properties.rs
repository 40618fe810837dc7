//! What must hold for any pattern and any event. `STIPULE_DEEP=1` tries many more.

mod naive;

use naive::{Entry, Json, Tree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use stipule_pattern::{Event, Index, Outcome, Pattern, run_case};

const KEYS: [&str; 5] = ["a", "b", "c", "a.b", "b.c"];
const TEXTS: [&str; 9] = ["", "x", "X", "xy", "yx", "xyx", "Y", "5", "null"];
const GLOBS: [&str; 7] = ["*", "x*", "*x", "x*x", "*y*", "", "xy"];

/// A runner with a fixed seed, so that a failure comes back.
fn runner(cases: u32, deep: u32) -> TestRunner {
    let cases = if std::env::var_os("STIPULE_DEEP").is_some() { deep } else { cases };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

fn key() -> impl Strategy<Value = String> {
    select(&KEYS[..]).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    select(&TEXTS[..]).prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = Json> {
    (-2..4).prop_map(Json::Number)
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::Bool),
        3 => number(),
        5 => text().prop_map(Json::Text),
    ]
}

fn event() -> impl Strategy<Value = Json> {
    let value = scalar().prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::List),
            vec((key(), inner), 0..4).prop_map(Json::Object)
        ]
    });
    vec((key(), value), 0..5).prop_map(Json::Object)
}

fn numeric() -> impl Strategy<Value = Entry> {
    prop_oneof![
        (select(&["=", "<", "<=", ">", ">="][..]), -2..4)
            .prop_map(|comparison| Entry::Numeric(vec![comparison])),
        (select(&[">", ">="][..]), -3..2, select(&["<", "<="][..]), 2..5)
            .prop_map(|(low, from, high, to)| Entry::Numeric(vec![(low, from), (high, to)])),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let globs = || vec(select(&GLOBS[..]).prop_map(str::to_owned), 1..3);
    let affixes = || vec(select(&TEXTS[1..]).prop_map(str::to_owned), 1..3);
    prop_oneof![
        6 => scalar().prop_map(Entry::Exactly),
        2 => (text(), any::<bool>()).prop_map(|(text, folded)| Entry::Prefix(text, folded)),
        2 => (text(), any::<bool>()).prop_map(|(text, folded)| Entry::Suffix(text, folded)),
        1 => text().prop_map(Entry::IgnoreCase),
        2 => select(&GLOBS[..]).prop_map(|glob| Entry::Wildcard(glob.to_owned())),
        3 => numeric(),
        4 => any::<bool>().prop_map(Entry::Exists),
        1 => text().prop_map(|text| Entry::Not(Json::Text(text))),
        1 => vec(number(), 1..3).prop_map(|numbers| Entry::Not(Json::List(numbers))),
        1 => affixes().prop_map(Entry::NotPrefix),
        1 => affixes().prop_map(Entry::NotSuffix),
        1 => affixes().prop_map(Entry::NotIgnoreCase),
        1 => globs().prop_map(Entry::NotWildcard),
    ]
}

fn pattern() -> impl Strategy<Value = Tree> {
    let leaf = vec(entry(), 1..4).prop_map(Tree::Entries);
    let under = leaf.prop_recursive(3, 16, 3, |inner| {
        let fields = || vec((key(), inner.clone()), 1..4).prop_map(Tree::Fields);
        prop_oneof![
            2 => fields(),
            1 => (fields(), fields(), fields()).prop_map(|(with, first, second)| {
                let Tree::Fields(mut members) = with else { return with };
                members.push(("$or".to_owned(), Tree::Alternatives(vec![first, second])));
                Tree::Fields(members)
            }),
        ]
    });
    vec((key(), under), 1..4).prop_map(Tree::Fields)
}

fn compiled(pattern: &Tree) -> Option<Pattern> {
    match Pattern::compile(&pattern.to_string()) {
        Ok(pattern) => Some(pattern),
        Err(errors) => {
            // Only limits may refuse what is well formed.
            let limits = errors.iter().all(|error| {
                matches!(
                    error.fault,
                    stipule_pattern::Fault::TooComplex
                        | stipule_pattern::Fault::TooLong(_)
                        | stipule_pattern::Fault::TooManyCombinations(_)
                )
            });
            assert!(limits, "{pattern}: {errors:?}");
            None
        }
    }
}

fn parsed(event: &Json) -> Event {
    Event::parse(&event.to_string()).expect("an event")
}

#[test]
fn the_matcher_agrees_with_a_naive_one() {
    let strategy = (pattern(), vec(event(), 1..6));
    let outcome = runner(600, 200_000).run(&strategy, |(tree, events)| {
        let Some(pattern) = compiled(&tree) else { return Ok(()) };
        for event in &events {
            prop_assert_eq!(
                pattern.matches(&parsed(event)),
                naive::matches(&tree, event),
                "{} on {}",
                tree,
                event
            );
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_index_finds_exactly_the_rules_that_match_alone() {
    let strategy = (vec(pattern(), 1..30), vec(event(), 1..6), vec(any::<prop::sample::Index>(), 0..10));
    let outcome = runner(60, 20_000).run(&strategy, |(trees, events, removed)| {
        let mut rules: Vec<(usize, Pattern)> =
            trees.iter().enumerate().filter_map(|(id, tree)| Some((id, compiled(tree)?))).collect();
        let mut index = Index::new();
        for (id, pattern) in &rules {
            index.add(*id, pattern.clone());
        }
        for gone in removed {
            if !rules.is_empty() {
                let (id, _) = rules.remove(gone.index(rules.len()));
                prop_assert!(index.remove(&id).is_some());
            }
        }
        for event in &events {
            let event = parsed(event);
            let alone: Vec<&usize> =
                rules.iter().filter(|(_, pattern)| pattern.matches(&event)).map(|(id, _)| id).collect();
            prop_assert_eq!(index.matching(&event), alone);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn an_explanation_names_a_condition_exactly_when_nothing_matches() {
    let outcome = runner(300, 50_000).run(&(pattern(), event()), |(tree, event)| {
        let Some(pattern) = compiled(&tree) else { return Ok(()) };
        let event = parsed(&event);
        match pattern.explain(&event) {
            Outcome::Match => prop_assert!(pattern.matches(&event)),
            Outcome::NoMatch(failure) => {
                prop_assert!(!pattern.matches(&event));
                prop_assert!(
                    pattern.fields().iter().any(|field| field.pointer() == failure.pointer),
                    "{:?}",
                    failure
                );
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn values_flatten_like_their_text() {
    let outcome = runner(300, 20_000).run(&(pattern(), event()), |(tree, event)| {
        let Some(pattern) = compiled(&tree) else { return Ok(()) };
        let value: serde_json::Value = serde_json::from_str(&event.to_string()).expect("JSON");
        let text = value.to_string();
        let from_text = Event::parse(&text).expect("an event");
        prop_assert_eq!(
            pattern.matches(&Event::from_value(&value).expect("an event")),
            pattern.matches(&from_text)
        );
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = select(
        &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u",
            "d83d",
            "a",
            "$or",
            "\"a\":",
            "\"$or\":[",
            "\"prefix\":",
            "\"numeric\":[\">\",",
            "\"cidr\":\"",
            "/24",
            "10.0.0.1",
            "::",
            "1e999",
            "-0",
            "0.1",
            "*",
            "**",
            "true",
            "null",
            "\"anything-but\":",
            "\"wildcard\":\"",
            "\"equals-ignore-case\":",
            "é",
            "😀",
            "\u{0}",
            " ",
            "\n",
            "\"exists\":",
        ][..],
    );
    let text = prop_oneof![vec(pieces, 0..40).prop_map(|pieces| pieces.concat()), any::<String>()];
    let outcome = runner(1500, 1_000_000).run(&(text.clone(), text), |(first, second)| {
        if let (Ok(pattern), Ok(event)) = (Pattern::compile(&first), Event::parse(&second)) {
            let _ = pattern.explain(&event).to_string();
        }
        for error in Pattern::compile(&second).err().unwrap_or_default() {
            prop_assert!(!error.to_string().is_empty() && error.line >= 1 && error.column >= 1);
        }
        let answer = run_case(&first).to_string();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{}", answer);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn an_outline_finds_every_string_that_passes() {
    let operand = prop_oneof![text(), "[aAß\"\\\\*.<k\u{212A}]{1,4}"];
    let operator =
        select(&["exactly", "prefix", "suffix", "ignore", "wildcard", "starts", "ends", "but"][..]);
    let case = (operator, operand, vec("[aAßSsk\"\\\\*.<K\u{212A}x]{0,5}", 1..6));
    runner(1_000, 50_000)
        .run(&case, |(operator, operand, values)| {
            let quoted = serde_json::Value::from(operand.as_str());
            let entry = match operator {
                "exactly" => format!("{quoted}"),
                "ignore" => format!(r#"{{"equals-ignore-case": {quoted}}}"#),
                "starts" => format!(r#"{{"prefix": {{"equals-ignore-case": {quoted}}}}}"#),
                "ends" => format!(r#"{{"suffix": {{"equals-ignore-case": {quoted}}}}}"#),
                "but" => format!(r#"{{"anything-but": {quoted}}}"#),
                plain => format!(r#"{{"{plain}": {quoted}}}"#),
            };
            let Ok(pattern) = Pattern::compile(&format!(r#"{{"v": [{entry}]}}"#)) else { return Ok(()) };
            let outline = pattern.fields()[0].tests()[0].outline().expect("a test of strings");
            let outline = regex::Regex::new(&outline).expect("an outline is a regular expression");
            for value in values.iter().chain([&operand]) {
                let event = Event::from_value(&serde_json::json!({ "v": value })).expect("an event");
                prop_assert!(
                    !pattern.matches(&event) || outline.is_match(value),
                    "{entry} passes {value:?}: {outline}"
                );
            }
            Ok(())
        })
        .expect("every outline holds");
}
