//! Keys: nothing that two fields say may meet, and order survives.

mod random;

use std::ops::RangeBounds;

use stipule_runtime::Sort;
use stipule_runtime::key::{self, KeyBuf, Segment, parse, parse_integer, shard_of, unescape};
use stipule_runtime::wire::{DateTime, Uuid};

use random::each_pair;

fn of_texts(texts: &[String]) -> String {
    texts.iter().fold(KeyBuf::new(), |key, text| key.text(text)).finish()
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
fn a_key_is_allocated_once() {
    each_pair(|random| {
        let (texts, time) = (random.texts(), random.instant());
        let id = Uuid::from_bytes(u128::from(random.number()).to_be_bytes());
        let shard = u32::try_from(random.number() >> random.below(33).max(32)).unwrap();
        let key = texts.iter().fold(KeyBuf::partition("north"), |key, text| key.text(text));
        let key =
            key.integer(random.integer()).shard(shard).date_time(&time).date(&time.date()).uuid(&id).finish();
        assert_eq!(key.len(), key.capacity(), "{key}");
    });
}

#[test]
fn integers_keep_their_order() {
    each_pair(|random| {
        let (a, b) = (random.integer(), random.integer());
        let key = |value| KeyBuf::new().integer(value).finish();
        assert_eq!(key(a).cmp(&key(b)), a.cmp(&b), "{a} {b}");
        assert_eq!(parse_integer(key(a).trim_end_matches('#')), Some(a));
    });
}

#[test]
fn instants_and_days_keep_their_order() {
    each_pair(|random| {
        let (a, b) = (random.instant(), random.instant());
        let key = |value: &DateTime| KeyBuf::new().date_time(value).finish();
        assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b), "{a} {b}");
        let day = |value: &DateTime| KeyBuf::new().date(&value.date()).finish();
        assert_eq!(day(&a).cmp(&day(&b)), a.date().cmp(&b.date()), "{a} {b}");
    });
}

#[test]
fn a_range_takes_exactly_the_values_within() {
    each_pair(|random| {
        let (low, high, value) = (random.bound(), random.bound(), random.text());
        let range = (low.as_ref(), high.as_ref());
        let inside = RangeBounds::<String>::contains(&range, &value);
        let among_loans = KeyBuf::new().literal("LOAN").text(&value).text(&random.text()).finish();
        let sort = Sort::range(&KeyBuf::new().literal("LOAN"), &range, |text: &String| Segment::Text(text));
        assert_eq!(takes(&sort, &among_loans), inside, "{value:?} {low:?} {high:?}");
        let alone = KeyBuf::new().text(&value).finish();
        let sort = Sort::range(&KeyBuf::new(), &range, |text: &String| Segment::Text(text));
        assert_eq!(takes(&sort, &alone), inside, "{value:?} {low:?} {high:?}");
    });
}

#[test]
fn a_range_never_takes_another_kind() {
    each_pair(|random| {
        let (low, high, value) = (random.bound(), random.bound(), random.text());
        let kind = ["LOA", "LOAM", "LOAO", "LOAN$", "LOANS", "LOAN#", "LOAN!", ""][random.below(8)];
        let range = (low.as_ref(), high.as_ref());
        let sort = Sort::range(&KeyBuf::new().literal("LOAN"), &range, |text: &String| Segment::Text(text));
        let key = KeyBuf::new().text(kind).text(&value).finish();
        assert!(!takes(&sort, &key), "{key} {low:?} {high:?}");
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
