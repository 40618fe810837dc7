//! Random items, and conditions on them as trees and as text.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Items and conditions on them.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) items: Vec<Value>,
    pub(crate) conditions: Vec<Condition>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Whole,
    Number,
    Truth,
    Text,
    Colour,
    Day,
    Instant,
    Id,
    Texts,
    Wholes,
    Entries,
}

/// A place in an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) may_be_missing: bool,
    pub(crate) may_be_null: bool,
}

const fn field(path: &'static str, kind: Kind, may_be_missing: bool, may_be_null: bool) -> Field {
    Field { path, kind, may_be_missing, may_be_null }
}

/// Every place that conditions look at; they agree with [`generated::TYPES`](crate::generated::TYPES).
pub(crate) const FIELDS: [Field; 23] = [
    field("whole", Kind::Whole, false, false),
    field("whole2", Kind::Whole, true, false),
    field("number", Kind::Number, true, false),
    field("truth", Kind::Truth, false, false),
    field("text", Kind::Text, false, false),
    field("text2", Kind::Text, true, false),
    field("textOrNull", Kind::Text, false, true),
    field("both", Kind::Whole, true, true),
    field("colour", Kind::Colour, false, false),
    field("colour2", Kind::Colour, true, false),
    field("day", Kind::Day, true, false),
    field("instant", Kind::Instant, false, false),
    field("instant2", Kind::Instant, true, false),
    field("code", Kind::Id, true, false),
    field("texts", Kind::Texts, true, false),
    field("wholes", Kind::Wholes, false, false),
    field("entries", Kind::Entries, true, false),
    field("entries.a", Kind::Whole, true, false),
    field("inner.whole", Kind::Whole, true, false),
    field("inner.text", Kind::Text, true, false),
    field("inner.deep.instant", Kind::Instant, true, false),
    field("inner.deep.`odd name`", Kind::Text, true, false),
    field("`in`", Kind::Text, true, false),
];

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Side, &'static str, Side),
    Between(Side, Side, Side),
    In(Side, Vec<Side>),
    InList(Side, String, Kind, Vec<Value>),
    Exists(Field),
    Missing(Field),
    BeginsWith(Field, Side),
    Contains(Field, Side),
}

/// One side of a test.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Side {
    Field(Field),
    Size(Field),
    Literal(Kind, Value),
    Argument(String, Kind, Value),
}

impl Side {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Field(field) => field.kind,
            Self::Size(_) => Kind::Whole,
            Self::Literal(kind, _) | Self::Argument(_, kind, _) => *kind,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Field(field) => field.path.to_owned(),
            Self::Size(field) => format!("size({})", field.path),
            Self::Argument(name, _, _) => format!("${name}"),
            Self::Literal(_, Value::String(text)) => format!("'{}'", text.replace('\'', "''")),
            Self::Literal(_, value) => value.to_string(),
        }
    }
}

impl Condition {
    /// In the language of the contract.
    pub(crate) fn text(&self) -> String {
        let joined = |parts: &[Condition], word: &str| {
            parts.iter().map(|part| format!("({})", part.text())).collect::<Vec<_>>().join(word)
        };
        match self {
            Self::All(parts) => joined(parts, " and "),
            Self::Any(parts) => joined(parts, " OR "),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::Compare(left, sign, right) => format!("{} {sign} {}", left.text(), right.text()),
            Self::Between(value, low, high) => {
                format!("{} between {} and {}", value.text(), low.text(), high.text())
            }
            Self::In(value, among) => {
                let among: Vec<String> = among.iter().map(Side::text).collect();
                format!("{} in ({})", value.text(), among.join(","))
            }
            Self::InList(value, name, _, _) => format!("{} in ${name}", value.text()),
            Self::Exists(field) => format!("exists({})", field.path),
            Self::Missing(field) => format!("missing( {} )", field.path),
            Self::BeginsWith(field, start) => format!("begins_with({}, {})", field.path, start.text()),
            Self::Contains(field, part) => format!("contains({}, {})", field.path, part.text()),
        }
    }

    /// Each argument with its kind and values, which are more than one for a list.
    pub(crate) fn arguments(&self, found: &mut Vec<(String, Kind, Vec<Value>)>) {
        let mut side = |side: &Side| {
            if let Side::Argument(name, kind, value) = side {
                found.push((name.clone(), *kind, vec![value.clone()]));
            }
        };
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.arguments(found)),
            Self::Not(inner) => inner.arguments(found),
            Self::Compare(left, _, right) => [left, right].into_iter().for_each(side),
            Self::Between(value, low, high) => [value, low, high].into_iter().for_each(side),
            Self::In(value, among) => {
                side(value);
                among.iter().for_each(side);
            }
            Self::InList(_, name, kind, values) => found.push((name.clone(), *kind, values.clone())),
            Self::BeginsWith(_, part) | Self::Contains(_, part) => side(part),
            Self::Exists(_) | Self::Missing(_) => {}
        }
    }
}

