//! Writing parts.

use bytes::Bytes;
use serde::Serialize;

use crate::blob::{Blob, Upload};

/// Collects the parts of a body.
#[derive(Debug, Default)]
pub struct PartsWriter {
    parts: Vec<Written>,
    fault: Option<String>,
}

#[derive(Debug)]
struct Written {
    head: String,
    content: Blob,
}

/// A body of several parts, put together: its pieces in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multipart {
    /// With the boundary.
    pub content_type: String,
    /// In order.
    pub pieces: Vec<Blob>,
}

impl PartsWriter {
    /// A value as text.
    pub fn text<T: Serialize + ?Sized>(&mut self, name: &str, value: &T, media_type: Option<&str>) {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(text)) => self.push(name, None, media_type, text.into()),
            Ok(other) => self.push(name, None, media_type, other.to_string().into()),
            Err(error) => self.fault = Some(format!("the part `{name}` can't be written: {error}")),
        }
    }

    /// A value as JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, name: &str, value: &T, media_type: Option<&str>) {
        match serde_json::to_vec(value) {
            Ok(json) => self.push(name, None, Some(media_type.unwrap_or("application/json")), json.into()),
            Err(error) => self.fault = Some(format!("the part `{name}` can't be written: {error}")),
        }
    }

    /// A file. It needs a name for most servers to take it for one.
    pub fn file(&mut self, name: &str, file: &Upload, media_type: Option<&str>) {
        let media_type = file.media_type.as_deref().or(media_type).unwrap_or("application/octet-stream");
        let file_name = file.file_name.as_deref().unwrap_or(name);
        self.push(name, Some(file_name), Some(media_type), file.content.clone());
    }

    fn push(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>, content: Blob) {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        head.push_str("\r\n");
        if let Some(media_type) = media_type {
            if media_type.contains(['\r', '\n']) {
                self.fault = Some(format!("the media type of the part `{name}` has a line break"));
            }
            head.push_str(&format!("Content-Type: {media_type}\r\n"));
        }
        self.parts.push(Written { head, content });
    }

    /// The body. `boundary` must not occur in any part: a random one doesn't.
    ///
    /// # Errors
    /// Why a part can't be written.
    pub fn finish(self, kind: &str, boundary: &str) -> Result<Multipart, String> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut pieces: Vec<Blob> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        for part in self.parts {
            text.extend_from_slice(format!("--{boundary}\r\n{}\r\n", part.head).as_bytes());
            match part.content.whole() {
                Some(bytes) => text.extend_from_slice(bytes),
                None => {
                    pieces.push(Bytes::from(std::mem::take(&mut text)).into());
                    pieces.push(part.content);
                }
            }
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        pieces.push(Bytes::from(text).into());
        Ok(Multipart { content_type: format!("{kind}; boundary={boundary}"), pieces })
    }
}

/// Escapes as browsers do. Source: WHATWG HTML, «multipart form data».
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
