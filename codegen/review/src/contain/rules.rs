//! The rules about schemas: what each keyword may do to a document that was fine.
//!
//! A keyword refuses a document of the other version. In the revision that is narrowing: it was added, or asks more
//! than before. In the base it is widening: it was removed, or asks less than before. Which of the two is bad depends
//! on which way the values go; the other is good news.

use crate::finding::{Severity, Side};
use crate::rule::{Rule, rule};

const fn narrows(code: &'static str, name: &'static str) -> Rule {
    rule(code, name, Severity::Break)
}

/// What may happen to a keyword.
pub(super) struct Row {
    /// As it is written.
    pub(super) keyword: &'static str,
    /// The revision has it, the base doesn't.
    pub(super) added: Rule,
    /// Both have it, the revision refuses more.
    pub(super) narrowed: Rule,
    /// The base has it, the revision doesn't.
    pub(super) removed: Rule,
    /// Both have it, the revision refuses less.
    pub(super) widened: Rule,
}

type Names = [(&'static str, &'static str); 4];

const fn row(keyword: &'static str, names: Names) -> Row {
    Row {
        keyword,
        added: narrows(names[0].0, names[0].1),
        narrowed: narrows(names[1].0, names[1].1),
        removed: narrows(names[2].0, names[2].1),
        widened: narrows(names[3].0, names[3].1),
    }
}

/// A keyword that has no degrees: it refuses or it doesn't.
const fn plain(keyword: &'static str, narrowed: Named, widened: Named) -> Row {
    row(keyword, [narrowed, narrowed, widened, widened])
}

type Named = (&'static str, &'static str);

