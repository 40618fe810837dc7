//! `when: {$check_fraud.outcome: FLAGGED}`: what must hold for a way to be taken.

use stipule_ir::types::{EnumLiteral, Scalar};
use stipule_ir::workflow::{Is, Test};
use stipule_ir::{Diagnostic, TypeId, TypeKind};

use super::flow::Flow;
use super::scope::Scope;
use crate::reader::{Entry, Node, Value};
use crate::shape::Shape;
use crate::suggest;

impl Flow<'_, '_> {
    pub(super) fn tests(&mut self, entries: &[Entry], scope: &Scope) -> Vec<Test> {
        entries.iter().filter_map(|entry| self.test(entry, scope)).collect()
    }

    fn test(&mut self, entry: &Entry, scope: &Scope) -> Option<Test> {
        if !entry.key.value.starts_with('$') {
            let message = format!("`{}` is no value that is known here", entry.key.value);
            let fault = Diagnostic::error("SAG004", &entry.key.span, message);
            self.diagnostics
                .push(fault.help("values start with `$`: `when: {$check_fraud.outcome: FLAGGED}`"));
            return None;
        }
        let found = scope.find(&entry.key, self.around, self.diagnostics)?;
        let is = self.is(entry, found.reference.ty)?;
        Some(Test { value: found.reference, certain: found.certain, is })
    }

    fn is(&mut self, entry: &Entry, ty: TypeId) -> Option<Is> {
        if entry.value.entries().is_some() {
            return self.bounds(entry, ty);
        }
        let nodes = entry.value.items().unwrap_or(std::slice::from_ref(&entry.value));
        let mut literals = Vec::new();
        for node in nodes {
            literals.push(self.literal(node, ty)?);
        }
        if literals.is_empty() {
            let message = "a test names at least one value";
            self.diagnostics.push(Diagnostic::error("SAG010", &entry.value.span, message));
            return None;
        }
        Some(Is::OneOf(literals))
    }

    /// `{present: true}`, `{at_least: 1, at_most: 9}`
    fn bounds(&mut self, entry: &Entry, ty: TypeId) -> Option<Is> {
        let mut shape = Shape::under(entry, "a test", self.diagnostics)?;
        let present = shape.boolean("present", self.diagnostics);
        let mut bound = |key: &'static str| shape.get(key).map(|node| (node, node.as_i64()));
        let (least, most) = (bound("at_least"), bound("at_most"));
        let place = shape.place().clone();
        shape.finish(self.diagnostics);
        for (node, value) in [&least, &most].into_iter().flatten() {
            if value.is_none() {
                let message = "a bound is a whole number";
                self.diagnostics.push(Diagnostic::error("SAG010", &node.span, message));
                return None;
            }
        }
        let (least, most) = (least.and_then(|(_, value)| value), most.and_then(|(_, value)| value));
        match (present, least, most) {
            (Some(present), None, None) => Some(Is::Present(present.value)),
            (None, None, None) | (Some(_), _, _) => {
                let message = "a test says `present`, or `at_least` and `at_most`";
                self.diagnostics.push(Diagnostic::error("SAG010", &place, message));
                None
            }
            (None, least, most) => {
                let number =
                    |scalar: Scalar| matches!(scalar, Scalar::Int32 | Scalar::Int64 | Scalar::Float64);
                let good = match &self.around.types.get(ty).kind {
                    TypeKind::Scalar(scalar) => number(*scalar),
                    TypeKind::Newtype(newtype) => number(newtype.base),
                    _ => false,
                };
                if !good {
                    let fault = Diagnostic::error("SAG010", &place, "only numbers have bounds");
                    self.diagnostics.push(fault.related(&self.around.types.get(ty).span, "what is tested"));
                    return None;
                }
                Some(Is::Within(least, most))
            }
        }
    }

    fn literal(&mut self, node: &Node, ty: TypeId) -> Option<EnumLiteral> {
        let literal = match &node.value {
            Value::String(text) => Some(EnumLiteral::String(text.clone())),
            Value::Bool(truth) => Some(EnumLiteral::Boolean(*truth)),
            Value::Number(_) => node.as_i64().map(EnumLiteral::Integer),
            _ => None,
        };
        let kind = &self.around.types.get(ty).kind;
        let good = match (&literal, kind) {
            (None, _) => false,
            (Some(literal), TypeKind::Enum(of)) => of.values.iter().any(|value| value.value == *literal),
            (Some(literal), TypeKind::Scalar(scalar)) => literal_is(literal, *scalar),
            (Some(literal), TypeKind::Newtype(newtype)) => literal_is(literal, newtype.base),
            _ => false,
        };
        if good {
            return literal;
        }
        let message = format!("{} is never the value here", shown(node));
        let mut fault = Diagnostic::error("SAG010", &node.span, message)
            .related(&self.around.types.get(ty).span, "what is tested");
        if let (TypeKind::Enum(of), Some(text)) = (kind, node.as_str()) {
            let names: Vec<&str> = of
                .values
                .iter()
                .filter_map(|value| match &value.value {
                    EnumLiteral::String(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            fault = fault.help(suggest::help(text, &names));
        }
        self.diagnostics.push(fault);
        None
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Mapping(_) | Value::Sequence(_) => node.kind().to_owned(),
        _ => format!("`{}`", node.to_json()),
    }
}

fn literal_is(literal: &EnumLiteral, scalar: Scalar) -> bool {
    match literal {
        EnumLiteral::Boolean(_) => scalar == Scalar::Boolean,
        EnumLiteral::Integer(_) => matches!(scalar, Scalar::Int32 | Scalar::Int64 | Scalar::Float64),
        EnumLiteral::String(_) => !matches!(
            scalar,
            Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 | Scalar::Null
        ),
    }
}
