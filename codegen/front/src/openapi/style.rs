//! How parameters are written: `style` and `explode`.

use stipule_ir::Diagnostic;
use stipule_ir::service::{Location, Style};

use super::Api;
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// The style of a parameter. In a contract: only the defaults of each place, and `form` without `explode`.
    pub(super) fn style(&mut self, shape: &mut Shape<'d>, location: Location) -> Style {
        let usual = match location {
            Location::Path | Location::Header => "simple",
            Location::Query | Location::Cookie => "form",
        };
        let style = shape.text("style", self.diagnostics);
        let explode = shape.boolean("explode", self.diagnostics).map(|flag| flag.value);
        let word = style.as_ref().map_or(usual, |style| style.value.as_str());
        let known = of(word, explode, location).filter(|_| word == usual || self.posture().is_import());
        if let (Some(style), None) = (&style, known) {
            let message = format!("style `{}` is not supported yet here", style.value);
            let fault = Diagnostic::error("OAS001", &style.span, message);
            self.diagnostics.push(fault.help(format!("leave it out: `{usual}` is the default")));
        }
        known.or_else(|| of(usual, explode, location)).unwrap_or(Style::Simple { explode: false })
    }
}

/// The style of this name where OpenAPI allows it.
pub(super) fn of(word: &str, explode: Option<bool>, location: Location) -> Option<Style> {
    let exploded = explode.unwrap_or(false);
    Some(match (word, location) {
        ("simple", Location::Path | Location::Header) => Style::Simple { explode: exploded },
        ("label", Location::Path) => Style::Label { explode: exploded },
        ("matrix", Location::Path) => Style::Matrix { explode: exploded },
        ("form", Location::Query | Location::Cookie) => Style::Form { explode: explode.unwrap_or(true) },
        // Exploded, both are what `form` is.
        ("spaceDelimited" | "pipeDelimited", Location::Query) if exploded => Style::Form { explode: true },
        ("spaceDelimited", Location::Query) => Style::SpaceDelimited,
        ("pipeDelimited", Location::Query) => Style::PipeDelimited,
        ("deepObject", Location::Query) => Style::DeepObject,
        _ => return None,
    })
}