const ROWS: &[Row] = &[
    Row {
        added: narrows("REV400", "type-added").compile(),
        narrowed: narrows("REV401", "type-narrowed").compile(),
        removed: narrows("REV402", "type-removed").compile(),
        widened: narrows("REV403", "type-widened").compile(),
        keyword: "type",
    },
    Row {
        added: narrows("REV410", "enum-added").compile(),
        narrowed: narrows("REV411", "enum-value-removed").compile(),
        removed: narrows("REV412", "enum-removed").compile(),
        widened: narrows("REV413", "enum-value-added").compile(),
        keyword: "enum",
    },
    row(
        "const",
        [
            ("REV414", "const-added"),
            ("REV415", "const-changed"),
            ("REV416", "const-removed"),
            ("REV417", "const-widened"),
        ],
    ),
    row(
        "minimum",
        [
            ("REV418", "minimum-added"),
            ("REV419", "minimum-raised"),
            ("REV420", "minimum-removed"),
            ("REV421", "minimum-lowered"),
        ],
    ),
    row(
        "maximum",
        [
            ("REV422", "maximum-added"),
            ("REV423", "maximum-lowered"),
            ("REV424", "maximum-removed"),
            ("REV425", "maximum-raised"),
        ],
    ),
    row(
        "exclusiveMinimum",
        [
            ("REV426", "exclusive-minimum-added"),
            ("REV427", "exclusive-minimum-raised"),
            ("REV428", "exclusive-minimum-removed"),
            ("REV429", "exclusive-minimum-lowered"),
        ],
    ),
    row(
        "exclusiveMaximum",
        [
            ("REV430", "exclusive-maximum-added"),
            ("REV431", "exclusive-maximum-lowered"),
            ("REV432", "exclusive-maximum-removed"),
            ("REV433", "exclusive-maximum-raised"),
        ],
    ),
    row(
        "multipleOf",
        [
            ("REV434", "multiple-of-added"),
            ("REV435", "multiple-of-narrowed"),
            ("REV436", "multiple-of-removed"),
            ("REV437", "multiple-of-widened"),
        ],
    ),
    row(
        "minLength",
        [
            ("REV438", "min-length-added"),
            ("REV439", "min-length-raised"),
            ("REV440", "min-length-removed"),
            ("REV441", "min-length-lowered"),
        ],
    ),
    row(
        "maxLength",
        [
            ("REV442", "max-length-added"),
            ("REV443", "max-length-lowered"),
            ("REV444", "max-length-removed"),
            ("REV445", "max-length-raised"),
        ],
    ),
    row(
        "pattern",
        [
            ("REV446", "pattern-added"),
            ("REV447", "pattern-narrowed"),
            ("REV448", "pattern-removed"),
            ("REV449", "pattern-widened"),
        ],
    ),
    row(
        "format",
        [
            ("REV450", "format-added"),
            ("REV451", "format-narrowed"),
            ("REV452", "format-removed"),
            ("REV453", "format-widened"),
        ],
    ),
    plain("items", ("REV454", "items-refused"), ("REV455", "items-allowed")),
    plain("additionalItems", ("REV458", "additional-items-refused"), ("REV459", "additional-items-allowed")),
    row(
        "contains",
        [
            ("REV460", "contains-added"),
            ("REV461", "contains-narrowed"),
            ("REV462", "contains-removed"),
            ("REV463", "contains-widened"),
        ],
    ),
    plain("uniqueItems", ("REV464", "unique-items-required"), ("REV465", "unique-items-no-longer-required")),
    row(
        "minItems",
        [
            ("REV466", "min-items-added"),
            ("REV467", "min-items-raised"),
            ("REV468", "min-items-removed"),
            ("REV469", "min-items-lowered"),
        ],
    ),
    row(
        "maxItems",
        [
            ("REV470", "max-items-added"),
            ("REV471", "max-items-lowered"),
            ("REV472", "max-items-removed"),
            ("REV473", "max-items-raised"),
        ],
    ),
    plain(
        "additionalProperties",
        ("REV474", "additional-properties-refused"),
        ("REV475", "additional-properties-allowed"),
    ),
    row(
        "propertyNames",
        [
            ("REV478", "property-names-added"),
            ("REV479", "property-names-narrowed"),
            ("REV480", "property-names-removed"),
            ("REV481", "property-names-widened"),
        ],
    ),
    row(
        "minProperties",
        [
            ("REV486", "min-properties-added"),
            ("REV487", "min-properties-raised"),
            ("REV488", "min-properties-removed"),
            ("REV489", "min-properties-lowered"),
        ],
    ),
    row(
        "maxProperties",
        [
            ("REV490", "max-properties-added"),
            ("REV491", "max-properties-lowered"),
            ("REV492", "max-properties-removed"),
            ("REV493", "max-properties-raised"),
        ],
    ),
    row(
        "dependentRequired",
        [
            ("REV494", "dependent-required-added"),
            ("REV495", "dependent-required-narrowed"),
            ("REV496", "dependent-required-removed"),
            ("REV497", "dependent-required-widened"),
        ],
    ),
    plain(
        "dependentSchemas",
        ("REV498", "dependent-schema-narrowed"),
        ("REV500", "dependent-schema-widened"),
    ),
    row(
        "dependencies",
        [
            ("REV502", "dependency-added"),
            ("REV503", "dependency-narrowed"),
            ("REV504", "dependency-removed"),
            ("REV505", "dependency-widened"),
        ],
    ),
    plain(
        "unevaluatedItems",
        ("REV506", "unevaluated-items-refused"),
        ("REV507", "unevaluated-items-allowed"),
    ),
    plain(
        "unevaluatedProperties",
        ("REV508", "unevaluated-properties-refused"),
        ("REV509", "unevaluated-properties-allowed"),
    ),
    row(
        "anyOf",
        [
            ("REV510", "any-of-added"),
            ("REV511", "any-of-narrowed"),
            ("REV512", "any-of-removed"),
            ("REV513", "any-of-widened"),
        ],
    ),
    row(
        "oneOf",
        [
            ("REV514", "one-of-added"),
            ("REV515", "one-of-narrowed"),
            ("REV516", "one-of-removed"),
            ("REV517", "one-of-widened"),
        ],
    ),
    row(
        "not",
        [
            ("REV520", "not-added"),
            ("REV521", "not-narrowed"),
            ("REV522", "not-removed"),
            ("REV523", "not-widened"),
        ],
    ),
    plain("then", CONDITION_NARROWED, CONDITION_WIDENED),
    plain("else", CONDITION_NARROWED, CONDITION_WIDENED),
    plain("if", CONDITION_NARROWED, CONDITION_WIDENED),
];

