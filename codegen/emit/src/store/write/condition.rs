//! Conditions as expressions of the store: the text is static, arguments are bound to its placeholders.

use stipule_ir::table::{
    Among, Argument, Comparison, Condition, Entity, FieldPath, Literal, Operand, Subject,
};

use crate::store::scene::Scene;

/// A condition while its text is written.
struct Writer<'a> {
    scene: &'a Scene<'a>,
    entity: &'a Entity,
    /// Placeholder and attribute.
    names: Vec<(String, String)>,
    /// Placeholder and what it stands for.
    values: Vec<(String, Bound<'a>)>,
}

/// What a placeholder stands for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bound<'a> {
    /// One value.
    Argument(&'a Argument),
    /// Each value of a list.
    List(&'a Argument),
    /// A literal.
    Literal(&'a Literal),
}

/// An argument where a condition uses it.
pub(super) struct Wanted<'a> {
    pub(super) argument: &'a Argument,
    pub(super) list: bool,
    /// Whether it is compared with personal data.
    pub(super) personal: bool,
}

/// `Expression::new("…").name(…).value(…)`; `argument` gives the attribute of an argument, or those of a list.
pub(super) fn expression<'a>(
    scene: &'a Scene<'a>,
    entity: &'a Entity,
    condition: &'a Condition,
    mut argument: impl FnMut(&Wanted<'a>) -> String,
) -> String {
    let mut writer = Writer { scene, entity, names: Vec::new(), values: Vec::new() };
    let text = writer.text(condition, true);
    let personal = is_personal(condition);
    let mut expression = format!("Expression::new({text:?})");
    for (placeholder, attribute) in &writer.names {
        expression.push_str(&format!(".name({placeholder:?}, {attribute:?})"));
    }
    for (placeholder, bound) in &writer.values {
        expression.push_str(&match bound {
            Bound::Literal(literal) => format!(".value({placeholder:?}, {})", attribute_of(literal)),
            Bound::Argument(it) => {
                let value = argument(&Wanted { argument: it, list: false, personal });
                format!(".value({placeholder:?}, {value})")
            }
            Bound::List(it) => {
                let values = argument(&Wanted { argument: it, list: true, personal });
                format!(".values({placeholder:?}, {values})")
            }
        });
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
                let (left_text, right_text) = (self.subject(left), self.operand(right));
                let sized =
                    matches!(left, Subject::Size(_)) || matches!(right, Operand::Subject(Subject::Size(_)));
                // What has no size has no other one than asked for; that `<>` says so too is written nowhere.
                match operator {
                    Comparison::NotEqual if sized => format!("NOT {left_text} = {right_text}"),
                    operator => format!("{left_text} {} {right_text}", operator.sign()),
                }
            }
            // The store refuses a BETWEEN whose ends are the wrong way round; two comparisons are just false.
            Condition::Between { value, low, high } => {
                let value = self.subject(value);
                let text = format!("{value} >= {} AND {value} <= {}", self.operand(low), self.operand(high));
                // The store refuses redundant parentheses too.
                if outermost { text } else { format!("({text})") }
            }
            Condition::In { value, among } => {
                let value = self.subject(value);
                let choices: Vec<String> = match among {
                    Among::These(operands) => operands.iter().map(|it| self.operand(it)).collect(),
                    Among::List(argument) => {
                        vec![self.value(&argument.name.plain_field(), Bound::List(argument))]
                    }
                };
                format!("{value} IN ({})", choices.join(", "))
            }
            Condition::Exists(path) => format!("attribute_exists({})", self.path(path)),
            Condition::Missing(path) => format!("attribute_not_exists({})", self.path(path)),
            Condition::BeginsWith { text, start } => {
                format!("begins_with({}, {})", self.path(text), self.operand(start))
            }
            Condition::Contains { whole, part } => {
                format!("contains({}, {})", self.path(whole), self.operand(part))
            }
        }
    }

    fn joined(&mut self, parts: &'a [Condition], sign: &str, outermost: bool) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.text(part, false)).collect();
        let text = parts.join(sign);
        if outermost || parts.len() < 2 { text } else { format!("({text})") }
    }

    fn subject(&mut self, subject: &'a Subject) -> String {
        match subject {
            Subject::Value(path) => self.path(path),
            Subject::Size(path) => format!("size({})", self.path(path)),
        }
    }

    fn operand(&mut self, operand: &'a Operand) -> String {
        match operand {
            Operand::Subject(subject) => self.subject(subject),
            Operand::Argument(argument) => {
                self.value(&argument.name.plain_field(), Bound::Argument(argument))
            }
            Operand::Literal(literal) => {
                self.value(&format!("_{}", self.values.len() + 1), Bound::Literal(literal))
            }
        }
    }

    /// `#address.#city`
    fn path(&mut self, path: &'a FieldPath) -> String {
        let field = &self.scene.field(self.entity, path.field).name;
        let mut text = self.name(&field.wire);
        for step in &path.within {
            text.push('.');
            text.push_str(&self.name(step));
        }
        text
    }

    fn name(&mut self, wire: &str) -> String {
        let span = stipule_ir::Span::start_of(stipule_ir::FileId(0));
        let plain = stipule_ir::Name::new(wire, span).plain_field();
        // Placeholders are letters and digits; whatever else a name has is left out, and numbers set apart.
        let plain: String = plain.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
        let plain = if plain.is_empty() { "field".to_owned() } else { plain };
        let mut placeholder = format!("#{plain}");
        let mut number = 1;
        loop {
            match self.names.iter().find(|(known, _)| *known == placeholder) {
                Some((_, attribute)) if attribute == wire => return placeholder,
                Some(_) => {
                    number += 1;
                    placeholder = format!("#{plain}_{number}");
                }
                None => {
                    self.names.push((placeholder.clone(), wire.to_owned()));
                    return placeholder;
                }
            }
        }
    }

    fn value(&mut self, name: &str, bound: Bound<'a>) -> String {
        let placeholder = format!(":{name}");
        if !self.values.iter().any(|(known, _)| *known == placeholder) {
            self.values.push((placeholder.clone(), bound));
        }
        placeholder
    }
}

