//! What a step is given: each field of its input from something known, or a literal.

use stipule_ir::types::{Bound, EnumLiteral, Field, Limits, Scalar};
use stipule_ir::workflow::{Act, Binding, Given};
use stipule_ir::{Diagnostic, Spanned, TypeId, TypeKind};

use super::flow::Flow;
use super::scope::Scope;
use crate::reader::{Entry, Node, Value};
use crate::shape::Shape;
use crate::suggest;

impl Flow<'_, '_> {
    /// `{do: release_stock, with: {orderId: $input.orderId}}` under a key.
    pub(super) fn act_under(&mut self, entry: &Entry, what: &'static str, scope: &Scope) -> Option<Act> {
        let mut shape = Shape::under(entry, what, self.diagnostics)?;
        let act = self.act(&mut shape, scope);
        shape.finish(self.diagnostics);
        act
    }

    /// `do` and `with` of a shape.
    pub(super) fn act(&mut self, shape: &mut Shape<'_>, scope: &Scope) -> Option<Act> {
        let name = shape.required_text("do", self.diagnostics);
        let with = shape.mapping("with", self.diagnostics).unwrap_or_default();
        let span = shape.place().clone();
        let name = name?;
        let Some(id) = self.ids.get(&name.value).copied() else {
            let names: Vec<&str> = self.ids.keys().map(String::as_str).collect();
            let message = format!("there is no step `{}`", name.value);
            let help = suggest::help(&name.value, &names);
            self.diagnostics.push(Diagnostic::error("SAG002", &name.span, message).help(help));
            return None;
        };
        super::claim(&mut self.taken, &name, self.diagnostics);
        // A step at fault is known by its name; what it takes can't be judged.
        let step = self.steps[id.0 as usize].as_ref()?;
        let with = self.bindings(with, step.input, &name, scope);
        let span = if span.start == span.end { name.span } else { span };
        Some(Act { step: id, with, span })
    }

    fn bindings(
        &mut self,
        entries: &[Entry],
        input: TypeId,
        step: &Spanned<String>,
        scope: &Scope,
    ) -> Vec<Binding> {
        let fields = self.around.struct_of(input).map_or(&[][..], |shape| &shape.fields);
        let mut bindings = Vec::new();
        for entry in entries {
            let Some(field) = fields.iter().find(|field| field.name.wire == entry.key.value) else {
                let names: Vec<&str> = fields.iter().map(|field| field.name.wire.as_str()).collect();
                let message = format!("`{}` takes no `{}`", step.value, entry.key.value);
                let help = suggest::help(&entry.key.value, &names);
                let fault = Diagnostic::error("SAG006", &entry.key.span, message);
                self.diagnostics
                    .push(fault.related(&self.around.types.get(input).span, "what it takes").help(help));
                continue;
            };
            if field.name.wire.ends_with(".$") {
                let message =
                    format!("`{}` can't be given: a state machine reads `.$` as a path", field.name.wire);
                self.diagnostics.push(Diagnostic::error("SAG006", &entry.key.span, message));
                continue;
            }
            if let Some(value) = self.given(&entry.value, field, scope) {
                bindings.push(Binding { field: entry.key.clone(), value });
            }
        }
        let given = |field: &&Field| entries.iter().any(|entry| entry.key.value == field.name.wire);
        let missing: Vec<String> = fields
            .iter()
            .filter(|field| field.required && !given(field))
            .map(|field| format!("`{}`", field.name.wire))
            .collect();
        if !missing.is_empty() {
            let message = format!("`{}` isn't given {}", step.value, missing.join(", "));
            let fault = Diagnostic::error("SAG006", &step.span, message)
                .related(&self.around.types.get(input).span, "what it takes");
            self.diagnostics.push(fault.help("say where each comes from: `with: {orderId: $input.orderId}`"));
        }
        bindings
    }

    fn given(&mut self, node: &Node, field: &Field, scope: &Scope) -> Option<Given> {
        if let Some(text) = node.as_str().filter(|text| text.starts_with('$')) {
            let text = Spanned::new(text.to_owned(), node.span.clone());
            let found = scope.find(&text, self.around, self.diagnostics)?;
            if !self.around.types.fits(found.reference.ty, field.ty) {
                let message = format!("`{}` is not what `{}` takes", text.value, field.name.wire);
                let fault = Diagnostic::error("SAG005", &text.span, message)
                    .related(&self.around.types.get(found.reference.ty).span, "what it is")
                    .related(&field.span, "what is taken");
                self.diagnostics.push(fault.help("give both the same schema, by a `$ref` to one place"));
                return None;
            }
            if !found.certain {
                let message =
                    format!("`{}` may be missing or null, and then the run would break off", text.value);
                let fault = Diagnostic::error("SAG007", &text.span, message)
                    .help("make it required, or hand over the object it stands in");
                self.diagnostics.push(fault);
                return None;
            }
            return Some(Given::Reference(found.reference));
        }
        if !self.literal_fits(node, field) {
            let message = format!("{} is not what `{}` takes", node.kind(), field.name.wire);
            let fault =
                Diagnostic::error("SAG005", &node.span, message).related(&field.span, "what is taken");
            self.diagnostics.push(fault.help("a value from elsewhere starts with `$`: `$input.orderId`"));
            return None;
        }
        Some(Given::Literal(node.to_json()))
    }

    fn literal_fits(&self, node: &Node, field: &Field) -> bool {
        let kind = &self.around.types.get(field.ty).kind;
        match (&node.value, kind) {
            (Value::Null, _) => field.nullable,
            (Value::Mapping(_) | Value::Sequence(_), _) => false,
            (_, TypeKind::Scalar(Scalar::Any)) => true,
            (Value::String(text), TypeKind::Enum(of)) => {
                of.values.iter().any(|value| value.value == EnumLiteral::String(text.clone()))
            }
            (Value::String(_), TypeKind::Scalar(Scalar::String)) => true,
            (Value::String(text), TypeKind::Newtype(of)) => {
                let length = text.chars().count() as u64;
                of.base == Scalar::String
                    && of.limits.pattern.is_none()
                    && of.limits.min_length.is_none_or(|least| least <= length)
                    && of.limits.max_length.is_none_or(|most| most >= length)
            }
            (Value::Number(_), TypeKind::Newtype(of)) => {
                let whole = matches!(of.base, Scalar::Int32 | Scalar::Int64);
                node.as_i64().is_some_and(|number| whole && is_within(number, &of.limits))
            }
            (Value::Bool(_), TypeKind::Scalar(Scalar::Boolean)) => true,
            (Value::Number(_), TypeKind::Scalar(Scalar::Int32 | Scalar::Int64)) => node.as_i64().is_some(),
            (Value::Number(_), TypeKind::Scalar(Scalar::Float64)) => true,
            _ => false,
        }
    }
}

/// Whether a whole number is within limits; one that a limit of another kind could refuse isn't.
fn is_within(number: i64, limits: &Limits) -> bool {
    let whole = |bound: &Bound| bound.value.parse::<i64>().ok();
    let above = |bound: &Bound| {
        whole(bound).is_some_and(|least| if bound.exclusive { number > least } else { number >= least })
    };
    let below = |bound: &Bound| {
        whole(bound).is_some_and(|most| if bound.exclusive { number < most } else { number <= most })
    };
    limits.multiple_of.is_none()
        && limits.minimum.as_ref().is_none_or(above)
        && limits.maximum.as_ref().is_none_or(below)
}
