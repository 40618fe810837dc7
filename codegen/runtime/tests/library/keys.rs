//! Keys: nothing that two fields say may meet, and order survives.

mod random;
mod value;

use std::ops::RangeBounds;

use stipule_runtime::Sort;
use stipule_runtime::key::{self, KeyBuf, parse, parse_shard, shard_of, unescape};
use stipule_runtime::wire::{DateTime, Decimal, Ulid, Uuid};

use random::each_pair;
use value::{KINDS, Value};

fn of_texts(texts: &[String]) -> String {
    texts.iter().fold(KeyBuf::new(), |key, text| key.text(text)).finish()
}

fn of_values(values: &[Value]) -> String {
    values.iter().fold(KeyBuf::new(), |key, value| key.segment(value.segment())).finish()
}

#[test]
fn keys_sort_as_their_values_do_and_meet_only_if_those_are_equal() {
    each_pair(|random| {
        let kinds = random.kinds();
        let one = random.tuple(&kinds);
        let two = random.beside(&one, &kinds);
        let (left, right) = (of_values(&one), of_values(&two));
        assert_eq!(Some(left.cmp(&right)), one.partial_cmp(&two), "{one:?} {two:?}");
        assert_eq!(left == right, one == two, "{one:?} {two:?}");
    });
}

#[test]
fn a_key_begins_with_another_only_if_its_values_do() {
    each_pair(|random| {
        let kinds = random.kinds();
        let one = random.tuple(&kinds);
        let mut two = random.beside(&one, &kinds);
        two.truncate(random.below(kinds.len() as u64 + 1));
        let (left, right) = (of_values(&one), of_values(&two));
        assert_eq!(left.starts_with(&right), one[..two.len()] == two, "{one:?} {two:?}");
    });
}

#[test]
fn a_partition_is_of_one_tenant_and_begins_with_no_other_tenants() {
    each_pair(|random| {
        let kinds = random.kinds();
        let one = (random.text(), random.tuple(&kinds));
        let Value::Text(tenant) = random.near(&Value::Text(one.0.clone())) else { panic!("a text") };
        let mut two = (tenant, random.beside(&one.1, &kinds));
        two.1.truncate(random.below(kinds.len() as u64 + 1));
        let key = |(tenant, values): &(String, Vec<Value>)| {
            let start = KeyBuf::partition(tenant);
            values.iter().fold(start, |key, value| key.segment(value.segment())).finish()
        };
        let (left, right) = (key(&one), key(&two));
        let same = one.0 == two.0;
        assert_eq!(left == right, same && one.1 == two.1, "{one:?} {two:?}");
        assert_eq!(left.starts_with(&right), same && one.1[..two.1.len()] == two.1, "{one:?} {two:?}");
        if !same {
            assert_eq!(left.cmp(&right), one.0.cmp(&two.0), "{one:?} {two:?}");
        }
    });
}

#[test]
fn a_key_of_other_kinds_is_a_prefix_only_segment_by_segment() {
    each_pair(|random| {
        let (one, two) = (random.tuple(&random.kinds()), random.tuple(&random.kinds()));
        let segments = |values: &[Value]| -> Vec<String> {
            let written = values.iter().map(|value| of_values(std::slice::from_ref(value)));
            written.collect()
        };
        let (left, right) = (segments(&one), segments(&two));
        let shard = u32::try_from(random.below(300)).unwrap();
        let starts = |shard: u32, values: &[Value]| {
            let start = KeyBuf::new().shard(shard);
            values.iter().fold(start, |key, value| key.segment(value.segment())).finish()
        };
        let key = starts(shard, &one);
        assert_eq!(key.starts_with(&starts(shard, &two)), left.starts_with(&right), "{one:?} {two:?}");
        let other = u32::try_from(random.below(300)).unwrap();
        assert_eq!(key.starts_with(&starts(other, &[])), shard == other, "{shard} {other}");
    });
}

