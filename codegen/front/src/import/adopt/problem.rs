//! Failures: problem documents, whatever they were.

use stipule_ir::service::{Coding, Media, Outcome, Status};
use stipule_ir::types::{Access, Declaration, Docs, Extra, Field, Scalar, Struct};
use stipule_ir::{Name, Span, Type, TypeId, TypeKind};

use super::Adoption;

const PROBLEM: &str = "application/problem+json";

/// Members that every problem has (RFC 9457).
const MEMBERS: [(&str, Scalar, bool); 4] = [
    ("type", Scalar::String, true),
    ("title", Scalar::String, true),
    ("status", Scalar::Int32, true),
    ("detail", Scalar::String, false),
];

impl Adoption {
    /// Makes a failure a problem document, if it is a failure and none.
    pub(super) fn failure(&mut self, outcome: &mut Outcome) {
        let is_error = match outcome.status {
            Status::Code(code) => code >= 400,
            Status::Class(class) => class >= 4,
            Status::Default => true,
        };
        if !is_error || self.is_problem(outcome) {
            return;
        }
        let message = "failures are problem documents rather than what the document says".to_owned();
        self.say_once(&outcome.span, message, "write what else a problem tells as members of its own");
        let media = Media {
            media_type: PROBLEM.to_owned(),
            name: Name::new("problem", outcome.span.clone()),
            also: Vec::new(),
            ty: self.problem(&outcome.span),
            coding: Coding::Json,
            span: outcome.span.clone(),
        };
        outcome.media = vec![media];
    }

    fn is_problem(&self, outcome: &Outcome) -> bool {
        let [media] = outcome.media.as_slice() else { return false };
        let TypeKind::Struct(object) = &self.types.get(media.ty).kind else { return false };
        let has = |name: &str| object.fields.iter().any(|field| field.name.wire == name);
        media.media_type == PROBLEM
            && media.also.is_empty()
            && ["type", "title", "status"].iter().all(|name| has(name))
    }

    fn problem(&mut self, span: &Span) -> TypeId {
        if let Some(known) = self.problem {
            return known;
        }
        let fields = MEMBERS.map(|(name, scalar, required)| Field {
            name: Name::new(name, span.clone()),
            ty: self.types.add(Type {
                declaration: None,
                kind: TypeKind::Scalar(scalar),
                span: span.clone(),
            }),
            required,
            nullable: false,
            default: None,
            personal: false,
            access: Access::Both,
            docs: Docs::default(),
            span: span.clone(),
        });
        let kind = TypeKind::Struct(Struct {
            fields: fields.into(),
            extra: Extra::Ignored,
            min_properties: None,
            max_properties: None,
        });
        let declaration = Declaration {
            name: Name::new("problem", span.clone()),
            module: Name::new("types", span.clone()),
            docs: Docs { description: Some("Why a call failed (RFC 9457).".to_owned()), ..Docs::default() },
            accepted: false,
            read: true,
        };
        let ty = self.types.add(Type { declaration: Some(declaration), kind, span: span.clone() });
        self.problem = Some(ty);
        ty
    }
}
