//! Parameters of several parts, and of types that text alone doesn't tell.

use stipule_wire::style::{self, Shape, Style};
use stipule_wire::{Decode, Decoder, Json, Posture, percent};

use super::parameter::In;
use super::read::{Reader, decode_path};

impl Reader<'_> {
    /// A parameter in its style that must be there.
    pub fn styled<T: Decode>(
        &mut self,
        place: In,
        name: &'static str,
        style: Style,
        shape: Shape,
    ) -> Option<T> {
        match self.optional_styled(place, name, style, shape)? {
            Some(value) => Some(value),
            None => self.missing(place, name),
        }
    }

    /// A parameter in its style that may be there.
    pub fn optional_styled<T: Decode>(
        &mut self,
        place: In,
        name: &'static str,
        style: Style,
        shape: Shape,
    ) -> Option<Option<T>> {
        match self.tree(place, name, style, shape) {
            Ok(None) => Some(None),
            // JSON says of itself what it is.
            Ok(Some(json)) if style == Style::Json => self.decoded(place, name, &json, stipule_wire::decode),
            Ok(Some(json)) => self.decoded(place, name, &json, Decoder::of_text),
            Err(fault) => {
                self.fault(place, name, "encoding", fault);
                None
            }
        }
    }

    fn decoded<T>(
        &mut self,
        place: In,
        name: &'static str,
        json: &Json<'_>,
        decode: fn(&Json<'_>, Posture) -> Result<T, stipule_wire::Violations>,
    ) -> Option<Option<T>> {
        match decode(json, Posture::Closed) {
            Ok(value) => Some(Some(value)),
            Err(violations) => {
                self.malformed = true;
                self.found(place, Some(name), violations)
            }
        }
    }

    /// The value as a tree of text.
    fn tree(
        &self,
        place: In,
        name: &str,
        style: Style,
        shape: Shape,
    ) -> Result<Option<Json<'static>>, &'static str> {
        let call = self.call;
        match place {
            In::Query => {
                let pairs: Vec<_> =
                    call.query.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
                style::read(style, shape, name, &pairs, percent::decode_query)
            }
            In::Path => {
                let value = call.path.iter().find(|(own, _)| *own == name);
                value.map(|(_, value)| style::read_one(style, shape, name, value, decode_path)).transpose()
            }
            In::Header => {
                let values: Option<Vec<&str>> =
                    call.headers.get_all(name).iter().map(|value| value.to_str().ok()).collect();
                let values = values.ok_or("isn't text")?;
                if values.is_empty() {
                    return Ok(None);
                }
                // Headers may be sent in one line or several: both mean the same.
                let trimmed = |text: &str| Some(text.trim().to_owned());
                style::read_one(style, shape, name, &values.join(","), trimmed).map(Some)
            }
            In::Cookie => {
                let lines = call.headers.get_all(http::header::COOKIE).iter();
                let pairs: Vec<(String, &str)> = lines
                    .filter_map(|line| line.to_str().ok())
                    .flat_map(|line| line.split(';'))
                    .filter_map(|pair| pair.trim().split_once('='))
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                style::read(style, shape, name, &pairs, decode_path)
            }
            In::Body => Ok(None),
        }
    }
}
