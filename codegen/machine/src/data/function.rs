//! Intrinsic functions: which there are, and how they are called.
//!
//! Source: "Intrinsic functions for JSONPath states" of the Step Functions developer guide.

use serde_json::Value;

use super::Roots;
use super::functions;
use super::path::Path;
use crate::chance::Chance;
use crate::fault::{Failure, INTRINSIC, PARAMETER_PATH};

/// A call that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(super) function: Function,
    pub(super) arguments: Vec<Argument>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Argument {
    Constant(Value),
    Path(Path),
    Call(Box<Call>),
}

/// Every intrinsic function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// Name, function, least and most arguments.
const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("States.Array", Function::Array, 0, usize::MAX),
    ("States.ArrayContains", Function::ArrayContains, 2, 2),
    ("States.ArrayGetItem", Function::ArrayGetItem, 2, 2),
    ("States.ArrayLength", Function::ArrayLength, 1, 1),
    ("States.ArrayPartition", Function::ArrayPartition, 2, 2),
    ("States.ArrayRange", Function::ArrayRange, 3, 3),
    ("States.ArrayUnique", Function::ArrayUnique, 1, 1),
    ("States.Base64Decode", Function::Base64Decode, 1, 1),
    ("States.Base64Encode", Function::Base64Encode, 1, 1),
    ("States.Format", Function::Format, 1, usize::MAX),
    ("States.Hash", Function::Hash, 2, 2),
    ("States.JsonMerge", Function::JsonMerge, 3, 3),
    ("States.JsonToString", Function::JsonToString, 1, 1),
    ("States.MathAdd", Function::MathAdd, 2, 2),
    ("States.MathRandom", Function::MathRandom, 2, 3),
    ("States.StringSplit", Function::StringSplit, 2, 2),
    ("States.StringToJson", Function::StringToJson, 1, 1),
    ("States.UUID", Function::Uuid, 0, 0),
];

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(found, ..)| *found == name).map(|(_, function, ..)| *function)
    }

    fn row(self) -> (&'static str, usize, usize) {
        let row = FUNCTIONS.iter().find(|(_, function, ..)| *function == self);
        let (name, _, least, most) = row.expect("the table has a row for every function");
        (name, *least, *most)
    }

    /// Whether it takes so many arguments.
    pub(super) fn takes(self, count: usize) -> Result<(), String> {
        let (name, least, most) = self.row();
        if (least..=most).contains(&count) {
            return Ok(());
        }
        let wanted = match (least, most) {
            (least, usize::MAX) => format!("at least {least}"),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} or {most}"),
        };
        Err(format!("`{name}` takes {wanted} arguments, not {count}"))
    }
}

impl Call {
    /// Reads a call; `Err` says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        super::function_text::read(text)
    }

    /// Whether a text is meant as a call rather than a path.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.trim_start().starts_with("States.")
    }

    /// What it gives.
    pub(crate) fn value(&self, roots: Roots<'_>, chance: &mut Chance) -> Result<Value, Failure> {
        let mut values = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            values.push(match argument {
                Argument::Constant(value) => value.clone(),
                Argument::Call(call) => call.value(roots, chance)?,
                Argument::Path(path) => path.find(roots).ok_or_else(|| {
                    let name = self.function.row().0;
                    let cause = format!("the path `{}` in a call of `{name}` leads nowhere", path.text());
                    Failure::new(PARAMETER_PATH, cause)
                })?,
            });
        }
        functions::value(self.function, &values, chance)
            .map_err(|reason| Failure::new(INTRINSIC, format!("`{}`: {reason}", self.function.row().0)))
    }
}
