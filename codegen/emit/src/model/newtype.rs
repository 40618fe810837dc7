//! Scalars with a name or limits of their own.

use std::fmt::Write as _;

use proc_macro2::Literal;
use stipule_ir::TypeId;
use stipule_ir::types::{Bound, Declaration, Limits, Newtype, Scalar};

use super::alias;
use crate::rust::{Source, doc_lines};
use crate::types::{Form, Paths, integer_range};

/// A call of the wire's macro for its base.
pub(super) fn item(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration, it: &Newtype) -> Source {
    let (name, limits) = match it.base {
        Scalar::Int32 | Scalar::Int64 => ("integer_newtype", integer_limits(it)),
        Scalar::Float64 => ("number_newtype", number_limits(&it.limits)),
        // Nothing limits these: another name for what they are.
        Scalar::Boolean | Scalar::Any | Scalar::Null => {
            return alias::item(paths, id, declaration, Form::Closed).into();
        }
        _ if it.personal => ("personal_newtype", text_limits(&it.limits)),
        _ => ("text_newtype", text_limits(&it.limits)),
    };
    let base = paths.scalar(it.base);
    let docs = doc_lines(&declaration.docs, 4);
    let copy = matches!(it.base, Scalar::Uuid | Scalar::Ulid | Scalar::Date | Scalar::DateTime);
    let copy = if copy { "    #[derive(Copy)]\n" } else { "" };
    let ends = matches!(it.base, Scalar::Int32 | Scalar::Int64 | Scalar::Float64);
    let limits = match limits.as_slice() {
        [] if ends => " {}".to_owned(),
        [] => ";".to_owned(),
        limits => format!(" {{ {} }}", limits.join(", ")),
    };
    let mut text = String::new();
    write!(
        text,
        "stipule_wire::{name}! {{\n{docs}{copy}    pub struct {}({base}){limits}\n}}\n",
        declaration.name.type_name(),
    )
    .expect("a String takes any text");
    let mut source = Source::default();
    source.push_text(text);
    source
}

fn text_limits(limits: &Limits) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(limits.min_length.filter(|min| *min > 0).map(|min| format!("min: {min}")));
    out.extend(limits.max_length.map(|max| format!("max: {max}")));
    out.extend(limits.pattern.as_deref().map(|pattern| format!("pattern: {}", text_literal(pattern))));
    out
}

/// A raw string where that spares escapes.
fn text_literal(text: &str) -> String {
    let raw = text.contains('\\') && !text.contains("\"#") && !text.chars().any(char::is_control);
    if raw { format!("r#\"{text}\"#") } else { Literal::string(text).to_string() }
}

fn integer_limits(it: &Newtype) -> Vec<String> {
    let (min, max) = integer_range(it.base, &it.limits);
    let mut out = Vec::new();
    out.extend(it.limits.minimum.is_some().then(|| format!("min: {min}")));
    out.extend(it.limits.maximum.is_some().then(|| format!("max: {max}")));
    out.extend(it.limits.multiple_of.as_ref().map(|divisor| format!("multiple_of: {divisor}")));
    out
}

fn number_limits(limits: &Limits) -> Vec<String> {
    let bound = |inclusive: &str, exclusive: &str, bound: &Bound| {
        let value = bound.value.parse::<f64>().unwrap_or_default();
        let value = Literal::f64_unsuffixed(value);
        format!("{}: {value}", if bound.exclusive { exclusive } else { inclusive })
    };
    let mut out = Vec::new();
    out.extend(limits.minimum.as_ref().map(|it| bound("min", "above", it)));
    out.extend(limits.maximum.as_ref().map(|it| bound("max", "below", it)));
    out.extend(limits.multiple_of.as_ref().map(|divisor| format!("multiple_of: {}", text_literal(divisor))));
    out
}
