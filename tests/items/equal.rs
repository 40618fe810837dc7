//! Items equal those that another library makes of the same values by `serde`.

use serde_dynamo::AttributeValue;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Attr, Item};

use items_tests::shop::{self, Kind, Visitor};

struct Compare;

impl Visitor for Compare {
    fn visit<K: Kind>(&mut self, values: &[K::Value]) {
        for value in values {
            let item = K::item(value);
            let theirs: serde_dynamo::Item = serde_dynamo::to_item(value).expect("every entity has an item");
            let theirs = theirs.into_inner();
            for (name, expected) in &theirs {
                let found = item.get(name).unwrap_or_else(|| panic!("{} lacks `{name}`", K::NAME));
                assert!(same(found, expected), "{} differs in `{name}`: {expected:?}", K::NAME);
            }
            let own =
                |name: &str| name.starts_with('_') || name.starts_with("gsi") || ["pk", "sk"].contains(&name);
            // When the table is to remove it: a number of seconds.
            let expiry = |name: &str, value: &Attr| {
                commerce_store::TABLE.ttl == Some(name) && matches!(value, Attr::N(_))
            };
            let added = |(name, value): &(&str, &Attr)| !own(name) && !expiry(name, value);
            let more = item.iter().filter(added).find(|(name, _)| !theirs.contains_key(*name));
            assert!(more.is_none(), "{} has more: {more:?}", K::NAME);
            assert!(K::read(&item) == *value, "{} comes back changed", K::NAME);
            let theirs = serde_dynamo::from_item::<_, K::Value>(serde_dynamo::Item::from(theirs));
            assert!(
                theirs.is_ok_and(|theirs| theirs == *value),
                "{} comes back changed from theirs",
                K::NAME
            );
        }
    }
}

/// Instants have a fixed width in items, so that conditions on them compare as the instants do.
fn same(ours: &Attr, theirs: &AttributeValue) -> bool {
    match (ours, theirs) {
        (Attr::S(ours), AttributeValue::S(theirs)) => ours == theirs || is_one_instant(ours, theirs),
        (Attr::N(ours), AttributeValue::N(theirs)) => ours == theirs,
        (Attr::Bool(ours), AttributeValue::Bool(theirs)) => ours == theirs,
        (Attr::Null, AttributeValue::Null(true)) => true,
        (Attr::L(ours), AttributeValue::L(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Attr::M(ours), AttributeValue::M(theirs)) => {
            let equal =
                |(name, ours): (&str, &Attr)| theirs.get(name).is_some_and(|theirs| same(ours, theirs));
            ours.len() == theirs.len() && ours.iter().all(equal)
        }
        _ => false,
    }
}

fn is_one_instant(ours: &str, theirs: &str) -> bool {
    let instant = ours.parse::<DateTime>();
    instant.is_ok_and(|instant| instant.fixed_width() == ours && instant.to_string() == theirs)
}

#[test]
fn items_are_those_of_serde_dynamo_and_come_back_as_the_same_values() {
    let deep = std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1");
    shop::visit(&mut Compare, if deep { 20_000 } else { 400 });
}

#[test]
fn a_difference_is_seen() {
    let ours = |value: Attr| Attr::M(Item::new().with("a", value));
    let theirs = |value: AttributeValue| AttributeValue::M([("a".to_owned(), value)].into());
    assert!(same(&ours(Attr::integer(1)), &theirs(AttributeValue::N("1".to_owned()))));
    assert!(!same(&ours(Attr::integer(1)), &theirs(AttributeValue::S("1".to_owned()))));
    assert!(!same(&ours(Attr::Null), &theirs(AttributeValue::Null(false))));
    assert!(!same(&Attr::M(Item::new()), &theirs(AttributeValue::Null(true))));
    assert!(!same(
        &Attr::text("2026-01-02T00:00:00Z"),
        &AttributeValue::S("2026-01-03T00:00:00Z".to_owned())
    ));
}
