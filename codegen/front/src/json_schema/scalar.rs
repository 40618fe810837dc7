//! Scalars, their formats and limits.

use stipule_ir::types::{Bound, Limits, Newtype, Scalar};
use stipule_ir::{Diagnostic, Spanned, TypeKind};

use super::decimal::Decimal;
use super::lowering::Lowering;
use super::schema::{Kind, Schema};
use crate::suggest;

/// Any value at all.
pub(super) fn any() -> TypeKind {
    TypeKind::Scalar(Scalar::Any)
}

/// Whether a type of limited scalars can be written in place: `Text<1, 80>`, `Ranged<1, 99>`.
pub(super) fn can_stay_inline(newtype: &Newtype) -> bool {
    let limits = &newtype.limits;
    let lengths_only =
        Limits { min_length: limits.min_length, max_length: limits.max_length, ..Limits::default() };
    let range_only =
        Limits { minimum: limits.minimum.clone(), maximum: limits.maximum.clone(), ..Limits::default() };
    let is_inclusive = [&limits.minimum, &limits.maximum].into_iter().flatten().all(|end| !end.exclusive);
    match newtype.base {
        Scalar::String => *limits == lengths_only,
        Scalar::Int32 | Scalar::Int64 => *limits == range_only && is_inclusive,
        _ => *limits == Limits::default(),
    }
}

/// Lowers a schema of a scalar kind.
pub(super) fn lower<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>, kind: Kind) -> TypeKind {
    let base = match kind {
        Kind::Null => return TypeKind::Scalar(Scalar::Null),
        Kind::Boolean => Scalar::Boolean,
        Kind::Integer => integer(lowering, schema),
        Kind::Number => number(lowering, schema),
        _ => text(lowering, schema),
    };
    let limits = match base {
        Scalar::Bytes => Limits::default(),
        Scalar::Boolean => Limits::default(),
        Scalar::Int32 | Scalar::Int64 | Scalar::Float64 => range(lowering, schema, base),
        _ => lengths(lowering, schema, base),
    };
    if limits == Limits::default() && !schema.site.named {
        return TypeKind::Scalar(base);
    }
    TypeKind::Newtype(Newtype { base, limits, personal: schema.personal })
}

fn integer(lowering: &mut Lowering<'_>, schema: &Schema<'_>) -> Scalar {
    match schema.format.as_ref().map(|format| format.value.as_str()) {
        Some("int32") => Scalar::Int32,
        None | Some("int64") => Scalar::Int64,
        Some("int8" | "int16" | "uint8" | "uint16" | "uint32" | "integer" | "int" | "long" | "timestamp")
            if lowering.posture().is_import() =>
        {
            Scalar::Int64
        }
        Some(_) => {
            unknown_format(lowering, schema, &["int32", "int64"]);
            Scalar::Int64
        }
    }
}

fn number(lowering: &mut Lowering<'_>, schema: &Schema<'_>) -> Scalar {
    let format = schema.format.as_ref().map(|format| format.value.as_str());
    if lowering.posture().is_import() {
        match format {
            // The format registry of OpenAPI has these for numbers as well.
            Some("int32") => return Scalar::Int32,
            Some("int64" | "uint32" | "integer" | "int" | "long") => return Scalar::Int64,
            Some("decimal") => return Scalar::Float64,
            _ => {}
        }
    }
    if !matches!(schema.format.as_ref().map(|format| format.value.as_str()), None | Some("double" | "float"))
    {
        unknown_format(lowering, schema, &["double", "float"]);
    }
    Scalar::Float64
}