fn attribute_of(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("Attr::text({text:?})"),
        Literal::Integer(integer) => format!("Attr::integer({integer})"),
        Literal::Decimal(digits) => format!("Attr::N({digits:?}.to_owned())"),
        Literal::Boolean(boolean) => format!("Attr::Bool({boolean})"),
        Literal::Null => "Attr::Null".to_owned(),
    }
}

fn is_personal(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(is_personal),
        Condition::Not(inner) => is_personal(inner),
        Condition::Compare { left: value, .. }
        | Condition::Between { value, .. }
        | Condition::In { value, .. } => value.path().personal,
        Condition::Exists(path)
        | Condition::Missing(path)
        | Condition::BeginsWith { text: path, .. }
        | Condition::Contains { whole: path, .. } => path.personal,
    }
}

/// The condition as a person wrote it, for documentation.
pub(super) fn shown(scene: &Scene<'_>, entity: &Entity, condition: &Condition) -> String {
    let operand = |operand: &Operand| shown_operand(scene, entity, operand);
    let subject = |subject: &Subject| shown_subject(scene, entity, subject);
    let path = |path: &FieldPath| shown_path(scene, entity, path);
    match condition {
        Condition::All(parts) => listed(scene, entity, parts, " and "),
        Condition::Any(parts) => listed(scene, entity, parts, " or "),
        Condition::Not(inner) => format!("not ({})", shown(scene, entity, inner)),
        Condition::Compare { left, operator, right } => {
            format!("{} {} {}", subject(left), operator.sign(), operand(right))
        }
        Condition::Between { value, low, high } => {
            format!("{} between {} and {}", subject(value), operand(low), operand(high))
        }
        Condition::In { value, among: Among::List(argument) } => {
            format!("{} in ${}", subject(value), argument.name.wire)
        }
        Condition::In { value, among: Among::These(operands) } => {
            let operands: Vec<String> = operands.iter().map(operand).collect();
            format!("{} in ({})", subject(value), operands.join(", "))
        }
        Condition::Exists(it) => format!("exists({})", path(it)),
        Condition::Missing(it) => format!("missing({})", path(it)),
        Condition::BeginsWith { text, start } => format!("begins_with({}, {})", path(text), operand(start)),
        Condition::Contains { whole, part } => format!("contains({}, {})", path(whole), operand(part)),
    }
}

fn shown_path(scene: &Scene<'_>, entity: &Entity, path: &FieldPath) -> String {
    let field = &scene.field(entity, path.field).name.wire;
    std::iter::once(field).chain(&path.within).map(String::as_str).collect::<Vec<_>>().join(".")
}

fn shown_subject(scene: &Scene<'_>, entity: &Entity, subject: &Subject) -> String {
    match subject {
        Subject::Value(path) => shown_path(scene, entity, path),
        Subject::Size(path) => format!("size({})", shown_path(scene, entity, path)),
    }
}

fn shown_operand(scene: &Scene<'_>, entity: &Entity, operand: &Operand) -> String {
    match operand {
        Operand::Subject(subject) => shown_subject(scene, entity, subject),
        Operand::Argument(argument) => format!("${}", argument.name.wire),
        Operand::Literal(Literal::Text(text)) => format!("'{text}'"),
        Operand::Literal(Literal::Integer(integer)) => integer.to_string(),
        Operand::Literal(Literal::Decimal(digits)) => digits.clone(),
        Operand::Literal(Literal::Boolean(boolean)) => boolean.to_string(),
        Operand::Literal(Literal::Null) => "null".to_owned(),
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
