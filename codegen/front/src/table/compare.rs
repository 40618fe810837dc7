//! What the names in a condition mean, and whether the sides can be compared.

use std::ops::Range;

use stipule_ir::table::{Comparison, Condition, FieldRef, Operand};
use stipule_ir::types::{EnumLiteral, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId, TypeKind};

use super::condition::{Expression, Term, TermKind, parse};
use super::entity::fits;
use super::known::Surroundings;
use super::place::inside;

/// An argument of the generated function: its name, and the type of what it is compared with or added to.
pub(super) struct Argument {
    pub(super) name: Name,
    pub(super) ty: TypeId,
    pub(super) span: Span,
}

/// Lowers the text of a condition on an entity with fields of `ty`. Every fault is reported: `TBL008` for its form,
/// `TBL009` for what can't be compared.
pub(super) fn lower(
    text: &Spanned<String>,
    ty: TypeId,
    around: &Surroundings<'_>,
    arguments: &mut Vec<Argument>,
    diagnostics: &mut Diagnostics,
) -> Option<Condition> {
    let mut scope = Scope { text, ty, around, arguments, diagnostics };
    match parse(&text.value) {
        Ok(expression) => scope.resolve(&expression),
        Err(fault) => {
            let span = scope.place(fault.range);
            let help = "like `reserved <= $max and (status = 'OPEN' or not paid = 0)`";
            scope.diagnostics.push(Diagnostic::error("TBL008", &span, fault.message).help(help));
            None
        }
    }
}

struct Scope<'s> {
    text: &'s Spanned<String>,
    ty: TypeId,
    around: &'s Surroundings<'s>,
    arguments: &'s mut Vec<Argument>,
    diagnostics: &'s mut Diagnostics,
}

impl Scope<'_> {
    fn place(&self, range: Range<usize>) -> Span {
        inside(self.around.sources, self.text, range)
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
        }
    }

    fn compare(&mut self, left: &Term, operator: Comparison, right: &Term) -> Option<Condition> {
        let TermKind::Field(name) = &left.kind else {
            let span = self.place(left.range.clone());
            let fault = Diagnostic::error("TBL009", &span, "the left side of a comparison is a field")
                .help("turn the comparison round: `1 < a` reads `a > 1`");
            self.diagnostics.push(fault);
            return None;
        };
        let span = self.place(left.range.clone());
        let field = self.around.field_at(self.ty, name, &span, self.diagnostics)?;
        let left_ty = self.field_type(field);
        let ordered = !matches!(operator, Comparison::Equal | Comparison::NotEqual);
        self.judge_left(left_ty, ordered, name, &span)?;
        let right = self.operand(right, left_ty, name)?;
        Some(Condition::Compare { left: field, operator, right })
    }

    fn field_type(&self, field: FieldRef) -> TypeId {
        self.around.fields(self.ty)[field.0 as usize].ty
    }

    /// Only scalars are compared, and only those whose stored form sorts like their values are ordered.
    fn judge_left(&mut self, ty: TypeId, ordered: bool, name: &str, span: &Span) -> Option<()> {
        if self.around.is_faulty(ty, self.diagnostics) {
            return None;
        }
        let is_enum = matches!(self.around.types.get(ty).kind, TypeKind::Enum(_));
        let scalar = self.around.scalar(ty);
        let comparable =
            is_enum || scalar.is_some_and(|scalar| !matches!(scalar, Scalar::Any | Scalar::Null));
        let sorts = scalar.is_some_and(|scalar| {
            use Scalar::{Date, DateTime, Email, Float64, Int32, Int64, String, Ulid, Uri, Uuid};
            matches!(scalar, Date | DateTime | Email | Float64 | Int32 | Int64 | String | Ulid | Uri | Uuid)
        });
        let message = match (comparable, ordered && !sorts) {
            (true, false) => return Some(()),
            (false, _) => format!("`{name}` has parts and can't be compared"),
            (true, true) => format!("`{name}` has no order; it can only be compared by `=` and `<>`"),
        };
        self.diagnostics.push(Diagnostic::error("TBL009", span, message));
        None
    }

    fn operand(&mut self, right: &Term, left: TypeId, left_name: &str) -> Option<Operand> {
        let span = self.place(right.range.clone());
        match &right.kind {
            TermKind::Argument(name) => {
                let name = Name::new(name.clone(), span.clone());
                self.arguments.push(Argument { name: name.clone(), ty: left, span });
                Some(Operand::Argument(name))
            }
            TermKind::Literal(literal) => {
                if let Err(help) = fits(literal, left, self.around) {
                    let shown = match literal {
                        EnumLiteral::String(text) => format!("'{text}'"),
                        EnumLiteral::Integer(number) => number.to_string(),
                        EnumLiteral::Boolean(value) => value.to_string(),
                    };
                    let message = format!("`{left_name}` is never {shown}");
                    self.diagnostics.push(Diagnostic::error("TBL009", &span, message).help(help));
                    return None;
                }
                Some(Operand::Literal(literal.clone()))
            }
            TermKind::Field(name) => {
                let field = self.around.field_at(self.ty, name, &span, self.diagnostics)?;
                let ty = self.field_type(field);
                let same = ty == left
                    || (self.around.scalar(ty).is_some()
                        && self.around.scalar(ty) == self.around.scalar(left));
                if !same {
                    let message = format!("`{left_name}` and `{name}` have different types");
                    self.diagnostics.push(Diagnostic::error("TBL009", &span, message));
                    return None;
                }
                Some(Operand::Field(field))
            }
        }
    }
}
