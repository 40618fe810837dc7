//! Whether the sides of a test can be compared, and what the arguments among them are.

use std::ops::Range;

use stipule_ir::table::{Among, Argument, Comparison, Condition, Form, Literal, Operand, Subject};
use stipule_ir::types::Scalar;
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId, TypeKind};

use super::parse::parse;
use super::path::Reached;
use super::{Choices, Expression, Path, Term, TermKind, scalar};
use crate::table::known::Surroundings;
use crate::table::place::inside;

/// An argument of the generated function where it is used.
pub(in crate::table) struct Used {
    pub(in crate::table) name: Name,
    pub(in crate::table) form: Form,
    /// Whether it is a list of such values.
    pub(in crate::table) list: bool,
    pub(in crate::table) span: Span,
}

/// Whether two uses can be one argument.
pub(in crate::table) fn same_form(one: &Used, other: &Used, around: &Surroundings<'_>) -> bool {
    let declared = |ty: TypeId| around.types.get(ty).declaration.is_some();
    one.list == other.list
        && match (one.form, other.form) {
            (Form::Like(one), Form::Like(other)) => {
                one == other
                    || (around.scalar(one).is_some()
                        && around.scalar(one) == around.scalar(other)
                        && !declared(one)
                        && !declared(other))
            }
            (one, other) => one == other,
        }
}

/// Lowers the text of a condition on an entity with fields of `ty`. Every fault is reported: `TBL008` for its form,
/// `TBL009` for what can't be compared.
pub(in crate::table) fn lower(
    text: &Spanned<String>,
    ty: TypeId,
    around: &Surroundings<'_>,
    arguments: &mut Vec<Used>,
    diagnostics: &mut Diagnostics,
) -> Option<Condition> {
    let mut scope = Scope { text, ty, around, arguments, diagnostics };
    match parse(&text.value) {
        Ok(expression) => scope.resolve(&expression),
        Err(fault) => {
            let span = scope.place(fault.range);
            let help = "like `reserved <= $max and (status in ('OPEN', 'HELD') or not exists(paidAt))`";
            scope.diagnostics.push(Diagnostic::error("TBL008", &span, fault.message).help(help));
            None
        }
    }
}

pub(super) struct Scope<'s> {
    text: &'s Spanned<String>,
    pub(super) ty: TypeId,
    pub(super) around: &'s Surroundings<'s>,
    arguments: &'s mut Vec<Used>,
    pub(super) diagnostics: &'s mut Diagnostics,
}

/// The left side of a test, and what the other side must be.
struct Left {
    subject: Subject,
    shown: String,
    /// The type of its values; a size is a whole number.
    values: Values,
    nullable: bool,
}

#[derive(Clone, Copy)]
enum Values {
    Of(TypeId),
    Sizes,
}

