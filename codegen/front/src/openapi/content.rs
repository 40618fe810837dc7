//! `content`: media types with what they carry, of both directions.

use stipule_ir::service::{Coding, Media};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Span, Spanned, TypeId};

use super::Api;
use super::media::{self, Family};
use super::object::is_foreign;
use super::style;
use crate::json_schema::{Peek, Site};
use crate::reader::Entry;
use crate::shape::Shape;
use crate::suggest;

impl<'d> Api<'_, 'd> {
    /// Lowers a `content` mapping; inline schemas are called `base`. Media types that carry the same, written alike,
    /// are one.
    pub(super) fn content(
        &mut self,
        entry: &'d Entry,
        base: &Name,
        module: &Name,
        docs: &mut Docs,
    ) -> Vec<Media> {
        let Some(entries) = entry.value.entries() else {
            let span = &entry.value.span;
            crate::shape::wrong_kind(span, "`content`", "a mapping", &entry.value, self.diagnostics);
            return Vec::new();
        };
        if entries.is_empty() {
            let message = "`content` lists no media type";
            let fault = Diagnostic::error("OAS010", &entry.key.span, message);
            self.diagnostics.push(fault.help("leave it out if there is no body"));
        }
        let has_json = entries.iter().any(|entry| media::is_json(&media::essence(&entry.key.value)));
        let mut found: Vec<(Media, String)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let word = media::word(&media::essence(&entry.key.value));
            let base = if index == 0 { base.clone() } else { base.suffixed(&word) };
            let schema = entry.value.entry("schema");
            let site = schema.map(|schema| Site::inline(&schema.value, base, module));
            let Some(family) = self.family(entry, site.as_ref(), has_json) else { continue };
            let text = schema.map(|schema| schema.value.to_json()).unwrap_or_default();
            let same = |(other, said): &&mut (Media, String)| {
                is_alike(&other.coding, family) && (*said == text || is_opaque(&other.coding))
            };
            if let Some((other, _)) = found.iter_mut().find(same) {
                other.also.push(entry.key.value.clone());
            } else if let Some(media) = self.media(entry, site.as_ref(), family, has_json, docs) {
                found.push((media, text));
            }
        }
        Name::distinguish(found.iter_mut().map(|(media, _)| &mut media.name));
        found.into_iter().map(|(media, _)| media).collect()
    }

    /// The family that the content is read as: by its media type, corrected by its schema.
    fn family(&mut self, entry: &'d Entry, site: Option<&Site<'d>>, has_json: bool) -> Option<Family> {
        let Some(family) = media::family(&media::essence(&entry.key.value)) else {
            let message = format!("`{}` is not a media type", entry.key.value);
            let fault = Diagnostic::error("OAS010", &entry.key.span, message);
            self.diagnostics.push(fault.help("write one like `application/json`"));
            return None;
        };
        if family == Family::Bytes && !self.posture().is_import() {
            self.refuse_slip(&entry.key);
        }
        let peek = site.map(|site| self.lowering.peek(site));
        let is_structured = peek == Some(Peek::Structured);
        Some(match family {
            // A file by any other name.
            Family::Json | Family::Any if peek == Some(Peek::Binary) => Family::Bytes,
            Family::Any if peek.is_some() => Family::Json,
            Family::Any => Family::Bytes,
            Family::Text if is_structured && !has_json => Family::Json,
            Family::Stream(_) if !is_structured => Family::Bytes,
            family => family,
        })
    }

    /// A name that is nearly that of JSON is a slip of the finger rather than a format of its own.
    fn refuse_slip(&mut self, media_type: &Spanned<String>) {
        const JSON: [&str; 3] =
            ["application/json", "application/merge-patch+json", "application/problem+json"];
        if let Some(near) = suggest::nearest(&media::essence(&media_type.value), JSON) {
            let message = format!("media type `{}` is not known", media_type.value);
            let fault = Diagnostic::error("OAS010", &media_type.span, message);
            self.diagnostics.push(fault.help(format!("did you mean `{near}`?")));
        }
    }

    fn media(
        &mut self,
        entry: &'d Entry,
        site: Option<&Site<'d>>,
        family: Family,
        has_json: bool,
        docs: &mut Docs,
    ) -> Option<Media> {
        let span = entry.key.span.clone();
        let mut shape = Shape::under(entry, "a media type", self.diagnostics)?;
        docs.examples.extend(self.examples(&mut shape));
        let encoding = shape.mapping("encoding", self.diagnostics).unwrap_or_default();
        if matches!(family, Family::Json | Family::Form) && !self.posture().is_import() {
            shape.required("schema", self.diagnostics)?;
        }
        for key in ["schema", "itemSchema"] {
            shape.know(key);
        }
        shape.finish_except(is_foreign, self.diagnostics);
        if has_json && self.is_said_by_json(entry, family) {
            return None;
        }
        let (ty, coding) = match family {
            Family::Json => (self.carried(site, &span), Coding::Json),
            Family::Stream(coding) => (self.carried(site, &span), Coding::Stream(coding)),
            Family::Form => {
                let styles = encoding.iter().filter_map(|entry| self.field_style(entry)).collect();
                (self.sent_as_form(site, &span), Coding::Form(styles))
            }
            Family::Multipart => match site.and_then(|site| self.multipart(site, encoding)) {
                Some(ty) => (ty, Coding::Multipart),
                None => (self.lowering.text(&span).ty, Coding::Bytes),
            },
            Family::Text => (self.lowering.text(&span).ty, Coding::Text),
            Family::Xml | Family::Any | Family::Bytes => (self.lowering.text(&span).ty, Coding::Bytes),
        };
        let name = Name::new(media::word(&media::essence(&entry.key.value)), span.clone());
        Some(Media { media_type: entry.key.value.clone(), name, also: Vec::new(), ty, coding, span })
    }

    /// The type of a schema, or anything where there is none.
    fn carried(&mut self, site: Option<&Site<'d>>, span: &Span) -> TypeId {
        match site {
            Some(site) => self.lowering.lower_with_null(site),
            None => self.lowering.anything(span).ty,
        }
    }

    /// As [`carried`](Self::carried), where null has no spelling.
    fn sent_as_form(&mut self, site: Option<&Site<'d>>, span: &Span) -> TypeId {
        let Some(site) = site else { return self.lowering.anything(span).ty };
        let used = self.lowering.part(site);
        if used.nullable {
            self.refuse_null(&site.node.span, "a form");
        }
        used.ty
    }

    /// A format that isn't read here, beside JSON that says the same.
    fn is_said_by_json(&mut self, entry: &Entry, family: Family) -> bool {
        let is_twin = family == Family::Xml
            || family == Family::Text
                && entry.value.get("schema").is_some_and(|schema| schema.get("$ref").is_some());
        if family == Family::Xml {
            let message = format!("`{}` is left out: the JSON beside it says the same", entry.key.value);
            self.diagnostics.push(Diagnostic::warning("OAS020", &entry.key.span, message));
        }
        is_twin
    }

    /// The style of one property of a form.
    fn field_style(&mut self, entry: &'d Entry) -> Option<(String, stipule_ir::service::Style)> {
        let mut shape = Shape::under(entry, "an encoding", self.diagnostics)?;
        let word = shape.text("style", self.diagnostics);
        let explode = shape.boolean("explode", self.diagnostics).map(|flag| flag.value);
        let content_type = shape.text("contentType", self.diagnostics);
        for key in ["headers", "allowReserved"] {
            shape.know(key);
        }
        shape.finish_except(is_foreign, self.diagnostics);
        if content_type.is_some_and(|text| media::is_json(&media::essence(&text.value))) {
            return Some((entry.key.value.clone(), stipule_ir::service::Style::Json));
        }
        if word.is_none() && explode.is_none() {
            return None;
        }
        let word = word.map_or_else(|| "form".to_owned(), |word| word.value);
        let style = style::of(&word, explode, stipule_ir::service::Location::Query)?;
        Some((entry.key.value.clone(), style))
    }
}

/// Whether content of a family is written as one of another media type is.
fn is_alike(coding: &Coding, family: Family) -> bool {
    matches!(
        (coding, family),
        (Coding::Json, Family::Json)
            | (Coding::Text, Family::Text)
            | (Coding::Bytes, Family::Bytes | Family::Any)
            | (Coding::Form(_), Family::Form)
    )
}

/// Whether the schema says nothing about how the content is typed.
fn is_opaque(coding: &Coding) -> bool {
    matches!(coding, Coding::Text | Coding::Bytes)
}
