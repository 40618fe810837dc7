//! Types and the schemas that they stand for agree on every document: ours decode what `jsonschema` calls valid, and
//! nothing else; and what was decoded is written as a valid document that decodes to the same value.

mod runs;

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use stipule_wire as wire;
use wire::{Any, BoundedMap, BoundedVec, Decode, Decoder, Json, Patch, Posture, Ranged, Text, UniqueVec};

wire::text_newtype! {
    /// A code.
    pub struct Code(String) { min: 1, max: 3, pattern: "^[a-c]+$" }
}

wire::text_newtype! {
    /// A short link.
    pub struct Link(wire::Uri) { max: 4 }
}

wire::integer_newtype! {
    /// Steps of five.
    pub struct Steps(i32) { min: -10, max: 100, multiple_of: 5 }
}

wire::number_newtype! {
    /// Tenths.
    pub struct Tenths(f64) { above: -1.0, max: 2.5, multiple_of: "0.1" }
}

wire::closed_enum! {
    /// Two texts that differ in punctuation alone.
    pub enum Mark {
        AB = "a-b",
        ABUnderscore = "a_b",
        A = "a",
    }
}

wire::literal_enum! {
    /// Values of all kinds.
    pub enum Mixed {
        One = 1,
        Yes = true,
        Text = "a",
    }
}

/// Everything a struct can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    a: Code,
    b: Option<Steps>,
    c: Option<Mark>,
    d: Patch<Tenths>,
    next: Option<Box<Node>>,
}

impl Decode for Node {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let a = o.required("a");
        let b = o.optional("b");
        let c = o.nullable("c");
        let fourth = o.patch("d");
        let next = o.optional("next");
        o.refuse_rest();
        Some(Node { a: a?, b: b?, c: c?, d: fourth?, next: next? })
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.field("a", &self.a)?;
        o.optional("b", &self.b)?;
        o.field("c", &self.c)?;
        o.patch("d", &self.d)?;
        o.optional("next", &self.next)?;
        o.end()
    }
}

/// A struct that keeps what it doesn't declare.
#[derive(Clone, Debug, PartialEq)]
pub struct Extended {
    a: i32,
    rest: BTreeMap<Code, Steps>,
}

impl Decode for Extended {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let a = o.required("a");
        let limits = o.count(2, 3);
        let rest = o.rest();
        limits?;
        Some(Extended { a: a?, rest: rest? })
    }
}

impl Serialize for Extended {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.field("a", &self.a)?;
        o.rest(&self.rest)?;
        o.end()
    }
}

macro_rules! union {
    ($(#[$docs:meta])* $name:ident by $how:ident { $($variant:ident($type:ty)),+ }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(
                /// One of them.
                $variant($type)
            ),+
        }

        impl Decode for $name {
            fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
                d.$how(json)$(.variant(stringify!($variant), Self::$variant))+.finish()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer)),+
                }
            }
        }
    };
}

union! {
    /// Overlapping alternatives.
    One by exactly_one { Short(Text<0, 2>), Code(Code), Steps(Steps), List(BoundedVec<i32, 0, 2>) }
}

union! {
    /// Overlapping alternatives.
    First by first_of { Short(Text<0, 2>), Code(Code), Steps(Steps), List(BoundedVec<i32, 0, 2>) }
}

/// Small documents from a few names and values that the schemas below draw their lines through.
fn document() -> impl Strategy<Value = Value> {
    let texts = ["", "a", "ab", "abc", "abcd", "a-b", "a_b", "x:", "x:yz", "x:yzw", "éé", "😀😀", "cab"];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        4 => prop::sample::select(texts.to_vec()).prop_map(Value::from),
        4 => (-4i64..8).prop_map(|n| json!(n * 5)),
        1 => (-4i64..8).prop_map(Value::from),
        2 => (-4i32..8).prop_map(|n| json!(f64::from(n) * 5.0)),
        3 => (-15i32..30).prop_map(|n| json!(f64::from(n) / 10.0)),
        1 => prop::sample::select(vec![json!(0.25), json!(1e2), json!(-0.0), json!(1e-7), json!(2.5000001)]),
    ];
    let tree = leaf.clone().prop_recursive(4, 24, 4, |inner| {
        let name = prop::sample::select(vec!["a", "b", "c", "d", "next", "ab", "zz"]);
        let node = (
            prop::sample::select(vec!["a", "abc", "abcd"]),
            prop::option::weighted(0.5, inner.clone()),
            prop::sample::select(vec![json!(null), json!("a-b"), json!("a"), json!("b")]),
            prop::option::weighted(0.5, inner.clone()),
            prop::option::weighted(0.5, inner.clone()),
        );
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((-2i64..9).prop_map(|n| json!(n)), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..5).prop_map(|members| json!(members)),
            prop::collection::btree_map("a|[a-c]{1,2}|d", (-3i64..22).prop_map(|n| n * 5), 0..4)
                .prop_map(|members| json!(members)),
            node.prop_map(|(a, b, c, d, next)| {
                let mut node = json!({"a": a, "c": c});
                for (name, value) in [("b", b), ("d", d), ("next", next)] {
                    if let Some(value) = value {
                        node[name] = value;
                    }
                }
                node
            }),
        ]
    });
    prop_oneof![leaf, tree]
}