#[test]
fn every_value_is_read_back_from_its_segment() {
    each_pair(|random| {
        let kinds = random.kinds();
        let values = random.tuple(&kinds);
        let key = of_values(&values);
        // Between terminators: a segment is taken apart as it is written.
        let segments = key.strip_suffix('#').unwrap().split('#');
        let again: Vec<_> = kinds.iter().zip(segments).map(|(kind, it)| Value::read(*kind, it)).collect();
        assert_eq!(again, values.iter().cloned().map(Some).collect::<Vec<_>>(), "{key}");
    });
}

#[test]
fn a_segment_that_no_codec_writes_is_not_read() {
    each_pair(|random| {
        let kind = random.below(KINDS as u64);
        let mut written = String::new();
        random.value(kind).segment().write_to(&mut written);
        let Value::Text(other) = random.near(&Value::Text(written)) else { panic!("a text is near a text") };
        if let Some(value) = Value::read(kind, &other) {
            let mut again = String::new();
            value.segment().write_to(&mut again);
            assert_eq!(again, other, "{value:?}");
        }
    });
}

#[test]
fn a_range_takes_exactly_the_values_within() {
    each_pair(|random| {
        let kind = random.below(KINDS as u64);
        let value = random.value(kind);
        let (low, high) = (random.bound(kind, &value), random.bound(kind, &value));
        let range = (low.as_ref(), high.as_ref());
        let inside = RangeBounds::<Value>::contains(&range, &value);
        let after = random.text();
        for (prefix, more) in [("LOAN", Some(&after)), ("LOAN", None), ("", Some(&after)), ("", None)] {
            let before = || if prefix.is_empty() { KeyBuf::new() } else { KeyBuf::new().literal(prefix) };
            let key = before().segment(value.segment());
            let key = more.map_or(key.clone(), |text| key.text(text)).finish();
            let sort = Sort::range(&before(), &range, Value::segment);
            assert_eq!(takes(&sort, &key), inside, "{key} {value:?} {low:?} {high:?}");
        }
    });
}

#[test]
fn a_range_never_takes_another_kind() {
    each_pair(|random| {
        let kind = random.below(KINDS as u64);
        let value = random.value(kind);
        let (low, high) = (random.bound(kind, &value), random.bound(kind, &value));
        let word = ["LOA", "LOAM", "LOAO", "LOAN$", "LOANS", "LOAN#", "LOAN!", ""][random.below(8)];
        let range = (low.as_ref(), high.as_ref());
        let sort = Sort::range(&KeyBuf::new().literal("LOAN"), &range, Value::segment);
        let key = KeyBuf::new().text(word).segment(value.segment()).finish();
        assert!(!takes(&sort, &key), "{key} {low:?} {high:?}");
    });
}

#[test]
fn every_codec_says_its_length_beforehand() {
    each_pair(|random| {
        let shard = u32::try_from(random.number() >> random.below(33).max(32)).unwrap();
        let values = random.tuple(&random.kinds());
        let key =
            values.iter().fold(KeyBuf::partition("north").shard(shard), |key, it| key.segment(it.segment()));
        let key = key.finish();
        assert_eq!(key.len(), key.capacity(), "{key}");
    });
}

#[test]
fn keys_sort_as_their_texts_do_and_meet_only_if_those_are_equal() {
    each_pair(|random| {
        let (a, b) = (random.texts(), random.texts());
        let (left, right) = (of_texts(&a), of_texts(&b));
        assert_eq!(left.cmp(&right), a.cmp(&b), "{a:?} {b:?}");
        assert_eq!(left.starts_with(&right), a.starts_with(&b), "{a:?} {b:?}");
        assert_eq!(right.starts_with(&left), b.starts_with(&a), "{a:?} {b:?}");
    });
}

#[test]
fn a_key_can_be_taken_apart_again() {
    each_pair(|random| {
        let texts = random.texts();
        assert_eq!(parse(&of_texts(&texts)).unwrap(), texts);
    });
}

#[test]
fn unescaping_takes_only_what_escaping_makes() {
    each_pair(|random| {
        let text = random.text();
        if let Ok(plain) = unescape(&text) {
            assert_eq!(key::escape(&plain), text);
        }
    });
}

