//! Types as text: what may stand in a path or a header, and how what has parts is written there.

use stipule_ir::TypeId;
use stipule_ir::service::Style;
use stipule_ir::types::{EnumLiteral, Extra, Field, Scalar, TypeKind};

use super::Types;

/// Whether values have one text form (`stipule_wire::Plain`).
pub(crate) fn is_plain(types: &Types<'_>, id: TypeId) -> bool {
    match types.kind(id) {
        TypeKind::Scalar(scalar) => !matches!(scalar, Scalar::Any | Scalar::Null),
        TypeKind::Newtype(newtype) => !matches!(newtype.base, Scalar::Any | Scalar::Null),
        TypeKind::Enum(it) => {
            let is_text = |literal: &EnumLiteral| matches!(literal, EnumLiteral::String(_));
            let texts = it.values.iter().filter(|value| is_text(&value.value)).count();
            // Values of different types have no text form, and shared sets keep values of any type.
            texts == it.values.len() || texts == 0 && !types.is_shared()
        }
        _ => false,
    }
}

/// What kind of value a type is, as `stipule_wire::style::Shape`.
pub(crate) fn shape(types: &Types<'_>, id: TypeId) -> String {
    match types.kind(id) {
        TypeKind::List(_) | TypeKind::Tuple(_) => "List".to_owned(),
        TypeKind::Map(_) => "Object(&[])".to_owned(),
        TypeKind::Struct(object) => {
            let names: Vec<_> = object.fields.iter().map(|field| format!("{:?}", field.name.wire)).collect();
            match object.extra {
                Extra::Kept(_) => "Object(&[])".to_owned(),
                Extra::Refused | Extra::Ignored => format!("Object(&[{}])", names.join(", ")),
            }
        }
        _ => "Value".to_owned(),
    }
}

/// A style as a variant of `stipule_wire::style::Style`.
pub(crate) fn style(style: Style) -> String {
    match style {
        Style::Simple { explode } => format!("Simple {{ explode: {explode} }}"),
        Style::Label { explode } => format!("Label {{ explode: {explode} }}"),
        Style::Matrix { explode } => format!("Matrix {{ explode: {explode} }}"),
        Style::Form { explode } => format!("Form {{ explode: {explode} }}"),
        Style::SpaceDelimited => "SpaceDelimited".to_owned(),
        Style::PipeDelimited => "PipeDelimited".to_owned(),
        Style::DeepObject => "DeepObject".to_owned(),
        Style::Json => "Json".to_owned(),
    }
}

/// The properties of a form that aren't written as single values or repeated ones: name, style and shape.
pub(crate) fn form_fields(
    types: &Types<'_>,
    id: TypeId,
    styles: &[(String, Style)],
) -> Vec<(String, String, String)> {
    let TypeKind::Struct(object) = types.kind(id) else { return Vec::new() };
    let special = |field: &Field| {
        let said = styles.iter().find(|(name, _)| *name == field.name.wire).map(|(_, style)| *style);
        let usual = if is_nested(types, field.ty) { Some(Style::Json) } else { None };
        let style = said.or(usual)?;
        Some((field.name.wire.clone(), self::style(style), shape(types, field.ty)))
    };
    object.fields.iter().filter_map(special).collect()
}

/// Whether a value has parts that have parts, or is an object.
fn is_nested(types: &Types<'_>, id: TypeId) -> bool {
    match types.kind(id) {
        TypeKind::Struct(_) | TypeKind::Map(_) => true,
        TypeKind::List(list) => !is_plain(types, list.item),
        TypeKind::Union(union) => union.variants.iter().any(|variant| is_nested(types, variant.ty)),
        TypeKind::Tuple(_) => true,
        _ => false,
    }
}