/// Runs documents past both until the two have agreed on enough valid and enough invalid ones.
fn agree<T: Decode + Serialize + PartialEq + Debug>(schema: &Value) {
    let theirs =
        jsonschema::options().should_validate_formats(true).build(schema).expect("the schema is valid");
    let config = runs::config();
    let (cases, documents) = ((config.cases / 10).min(1000), document());
    let mut runner = TestRunner::new(config);
    let (mut valid, mut invalid) = (0, 0);
    for _ in 0..cases * 2000 {
        let value = documents.new_tree(&mut runner).expect("documents can be drawn").current();
        let ours = wire::decode::<T>(&Json::from(value.clone()), Posture::Closed);
        assert_eq!(ours.is_ok(), theirs.is_valid(&value), "{schema} on {value}: {ours:?}");
        match ours {
            Ok(ours) => {
                let written = serde_json::to_value(&ours).expect("it can be written");
                assert!(theirs.is_valid(&written), "{schema}: {value} was written as {written}");
                let again = wire::decode::<T>(&Json::from(written), Posture::Closed);
                assert_eq!(again.as_ref(), Ok(&ours));
                valid += 1;
            }
            Err(_) => invalid += 1,
        }
        if valid >= cases && invalid >= cases {
            return;
        }
    }
    panic!("too few documents: {valid} valid and {invalid} invalid for {schema}");
}

fn code() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[a-c]+$"})
}

fn steps() -> Value {
    json!({"type": "integer", "minimum": -10, "maximum": 100, "multipleOf": 5})
}

fn tenths() -> Value {
    json!({"type": "number", "exclusiveMinimum": -1, "maximum": 2.5, "multipleOf": 0.1})
}

#[test]
fn scalars_agree() {
    agree::<bool>(&json!({"type": "boolean"}));
    agree::<String>(&json!({"type": "string"}));
    agree::<i64>(&json!({"type": "integer"}));
    agree::<i32>(&json!({"type": "integer"}));
    agree::<f64>(&json!({"type": "number"}));
    agree::<()>(&json!({"type": "null"}));
    agree::<Option<Code>>(&json!({"anyOf": [code(), {"type": "null"}]}));
}

#[test]
fn limited_text_agrees() {
    agree::<Text<1, 2>>(&json!({"type": "string", "minLength": 1, "maxLength": 2}));
    agree::<Text<3, { usize::MAX }>>(&json!({"type": "string", "minLength": 3}));
    agree::<Code>(&code());
    agree::<Link>(&json!({"type": "string", "format": "uri", "maxLength": 4}));
}

#[test]
fn limited_numbers_agree() {
    agree::<Ranged<-1, 5>>(&json!({"type": "integer", "minimum": -1, "maximum": 5}));
    agree::<Steps>(&steps());
    agree::<Tenths>(&tenths());
}

#[test]
fn sets_of_values_agree() {
    agree::<Mark>(&json!({"enum": ["a-b", "a_b", "a"]}));
    agree::<Mixed>(&json!({"enum": [1, true, "a"]}));
}

#[test]
fn lists_and_maps_agree() {
    agree::<Vec<Any>>(&json!({"type": "array"}));
    agree::<Vec<Option<i32>>>(&json!({"type": "array", "items": {"type": ["integer", "null"]}}));
    agree::<BoundedVec<i32, 1, 2>>(
        &json!({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2}),
    );
    agree::<UniqueVec<Any, 1, 3>>(
        &json!({"type": "array", "uniqueItems": true, "minItems": 1, "maxItems": 3}),
    );
    agree::<(i32, Any)>(
        &json!({"type": "array", "prefixItems": [{"type": "integer"}, true], "items": false, "minItems": 2}),
    );
    agree::<BTreeMap<String, Any>>(&json!({"type": "object"}));
    agree::<BoundedMap<Code, Steps, 1, 2>>(&json!({
        "type": "object", "propertyNames": code(), "additionalProperties": steps(),
        "minProperties": 1, "maxProperties": 2,
    }));
}

#[test]
fn structs_agree() {
    agree::<Node>(&json!({
        "type": "object",
        "properties": {
            "a": code(),
            "b": steps(),
            "c": {"enum": ["a-b", "a_b", "a", null]},
            "d": {"anyOf": [tenths(), {"type": "null"}]},
            "next": {"$ref": "#"},
        },
        "required": ["a", "c"],
        "additionalProperties": false,
    }));
    agree::<Extended>(&json!({
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "required": ["a"],
        "additionalProperties": steps(),
        "propertyNames": code(),
        "minProperties": 2,
        "maxProperties": 3,
    }));
}

#[test]
fn unions_agree() {
    let alternatives = json!([
        {"type": "string", "maxLength": 2},
        code(),
        steps(),
        {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
    ]);
    agree::<One>(&json!({"oneOf": alternatives}));
    agree::<First>(&json!({"anyOf": alternatives}));
}
