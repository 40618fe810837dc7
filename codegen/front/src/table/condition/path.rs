//! Fields of an item and what is inside them.

use stipule_ir::table::FieldPath;
use stipule_ir::types::{Field, Scalar};
use stipule_ir::{Diagnostic, TypeId, TypeKind};

use super::Path;
use super::judge::Scope;

/// Where a path leads.
pub(super) struct Reached {
    pub(super) path: FieldPath,
    /// Whether an item may lack it.
    pub(super) may_be_missing: bool,
    /// Whether it may be null.
    pub(super) nullable: bool,
}

impl Scope<'_> {
    /// The field at the end of a path: `TBL002` for a name that isn't there, `TBL009` where nothing has names.
    pub(super) fn reach(&mut self, path: &Path) -> Option<Reached> {
        let ((name, range), inner) = path.steps.split_first()?;
        let span = self.place(range.clone());
        let field = self.around.field_at(self.ty, name, &span, self.diagnostics)?;
        let declared = &self.around.fields(self.ty)[field.0 as usize];
        let path = FieldPath { field, within: Vec::new(), ty: declared.ty, personal: declared.personal };
        let mut reached = Reached { path, may_be_missing: !declared.required, nullable: declared.nullable };
        for (name, range) in inner {
            let span = self.place(range.clone());
            let owner = self.shown(&reached.path);
            let step = self.step(reached.path.ty, &owner, name, &span)?;
            reached = step.after(reached, name);
        }
        if self.around.is_faulty(reached.path.ty, self.diagnostics) {
            return None;
        }
        Some(reached)
    }

    /// A path in the words of the contract.
    pub(super) fn shown(&self, path: &FieldPath) -> String {
        let field = &self.around.fields(self.ty)[path.field.0 as usize].name.wire;
        std::iter::once(field).chain(&path.within).map(String::as_str).collect::<Vec<_>>().join(".")
    }

    fn step(&mut self, ty: TypeId, owner: &str, name: &str, span: &stipule_ir::Span) -> Option<Step> {
        let why = match &self.around.types.get(ty).kind {
            TypeKind::Struct(_) => {
                let field = self.around.field_at(ty, name, span, self.diagnostics)?;
                return Some(Step::of_field(&self.around.fields(ty)[field.0 as usize]));
            }
            TypeKind::Map(map) => {
                return Some(Step {
                    ty: map.value,
                    personal: false,
                    may_be_missing: true,
                    nullable: map.nullable_values,
                });
            }
            TypeKind::Scalar(Scalar::Any) if self.around.is_faulty(ty, self.diagnostics) => return None,
            TypeKind::Union(_) => "is one of several objects, so which fields it has isn't certain",
            TypeKind::List(_) | TypeKind::Tuple(_) => {
                "is a list: `contains` and `size` look into it, names don't"
            }
            _ => "has no fields",
        };
        let message = format!("`{owner}` {why}");
        self.diagnostics.push(Diagnostic::error("TBL009", span, message));
        None
    }
}

/// One name further.
struct Step {
    ty: TypeId,
    personal: bool,
    may_be_missing: bool,
    nullable: bool,
}

impl Step {
    fn of_field(field: &Field) -> Self {
        Self {
            ty: field.ty,
            personal: field.personal,
            may_be_missing: !field.required,
            nullable: field.nullable,
        }
    }

    fn after(self, before: Reached, name: &str) -> Reached {
        let mut path = before.path;
        path.within.push(name.to_owned());
        path.ty = self.ty;
        path.personal |= self.personal;
        // Nothing is inside of null, or of what isn't there.
        let may_be_missing = before.may_be_missing || before.nullable || self.may_be_missing;
        Reached { path, may_be_missing, nullable: self.nullable }
    }
}
