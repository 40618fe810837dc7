//! Statuses: how they are written, and what they are called.

use stipule_ir::service::Status;
use stipule_ir::{Diagnostic, Spanned};

use super::Api;

impl Api<'_, '_> {
    /// `404`, `4XX`, `default`; `None`, with `OAS011`, for anything else.
    pub(super) fn status(&mut self, key: &Spanned<String>) -> Option<Status> {
        let text = key.value.as_str();
        let is_import = self.posture().is_import();
        let class = text.strip_suffix("XX").or_else(|| text.strip_suffix("xx").filter(|_| is_import));
        let class = class.and_then(|digit| digit.parse::<u8>().ok());
        let code = text.parse::<u16>().ok().filter(|_| text.len() == 3);
        let least = if is_import { 100 } else { 200 };
        let status = match (text, class, code.filter(|code| (least..=599).contains(code))) {
            ("default", ..) => Some(Status::Default),
            (_, Some(class @ 1..=5), _) if is_import || class > 1 => Some(Status::Class(class)),
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
}

/// Reason phrases of RFC 9110 and the registry of statuses, as names.
pub(super) fn name(status: Status) -> String {
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
