//! Where a service runs.

use stipule_ir::service::{Server, ServerVariable};
use stipule_ir::{Diagnostic, Name};

use super::Api;
use super::object::is_foreign;
use crate::reader::{Entry, Node};
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// `servers` of the document, a path or an operation.
    pub(super) fn servers(&mut self, shape: &mut Shape<'d>) -> Vec<Server> {
        if !self.posture().is_import() {
            self.refuse_paths(shape);
            return Vec::new();
        }
        let servers = shape.list("servers", self.diagnostics).unwrap_or_default();
        servers.iter().filter_map(|node| self.server(node)).collect()
    }

    /// Where a service of ours runs is decided elsewhere; a path in the address would change every operation.
    fn refuse_paths(&mut self, shape: &mut Shape<'d>) {
        for server in shape.list("servers", self.diagnostics).unwrap_or_default() {
            let Some(url) = server.get("url") else { continue };
            let text = url.as_str().unwrap_or_default();
            let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
            let path = rest.find('/').map_or("", |at| &rest[at..]);
            if !matches!(path, "" | "/") {
                let message = format!("the path `{path}` in a server's address is not supported yet");
                let fault = Diagnostic::error("OAS001", &url.span, message);
                self.diagnostics.push(fault.help("write it at the beginning of each path"));
            }
        }
    }

    fn server(&mut self, node: &'d Node) -> Option<Server> {
        let mut shape = Shape::of(node, "a server", self.diagnostics)?;
        let url = shape.required_text("url", self.diagnostics);
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        shape.know("name");
        let variables = shape.mapping("variables", self.diagnostics).unwrap_or_default();
        let variables = variables.iter().filter_map(|entry| self.variable(entry)).collect();
        shape.finish_except(is_foreign, self.diagnostics);
        Some(Server { url: url?.value, description, variables })
    }

    fn variable(&mut self, entry: &'d Entry) -> Option<ServerVariable> {
        let mut shape = Shape::under(entry, "a server's variable", self.diagnostics)?;
        let default = shape.text("default", self.diagnostics).map(|text| text.value);
        let values = shape.texts("enum", self.diagnostics).unwrap_or_default();
        let values: Vec<String> = values.into_iter().map(|text| text.value).collect();
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        shape.finish_except(is_foreign, self.diagnostics);
        Some(ServerVariable {
            name: Name::new(entry.key.value.clone(), entry.key.span.clone()),
            default: default.or_else(|| values.first().cloned()).unwrap_or_default(),
            values,
            description,
        })
    }
}