impl Scope<'_> {
    pub(super) fn place(&self, range: Range<usize>) -> Span {
        inside(self.around.sources, self.text, range)
    }

    /// `TBL009`.
    fn refuse(&mut self, range: &Range<usize>, message: String, help: Option<String>) {
        let mut fault = Diagnostic::error("TBL009", &self.place(range.clone()), message);
        if let Some(help) = help {
            fault = fault.help(help);
        }
        self.diagnostics.push(fault);
    }

    fn all(&mut self, parts: &[Expression]) -> Option<Vec<Condition>> {
        // Not `collect` into an option at once: the faults of later parts are wanted too.
        let resolved: Vec<Option<Condition>> = parts.iter().map(|part| self.resolve(part)).collect();
        resolved.into_iter().collect()
    }

    fn resolve(&mut self, expression: &Expression) -> Option<Condition> {
        match expression {
            Expression::All(parts) => Some(Condition::All(self.all(parts)?)),
            Expression::Any(parts) => Some(Condition::Any(self.all(parts)?)),
            Expression::Not(inner) => Some(Condition::Not(Box::new(self.resolve(inner)?))),
            Expression::Compare { left, operator, right } => self.compare(left, *operator, right),
            Expression::Between { value, low, high } => self.between(value, low, high),
            Expression::In { value, among } => self.among(value, among),
            Expression::Exists(path) => Some(Condition::Exists(self.optional(path)?.path)),
            Expression::Missing(path) => Some(Condition::Missing(self.optional(path)?.path)),
            Expression::BeginsWith { text, start } => self.begins_with(text, start),
            Expression::Contains { whole, part } => self.contains(whole, part),
        }
    }

    fn compare(&mut self, left: &Term, operator: Comparison, right: &Term) -> Option<Condition> {
        let ordered = !matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let left = self.left(left, ordered)?;
        if ordered && right.kind == TermKind::Literal(Literal::Null) {
            self.refuse(&right.range, "nothing is less or greater than null".to_owned(), None);
            return None;
        }
        let right = self.operand(right, &left)?;
        Some(Condition::Compare { left: left.subject, operator, right })
    }

    fn between(&mut self, value: &Term, low: &Term, high: &Term) -> Option<Condition> {
        let left = self.left(value, true)?;
        let ends = [self.operand(low, &left), self.operand(high, &left)];
        let [Some(bottom), Some(top)] = ends else { return None };
        if let (Operand::Literal(one), Operand::Literal(other)) = (&bottom, &top)
            && is_greater(one, other)
        {
            let shown = [one, other].map(scalar::shown);
            let message = format!("nothing lies between {} and {}", shown[0], shown[1]);
            let help = Some("the lower end comes first".to_owned());
            self.refuse(&(low.range.start..high.range.end), message, help);
            return None;
        }
        Some(Condition::Between { value: left.subject, low: bottom, high: top })
    }

    fn among(&mut self, value: &Term, among: &Choices) -> Option<Condition> {
        let left = self.left(value, false)?;
        let among = match among {
            Choices::List(name, range) => Among::List(self.argument(name, range, left.form(self), true)),
            Choices::These(terms) => {
                if let Some(term) = terms.get(Among::MOST_AMONG) {
                    let message = format!("`in` takes at most {} values", Among::MOST_AMONG);
                    self.refuse(&term.range, message, None);
                }
                let found: Vec<Option<Operand>> =
                    terms.iter().map(|term| self.operand(term, &left)).collect();
                for (at, (term, operand)) in terms.iter().zip(&found).enumerate() {
                    if operand.is_some() && found[..at].contains(operand) {
                        self.refuse(&term.range, "this stands in the list already".to_owned(), None);
                    }
                }
                Among::These(found.into_iter().collect::<Option<_>>()?)
            }
        };
        Some(Condition::In { value: left.subject, among })
    }

    /// A field that an item may lack; whether it does is no question of any other.
    fn optional(&mut self, path: &Path) -> Option<Reached> {
        let reached = self.reach(path)?;
        if reached.may_be_missing {
            return Some(reached);
        }
        let shown = path.shown();
        let help = match reached.nullable {
            true => format!("it may be null, though: `{shown} = null`"),
            false => "its schema says that it is required".to_owned(),
        };
        self.refuse(&path.range, format!("`{shown}` is always there"), Some(help));
        None
    }

    fn begins_with(&mut self, path: &Path, start: &Term) -> Option<Condition> {
        let reached = self.reach(path)?;
        if !self.is_text(reached.path.ty) {
            let help = "only text begins with something: compare the value, or say `between`";
            self.refuse(&path.range, format!("`{}` is not text", path.shown()), Some(help.to_owned()));
            return None;
        }
        let start = self.part_of_text(start)?;
        Some(Condition::BeginsWith { text: reached.path, start })
    }

    fn contains(&mut self, path: &Path, part: &Term) -> Option<Condition> {
        let whole = self.reach(path)?;
        let part = if self.is_text(whole.path.ty) {
            self.part_of_text(part)?
        } else if let TypeKind::List(list) = &self.around.types.get(whole.path.ty).kind {
            if self.around.is_faulty(list.item, self.diagnostics) || !self.is_comparable(list.item) {
                let message = format!("the items of `{}` have parts and can't be compared", path.shown());
                self.refuse(&path.range, message, None);
                return None;
            }
            if let TermKind::Field(_) | TermKind::Size(_) = part.kind {
                let message = "what is looked for is an `$argument` or a literal".to_owned();
                self.refuse(&part.range, message, None);
                return None;
            }
            let left = Left {
                subject: Subject::Value(whole.path.clone()),
                shown: format!("an item of `{}`", path.shown()),
                values: Values::Of(list.item),
                nullable: list.nullable_items,
            };
            self.operand(part, &left)?
        } else {
            let message = format!("`{}` is neither a list nor text", path.shown());
            self.refuse(&path.range, message, None);
            return None;
        };
        Some(Condition::Contains { whole: whole.path, part })
    }

    /// An argument or a literal that need not be a value of the text it is looked for in.
    fn part_of_text(&mut self, term: &Term) -> Option<Operand> {
        match &term.kind {
            TermKind::Argument(name) => {
                Some(Operand::Argument(self.argument(name, &term.range, Form::Text, false)))
            }
            TermKind::Literal(text @ Literal::Text(_)) => Some(Operand::Literal(text.clone())),
            _ => {
                let message = "a part of a text is text in single quotes or an `$argument`".to_owned();
                self.refuse(&term.range, message, None);
                None
            }
        }
    }

    /// The left side: a field or the size of one.
    fn left(&mut self, term: &Term, ordered: bool) -> Option<Left> {
        let left = self.subject(term)?;
        let Some(left) = left else {
            let help = Some("turn the comparison round: `1 < a` reads `a > 1`".to_owned());
            self.refuse(&term.range, "the left side of a test is a field".to_owned(), help);
            return None;
        };
        let Values::Of(ty) = left.values else { return Some(left) };
        let message = match (self.is_comparable(ty), ordered && !self.sorts(ty)) {
            (true, false) => return Some(left),
            (false, _) => format!("{} has parts and can't be compared", left.shown),
            (true, true) => format!("{} has no order; it can only be compared by `=` and `<>`", left.shown),
        };
        self.refuse(&term.range, message, None);
        None
    }

    /// What a term says about the item: `Some(None)` if nothing.
    fn subject(&mut self, term: &Term) -> Option<Option<Left>> {
        match &term.kind {
            TermKind::Field(path) => {
                let reached = self.reach(path)?;
                Some(Some(Left {
                    shown: format!("`{}`", path.shown()),
                    values: Values::Of(reached.path.ty),
                    nullable: reached.nullable,
                    subject: Subject::Value(reached.path),
                }))
            }
            TermKind::Size(path) => {
                let reached = self.reach(path)?;
                let kind = &self.around.types.get(reached.path.ty).kind;
                let has_size =
                    matches!(kind, TypeKind::List(_) | TypeKind::Map(_)) || self.is_text(reached.path.ty);
                if !has_size {
                    let help = "lists, maps and texts have one".to_owned();
                    self.refuse(&path.range, format!("`{}` has no size", path.shown()), Some(help));
                    return None;
                }
                Some(Some(Left {
                    shown: format!("the size of `{}`", path.shown()),
                    values: Values::Sizes,
                    nullable: false,
                    subject: Subject::Size(reached.path),
                }))
            }
            TermKind::Argument(_) | TermKind::Literal(_) => Some(None),
        }
    }

    fn operand(&mut self, term: &Term, left: &Left) -> Option<Operand> {
        match &term.kind {
            TermKind::Argument(name) => {
                Some(Operand::Argument(self.argument(name, &term.range, left.form(self), false)))
            }
            TermKind::Literal(literal) => self.literal(literal, &term.range, left),
            TermKind::Field(_) | TermKind::Size(_) => {
                let right = self.subject(term)??;
                if right.subject == left.subject {
                    self.refuse(&term.range, format!("{} is compared with itself", left.shown), None);
                    return None;
                }
                if !self.same(left.values, right.values) {
                    let message = format!("{} and {} have different types", left.shown, right.shown);
                    self.refuse(&term.range, message, None);
                    return None;
                }
                Some(Operand::Subject(right.subject))
            }
        }
    }

    fn literal(&mut self, literal: &Literal, range: &Range<usize>, left: &Left) -> Option<Operand> {
        let value = match (left.values, literal) {
            (Values::Of(ty), _) => scalar::value(literal, ty, left.nullable, self.around),
            (Values::Sizes, Literal::Integer(0..)) => Ok(literal.clone()),
            (Values::Sizes, _) => Err("it is a whole number from 0".to_owned()),
        };
        match value {
            Ok(value) => Some(Operand::Literal(value)),
            Err(help) => {
                self.refuse(range, format!("{} is never {}", left.shown, scalar::shown(literal)), Some(help));
                None
            }
        }
    }

    fn argument(&mut self, name: &str, range: &Range<usize>, form: Form, list: bool) -> Argument {
        let span = self.place(range.clone());
        let name = Name::new(name.to_owned(), span.clone());
        self.arguments.push(Used { name: name.clone(), form, list, span });
        Argument { name, form }
    }

    fn same(&self, left: Values, right: Values) -> bool {
        let is_whole = |ty| matches!(self.around.scalar(ty), Some(Scalar::Int32 | Scalar::Int64));
        match (left, right) {
            (Values::Sizes, Values::Sizes) => true,
            (Values::Sizes, Values::Of(ty)) | (Values::Of(ty), Values::Sizes) => is_whole(ty),
            (Values::Of(left), Values::Of(right)) => {
                let scalars = [self.around.scalar(left), self.around.scalar(right)];
                left == right
                    || (scalars[0].is_some() && scalars[0] == scalars[1])
                    || (is_whole(left) && is_whole(right))
            }
        }
    }

    /// Only values without parts are compared.
    fn is_comparable(&self, ty: TypeId) -> bool {
        let scalar = self.around.scalar(ty);
        matches!(self.around.types.get(ty).kind, TypeKind::Enum(_))
            || scalar.is_some_and(|scalar| !matches!(scalar, Scalar::Any | Scalar::Null))
    }

    /// Only those whose stored form sorts like their values are ordered.
    fn sorts(&self, ty: TypeId) -> bool {
        use Scalar::{Date, DateTime, Email, Float64, Int32, Int64, String, Ulid, Uri, Uuid};
        let sorted = |scalar| {
            matches!(scalar, Date | DateTime | Email | Float64 | Int32 | Int64 | String | Ulid | Uri | Uuid)
        };
        self.around.scalar(ty).is_some_and(sorted)
    }

    /// Text that has parts of its own: not an id, a date or a number in the form of text.
    fn is_text(&self, ty: TypeId) -> bool {
        matches!(self.around.scalar(ty), Some(Scalar::String | Scalar::Email | Scalar::Uri))
    }
}

impl Left {
    /// What an argument on the other side is.
    fn form(&self, scope: &Scope<'_>) -> Form {
        match self.values {
            Values::Sizes => Form::Integer,
            Values::Of(ty) if matches!(scope.around.scalar(ty), Some(Scalar::Int32 | Scalar::Int64)) => {
                Form::Integer
            }
            Values::Of(ty) => Form::Like(ty),
        }
    }
}

fn is_greater(one: &Literal, other: &Literal) -> bool {
    let number = |literal: &Literal| match literal {
        Literal::Integer(number) => Some(number.to_string()),
        Literal::Decimal(digits) => Some(digits.clone()),
        _ => None,
    };
    match (one, other) {
        (Literal::Integer(one), Literal::Integer(other)) => one > other,
        (Literal::Text(one), Literal::Text(other)) => one > other,
        _ => {
            // Of two numbers that are equal as doubles none is said to be greater.
            let double = |digits: Option<String>| digits.and_then(|digits| digits.parse::<f64>().ok());
            matches!((double(number(one)), double(number(other))), (Some(one), Some(other)) if one > other)
        }
    }
}
