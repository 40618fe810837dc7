//! Conditions as the table file writes them.

use stipule_ir::table::{Among, Condition, Entity, FieldPath, Literal, Operand, Subject};
use stipule_table::key::field_name;

use super::view::Scene;

impl Scene<'_> {
    /// `available >= $quantity and not status = 'LOST'`.
    pub(super) fn condition(&self, entity: &Entity, condition: &Condition) -> String {
        let path = |path: &FieldPath| self.path(entity, path);
        let operand = |operand: &Operand| self.operand(entity, operand);
        match condition {
            Condition::All(parts) => self.joined(entity, parts, " and "),
            Condition::Any(parts) => self.joined(entity, parts, " or "),
            Condition::Not(inner) => format!("not {}", self.condition(entity, inner)),
            Condition::Compare { left, operator, right } => {
                format!("{} {} {}", self.subject(entity, left), operator.sign(), operand(right))
            }
            Condition::Between { value, low, high } => {
                format!("{} between {} and {}", self.subject(entity, value), operand(low), operand(high))
            }
            Condition::In { value, among } => {
                let among = match among {
                    Among::These(values) => values.iter().map(operand).collect::<Vec<_>>().join(", "),
                    Among::List(argument) => format!("${}", argument.name.wire),
                };
                format!("{} in ({among})", self.subject(entity, value))
            }
            Condition::Exists(field) => format!("exists({})", path(field)),
            Condition::Missing(field) => format!("missing({})", path(field)),
            Condition::BeginsWith { text, start } => {
                format!("begins_with({}, {})", path(text), operand(start))
            }
            Condition::Contains { whole, part } => format!("contains({}, {})", path(whole), operand(part)),
        }
    }

    fn joined(&self, entity: &Entity, parts: &[Condition], word: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.condition(entity, part)).collect();
        format!("({})", parts.join(word))
    }

    fn path(&self, entity: &Entity, path: &FieldPath) -> String {
        let names = path.within.iter().map(|name| format!(".{name}"));
        format!("{}{}", field_name(self.contract, entity, path.field), names.collect::<String>())
    }

    fn subject(&self, entity: &Entity, subject: &Subject) -> String {
        match subject {
            Subject::Value(path) => self.path(entity, path),
            Subject::Size(path) => format!("size({})", self.path(entity, path)),
        }
    }

    fn operand(&self, entity: &Entity, operand: &Operand) -> String {
        match operand {
            Operand::Subject(subject) => self.subject(entity, subject),
            Operand::Argument(argument) => format!("${}", argument.name.wire),
            Operand::Literal(literal) => match literal {
                Literal::Text(text) => format!("'{text}'"),
                Literal::Integer(number) => number.to_string(),
                Literal::Decimal(number) => number.clone(),
                Literal::Boolean(truth) => truth.to_string(),
                Literal::Null => "null".to_owned(),
            },
        }
    }
}