fn text(lowering: &mut Lowering<'_>, schema: &Schema<'_>) -> Scalar {
    const FORMATS: [(&str, Scalar); 7] = [
        ("uuid", Scalar::Uuid),
        ("ulid", Scalar::Ulid),
        ("date", Scalar::Date),
        ("date-time", Scalar::DateTime),
        ("email", Scalar::Email),
        ("uri", Scalar::Uri),
        ("decimal", Scalar::Decimal),
    ];
    let Some(format) = &schema.format else { return Scalar::String };
    let is_import = lowering.posture().is_import();
    if is_import && format.value == "byte" {
        return Scalar::Bytes;
    }
    // Registered formats that say something to people, and nothing that a type could hold.
    if is_import && SPOKEN.contains(&format.value.as_str()) {
        return Scalar::String;
    }
    if let Some((_, scalar)) = FORMATS.into_iter().find(|(name, _)| *name == format.value) {
        return scalar;
    }
    unknown_format(lowering, schema, &FORMATS.map(|(name, _)| name));
    Scalar::String
}

/// Formats of JSON Schema and of the OpenAPI format registry that are text like any other.
const SPOKEN: [&str; 22] = [
    "binary",
    "password",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "idn-email",
    "uri-reference",
    "uri-template",
    "iri",
    "iri-reference",
    "json-pointer",
    "relative-json-pointer",
    "regex",
    "time",
    "duration",
    "html",
    "commonmark",
    "char",
    "base64url",
    "http-date",
    "media-range",
];

fn unknown_format(lowering: &mut Lowering<'_>, schema: &Schema<'_>, valid: &[&str]) {
    let Some(format) = &schema.format else { return };
    let message = format!("format `{}` is not known and not checked", format.value);
    let warning = Diagnostic::warning("JSC016", &format.span, message);
    lowering.diagnostics.push(warning.help(suggest::help(&format.value, valid)));
}

fn lengths<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>, base: Scalar) -> Limits {
    let bounds = &schema.bounds;
    let fixed = matches!(base, Scalar::Uuid | Scalar::Ulid | Scalar::Date | Scalar::DateTime | Scalar::Bytes);
    if fixed {
        let places = [&bounds.min_length, &bounds.max_length]
            .into_iter()
            .flatten()
            .map(|bound| &bound.span)
            .chain(bounds.pattern.iter().map(|pattern| &pattern.span));
        for span in places {
            let format = schema.format.as_ref().map_or("", |format| format.value.as_str());
            let message = format!("a limit of the text beside `format: {format}` is not supported yet");
            let fault = Diagnostic::error("JSC001", span, message);
            // Beside a format of its own, such a limit says what the format says better.
            if !lowering.posture().is_import() {
                lowering.diagnostics.push(fault.help("the format alone decides how the text looks"));
            }
        }
        return Limits::default();
    }
    ordered(lowering, "minLength", bounds.min_length.as_ref(), "maxLength", bounds.max_length.as_ref());
    let is_import = lowering.posture().is_import();
    let mut bounds = bounds.clone();
    if is_import
        && let Some(pattern) = bounds.pattern.take_if(|pattern| is_said_otherwise(schema, &pattern.value))
    {
        lowering.leave_of(schema, "pattern", &pattern.span);
    }
    if let Some(pattern) = &bounds.pattern
        && !super::pattern::check(pattern, &mut lowering.diagnostics)
        && is_import
    {
        bounds.pattern = None;
    }
    Limits {
        min_length: bounds.min_length.as_ref().map(|bound| bound.value).filter(|length| *length > 0),
        max_length: bounds.max_length.as_ref().map(|bound| bound.value),
        pattern: bounds.pattern.as_ref().map(|pattern| pattern.value.clone()),
        ..Limits::default()
    }
}

/// Whether a pattern can only be run as several, by the check of what no type says.
fn is_said_otherwise(schema: &Schema<'_>, pattern: &str) -> bool {
    let own = schema.site.node.get("pattern").and_then(crate::reader::Node::as_str);
    own == Some(pattern)
        && stipule_wire::Pattern::translate(pattern).is_err()
        && super::lookahead::split(pattern).is_some()
}

/// Whether a lower limit is above the upper one.
pub(super) fn is_above(least: Option<&Spanned<u64>>, most: Option<&Spanned<u64>>) -> bool {
    matches!((least, most), (Some(least), Some(most)) if least.value > most.value)
}