/// A value, from so few that they often meet.
fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Whole => (-2..5_i64).prop_map(Value::from).boxed(),
        Kind::Number => select(vec![json!(-1.5), json!(0), json!(0.1), json!(2.5), json!(1e3)]).boxed(),
        Kind::Truth => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Text => select(vec!["", "a", "ab", "abc", "b'c", "é𝄞", "Ab"]).prop_map(Value::from).boxed(),
        Kind::Colour => select(vec!["RED", "GREEN", "BLUE"]).prop_map(Value::from).boxed(),
        Kind::Day => select(vec!["2026-01-02", "2026-01-10", "1999-12-31"]).prop_map(Value::from).boxed(),
        Kind::Instant => select(vec![
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.000Z",
            "2026-01-02T04:04:05+01:00",
            "2026-01-02T03:04:05.5Z",
            "2025-12-31T23:59:59-05:00",
        ])
        .prop_map(Value::from)
        .boxed(),
        Kind::Id => select(vec![
            "018f3a52-0000-7000-8000-000000000001",
            "018F3A52-0000-7000-8000-000000000001",
            "ffffffff-0000-7000-8000-000000000001",
        ])
        .prop_map(Value::from)
        .boxed(),
        Kind::Texts => prop::collection::vec(value(Kind::Text), 0..3).prop_map(Value::from).boxed(),
        Kind::Wholes => prop::collection::vec(value(Kind::Whole), 0..3).prop_map(Value::from).boxed(),
        Kind::Entries => {
            let entry = (select(vec!["a", "b", "c"]), -2..5_i64);
            prop::collection::vec(entry, 0..3)
                .prop_map(|entries| {
                    Value::Object(
                        entries.into_iter().map(|(name, it)| (name.to_owned(), it.into())).collect(),
                    )
                })
                .boxed()
        }
    }
}

/// An item: every field that it may lack is missing in a third of all.
fn any_item() -> impl Strategy<Value = Value> {
    let fields: Vec<_> = FIELDS
        .iter()
        .map(|field| {
            let missing = if field.may_be_missing { 1 } else { 0 };
            let null = if field.may_be_null { 1 } else { 0 };
            let value = value(field.kind);
            prop_oneof![
                2 => value.prop_map(Some),
                missing => Just(None),
                null => Just(Some(Value::Null)),
            ]
        })
        .collect();
    (fields, any::<[bool; 2]>()).prop_map(|(values, [inner, deep])| {
        let mut item = json!({});
        for (field, value) in FIELDS.iter().zip(values) {
            let steps = steps(field.path);
            // What is inside of something that is missing is missing too.
            let hidden = match steps[0].as_str() {
                "inner" => !inner || (steps[1] == "deep" && !deep),
                "entries" => steps.len() > 1,
                _ => false,
            };
            if let Some(value) = value.filter(|_| !hidden) {
                put(&mut item, &steps, value);
            }
        }
        item
    })
}

/// The names of a path, without quotes.
pub(crate) fn steps(path: &str) -> Vec<String> {
    path.split('.').map(|step| step.trim_matches('`').to_owned()).collect()
}

fn put(item: &mut Value, steps: &[String], value: Value) {
    let (last, before) = steps.split_last().expect("a path has a step");
    let object = before.iter().fold(item, |object, step| {
        if object.get(step).is_none() {
            object[step.as_str()] = json!({});
        }
        &mut object[step.as_str()]
    });
    object[last.as_str()] = value;
}

fn field_of(fits: impl Fn(&Field) -> bool) -> impl Strategy<Value = Field> {
    select(FIELDS.into_iter().filter(|field| fits(field)).collect::<Vec<_>>())
}

fn is_single(field: &Field) -> bool {
    !matches!(field.kind, Kind::Texts | Kind::Wholes | Kind::Entries)
}

fn is_ordered(kind: Kind) -> bool {
    !matches!(kind, Kind::Truth | Kind::Colour)
}

/// What can be compared: a field, or now and then the size of one.
fn subject() -> BoxedStrategy<Side> {
    let sized = |field: &Field| matches!(field.kind, Kind::Text | Kind::Texts | Kind::Wholes | Kind::Entries);
    prop_oneof![
        5 => field_of(is_single).prop_map(Side::Field),
        1 => field_of(sized).prop_map(Side::Size),
    ]
    .boxed()
}

