//! Canaries: texts that stand nowhere else, in place of what is personal.

use serde_json::Value;
use stipule_ir::{Contract, TypeId, TypeKind};

/// What a canary is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As the contract wants the value to be, where a text can be.
    Fitting,
    /// Longer than anything may be.
    TooLong,
    /// With a control character in the middle, and in place of whatever isn't text.
    Forbidden,
}

/// All canaries of a test.
pub(crate) struct Canaries<'c> {
    contract: &'c Contract,
    planted: usize,
}

/// What every canary begins with.
pub(crate) const WORD: &str = "kanari";

/// What those begin with that are telephone numbers.
const NUMBER: &str = "+91736405";

impl<'c> Canaries<'c> {
    pub(crate) fn new(contract: &'c Contract) -> Self {
        Self { contract, planted: 0 }
    }

    /// How many there are so far.
    pub(crate) fn planted(&self) -> usize {
        self.planted
    }

    /// The canaries that a text has.
    pub(crate) fn found_in(&self, text: &str) -> std::collections::BTreeSet<String> {
        let parts = text.split(WORD).skip(1).chain(text.split(NUMBER).skip(1));
        parts.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect()
    }

    /// Puts one in place of every personal value in a value of a type.
    pub(crate) fn plant(&mut self, ty: TypeId, value: &mut Value, shape: Shape) {
        self.walk(ty, value, shape, false);
    }

    fn walk(&mut self, ty: TypeId, value: &mut Value, shape: Shape, personal: bool) {
        let contract = self.contract;
        match (&contract.types.get(ty).kind, value) {
            (TypeKind::Struct(found), Value::Object(members)) => {
                for field in &found.fields {
                    if let Some(member) = members.get_mut(&field.name.wire) {
                        self.walk(field.ty, member, shape, personal || field.personal);
                    }
                }
            }
            (TypeKind::List(list), Value::Array(items)) => {
                items.iter_mut().for_each(|item| self.walk(list.item, item, shape, personal));
            }
            (TypeKind::Newtype(it), value) if personal || it.personal => {
                self.put(value, shape, it.limits.pattern.is_some(), it.limits.max_length);
            }
            (TypeKind::Scalar(_), value) if personal => self.put(value, shape, false, None),
            _ => {}
        }
    }

    fn put(&mut self, value: &mut Value, shape: Shape, has_pattern: bool, most: Option<u64>) {
        self.planted += 1;
        let canary = format!("{WORD}{}", self.planted);
        let text = match (shape, value.as_str()) {
            // What is no text, or has no room, stays as it is; what has a pattern of its own as well.
            (Shape::Fitting, None) => return,
            (Shape::Fitting, Some(_)) if most.is_some_and(|most| most < 12) => return,
            (Shape::Fitting, Some(text)) if text.starts_with('+') => format!("{NUMBER}{:03}", self.planted),
            (Shape::Fitting, Some(text)) => match text.split_once('@') {
                Some((_, domain)) => format!("{canary}@{domain}"),
                None if has_pattern => return,
                None => canary,
            },
            (Shape::TooLong, _) => canary.repeat(1_000),
            (Shape::Forbidden, _) => format!("{canary}\0{canary}"),
        };
        *value = Value::from(text);
    }
}
