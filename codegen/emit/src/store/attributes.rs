//! `attributes.rs`: conversions of the objects and unions inside entities.

use stipule_ir::TypeId;
use stipule_ir::types::{TypeKind, Union};

use super::convert::{Convert, reader};
use super::fields::Fields;
use super::imports::Imports;
use super::scene::Scene;
use crate::rust::{Source, Text};
use crate::types::{Edge, Form, Paths};

/// The whole file.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>) -> Source {
    let paths = Paths::outside(scene.types, Form::Closed);
    let mut items = Text::default();
    for id in convert.reach.types() {
        pair(convert, &paths, id, &mut items);
    }
    Imports::file("Objects and unions inside entities, as attributes and back.", scene, &paths, items)
}

/// The two functions of one type.
fn pair(convert: &Convert<'_>, paths: &Paths<'_, '_>, id: TypeId, text: &mut Text) {
    let (write, ty) = (convert.reach.function(id), paths.text(id));
    text.part();
    text.code(0, &format!("pub(crate) fn {write}(value: &{ty}) -> Attr {{"));
    match convert.types.kind(id) {
        TypeKind::Struct(object) => {
            let fields = Fields { convert, id, object };
            text.line(1, format_args!("let mut object = Item::with_capacity({});", fields.most()));
            fields.put(text, "object", "value", None);
            text.code(1, "to::object(object)");
        }
        TypeKind::Union(union) => write_union(convert, &ty, union, text),
        _ => unreachable!("only structs and unions have conversions of their own"),
    }
    text.code(0, "}");
    text.part();
    let open = format!("pub(crate) fn {}(", reader(write));
    text.list(0, &open, &["attribute: &Attr".to_owned()], &format!(") -> Result<{ty}, Misfit> {{"));
    match convert.types.kind(id) {
        TypeKind::Struct(object) => {
            text.code(1, "let fields = Fields::of(attribute)?;");
            Fields { convert, id, object }.read(text, &ty, "fields", None);
        }
        TypeKind::Union(union) => read_union(convert, &ty, id, union, text),
        _ => unreachable!("only structs and unions have conversions of their own"),
    }
    text.code(0, "}");
}

fn write_union(convert: &Convert<'_>, ty: &str, union: &Union, text: &mut Text) {
    text.code(1, "match value {");
    for variant in &union.variants {
        let held = convert.attribute(variant.ty, "value");
        let attribute = match (&union.tag, variant.tags.as_slice()) {
            (Some(property), [tag]) => format!("to::tagged({property:?}, {tag:?}, {held})"),
            // Several tags for one variant: its own field says which.
            _ => held,
        };
        text.code(2, &format!("{ty}::{}(value) => {attribute},", variant.name.variant()));
    }
    text.code(1, "}");
}

/// By its tag; without one by trying, as any other reader of the JSON form does.
fn read_union(convert: &Convert<'_>, ty: &str, id: TypeId, union: &Union, text: &mut Text) {
    let Some(property) = &union.tag else {
        text.code(1, "from::free(attribute)");
        return;
    };
    text.code(1, &format!("match from::tag(attribute, {property:?})? {{"));
    for (place, variant) in union.variants.iter().enumerate() {
        let tags: Vec<_> = variant.tags.iter().map(|tag| format!("{tag:?}")).collect();
        let from = convert.from(variant.ty);
        let from = match convert.types.kind(variant.ty) {
            TypeKind::List(_) | TypeKind::Map(_) => format!("({from})(attribute)"),
            _ => format!("{from}(attribute)"),
        };
        let boxed = if convert.types.is_boxed(Edge { from: id, place }) { ".map(Box::new)" } else { "" };
        let (tags, name) = (tags.join(" | "), variant.name.variant());
        text.code(2, &format!("{tags} => {from}{boxed}.map({ty}::{name}),"));
    }
    text.code(2, &format!("_ => Err(from::unknown_tag({property:?})),"));
    text.code(1, "}");
}