/// The other side for a subject: literals, arguments, and other fields of its kind.
fn other(left: &Side) -> BoxedStrategy<Side> {
    let kind = left.kind();
    let sizes = matches!(left, Side::Size(_));
    let nonnegative = move |value: &Value| !sizes || value.as_i64().is_none_or(|number| number >= 0);
    let literal = value(kind)
        .prop_filter("a size isn't negative", nonnegative)
        .prop_map(move |value| Side::Literal(kind, value));
    let argument = (any::<u32>(), value(kind))
        .prop_map(move |(number, value)| Side::Argument(format!("x{number}"), kind, value));
    let mine = left.clone();
    let fields: Vec<Side> = FIELDS
        .into_iter()
        .filter(|field| field.kind == kind)
        .map(Side::Field)
        .filter(|it| *it != mine)
        .collect();
    let null = matches!(left, Side::Field(field) if field.may_be_null);
    let field = if fields.is_empty() { literal.clone().boxed() } else { select(fields).boxed() };
    prop_oneof![
        4 => literal,
        4 => argument,
        2 => field,
        u32::from(null) * 2 => Just(Side::Literal(kind, Value::Null)),
    ]
    .boxed()
}

fn test() -> impl Strategy<Value = Condition> {
    let compare = subject().prop_flat_map(|left| {
        let signs: Vec<&'static str> = match is_ordered(left.kind()) {
            true => vec!["=", "<>", "<", "<=", ">", ">="],
            false => vec!["=", "<>"],
        };
        (Just(left.clone()), select(signs), other(&left))
            .prop_map(|(left, sign, right)| Condition::Compare(left, sign, right))
            .prop_filter("null has no order", |it| {
                !matches!(it, Condition::Compare(_, "<" | "<=" | ">" | ">=", Side::Literal(_, Value::Null)))
            })
    });
    let between =
        subject().prop_filter("it has an order", |left| is_ordered(left.kind())).prop_flat_map(|left| {
            let end = || {
                let kind = left.kind();
                (any::<u32>(), value(kind))
                    .prop_map(move |(number, it)| Side::Argument(format!("x{number}"), kind, it))
            };
            (Just(left.clone()), end(), end())
                .prop_map(|(left, low, high)| Condition::Between(left, low, high))
        });
    let among = subject().prop_flat_map(|left| {
        let kind = left.kind();
        let list = (any::<u32>(), prop::collection::vec(value(kind), 0..3));
        let list = list.prop_map({
            let left = left.clone();
            move |(number, values)| Condition::InList(left.clone(), format!("x{number}"), kind, values)
        });
        let few = prop::collection::vec(other(&left), 1..4)
            .prop_filter("none twice, after spelling is gone", |sides| {
                let literals = sides.iter().filter(|side| !matches!(side, Side::Argument(..))).count();
                literals < 2
            })
            .prop_map(move |sides| Condition::In(left.clone(), sides));
        prop_oneof![list, few]
    });
    let optional = |field: &Field| field.may_be_missing;
    let text = |field: &Field| field.kind == Kind::Text;
    let listed = |field: &Field| matches!(field.kind, Kind::Texts | Kind::Wholes);
    let part = || {
        prop_oneof![
            value(Kind::Text).prop_map(|it| Side::Literal(Kind::Text, it)),
            (any::<u32>(), value(Kind::Text)).prop_map(|(number, it)| Side::Argument(
                format!("x{number}"),
                Kind::Text,
                it
            )),
        ]
    };
    let contains = field_of(listed).prop_flat_map(|field| {
        let kind = if field.kind == Kind::Texts { Kind::Text } else { Kind::Whole };
        prop_oneof![
            value(kind).prop_map(move |it| Side::Literal(kind, it)),
            (any::<u32>(), value(kind)).prop_map(move |(number, it)| Side::Argument(
                format!("x{number}"),
                kind,
                it
            )),
        ]
        .prop_map(move |part| Condition::Contains(field, part))
    });
    prop_oneof![
        6 => compare,
        2 => between,
        2 => among,
        1 => field_of(optional).prop_map(Condition::Exists),
        1 => field_of(optional).prop_map(Condition::Missing),
        1 => (field_of(text), part()).prop_map(|(field, start)| Condition::BeginsWith(field, start)),
        1 => (field_of(text), part()).prop_map(|(field, part)| Condition::Contains(field, part)),
        1 => contains,
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    test().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    (prop::collection::vec(any_item(), 12), prop::collection::vec(condition(), 24))
        .prop_map(|(items, conditions)| Case { items, conditions })
}
