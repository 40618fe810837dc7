//! Parameters: of the path, the query, headers and cookies.

use stipule_ir::service::{Location, Parameter, Path, Style};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Span, Spanned};

use super::object::is_foreign;
use super::path::{Place, parameters};
use super::{Api, Loose};
use crate::reader::{Entry, Node};
use crate::shape::Shape;
use crate::suggest;

/// Headers that OpenAPI describes elsewhere and ignores among the parameters.
const DESCRIBED_ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Api<'_, 'd> {
    /// The parameters of an operation: those of the path first, each replaced by one of the operation's own of the
    /// same name and place.
    pub(super) fn parameters(
        &mut self,
        operation: &Name,
        path: &Path,
        path_place: &Place,
        shared: &'d [Node],
        own: &'d [Node],
        loose: &mut Loose,
    ) -> Vec<Parameter> {
        let mut all = self.list(operation, shared, loose);
        for parameter in self.list(operation, own, loose) {
            match all.iter_mut().find(|other| is_same(other, &parameter)) {
                Some(other) => *other = parameter,
                None => all.push(parameter),
            }
        }
        self.match_path(operation, path, path_place, &mut all);
        Name::distinguish(all.iter_mut().map(|parameter| &mut parameter.name));
        all
    }

    fn list(&mut self, operation: &Name, nodes: &'d [Node], loose: &mut Loose) -> Vec<Parameter> {
        let mut list: Vec<Parameter> = Vec::new();
        for node in nodes {
            let Some(parameter) = self.parameter(operation, node, loose) else { continue };
            if let Some(first) = list.iter().find(|other| is_same(other, &parameter)) {
                let message = format!("parameter `{}` is given twice", parameter.name);
                let twice = Diagnostic::error("OAS006", &parameter.span, message);
                self.diagnostics.push(twice.related(&first.span, "first given here"));
                continue;
            }
            list.push(parameter);
        }
        list
    }

    fn parameter(&mut self, operation: &Name, node: &'d Node, loose: &mut Loose) -> Option<Parameter> {
        let part = self.part(node)?;
        let mut shape = Shape::of(part.node, "a parameter", self.diagnostics)?;
        let name = shape.required_text("name", self.diagnostics);
        let places = [
            ("path", Location::Path),
            ("query", Location::Query),
            ("header", Location::Header),
            ("cookie", Location::Cookie),
        ];
        shape.required("in", self.diagnostics);
        let location = shape.choice("in", &places, self.diagnostics);
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let deprecated = shape.boolean("deprecated", self.diagnostics).is_some_and(|flag| flag.value);
        let required = shape.boolean("required", self.diagnostics);
        let style = location.as_ref().map(|location| self.style(&mut shape, location.value));
        if !self.posture().is_import() {
            let refused = [("allowReserved", "leave it out"), ("allowEmptyValue", "leave it out")];
            self.refuse(&mut shape, &refused);
        }
        let allow_reserved = shape.boolean("allowReserved", self.diagnostics).is_some_and(|flag| flag.value);
        shape.know("allowEmptyValue");
        let examples = self.examples(&mut shape);
        let (schema, style) = match self.parameter_schema(&mut shape) {
            Some((schema, true)) => (Some(schema), Some(Style::Json)),
            Some((schema, false)) => (Some(schema), style),
            None => (None, style),
        };
        let span = shape.place().clone();
        shape.finish_except(is_foreign, self.diagnostics);
        let (name, location) = (name?, location?.value);
        if self.is_described_elsewhere(&name, location) {
            return None;
        }
        let mut is_required = required.as_ref().is_some_and(|flag| flag.value);
        if location == Location::Path && !is_required {
            let place = required.map_or_else(|| span.clone(), |flag| flag.span);
            let message = format!("path parameter `{}` must say `required: true`", name.value);
            self.diagnostics.push(Diagnostic::error("OAS007", &place, message));
            is_required = true;
        }
        let own_name = Name::new(name.value.clone(), name.span.clone());
        let (base, module) = part.home.unwrap_or_else(|| (operation.join(&own_name), self.module.clone()));
        let used = match schema {
            Some(schema) => {
                let used = self.lowering.inline(&schema.value, base, &module);
                if used.nullable {
                    self.refuse_null(&schema.key.span, "a parameter");
                }
                loose.texts.push((used.ty, schema.key.span.clone(), "a parameter"));
                used
            }
            None if self.posture().is_import() => self.lowering.text(&name.span),
            None => return None,
        };
        let description = part.description.or(description).or(used.docs.description);
        let docs = Docs { title: used.docs.title, description, examples, deprecated };
        Some(Parameter {
            name: own_name,
            location,
            required: is_required,
            ty: used.ty,
            style: style.unwrap_or(Style::Simple { explode: false }),
            allow_reserved,
            default: used.default.map(Node::to_json),
            docs,
            span: name.span,
        })
    }

    /// `schema`, or the schema of the one media type in `content`, with whether that one is JSON.
    fn parameter_schema(&mut self, shape: &mut Shape<'d>) -> Option<(&'d Entry, bool)> {
        if !self.posture().is_import() {
            self.refuse(shape, &[("content", "give the parameter a `schema`")]);
            return shape.required("schema", self.diagnostics).map(|schema| (schema, false));
        }
        let content = shape.mapping("content", self.diagnostics).unwrap_or_default();
        if let Some(schema) = shape.entry("schema") {
            return Some((schema, false));
        }
        let media = content.first();
        let schema = media.and_then(|media| media.value.entry("schema"));
        if schema.is_none() {
            let message = "the parameter has no `schema` and is taken for text";
            self.diagnostics.push(Diagnostic::error("SYN021", shape.place(), message));
        }
        let is_json =
            media.is_some_and(|media| super::media::is_json(&super::media::essence(&media.key.value)));
        schema.map(|schema| (schema, is_json))
    }

    /// OpenAPI ignores parameters for what media types and `security` say.
    fn is_described_elsewhere(&mut self, name: &Spanned<String>, location: Location) -> bool {
        let lower = name.value.to_ascii_lowercase();
        if location != Location::Header || !DESCRIBED_ELSEWHERE.contains(&lower.as_str()) {
            return false;
        }
        let message = format!("header `{}` is not a parameter", name.value);
        let fault = Diagnostic::error("OAS008", &name.span, message);
        self.diagnostics.push(fault.help("media types and `security` decide it: leave it out"));
        self.posture().is_import()
    }

    /// Every `{name}` of the path needs a parameter, and every path parameter a place in the path.
    fn match_path(&mut self, operation: &Name, path: &Path, place: &Span, all: &mut Vec<Parameter>) {
        let is_declared = |all: &[Parameter], name: &str| {
            all.iter().any(|one| one.location == Location::Path && one.name.wire == name)
        };
        let missing: Vec<&str> = parameters(path).filter(|name| !is_declared(all, name)).collect();
        let is_import = self.posture().is_import();
        for name in missing {
            let message = format!("`{{{name}}}` of the path `{}` has no parameter", path.template);
            let fault = Diagnostic::error("OAS007", place, message);
            let help = format!("declare it: `{{name: {name}, in: path, required: true, schema: …}}`");
            self.diagnostics.push(fault.help(help));
            if is_import && !is_declared(all, name) {
                all.push(self.undeclared(name, &operation.span));
            }
        }
        let wanted: Vec<&str> = parameters(path).collect();
        for parameter in all.iter().filter(|parameter| parameter.location == Location::Path) {
            if !wanted.contains(&parameter.name.wire.as_str()) {
                let message = format!("path parameter `{}` is not in `{}`", parameter.name, path.template);
                let fault = Diagnostic::error("OAS007", &parameter.span, message);
                let help = suggest::help(&parameter.name.wire, &wanted);
                self.diagnostics.push(fault.related(place, "the path").help(help));
            }
        }
        if is_import {
            all.retain(|one| one.location != Location::Path || wanted.contains(&one.name.wire.as_str()));
        }
    }

    /// A parameter of the path that nobody declared: text.
    fn undeclared(&mut self, name: &str, span: &Span) -> Parameter {
        Parameter {
            name: Name::new(name, span.clone()),
            location: Location::Path,
            required: true,
            ty: self.lowering.text(span).ty,
            style: Style::Simple { explode: false },
            allow_reserved: false,
            default: None,
            docs: Docs::default(),
            span: span.clone(),
        }
    }
}

/// Parameters are told apart by name and place; names of headers by their letters without case.
fn is_same(one: &Parameter, other: &Parameter) -> bool {
    let equal = if one.location == Location::Header {
        one.name.wire.eq_ignore_ascii_case(&other.name.wire)
    } else {
        one.name.wire == other.name.wire
    };
    equal && one.location == other.location
}
