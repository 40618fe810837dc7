//! Conditions as expressions of the store: the text is static, arguments are bound to its placeholders.

use stipule_ir::table::{Comparison, Condition, Entity, FieldRef, Operand};
use stipule_ir::types::EnumLiteral;

use crate::store::scene::Scene;

/// A condition while its text is written.
pub(super) struct Writer<'a> {
    scene: &'a Scene<'a>,
    entity: &'a Entity,
    /// Placeholder and attribute.
    names: Vec<(String, String)>,
    /// Placeholder and what it stands for.
    values: Vec<(String, Bound<'a>)>,
}

/// What a placeholder stands for.
pub(super) enum Bound<'a> {
    /// An argument of this name, compared to a field.
    Argument(&'a stipule_ir::Name, FieldRef),
    /// A literal.
    Literal(&'a EnumLiteral),
}

/// `Expression::new("…").name(…).value(…)`; `argument` gives the attribute of an argument.
pub(super) fn expression<'a>(
    scene: &'a Scene<'a>,
    entity: &'a Entity,
    condition: &'a Condition,
    mut argument: impl FnMut(&stipule_ir::Name, FieldRef) -> String,
) -> String {
    let mut writer = Writer { scene, entity, names: Vec::new(), values: Vec::new() };
    let text = writer.text(condition, true);
    let mut expression = format!("Expression::new({text:?})");
    for (placeholder, attribute) in &writer.names {
        expression.push_str(&format!(".name({placeholder:?}, {attribute:?})"));
    }
    for (placeholder, bound) in &writer.values {
        let value = match bound {
            Bound::Argument(name, field) => argument(name, *field),
            Bound::Literal(literal) => literal_attribute(literal),
        };
        expression.push_str(&format!(".value({placeholder:?}, {value})"));
    }
    expression
}

impl<'a> Writer<'a> {
    fn text(&mut self, condition: &'a Condition, outermost: bool) -> String {
        match condition {
            Condition::All(parts) => self.joined(parts, " AND ", outermost),
            Condition::Any(parts) => self.joined(parts, " OR ", outermost),
            Condition::Not(inner) => format!("NOT ({})", self.text(inner, true)),
            Condition::Compare { left, operator, right } => {
                let sign = sign(*operator);
                let left_name = self.name(*left);
                let right = self.operand(*left, right);
                format!("{left_name} {sign} {right}")
            }
        }
    }

    fn joined(&mut self, parts: &'a [Condition], sign: &str, outermost: bool) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.text(part, false)).collect();
        let text = parts.join(sign);
        if outermost || parts.len() < 2 { text } else { format!("({text})") }
    }

    fn operand(&mut self, left: FieldRef, operand: &'a Operand) -> String {
        match operand {
            Operand::Field(field) => self.name(*field),
            Operand::Argument(name) => {
                self.value(format!(":{}", name.plain_field()), Bound::Argument(name, left))
            }
            Operand::Literal(literal) => {
                let placeholder = format!(":literal_{}", self.values.len() + 1);
                self.value(placeholder, Bound::Literal(literal))
            }
        }
    }

    fn name(&mut self, field: FieldRef) -> String {
        let name = &self.scene.field(self.entity, field).name;
        let placeholder = format!("#{}", name.plain_field());
        if !self.names.iter().any(|(known, _)| *known == placeholder) {
            self.names.push((placeholder.clone(), name.wire.clone()));
        }
        placeholder
    }

    fn value(&mut self, placeholder: String, bound: Bound<'a>) -> String {
        if !self.values.iter().any(|(known, _)| *known == placeholder) {
            self.values.push((placeholder.clone(), bound));
        }
        placeholder
    }
}

fn literal_attribute(literal: &EnumLiteral) -> String {
    match literal {
        EnumLiteral::String(text) => format!("Attr::text({text:?})"),
        EnumLiteral::Integer(integer) => format!("Attr::integer({integer})"),
        EnumLiteral::Boolean(boolean) => format!("Attr::Bool({boolean})"),
    }
}

/// The condition as a person wrote it, for documentation.
pub(super) fn shown(scene: &Scene<'_>, entity: &Entity, condition: &Condition) -> String {
    let field = |field: FieldRef| scene.field(entity, field).name.wire.clone();
    match condition {
        Condition::All(parts) => listed(scene, entity, parts, " and "),
        Condition::Any(parts) => listed(scene, entity, parts, " or "),
        Condition::Not(inner) => format!("not ({})", shown(scene, entity, inner)),
        Condition::Compare { left, operator, right } => {
            let sign = sign(*operator);
            let right = match right {
                Operand::Field(other) => field(*other),
                Operand::Argument(name) => format!("${}", name.wire),
                Operand::Literal(EnumLiteral::String(text)) => format!("'{text}'"),
                Operand::Literal(EnumLiteral::Integer(integer)) => integer.to_string(),
                Operand::Literal(EnumLiteral::Boolean(boolean)) => boolean.to_string(),
            };
            format!("{} {sign} {right}", field(*left))
        }
    }
}

fn listed(scene: &Scene<'_>, entity: &Entity, parts: &[Condition], word: &str) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Condition::Any(_) | Condition::All(_) => format!("({})", shown(scene, entity, part)),
            _ => shown(scene, entity, part),
        })
        .collect();
    parts.join(word)
}

/// The same in contracts and in expressions of the store.
fn sign(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
