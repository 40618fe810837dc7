//! Who may call: one bearer scheme with scopes, or nobody in particular.

use std::collections::BTreeSet;

use stipule_ir::service::Security;
use stipule_ir::{Diagnostic, Span, Spanned};

use super::Api;
use super::object::is_foreign;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text};
use crate::suggest;

impl<'d> Api<'_, 'd> {
    /// The security of an operation: its own, else that of the document. Saying nothing at all is a mistake, because
    /// OpenAPI takes it for public.
    pub(super) fn security(&mut self, shape: &mut Shape<'d>) -> Option<Security> {
        let root = self.root;
        let Some(entry) = shape.entry("security").or_else(|| root.entry("security")) else {
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
        match requirements {
            [] => Some(Security::Public),
            [only] => self.requirement(only),
            [_, second, ..] => {
                self.refuse_security(&second.span, "a choice of several requirements");
                None
            }
        }
    }

    fn requirement(&mut self, node: &'d Node) -> Option<Security> {
        let Some(entries) = node.entries() else {
            crate::shape::wrong_kind(
                &node.span,
                "a security requirement",
                "a mapping",
                node,
                self.diagnostics,
            );
            return None;
        };
        match entries {
            [] => {
                self.refuse_security(&node.span, "an optional token (`{}`)");
                None
            }
            [only] => {
                let is_bearer = self.scheme(&only.key);
                let scopes = self.scopes(only);
                is_bearer.then_some(Security::Bearer { scopes: scopes.into_iter().collect() })
            }
            [_, second, ..] => {
                self.refuse_security(&second.key.span, "more than one scheme at once");
                None
            }
        }
    }

    fn refuse_security(&mut self, place: &Span, what: &str) {
        let message = format!("{what} is not supported yet");
        let fault = Diagnostic::error("OAS001", place, message);
        self.diagnostics.push(fault.help("write one scheme with its scopes, or `security: []`"));
    }

    /// Whether the scheme exists and is a bearer token in the end.
    fn scheme(&mut self, name: &Spanned<String>) -> bool {
        let root = self.root;
        let schemes = root.at("/components/securitySchemes").and_then(Node::entries).unwrap_or_default();
        let Some(entry) = schemes.iter().find(|entry| entry.key.value == name.value) else {
            let known: Vec<&str> = schemes.iter().map(|entry| entry.key.value.as_str()).collect();
            let message = format!("there is no security scheme `{}`", name.value);
            let fault = Diagnostic::error("OAS013", &name.span, message);
            self.diagnostics.push(fault.help(if known.is_empty() {
                "declare it: `components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}`"
                    .to_owned()
            } else {
                suggest::help(&name.value, &known)
            }));
            return false;
        };
        let Some(part) = self.part(&entry.value) else { return false };
        let Some(mut shape) = Shape::of(part.node, "a security scheme", self.diagnostics) else {
            return false;
        };
        let kind = shape.required_text("type", self.diagnostics);
        let scheme = shape.text("scheme", self.diagnostics);
        for key in ["description", "bearerFormat", "flows", "openIdConnectUrl", "name", "in"] {
            shape.know(key);
        }
        shape.finish_except(is_foreign, self.diagnostics);
        let Some(kind) = kind else { return false };
        let is_bearer = match kind.value.as_str() {
            "http" => scheme.is_some_and(|scheme| scheme.value.eq_ignore_ascii_case("bearer")),
            "oauth2" | "openIdConnect" => true,
            _ => false,
        };
        if !is_bearer {
            let message = format!("security scheme `{}` is not supported yet", name.value);
            let fault = Diagnostic::error("OAS001", &kind.span, message);
            self.diagnostics
                .push(fault.help("`{type: http, scheme: bearer}`, `oauth2` and `openIdConnect` are"));
        }
        is_bearer
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
