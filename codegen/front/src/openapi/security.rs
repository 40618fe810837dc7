//! Who may call.
//!
//! A contract of ours asks for one bearer token with scopes, or lets anybody call: that is all that its gateway can
//! check. Documents of others may ask for anything that OpenAPI knows.

use std::collections::BTreeSet;

use stipule_ir::service::{Location, Requirement, SchemeId, SchemeKind, Security};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Scheme, Span, Spanned};

use super::Api;
use super::object::is_foreign;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text};
use crate::suggest;

impl<'d> Api<'_, 'd> {
    /// The security of an operation: its own, else that of the document. Saying nothing at all is a mistake in a
    /// contract, because OpenAPI takes it for public.
    pub(super) fn security(&mut self, shape: &mut Shape<'d>) -> Option<Security> {
        let root = self.root;
        let Some(entry) = shape.entry("security").or_else(|| root.entry("security")) else {
            if self.posture().is_import() {
                return Some(Security::default());
            }
            let message = "nothing says who may call this operation";
            let fault = Diagnostic::error("OAS012", shape.place(), message);
            self.diagnostics
                .push(fault.help("`security: [{bearer: [scope]}]`, or `security: []` for everybody"));
            return None;
        };
        let Some(requirements) = entry.value.items() else {
            crate::shape::wrong_kind(
                &entry.value.span,
                "`security`",
                "a list",
                &entry.value,
                self.diagnostics,
            );
            return None;
        };
        if !self.posture().is_import() {
            match requirements {
                [_, second, ..] => {
                    self.refuse_security(&second.span, "a choice of several requirements");
                    return None;
                }
                [only] if only.entries().is_some_and(<[Entry]>::is_empty) => {
                    self.refuse_security(&only.span, "an optional token (`{}`)");
                    return None;
                }
                _ => {}
            }
        }
        let alternatives: Option<Vec<_>> = requirements.iter().map(|node| self.alternative(node)).collect();
        Some(Security { alternatives: alternatives? })
    }

    fn alternative(&mut self, node: &'d Node) -> Option<Vec<Requirement>> {
        let Some(entries) = node.entries() else {
            let what = "a security requirement";
            crate::shape::wrong_kind(&node.span, what, "a mapping", node, self.diagnostics);
            return None;
        };
        if let ([_, second, ..], false) = (entries, self.posture().is_import()) {
            self.refuse_security(&second.key.span, "more than one scheme at once");
            return None;
        }
        let mut all = Vec::new();
        for entry in entries {
            let scheme = self.scheme(&entry.key);
            let scopes = self.scopes(entry);
            // A scheme that nobody declares can't be met; in a contract there is an error.
            if let Some(scheme) = scheme {
                all.push(Requirement { scheme, scopes: scopes.into_iter().collect() });
            }
        }
        Some(all)
    }

    fn refuse_security(&mut self, place: &Span, what: &str) {
        let message = format!("{what} is not supported yet");
        let fault = Diagnostic::error("OAS001", place, message);
        self.diagnostics.push(fault.help("write one scheme with its scopes, or `security: []`"));
    }

    /// The scheme of this name, read once.
    fn scheme(&mut self, name: &Spanned<String>) -> Option<SchemeId> {
        if let Some(known) = self.scheme_ids.get(&name.value) {
            return *known;
        }
        let root = self.root;
        let schemes = root.at("/components/securitySchemes").and_then(Node::entries).unwrap_or_default();
        let id = match schemes.iter().find(|entry| entry.key.value == name.value) {
            Some(entry) => self.declared_scheme(entry).map(|scheme| {
                let id = SchemeId(u32::try_from(self.schemes.len()).unwrap_or(u32::MAX));
                self.schemes.push(scheme);
                id
            }),
            None => {
                let known: Vec<&str> = schemes.iter().map(|entry| entry.key.value.as_str()).collect();
                self.no_scheme(name, &known);
                None
            }
        };
        self.scheme_ids.insert(name.value.clone(), id);
        id
    }

    fn no_scheme(&mut self, name: &Spanned<String>, known: &[&str]) {
        let message = format!("there is no security scheme `{}`", name.value);
        let fault = Diagnostic::error("OAS013", &name.span, message);
        self.diagnostics.push(fault.help(if known.is_empty() {
            "declare it: `components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}`".to_owned()
        } else {
            suggest::help(&name.value, known)
        }));
    }

    fn declared_scheme(&mut self, entry: &'d Entry) -> Option<Scheme> {
        let part = self.part(&entry.value)?;
        let mut shape = Shape::of(part.node, "a security scheme", self.diagnostics)?;
        let kind = shape.required_text("type", self.diagnostics);
        let scheme = shape.text("scheme", self.diagnostics);
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let name = shape.text("name", self.diagnostics);
        let places = [("header", Location::Header), ("query", Location::Query), ("cookie", Location::Cookie)];
        let place = shape.choice("in", &places, self.diagnostics);
        for key in ["bearerFormat", "flows", "openIdConnectUrl"] {
            shape.know(key);
        }
        shape.finish_except(is_foreign, self.diagnostics);
        let kind = kind?;
        let found = match (kind.value.as_str(), scheme, name, place) {
            ("oauth2" | "openIdConnect", ..) => Some(SchemeKind::Bearer),
            ("http", Some(scheme), ..) if scheme.value.eq_ignore_ascii_case("bearer") => {
                Some(SchemeKind::Bearer)
            }
            ("http", Some(scheme), ..) if scheme.value.eq_ignore_ascii_case("basic") => {
                Some(SchemeKind::Basic)
            }
            ("http", Some(scheme), ..) => Some(SchemeKind::Other(scheme.value)),
            ("apiKey", _, Some(name), Some(place)) => {
                // The whole of this header is what every other scheme puts after its name.
                Some(SchemeKind::ApiKey { location: place.value, name: name.value })
            }
            ("mutualTLS", ..) => Some(SchemeKind::MutualTls),
            _ => None,
        };
        let allowed = found.as_ref().is_some_and(|found| *found == SchemeKind::Bearer)
            || found.is_some() && self.posture().is_import();
        if !allowed {
            let message = format!("security scheme `{}` is not supported yet", entry.key.value);
            let fault = Diagnostic::error("OAS001", &kind.span, message);
            self.diagnostics
                .push(fault.help("`{type: http, scheme: bearer}`, `oauth2` and `openIdConnect` are"));
            return None;
        }
        Some(Scheme {
            name: Name::new(entry.key.value.clone(), entry.key.span.clone()),
            kind: found?,
            docs: Docs { description, ..Docs::default() },
            span: entry.key.span.clone(),
        })
    }

    fn scopes(&mut self, entry: &Entry) -> BTreeSet<String> {
        let Some(items) = entry.value.items() else {
            crate::shape::wrong_kind(
                &entry.value.span,
                "the scopes",
                "a list",
                &entry.value,
                self.diagnostics,
            );
            return BTreeSet::new();
        };
        let mut scopes = BTreeSet::new();
        for item in items {
            let Some(scope) = expect_text(item, "a scope", self.diagnostics) else { continue };
            if let Some(platform) = self.platform {
                let known: Vec<&str> =
                    platform.token.scopes.iter().map(|(scope, _)| scope.value.as_str()).collect();
                if !known.contains(&scope.value.as_str()) {
                    let message = format!("there is no scope `{}`", scope.value);
                    let help = suggest::help(&scope.value, &known);
                    self.diagnostics.push(Diagnostic::error("OAS013", &scope.span, message).help(help));
                }
            }
            scopes.insert(scope.value);
        }
        scopes
    }
}
