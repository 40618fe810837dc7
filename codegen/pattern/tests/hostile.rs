//! Patterns and events made to be slow or to break something. Each of these ends at once, or the test never does.

use stipule_pattern::{Event, Fault, MAX_PATTERN_CHARS, Pattern};

fn refused(text: &str) -> Vec<Fault> {
    Pattern::compile(text).expect_err("refused").into_iter().map(|error| error.fault).collect()
}

fn elements(count: usize, element: impl Fn(usize) -> String) -> String {
    (0..count).map(element).collect::<Vec<_>>().join(",")
}

#[test]
fn a_pattern_beyond_the_limit_is_refused_before_it_is_read() {
    let text = format!("{{\"a\":[\"{}\"]}}", "x".repeat(MAX_PATTERN_CHARS));
    assert!(matches!(refused(&text)[..], [Fault::TooLong(_)]));
}

#[test]
fn nesting_is_bounded_in_patterns_and_events() {
    assert!(matches!(refused(&"[".repeat(4000))[..], [Fault::Syntax(_)]));
    assert!(Event::parse(&"{\"a\":".repeat(100_000)).is_err());
    let deep = format!("{}1{}", "{\"a\":".repeat(999), "}".repeat(999));
    assert!(Event::parse(&deep).is_ok());
    let arrays = format!("{{\"a\":{}1{}}}", "[".repeat(999), "]".repeat(999));
    assert!(
        Pattern::compile("{\"a\":[1]}").expect("valid").matches(&Event::parse(&arrays).expect("an event"))
    );
}

#[test]
fn alternatives_that_multiply_without_end_are_refused() {
    let mut text = "{\"k\":[1]}".to_owned();
    for _ in 0..60 {
        text = format!("{{\"$or\":[{text},{{\"z\":[1]}}]}}");
    }
    assert!(matches!(refused(&text)[..], [Fault::TooManyCombinations(_)]));
}

#[test]
fn wildcards_that_repeat_are_refused() {
    let text = format!("{{\"a\":[{{\"wildcard\":\"{}\"}}]}}", "*a".repeat(1000));
    assert_eq!(refused(&text), [Fault::TooComplex]);
    let many = elements(60, |number| format!("{{\"wildcard\":\"*{number}*\"}}"));
    assert_eq!(refused(&format!("{{\"a\":[{many}]}}")), [Fault::TooComplex]);
}

#[test]
fn a_wildcard_takes_linear_time() {
    let pattern = Pattern::compile(r#"{"a":[{"wildcard":"*aab*"}]}"#).expect("valid");
    let event = Event::parse(&format!("{{\"a\":\"{}\"}}", "a".repeat(1 << 20))).expect("an event");
    assert!(!pattern.matches(&event));
}

#[test]
fn sibling_arrays_are_not_multiplied() {
    let fields = elements(40, |field| format!("\"f{field:02}\":{{\"x\":[{{\"exists\":true}}]}}"));
    let pattern = Pattern::compile(&format!("{{{fields},\"z\":{{\"x\":[1],\"y\":[1]}}}}")).expect("valid");
    let arrays = elements(40, |field| {
        format!("\"f{field:02}\":[{}]", elements(50, |number| format!("{{\"x\":{number}}}")))
    });
    let event = Event::parse(&format!("{{{arrays},\"z\":[{{\"x\":1}},{{\"y\":1}}]}}")).expect("an event");
    assert!(!pattern.matches(&event));
}

#[test]
fn arrays_inside_one_element_are_not_multiplied() {
    let fields = elements(40, |field| format!("\"f{field:02}\":{{\"x\":[1],\"y\":[{{\"exists\":true}}]}}"));
    let pattern = Pattern::compile(&format!("{{\"l\":{{{fields},\"z\":[1]}}}}")).expect("valid");
    let inner = elements(40, |field| {
        format!("\"f{field:02}\":[{}]", elements(20, |_| "{\"x\":1,\"y\":2}".to_owned()))
    });
    let outer = elements(20, |_| format!("{{{inner}}}"));
    let event = Event::parse(&format!("{{\"l\":[{outer}]}}")).expect("an event");
    assert!(!pattern.matches(&event));
}

#[test]
fn fields_of_one_array_are_tried_element_by_element() {
    let fields = elements(100, |field| format!("\"f{field:03}\":[1]"));
    let pattern = Pattern::compile(&format!("{{\"l\":{{{fields}}}}}")).expect("valid");
    let list = elements(1000, |skipped| {
        let members: Vec<String> = (0..100)
            .filter(|field| *field != skipped % 100)
            .map(|field| format!("\"f{field:03}\":1"))
            .collect();
        format!("{{{}}}", members.join(","))
    });
    assert!(!pattern.matches(&Event::parse(&format!("{{\"l\":[{list}]}}")).expect("an event")));
}

#[test]
fn a_path_spelt_in_many_ways_ends_undecided_as_no_match() {
    // The same path through many dotted spellings makes the choice of elements a hard puzzle; it is given up.
    let fields = elements(20, |field| format!("\"a.a.a.a.a.a.f{field:02}\":[1]"));
    let pattern = Pattern::compile(&format!("{{{fields},\"z\":[1]}}")).expect("valid");
    let list = elements(20, |skipped| {
        let members: Vec<String> =
            (0..20).filter(|field| *field != skipped).map(|field| format!("\"f{field:02}\":1")).collect();
        format!("{{{}}}", members.join(","))
    });
    let spellings = ["a.a.a.a.a.a", "a.a.a.a.a.a", "a.a.a.a.a.a"];
    let members = spellings.map(|spelling| format!("\"{spelling}\":[{list}]")).join(",");
    assert!(!pattern.matches(&Event::parse(&format!("{{{members}}}")).expect("an event")));
}