const CONDITION_NARROWED: Named = ("REV524", "condition-narrowed");
const CONDITION_WIDENED: Named = ("REV526", "condition-widened");
const TYPE_CHANGED: Rule = narrows("REV404", "type-changed").compile();
const PATTERN_CHANGED: Rule = narrows("REV456", "pattern-changed");
const FORMAT_CHANGED: Rule = narrows("REV457", "format-changed");
const MULTIPLE_OF_CHANGED: Rule = narrows("REV518", "multiple-of-changed");
const CONST_CHANGED: Rule = narrows("REV415", "const-changed");
const NULL_REFUSED: Rule = narrows("REV405", "null-refused").compile();
const NULL_ALLOWED: Rule = narrows("REV406", "null-allowed").compile();
const CLOSED_REMOVED: Rule = narrows("REV476", "property-removed-from-closed-object").compile();
const CLOSED_ADDED: Rule = narrows("REV477", "property-added-to-closed-object").compile();
const BECAME_REQUIRED: Rule = narrows("REV482", "property-became-required").compile();
const REQUIRED_ADDED: Rule = narrows("REV483", "required-property-added").compile();
const BECAME_OPTIONAL: Rule = narrows("REV484", "property-became-optional").compile();
const REQUIRED_REMOVED: Rule = narrows("REV485", "required-property-removed").compile();
const FORBIDDEN: Rule = narrows("REV528", "value-forbidden");
const ALLOWED: Rule = narrows("REV529", "value-allowed");

/// Those without a keyword of their own.
const OTHERS: &[Rule] = &[
    TYPE_CHANGED,
    PATTERN_CHANGED,
    FORMAT_CHANGED,
    MULTIPLE_OF_CHANGED,
    NULL_REFUSED,
    NULL_ALLOWED,
    CLOSED_REMOVED,
    CLOSED_ADDED,
    BECAME_REQUIRED,
    REQUIRED_ADDED,
    BECAME_OPTIONAL,
    REQUIRED_REMOVED,
    FORBIDDEN,
    ALLOWED,
];

/// All rules about what a schema accepts.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    let of_keywords = ROWS.iter().flat_map(|row| [row.added, row.narrowed, row.removed, row.widened]);
    of_keywords.chain(OTHERS.iter().copied())
}

/// What is known about a keyword that refuses a document which the other version accepts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal<'a> {
    /// Whose keyword it is.
    pub(super) side: Side,
    /// The keyword; `None` for a schema that is `false`.
    pub(super) keyword: Option<&'a str>,
    /// The pointer of what refuses.
    pub(super) pointer: &'a str,
    /// Whether the other version says something of the kind about the same value.
    pub(super) both: bool,
    /// Whether the value that is refused is `null`.
    pub(super) null: bool,
    /// Whether the other version lists the member that is missing or refused.
    pub(super) listed: bool,
}

impl Refusal<'_> {
    /// The rule that it belongs to.
    pub(super) fn rule(&self) -> Rule {
        let narrowing = self.side == Side::Revision;
        let either = |narrow: Rule, wide: Rule| if narrowing { narrow } else { wide };
        match self.keyword {
            Some("required") => match (narrowing, self.listed) {
                (true, true) => BECAME_REQUIRED,
                (true, false) => REQUIRED_ADDED,
                (false, true) => BECAME_OPTIONAL,
                (false, false) => REQUIRED_REMOVED,
            },
            Some("type") if self.null && self.both => either(NULL_REFUSED, NULL_ALLOWED),
            Some(keyword) => match ROWS.iter().find(|row| row.keyword == keyword) {
                Some(row) if self.both => either(row.narrowed, row.widened),
                Some(row) => either(row.added, row.removed),
                None => either(FORBIDDEN, ALLOWED),
            },
            None if self.listed => either(CLOSED_REMOVED, CLOSED_ADDED),
            None => {
                // It stands in a keyword, or under a name in one.
                let mut around = self.pointer.rsplit('/').take(2);
                let row = around.find_map(|part| ROWS.iter().find(|row| row.keyword == part));
                row.map_or(either(FORBIDDEN, ALLOWED), |row| either(row.added, row.removed))
            }
        }
    }
}

/// The rule for a keyword that both narrowed and widened, if the two are one thing.
pub(crate) fn united(one: Rule, two: Rule) -> Option<Rule> {
    for (whole, parts) in [
        (TYPE_CHANGED, ["type-narrowed", "type-widened"]),
        (CONST_CHANGED, ["const-changed", "const-widened"]),
        (PATTERN_CHANGED, ["pattern-narrowed", "pattern-widened"]),
        (FORMAT_CHANGED, ["format-narrowed", "format-widened"]),
        (MULTIPLE_OF_CHANGED, ["multiple-of-narrowed", "multiple-of-widened"]),
    ] {
        if one != two && parts.contains(&one.name) && parts.contains(&two.name) {
            return Some(whole);
        }
    }
    None
}
