//! What a contract can't say of an operation.

use stipule_ir::service::{
    Idempotency, Location, Method, Parameter, PathSegment, Requirement, SchemeKind, Security, Status, Style,
};
use stipule_ir::types::{Scalar, TypeKind};
use stipule_ir::{Operation, TypeId};

use super::{Adoption, BEARER};

impl Adoption {
    /// The operation as a contract may have it; `None` where leaving something out would leave another operation.
    pub(super) fn operation(&mut self, mut operation: Operation) -> Option<Operation> {
        let odd = |segment: &PathSegment| match segment {
            PathSegment::Mixed(_) => true,
            PathSegment::Literal(text) => text.is_empty(),
            PathSegment::Parameter(_) => false,
        };
        if operation.path.segments.iter().any(odd) {
            let message =
                format!("`{}` is left out: a part of its path is neither text nor a parameter", operation.id);
            self.say(&operation.span, message, "give each part between slashes one meaning");
            return None;
        }
        if !operation.served {
            let message = format!("`{}` is left out: another operation answers the same calls", operation.id);
            self.say(&operation.span, message, "give one of them another path");
            return None;
        }
        self.parameters(&mut operation)?;
        let is_bodyless = matches!(operation.method, Method::Get | Method::Head | Method::Trace);
        if let Some(body) = operation.body.take_if(|_| is_bodyless) {
            let message = format!("the body of `{}` is left out", operation.id);
            self.say(&body.span, message, "use query parameters, or POST");
        }
        self.outcomes(&mut operation);
        operation.security = self.security(&operation);
        operation.servers.clear();
        operation.emits.clear();
        operation.cache = None;
        Some(operation)
    }

    /// Keeps the parameters that a gateway of ours reads. `None` when one that is required is none of them.
    fn parameters(&mut self, operation: &mut Operation) -> Option<()> {
        let is_key = |one: &Parameter| {
            one.location == Location::Header && one.name.wire.eq_ignore_ascii_case("idempotency-key")
        };
        if let Some(key) = operation.parameters.iter().find(|one| is_key(one))
            && matches!(operation.method, Method::Post | Method::Patch)
        {
            operation.idempotency =
                if key.required { Idempotency::KeyRequired } else { Idempotency::KeyOptional };
        }
        let mut kept = Vec::new();
        for mut parameter in std::mem::take(&mut operation.parameters) {
            if is_key(&parameter) {
                continue;
            }
            if self.is_readable(&parameter) {
                parameter.allow_reserved = false;
                kept.push(parameter);
                continue;
            }
            let name = &parameter.name;
            if parameter.required {
                let message = format!("`{}` is left out: `{name}` can't be a parameter", operation.id);
                self.say(&parameter.span, message, "text, numbers, truth values and lists of such can be");
                return None;
            }
            let message = format!("the parameter `{name}` is left out");
            self.say(
                &parameter.span,
                message,
                "text, numbers, truth values and lists of such can be parameters",
            );
        }
        operation.parameters = kept;
        Some(())
    }

    fn is_readable(&self, parameter: &Parameter) -> bool {
        let list = match &self.types.get(parameter.ty).kind {
            TypeKind::List(list) if !list.nullable_items => Some(list.item),
            _ => None,
        };
        let is_usual = match (parameter.location, parameter.style) {
            (Location::Path, Style::Simple { .. }) => list.is_none(),
            (Location::Cookie, Style::Form { .. }) => list.is_none(),
            (Location::Header, Style::Simple { .. }) | (Location::Query, Style::Form { .. }) => true,
            _ => false,
        };
        is_usual && self.is_text(list.unwrap_or(parameter.ty))
    }

    /// Whether a value is one text.
    fn is_text(&self, id: TypeId) -> bool {
        match &self.types.get(id).kind {
            TypeKind::Scalar(scalar) => !matches!(scalar, Scalar::Any | Scalar::Null),
            TypeKind::Newtype(_) | TypeKind::Enum(_) => true,
            _ => false,
        }
    }

    fn outcomes(&mut self, operation: &mut Operation) {
        operation
            .outcomes
            .retain(|outcome| !matches!(outcome.status, Status::Code(..200) | Status::Class(..2)));
        for outcome in &mut operation.outcomes {
            for header in std::mem::take(&mut outcome.headers) {
                if self.is_text(header.ty) {
                    outcome.headers.push(header);
                } else {
                    let message = format!("the header `{}` is left out", header.name);
                    self.say(&outcome.span, message, "text, numbers and truth values can be headers");
                }
            }
            self.failure(outcome);
        }
        // Of several media types, each failure now says the same.
        let mut seen = Vec::new();
        operation.outcomes.retain(|outcome| {
            let is_new = outcome.status.is_success() || !seen.contains(&outcome.status);
            seen.push(outcome.status);
            is_new
        });
    }

    /// One bearer token with scopes of the platform, or nothing at all.
    fn security(&mut self, operation: &Operation) -> Security {
        if operation.security.is_public() {
            if !operation.security.alternatives.is_empty() {
                let message = "a token that may be left out: everybody may call".to_owned();
                self.say_once(&operation.span, message, "ask for `bearer` where the caller must be known");
            }
            return Security::default();
        }
        let kind = |requirement: &Requirement| &self.schemes[requirement.scheme.0 as usize].kind;
        let is_bearer = |all: &&Vec<Requirement>| all.len() == 1 && *kind(&all[0]) == SchemeKind::Bearer;
        let alternatives = &operation.security.alternatives;
        let bearer = alternatives.iter().find(is_bearer).map(|all| all[0].scopes.clone());
        if bearer.is_none() || alternatives.len() > 1 {
            let message = "callers bring a bearer token rather than what the document asks for".to_owned();
            self.say_once(
                &operation.span,
                message,
                "the gateway checks tokens as `token` of the platform says",
            );
        }
        let (scopes, others): (Vec<String>, Vec<String>) =
            bearer.unwrap_or_default().into_iter().partition(|scope| self.known.contains(scope));
        for scope in others {
            let message = format!("the scope `{scope}` is not asked for");
            self.say_once(&operation.span, message, "add it to `token.scopes` of the platform to ask for it");
        }
        Security { alternatives: vec![vec![Requirement { scheme: BEARER, scopes }]] }
    }
}