/// `JSC006` when a lower limit is above the upper one.
pub(super) fn ordered(
    lowering: &mut Lowering<'_>,
    lower: &str,
    least: Option<&Spanned<u64>>,
    upper: &str,
    most: Option<&Spanned<u64>>,
) {
    if let (Some(least), Some(most)) = (least, most)
        && least.value > most.value
    {
        let message = format!("`{lower}` {} is above `{upper}` {}", least.value, most.value);
        let fault = Diagnostic::error("JSC006", &least.span, message);
        lowering.diagnostics.push(fault.related(&most.span, "the other limit"));
    }
}

fn range(lowering: &mut Lowering<'_>, schema: &Schema<'_>, base: Scalar) -> Limits {
    let bounds = &schema.bounds;
    let minimum = bounds.minimum.as_ref().and_then(|end| bound(lowering, end, base));
    let maximum = bounds.maximum.as_ref().and_then(|end| bound(lowering, end, base));
    if let (Some((low, least)), Some((high, most))) = (&minimum, &maximum)
        && (low > high || low == high && (least.exclusive || most.exclusive))
        && let (Some(from), Some(to)) = (&bounds.minimum, &bounds.maximum)
    {
        let message = format!("no number is between {} and {}", least.value, most.value);
        let fault = Diagnostic::error("JSC006", &from.span, message);
        lowering.diagnostics.push(fault.related(&to.span, "the other end"));
        if lowering.posture().is_import() {
            return Limits::default();
        }
    }
    let multiple_of = bounds.multiple_of.as_ref().and_then(|divisor| {
        let number = Decimal::parse(&divisor.value).filter(Decimal::is_positive);
        let is_usable = number.as_ref().is_some_and(|number| base == Scalar::Float64 || number.is_whole());
        if !is_usable {
            let wanted = if base == Scalar::Float64 { "a number above 0" } else { "a whole number above 0" };
            let message = format!("`multipleOf` must be {wanted}, not {}", divisor.value);
            lowering.diagnostics.push(Diagnostic::error("JSC006", &divisor.span, message));
            return None;
        }
        Some(whole_text(base, number.as_ref(), &divisor.value))
    });
    Limits {
        minimum: minimum.map(|(_, bound)| bound),
        maximum: maximum.map(|(_, bound)| bound),
        multiple_of,
        ..Limits::default()
    }
}

/// One end of a range in the form that the base needs: whole and within its bits for integers.
fn bound(lowering: &mut Lowering<'_>, end: &Spanned<Bound>, base: Scalar) -> Option<(Decimal, Bound)> {
    let is_double = || end.value.value.parse::<f64>().is_ok_and(f64::is_finite);
    let number = Decimal::parse(&end.value.value).filter(|_| base != Scalar::Float64 || is_double());
    let Some(number) = number else {
        let message = format!("{} is too large to be a limit", end.value.value);
        lowering.diagnostics.push(Diagnostic::error("JSC006", &end.span, message));
        return None;
    };
    let fits = match base {
        Scalar::Int32 => number.to_i64().is_some_and(|value| i32::try_from(value).is_ok()),
        Scalar::Int64 => number.to_i64().is_some(),
        _ => true,
    };
    if !fits {
        let bits = if base == Scalar::Int32 { 32 } else { 64 };
        let message = format!("{} is not a whole number of {bits} bits", end.value.value);
        let fault = Diagnostic::error("JSC006", &end.span, message);
        lowering.diagnostics.push(match base {
            Scalar::Int32 => fault.help("leave `format: int32` out for larger numbers"),
            _ => fault.help("integers have 64 bits here; leave the limit out or use `type: number`"),
        });
        return None;
    }
    let value = whole_text(base, Some(&number), &end.value.value);
    Some((number, Bound { value, exclusive: end.value.exclusive }))
}

/// `1e3` as `1000` where an integer is needed; as written otherwise.
fn whole_text(base: Scalar, number: Option<&Decimal>, written: &str) -> String {
    match number.and_then(Decimal::to_i64) {
        Some(value) if base != Scalar::Float64 => value.to_string(),
        _ => written.to_owned(),
    }
}
