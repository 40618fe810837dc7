//! Responses by status.

use stipule_ir::service::{Outcome, ResponseHeader, Status};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Spanned};

use super::object::{Part, is_foreign};
use super::{Api, Loose};
use crate::reader::Entry;
use crate::shape::Shape;

/// Media types that a response may carry.
const OF_RESPONSES: [&str; 2] = ["application/json", "application/problem+json"];

impl<'d> Api<'_, 'd> {
    /// Lowers the responses of an operation, by status.
    pub(super) fn responses(
        &mut self,
        operation: &Name,
        shape: &mut Shape<'d>,
        loose: &mut Loose,
    ) -> Vec<Outcome> {
        let Some(entry) = shape.required("responses", self.diagnostics) else { return Vec::new() };
        let Some(entries) = entry.value.entries() else {
            crate::shape::wrong_kind(
                &entry.value.span,
                "`responses`",
                "a mapping",
                &entry.value,
                self.diagnostics,
            );
            return Vec::new();
        };
        let mut outcomes = Vec::new();
        let mut has_success = false;
        for entry in entries.iter().filter(|entry| !is_foreign(&entry.key.value)) {
            let Some(status) = self.status(&entry.key) else { continue };
            has_success |= status.is_success();
            outcomes.extend(self.response(operation, status, entry, loose));
        }
        if !has_success {
            let message = format!("`{operation}` has no successful response");
            let fault = Diagnostic::error("OAS011", &entry.key.span, message);
            self.diagnostics
                .push(fault.help("declare what it answers when all goes well: `200`, `201`, `204`"));
        }
        outcomes.sort_by_key(|outcome: &Outcome| outcome.status);
        Name::distinguish(outcomes.iter_mut().map(|outcome| &mut outcome.name));
        outcomes
    }

    fn status(&mut self, key: &Spanned<String>) -> Option<Status> {
        let text = key.value.as_str();
        let class = text.strip_suffix("XX").and_then(|digit| digit.parse::<u8>().ok());
        let code = text.parse::<u16>().ok().filter(|code| text.len() == 3 && (200..=599).contains(code));
        let status = match (text, class, code) {
            ("default", ..) => Some(Status::Default),
            (_, Some(class @ 2..=5), _) => Some(Status::Class(class)),
            (_, _, Some(code)) => Some(Status::Code(code)),
            _ => None,
        };
        if status.is_none() {
            let message = format!("`{text}` is not a status that a response can have");
            let fault = Diagnostic::error("OAS011", &key.span, message);
            self.diagnostics.push(fault.help("write `200` to `599`, `4XX` or `default`"));
        }
        status
    }

    fn response(
        &mut self,
        operation: &Name,
        status: Status,
        entry: &'d Entry,
        loose: &mut Loose,
    ) -> Option<Outcome> {
        let Part { node, home, description: outer } = self.part(&entry.value)?;
        let mut shape = Shape::of(node, "a response", self.diagnostics)?;
        shape.required("description", self.diagnostics);
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        self.refuse(&mut shape, &[("links", "name the operation in the description")]);
        let name = Name::new(status_name(status), entry.key.span.clone());
        let (base, module) = home.unwrap_or_else(|| (operation.join(&name), self.module.clone()));
        let mut docs = Docs { description: outer.or(description), ..Docs::default() };
        let headers = shape
            .mapping("headers", self.diagnostics)
            .unwrap_or_default()
            .iter()
            .filter_map(|header| self.header(&base, &module, header, loose))
            .collect();
        let media = match shape.entry("content") {
            None => Vec::new(),
            Some(content) if matches!(status, Status::Code(204 | 205 | 304)) => {
                let message = format!("status {} has no content", entry.key.value);
                let fault = Diagnostic::error("OAS009", &content.key.span, message);
                self.diagnostics.push(fault.help("leave `content` out, or answer with 200"));
                Vec::new()
            }
            Some(content) => self.content(content, &OF_RESPONSES, &base.suffixed("body"), &module, &mut docs),
        };
        shape.finish_except(is_foreign, self.diagnostics);
        Some(Outcome { status, name, media, headers, docs, span: entry.key.span.clone() })
    }

    fn header(
        &mut self,
        base: &Name,
        module: &Name,
        entry: &'d Entry,
        loose: &mut Loose,
    ) -> Option<ResponseHeader> {
        if entry.key.value.eq_ignore_ascii_case("content-type") {
            let message = "the header `Content-Type` follows from the media type";
            let fault = Diagnostic::error("OAS008", &entry.key.span, message);
            self.diagnostics.push(fault.help("leave it out"));
            return None;
        }
        let part = self.part(&entry.value)?;
        let mut shape = Shape::of(part.node, "a response header", self.diagnostics)?;
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let required = shape.boolean("required", self.diagnostics).is_some_and(|flag| flag.value);
        let deprecated = shape.boolean("deprecated", self.diagnostics).is_some_and(|flag| flag.value);
        let examples = self.examples(&mut shape);
        self.refuse(
            &mut shape,
            &[
                ("content", "give the header a `schema`"),
                ("style", "leave it out: `simple` is the default"),
                ("explode", "leave it out"),
            ],
        );
        let schema = shape.required("schema", self.diagnostics);
        shape.finish_except(is_foreign, self.diagnostics);
        let schema = schema?;
        let name = Name::new(entry.key.value.clone(), entry.key.span.clone());
        let (base, module) = part.home.unwrap_or_else(|| (base.join(&name), module.clone()));
        let used = self.lowering.inline(&schema.value, base, &module);
        if used.nullable {
            self.refuse_null(&schema.key.span, "a header");
        }
        loose.texts.push((used.ty, schema.key.span.clone(), "a header"));
        let docs = Docs {
            title: None,
            description: part.description.or(description).or(used.docs.description),
            examples,
            deprecated,
        };
        Some(ResponseHeader { name, required, ty: used.ty, docs })
    }
}

/// Reason phrases of RFC 9110 and the registry of statuses, as names.
fn status_name(status: Status) -> String {
    let code = match status {
        Status::Default => return "Default".to_owned(),
        Status::Class(2) => return "Success".to_owned(),
        Status::Class(3) => return "Redirection".to_owned(),
        Status::Class(4) => return "Client Error".to_owned(),
        Status::Class(5) => return "Server Error".to_owned(),
        Status::Class(class) => return format!("Status {class}xx"),
        Status::Code(code) => code,
    };
    let name = match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "Non Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi Status",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        507 => "Insufficient Storage",
        _ => return format!("Status {code}"),
    };
    name.to_owned()
}