fn takes(sort: &Sort, key: &str) -> bool {
    match sort {
        Sort::All => true,
        Sort::Prefix(prefix) => key.starts_with(prefix.as_str()),
        Sort::Between(low, high) => low.as_str() <= key && key <= high.as_str(),
        Sort::Values { .. } => unreachable!("these are ranges of composed keys"),
    }
}

#[test]
fn the_written_form_of_each_codec_is_fixed_for_ever() {
    let time: DateTime = "2026-01-02T03:04:05.678901Z".parse().unwrap();
    let id: Uuid = "018F3C5A-0000-7000-8000-000000000001".parse().unwrap();
    let key =
        KeyBuf::partition("north#1").literal("LOAN").plain("moby").integer(-1).integer(i64::MIN).integer(42);
    assert_eq!(
        key.finish(),
        "north$c1#LOAN#moby#09223372036854775807#00000000000000000000#10000000000000000042#"
    );
    assert_eq!(
        KeyBuf::new().date_time(&time).date(&time.date()).uuid(&id).shard(7).finish(),
        "2026-01-02T03:04:05.678901000Z#2026-01-02#018f3c5a-0000-7000-8000-000000000001#7#"
    );
    let ulid: Ulid = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    assert_eq!(
        KeyBuf::new().ulid(&ulid).boolean(false).boolean(true).rank(0).rank(42).finish(),
        "01ARZ3NDEKTSV4RRFFQ69G5FAV#false#true#000#042#"
    );
}

#[test]
fn numbers_are_written_by_their_exponent_and_digits() {
    let written = |text: &str| {
        let decimal: Decimal = text.parse().unwrap();
        KeyBuf::new().decimal(&decimal).finish()
    };
    for (number, expected) in [
        ("12.34", "a21234#"),
        ("12.3400", "a21234#"),
        ("0.05", "Z85#"),
        ("0.5", "a05#"),
        ("1200", "a412#"),
        ("0", "0#"),
        ("-0.00", "0#"),
        ("-12.34", "-Z78765~#"),
        ("-0.05", "-a14~#"),
    ] {
        assert_eq!(written(number), expected, "{number}");
    }
    for (number, expected) in [
        (12.34, "a21234#"),
        (1e300, "c3011#"),
        (-0.05, "-a14~#"),
        (5e-324, "X6765#"),
        (f64::INFINITY, "~#"),
        (f64::NEG_INFINITY, "--#"),
        (f64::NAN, "~~#"),
    ] {
        assert_eq!(KeyBuf::new().number(number).finish(), expected, "{number}");
    }
    // No key has room for so many zeros, and a forged one would ask for the memory.
    assert_eq!(key::parse_decimal("j99999999991"), None);
    assert_eq!(key::parse_number("~~"), None);
}

#[test]
fn a_number_that_no_key_writes_is_no_shard() {
    assert_eq!(["0", "7", "255"].map(parse_shard), [Some(0), Some(7), Some(255)]);
    assert_eq!(["", "00", "07", "-1", "+1", "4294967296"].map(parse_shard), [None; 6]);
}

#[test]
fn no_tenant_has_the_partitions_of_the_outbox() {
    let outbox = stipule_runtime::event::outbox_partition(0);
    for tenant in ["#", "#OUTBOX#0#", "$c", "OUTBOX", "\0", " "] {
        let key = KeyBuf::partition(tenant).literal("OUTBOX").shard(0).finish();
        assert!(!key.starts_with('#') && key != outbox, "{tenant}");
    }
}

#[test]
fn what_is_not_a_key_is_not_taken_apart() {
    for text in ["a", "a#b", "$#", "$f#", "a\u{1}#", "$"] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(parse("").unwrap(), [""; 0]);
    assert_eq!(parse("#").unwrap(), [""]);
}

#[test]
fn shards_are_evenly_used() {
    let mut used = [0_u32; 8];
    for number in 0..8000 {
        used[shard_of(&format!("loan-{number}"), 8) as usize] += 1;
    }
    assert!(used.iter().all(|count| (800..1200).contains(count)), "{used:?}");
    assert_eq!(shard_of("x", 0), 0);
}
