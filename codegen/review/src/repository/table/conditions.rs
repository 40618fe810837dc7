//! What a write demands of the item that is there, as texts that can be compared.

use stipule_ir::table::{
    Among, Comparison, Condition, Demand, EntityId, FieldPath, Literal, Operand, Subject, WriteKind,
    WriteOperation,
};

use super::One;

/// Everything that must hold, each by itself; nothing if nothing must.
pub(super) fn demanded(one: One<'_>, operation: &WriteOperation) -> Vec<String> {
    let Some(entity) = operation.kind.entity() else { return Vec::new() };
    let of = Of { one, entity };
    let mut all = match &operation.kind {
        WriteKind::Put { demand, .. } | WriteKind::Delete { demand, .. } => of.demand(demand),
        WriteKind::Check { demand, current, .. } => {
            let mut all = of.demand(demand);
            all.extend(current.then(|| "as it was read".to_owned()));
            all
        }
        WriteKind::Update { condition, .. } => {
            let mut all = vec!["present".to_owned()];
            all.extend(condition.as_deref().map(|condition| of.conjuncts(condition)).unwrap_or_default());
            all
        }
        WriteKind::Upsert { .. } | WriteKind::Emit { .. } => Vec::new(),
    };
    all.sort_unstable();
    all.dedup();
    all
}

/// The entity whose fields a condition names.
#[derive(Clone, Copy)]
struct Of<'t> {
    one: One<'t>,
    entity: EntityId,
}

impl Of<'_> {
    fn demand(self, demand: &Demand) -> Vec<String> {
        match demand {
            Demand::Absent => vec!["absent".to_owned()],
            Demand::Any => Vec::new(),
            Demand::Present(condition) => {
                let mut all = vec!["present".to_owned()];
                all.extend(
                    condition.as_deref().map(|condition| self.conjuncts(condition)).unwrap_or_default(),
                );
                all
            }
        }
    }

    fn conjuncts(self, condition: &Condition) -> Vec<String> {
        match condition {
            Condition::All(all) => all.iter().flat_map(|condition| self.conjuncts(condition)).collect(),
            condition => vec![self.condition(condition)],
        }
    }

    fn condition(self, condition: &Condition) -> String {
        let joined = |conditions: &[Condition], word: &str| {
            let mut texts: Vec<String> =
                conditions.iter().map(|condition| format!("({})", self.condition(condition))).collect();
            texts.sort_unstable();
            texts.join(word)
        };
        match condition {
            Condition::All(all) => joined(all, " and "),
            Condition::Any(any) => joined(any, " or "),
            Condition::Not(inner) => format!("not ({})", self.condition(inner)),
            Condition::Compare { left, operator, right } => {
                format!("{} {} {}", self.subject(left), sign(*operator), self.operand(right))
            }
            Condition::Between { value, low, high } => {
                format!("{} between {} and {}", self.subject(value), self.operand(low), self.operand(high))
            }
            Condition::In { value, among } => {
                let among = match among {
                    Among::These(operands) => {
                        let mut texts: Vec<String> =
                            operands.iter().map(|operand| self.operand(operand)).collect();
                        texts.sort_unstable();
                        texts.join(", ")
                    }
                    Among::List(argument) => format!("${}", argument.name.wire),
                };
                format!("{} in ({among})", self.subject(value))
            }
            Condition::Exists(path) => format!("exists({})", self.path(path)),
            Condition::Missing(path) => format!("missing({})", self.path(path)),
            Condition::BeginsWith { text, start } => {
                format!("begins_with({}, {})", self.path(text), self.operand(start))
            }
            Condition::Contains { whole, part } => {
                format!("contains({}, {})", self.path(whole), self.operand(part))
            }
        }
    }

    fn subject(self, subject: &Subject) -> String {
        match subject {
            Subject::Value(path) => self.path(path),
            Subject::Size(path) => format!("size({})", self.path(path)),
        }
    }

    fn path(self, path: &FieldPath) -> String {
        let mut text = self.one.field(self.entity, path.field).to_owned();
        for name in &path.within {
            text.push('.');
            text.push_str(name);
        }
        text
    }

    fn operand(self, operand: &Operand) -> String {
        match operand {
            Operand::Subject(subject) => self.subject(subject),
            Operand::Argument(argument) => format!("${}", argument.name.wire),
            Operand::Literal(literal) => match literal {
                Literal::Text(text) => format!("'{text}'"),
                Literal::Integer(number) => number.to_string(),
                Literal::Decimal(text) => text.clone(),
                Literal::Boolean(truth) => truth.to_string(),
                Literal::Null => "null".to_owned(),
            },
        }
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
