//! The sets of a contract's fields, each made once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use stipule_ir::table::{Codec, Entity, FieldRef, IndexId, Key};
use stipule_ir::types::{EnumLiteral, Field, Limits, Scalar};
use stipule_ir::{Contract, TypeId, TypeKind};

use super::integers::Integers;
use super::longest::Longest;
use super::numbers;
use super::set::{Form, Set, literal, plain_text, words};
use super::shard::shard_of;
use crate::language::texts::Texts;

/// A contract, and what its fields may write into keys.
pub(in crate::table) struct Keys<'c> {
    pub(in crate::table) contract: &'c Contract,
    sets: RefCell<BTreeMap<(TypeId, u8), Rc<Set>>>,
}

impl<'c> Keys<'c> {
    pub(in crate::table) fn new(contract: &'c Contract) -> Self {
        Self { contract, sets: RefCell::default() }
    }

    /// A field of an entity's struct.
    pub(in crate::table) fn field(&self, entity: &Entity, field: FieldRef) -> Option<&'c Field> {
        match &self.contract.types.get(entity.ty).kind {
            TypeKind::Struct(fields) => fields.fields.get(field.0 as usize),
            _ => None,
        }
    }

    /// The wire name of a field.
    pub(in crate::table) fn name(&self, entity: &Entity, field: FieldRef) -> String {
        self.field(entity, field).map_or_else(String::new, |field| field.name.wire.clone())
    }

    /// What a codec may write for a field.
    pub(in crate::table) fn set(&self, entity: &Entity, field: FieldRef, codec: Codec) -> Rc<Set> {
        let Some(field) = self.field(entity, field) else {
            return Rc::new(Set::Text(Box::new(Texts::any())));
        };
        self.made(field.ty, codec)
    }

    /// The codec that a field has by itself: that of its shards, and of its lock.
    pub(in crate::table) fn codec(&self, entity: &Entity, field: FieldRef) -> Codec {
        self.field(entity, field).map_or(Codec::Text, |field| self.codec_of_type(field.ty))
    }

    fn codec_of_type(&self, ty: TypeId) -> Codec {
        let scalar = match &self.contract.types.get(ty).kind {
            TypeKind::Newtype(newtype) => newtype.base,
            TypeKind::Scalar(scalar) => *scalar,
            TypeKind::Enum(_) => return Codec::EnumText,
            _ => return Codec::Text,
        };
        match scalar {
            Scalar::Int32 | Scalar::Int64 => Codec::Integer,
            Scalar::Date => Codec::Date,
            Scalar::DateTime => Codec::DateTime,
            Scalar::Uuid => Codec::Uuid,
            Scalar::Ulid => Codec::Ulid,
            Scalar::Decimal => Codec::Decimal,
            Scalar::Float64 => Codec::Number,
            _ => Codec::Text,
        }
    }

    /// The values of a type over text or whole numbers, as they stand in items.
    pub(in crate::table) fn set_of_type(&self, ty: TypeId) -> Rc<Set> {
        let codec = match self.codec_of_type(ty) {
            Codec::Decimal | Codec::Number => Codec::Text,
            codec => codec,
        };
        self.made(ty, codec)
    }

    fn made(&self, ty: TypeId, codec: Codec) -> Rc<Set> {
        let mut sets = self.sets.borrow_mut();
        sets.entry((ty, codec as u8)).or_insert_with(|| Rc::new(self.of_type(ty, codec))).clone()
    }

    fn of_type(&self, ty: TypeId, codec: Codec) -> Set {
        let (base, limits) = match &self.contract.types.get(ty).kind {
            TypeKind::Newtype(newtype) => (newtype.base, newtype.limits.clone()),
            TypeKind::Scalar(scalar) => (*scalar, Limits::default()),
            _ => (Scalar::String, Limits::default()),
        };
        match codec {
            Codec::Text | Codec::PlainText => Set::Text(Box::new(Texts::of(base, &limits))),
            Codec::Integer => Set::Integers(Integers::of(base, &limits)),
            Codec::Date => Set::Form(Form::Date),
            Codec::DateTime => Set::Form(Form::DateTime),
            Codec::Uuid => Set::Form(Form::Uuid),
            Codec::Ulid => Set::Form(Form::Ulid),
            Codec::Number => Set::Form(Form::Number(Some(numbers::OF_DOUBLE))),
            Codec::Decimal => {
                let by_pattern = limits.pattern.as_deref().and_then(|_| {
                    let text = Set::Text(Box::new(Texts::of(base, &limits)));
                    match super::most_bytes(&text, false) {
                        Longest::Text(bytes, _) | Longest::AtMost(bytes) => Some(bytes),
                        Longest::Unbounded => None,
                    }
                });
                let text = limits.max_length.into_iter().chain(by_pattern).min();
                Set::Form(Form::Number(text.map(numbers::of_decimal)))
            }
            Codec::Boolean => Set::Words(["false", "true"].map(str::to_owned).into()),
            Codec::EnumText => Set::Words(self.enum_texts(ty).into_iter().collect()),
            Codec::EnumRank => {
                let TypeKind::Enum(declared) = &self.contract.types.get(ty).kind else {
                    return Set::Words(BTreeSet::new());
                };
                Set::Words((0..declared.values.len()).map(|rank| format!("{rank:03}")).collect())
            }
        }
    }

    /// The shard of a field's value.
    pub(in crate::table) fn shard(
        &self,
        entity: &Entity,
        field: FieldRef,
        value: &EnumLiteral,
        shards: u32,
    ) -> u32 {
        let text = match value {
            EnumLiteral::String(text) => plain_text(self.codec(entity, field), text),
            EnumLiteral::Integer(number) => number.to_string(),
            EnumLiteral::Boolean(truth) => truth.to_string(),
        };
        shard_of(&text, shards)
    }

    /// Up to `wanted` values that a field may have.
    pub(in crate::table) fn values(
        &self,
        entity: &Entity,
        field: FieldRef,
        wanted: usize,
    ) -> Vec<EnumLiteral> {
        let Some(declared) = self.field(entity, field) else { return Vec::new() };
        match &self.contract.types.get(declared.ty).kind {
            TypeKind::Enum(it) => it.values.iter().map(|value| value.value.clone()).take(wanted).collect(),
            TypeKind::Scalar(Scalar::Boolean) => {
                vec![EnumLiteral::Boolean(true), EnumLiteral::Boolean(false)]
            }
            _ => {
                let codec = self.codec(entity, field);
                let set = self.set(entity, field, codec);
                let mut found = words(&[&set], wanted).list;
                vary(&mut found, &set, wanted);
                found.iter().map(|text| literal(codec, text)).collect()
            }
        }
    }

    /// Whether [`values`](Self::values) gives all values of a field if it gives fewer than are wanted.
    pub(in crate::table) fn are_counted(&self, entity: &Entity, field: FieldRef) -> bool {
        let Some(declared) = self.field(entity, field) else { return false };
        matches!(self.contract.types.get(declared.ty).kind, TypeKind::Enum(_))
            || matches!(*self.set(entity, field, self.codec(entity, field)), Set::Integers(_))
    }

    /// The texts of an enum in their declared order.
    pub(in crate::table) fn enum_texts(&self, ty: TypeId) -> Vec<String> {
        let TypeKind::Enum(declared) = &self.contract.types.get(ty).kind else { return Vec::new() };
        let text = |literal: &EnumLiteral| match literal {
            EnumLiteral::String(text) => Some(text.clone()),
            EnumLiteral::Integer(_) | EnumLiteral::Boolean(_) => None,
        };
        declared.values.iter().filter_map(|value| text(&value.value)).collect()
    }
}

/// More texts like these: automata find one for all that they don't tell apart, and of ids and instants there are few at
/// hand. Numbers have one form each, which isn't to be spoilt.
fn vary(found: &mut Vec<String>, set: &Set, wanted: usize) {
    let varies = match set {
        Set::Text(_) => true,
        Set::Form(form) => !matches!(form, Form::Number(_)),
        Set::Words(_) | Set::Integers(_) => false,
    };
    let mut at = 0;
    while let Some(text) = found.get(at).filter(|_| varies).cloned() {
        at += 1;
        for (place, old) in text.char_indices() {
            for new in ('a'..='z').chain('A'..='Z').chain('0'..='9') {
                if found.len() >= wanted {
                    return;
                }
                let varied = format!("{}{new}{}", &text[..place], &text[place + old.len_utf8()..]);
                if set.admits(&varied) && !found.contains(&varied) {
                    found.push(varied);
                }
            }
        }
    }
}

/// The key of an entity in an index, or its primary key.
pub(in crate::table) fn key_in(entity: &Entity, index: Option<IndexId>) -> Option<&Key> {
    match index {
        None => Some(&entity.key),
        Some(index) => entity.index_keys.iter().find(|found| found.index == index).map(|found| &found.key),
    }
}
