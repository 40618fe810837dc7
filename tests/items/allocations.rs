//! What keys and items allocate, counted by the allocator.

use std::hint::black_box;

use allocation_counter::measure;
use stipule_runtime::KeyBuf;
use stipule_runtime::key::shard_of;
use stipule_runtime::wire::{DateTime, Decimal, Ulid, Uuid};

use items_tests::shop::{self, Kind, Visitor};

fn allocations<T>(make: impl FnOnce() -> T) -> u64 {
    let mut made = None;
    let info = measure(|| made = Some(black_box(make())));
    drop(made);
    info.count_total
}

struct Keys;

impl Visitor for Keys {
    fn visit<K: Kind>(&mut self, values: &[K::Value]) {
        for value in values {
            assert_eq!(allocations(|| K::key(value)), 2, "the two parts of the key of `{}`", K::NAME);
        }
    }
}

#[test]
fn each_part_of_a_key_is_one_allocation_for_every_entity() {
    shop::visit(&mut Keys, 50);
}

#[test]
fn a_key_of_every_codec_is_one_allocation() {
    let time = DateTime::from_unix(1_800_000_000, 123_456_789).expect("an instant");
    let (date, uuid, ulid) = (time.date(), Uuid::NIL, Ulid::NIL);
    let decimal: Decimal = "-12345678901234567890.0123456789".parse().expect("a decimal");
    let key = allocations(|| {
        let key = KeyBuf::partition("ma#le").literal("ALL").plain("moby").integer(i64::MIN).decimal(&decimal);
        let key = key.number(-1.5e-300).boolean(true).date(&date).date_time(&time).uuid(&uuid).ulid(&ulid);
        key.rank(42).finish()
    });
    assert_eq!(key, 1);
    assert_eq!(allocations(|| KeyBuf::new().shard(shard_of(&uuid, 8)).finish()), 1);
    assert_eq!(allocations(|| KeyBuf::new().shard(shard_of(&time, 8)).finish()), 1);
    assert_eq!(allocations(|| KeyBuf::new().shard(shard_of(&7, 8)).finish()), 1);
}

#[test]
fn allocations_are_counted() {
    assert_eq!(allocations(|| (String::from("a"), vec![1])), 2);
    assert_eq!(allocations(|| 1), 0);
}
