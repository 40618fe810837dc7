//! The rules about schemas: one per keyword that can refuse a document.

use crate::schema::{Assertion, NodeId, Schema};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// `SCH001`; never reused.
    pub id: &'static str,
    /// What happened, in a word.
    pub name: &'static str,
    /// The keyword it is about.
    pub keyword: &'static str,
    /// What happened, in a sentence.
    pub summary: &'static str,
}

const fn code(id: &'static str, name: &'static str, keyword: &'static str, summary: &'static str) -> Code {
    Code { id, name, keyword, summary }
}

/// What couldn't be decided.
pub(super) const UNDECIDED: Code =
    code("SCH000", "undecided", "", "It couldn't be decided whether every document is still valid.");

/// A schema that accepts nothing.
const FORBIDDEN: Code = code("SCH001", "forbidden", "false", "Something that was allowed is forbidden.");

/// All rules about schemas.
pub const CODES: &[Code] = &[
    UNDECIDED,
    FORBIDDEN,
    code("SCH002", "type-narrowed", "type", "A kind of value is no longer accepted."),
    code("SCH003", "enum-narrowed", "enum", "A value is no longer among those listed."),
    code("SCH004", "const-changed", "const", "Only another value is accepted."),
    code("SCH005", "minimum-raised", "minimum", "A number that was large enough is too small."),
    code("SCH006", "maximum-lowered", "maximum", "A number that was small enough is too large."),
    code(
        "SCH007",
        "exclusive-minimum-raised",
        "exclusiveMinimum",
        "A number that was large enough is too small.",
    ),
    code(
        "SCH008",
        "exclusive-maximum-lowered",
        "exclusiveMaximum",
        "A number that was small enough is too large.",
    ),
    code("SCH009", "multiple-narrowed", "multipleOf", "A number is no longer on the grid."),
    code("SCH010", "min-length-raised", "minLength", "A text that was long enough is too short."),
    code("SCH011", "max-length-lowered", "maxLength", "A text that was short enough is too long."),
    code("SCH012", "pattern-narrowed", "pattern", "A text no longer matches."),
    code("SCH013", "format-narrowed", "format", "A text is no longer of the format."),
    code("SCH014", "items-narrowed", "items", "An item is no longer accepted."),
    code("SCH015", "prefix-items-narrowed", "prefixItems", "An item is no longer accepted at its place."),
    code(
        "SCH016",
        "additional-items-narrowed",
        "additionalItems",
        "An item after the listed ones is refused.",
    ),
    code(
        "SCH017",
        "contains-narrowed",
        "contains",
        "An array no longer contains what it must, or contains too much.",
    ),
    code("SCH018", "unique-items-required", "uniqueItems", "Equal items are no longer accepted."),
    code("SCH019", "min-items-raised", "minItems", "An array that was long enough is too short."),
    code("SCH020", "max-items-lowered", "maxItems", "An array that was short enough is too long."),
    code(
        "SCH021",
        "additional-properties-narrowed",
        "additionalProperties",
        "A member that isn't listed is refused.",
    ),
    code("SCH022", "property-names-narrowed", "propertyNames", "A name of a member is refused."),
    code("SCH023", "required-added", "required", "A member that could be left out is required."),
    code("SCH024", "min-properties-raised", "minProperties", "An object with few members is refused."),
    code("SCH025", "max-properties-lowered", "maxProperties", "An object with many members is refused."),
    code("SCH026", "dependent-required-added", "dependentRequired", "A member now requires another."),
    code("SCH027", "dependent-schema-narrowed", "dependentSchemas", "A member now asks more of its object."),
    code("SCH028", "dependency-narrowed", "dependencies", "A member now requires more."),
    code(
        "SCH029",
        "unevaluated-items-narrowed",
        "unevaluatedItems",
        "An item that no schema speaks of is refused.",
    ),
    code(
        "SCH030",
        "unevaluated-properties-narrowed",
        "unevaluatedProperties",
        "A member that no schema speaks of is refused.",
    ),
    code("SCH031", "any-of-narrowed", "anyOf", "No alternative accepts the value any more."),
    code("SCH032", "one-of-narrowed", "oneOf", "No alternative, or more than one, accepts the value."),
    code("SCH033", "all-of-narrowed", "allOf", "A part of the schema refuses the value."),
    code("SCH034", "not-widened", "not", "What must not hold, holds of more values."),
    code("SCH035", "conditional-narrowed", "if", "A condition refuses the value."),
    code("SCH036", "reference-narrowed", "$ref", "The schema referred to refuses the value."),
    code(
        "SCH037",
        "pattern-properties-narrowed",
        "patternProperties",
        "A member whose name matches is refused.",
    ),
    code("SCH038", "properties-narrowed", "properties", "A member is refused."),
];

/// The rule that a failing keyword belongs to.
pub(super) fn of_failure(schema: &Schema, place: (NodeId, Option<usize>), pointer: &str) -> Code {
    let keyword = place.1.and_then(|index| schema.node(place.0).keywords().get(index));
    let name = match keyword.map(|keyword| &keyword.assertion) {
        Some(Assertion::Required(_)) => "required",
        _ => pointer.rsplit('/').next().unwrap_or_default(),
    };
    // A schema that is `false` stands where a keyword or a name of the author's does.
    let named = CODES.iter().find(|code| code.keyword == name);
    match keyword {
        Some(_) => named.copied().unwrap_or(UNDECIDED),
        None if matches!(
            name,
            "additionalProperties" | "unevaluatedProperties" | "items" | "additionalItems"
        ) =>
        {
            named.copied().unwrap_or(FORBIDDEN)
        }
        None => FORBIDDEN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_number_in_order() {
        for (index, code) in CODES.iter().enumerate() {
            assert_eq!(code.id, format!("SCH{index:03}"));
        }
    }
}
