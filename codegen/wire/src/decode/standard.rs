//! Types of the standard library.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Decode, Decoder};
use crate::json::{Any, Json};
use crate::violation::{Code, Fault};

impl Decode for bool {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(*value),
            other => d.meant(other).or_else(|| d.mismatch("a boolean", other)),
        }
    }
}

impl Decode for String {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        d.text(json).map(str::to_owned)
    }
}

/// Integers of JSON Schema: `1.0` and `1e2` are integers.
macro_rules! integer {
    ($($type:ty, $read:ident;)+) => {$(
        impl Decode for $type {
            fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
                let Some(number) = json.as_number().filter(|number| number.is_integer()) else {
                    return d.meant(json).or_else(|| d.mismatch("an integer", json));
                };
                let value = number.$read().and_then(|value| <$type>::try_from(value).ok());
                value.or_else(|| {
                    let message = format!("must be from {} to {}", <$type>::MIN, <$type>::MAX);
                    d.fault(Fault::new(Code::Range, message))
                })
            }
        }
    )+};
}

integer! {
    i32, as_i64;
    i64, as_i64;
    u32, as_u64;
    u64, as_u64;
}

impl Decode for f64 {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        match json {
            Json::Number(number) => Some(number.as_f64()),
            other => d.meant(other).or_else(|| d.mismatch("a number", other)),
        }
    }
}

/// `null` alone.
impl Decode for () {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let is_null = json.is_null() || (d.textual && json.as_str() == Some(""));
        if is_null { Some(()) } else { d.mismatch("null", json) }
    }
}

/// Any JSON value.
impl Decode for Any {
    fn decode(json: &Json<'_>, _: &mut Decoder) -> Option<Self> {
        Some(json.to_any())
    }
}

/// `null` or a value.
impl<T: Decode> Decode for Option<T> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        if json.is_null() { Some(None) } else { T::decode(json, d).map(Some) }
    }
}

/// For types that contain themselves.
impl<T: Decode> Decode for Box<T> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        T::decode(json, d).map(Box::new)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let items = d.array(json)?;
        // Every item is read, also after one that is wrong: all violations at once.
        let mut values = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let before = d.recorded();
            if let Some(value) = T::decode(item, d) {
                values.push(value);
            }
            d.belongs(before, &at);
        }
        if values.len() == items.len() { Some(values) } else { None }
    }
}

/// An object with free names.
impl<K: Decode + Ord, V: Decode> Decode for BTreeMap<K, V> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        d.object(json)?.rest()
    }
}

/// Reads the name of a property as a type of text; its faults are those of a name.
pub(crate) fn key<K: Decode>(name: &str, d: &mut Decoder) -> Option<K> {
    match d.attempt_key::<K>(&Json::String(Cow::Borrowed(name))) {
        Ok(key) => Some(key),
        Err(message) => d.fault(Fault::new(Code::PropertyName, message)),
    }
}

impl Decoder {
    fn attempt_key<K: Decode>(&mut self, name: &Json<'_>) -> Result<K, String> {
        let mut inner = Decoder::new(self.posture());
        let key = K::decode(name, &mut inner);
        inner.finish(key).map_err(|violations| {
            let rules: Vec<_> = violations.list.into_iter().map(|violation| violation.message).collect();
            format!("has a name that isn't allowed: it {}", rules.join("; "))
        })
    }
}

macro_rules! tuple {
    ($count:literal: $($type:ident $place:tt),+) => {
        /// An array of fixed length with a type per place.
        impl<$($type: Decode),+> Decode for ($($type,)+) {
            fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
                let items = d.array(json)?;
                if items.len() != $count {
                    let message = concat!("must have exactly ", $count, " items");
                    return d.fault(Fault::new(Code::Items, message));
                }
                let values = ($(d.within($place, |d| $type::decode(&items[$place], d)),)+);
                Some(($(values.$place?,)+))
            }
        }
    };
}

tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, E 4);
tuple!(6: A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
