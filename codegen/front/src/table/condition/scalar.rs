//! Literals as values of a type, in the form in which items have them.

use stipule_ir::table::Literal;
use stipule_ir::types::{EnumLiteral, Scalar};
use stipule_ir::{TypeId, TypeKind};
use stipule_wire::{Date, DateTime, Decimal, Email, Fault, Plain, Ulid, Uri, Uuid};

use crate::table::known::Surroundings;

/// Most significant digits of a number in the table. Source: "Naming rules and data types" of the DynamoDB developer
/// guide.
const MOST_DIGITS: usize = 38;

/// The literal as a value of type `ty`; otherwise a word about what such a value is.
pub(super) fn value(
    literal: &Literal,
    ty: TypeId,
    nullable: bool,
    around: &Surroundings<'_>,
) -> Result<Literal, String> {
    if *literal == Literal::Null {
        return if nullable { Ok(Literal::Null) } else { Err("its schema doesn't allow null".to_owned()) };
    }
    if let TypeKind::Enum(declared) = &around.types.get(ty).kind {
        let listed = |wanted: &EnumLiteral| declared.values.iter().any(|known| known.value == *wanted);
        let names: Vec<&str> = declared.values.iter().map(|known| known.name.wire.as_str()).collect();
        return match (as_listed(literal), literal) {
            (Some(value), _) if listed(&value) => Ok(literal.clone()),
            (_, Literal::Text(text)) => Err(crate::suggest::help(text, &names)),
            _ => Err(format!("its values are {}", names.join(", "))),
        };
    }
    of_scalar(literal, around.scalar(ty))
}

fn as_listed(literal: &Literal) -> Option<EnumLiteral> {
    match literal {
        Literal::Text(text) => Some(EnumLiteral::String(text.clone())),
        Literal::Integer(number) => Some(EnumLiteral::Integer(*number)),
        Literal::Boolean(value) => Some(EnumLiteral::Boolean(*value)),
        Literal::Decimal(_) | Literal::Null => None,
    }
}

fn of_scalar(literal: &Literal, scalar: Option<Scalar>) -> Result<Literal, String> {
    let Some(scalar) = scalar else { return Err("its values can't be written here".to_owned()) };
    match (literal, scalar) {
        (Literal::Boolean(_), Scalar::Boolean)
        | (Literal::Integer(_), Scalar::Int32 | Scalar::Int64 | Scalar::Float64)
        | (Literal::Text(_), Scalar::String) => Ok(literal.clone()),
        (Literal::Decimal(digits), Scalar::Float64) => {
            let significant = digits.bytes().filter(u8::is_ascii_digit).count();
            match significant <= MOST_DIGITS {
                true => Ok(literal.clone()),
                false => Err(format!("the table keeps {MOST_DIGITS} digits")),
            }
        }
        (Literal::Text(text), Scalar::DateTime) => {
            let instant = DateTime::from_text(text).map_err(|fault| said(&fault))?;
            Ok(Literal::Text(instant.fixed_width()))
        }
        (Literal::Text(text), Scalar::Date) => plain::<Date>(text),
        (Literal::Text(text), Scalar::Uuid) => plain::<Uuid>(text),
        (Literal::Text(text), Scalar::Ulid) => plain::<Ulid>(text),
        (Literal::Text(text), Scalar::Email) => plain::<Email>(text),
        (Literal::Text(text), Scalar::Uri) => plain::<Uri>(text),
        (Literal::Text(text), Scalar::Decimal) => plain::<Decimal>(text),
        (_, Scalar::Boolean) => Err("it is `true` or `false`".to_owned()),
        (_, Scalar::Int32 | Scalar::Int64) => Err("it is a whole number".to_owned()),
        (_, Scalar::Float64) => Err("it is a number".to_owned()),
        (_, Scalar::Any | Scalar::Null) => Err("its values can't be written here".to_owned()),
        _ => Err("it is text, in single quotes".to_owned()),
    }
}

fn plain<T: Plain>(text: &str) -> Result<Literal, String> {
    T::from_text(text).map(|value| Literal::Text(value.to_text().into_owned())).map_err(|fault| said(&fault))
}

fn said(fault: &Fault) -> String {
    format!("it {fault}")
}

/// As it stands in the text of a condition.
pub(super) fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("'{text}'"),
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(digits) => digits.clone(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Null => "null".to_owned(),
    }
}
