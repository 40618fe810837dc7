//! Objects: structs with named fields, maps with free keys.

use std::collections::BTreeSet;

use stipule_ir::types::{EnumLiteral, Extra, Field, Map, Scalar, Struct};
use stipule_ir::{Diagnostic, Name, Type, TypeId, TypeKind};

use super::lowering::Lowering;
use super::scalar::ordered;
use super::schema::{Additional, Schema, Site, Unsaid};
use crate::suggest;

/// Lowers a schema of type `object`.
pub(super) fn lower<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> TypeKind {
    let bounds = &schema.bounds;
    let (least, most) = (bounds.min_properties.as_ref(), bounds.max_properties.as_ref());
    ordered(lowering, "minProperties", least, "maxProperties", most);
    check_required(lowering, schema);
    check_closed(lowering, schema);
    let is_refused = schema.additional.as_ref().is_some_and(|says| matches!(says.value, Additional::Refused));
    let asks = lowering.posture().is_import() && !schema.required.is_empty();
    if schema.properties.is_empty() && (!is_refused || patterns(schema).is_some()) && !asks {
        return map(lowering, schema);
    }
    if let Some(names) = &schema.property_names
        && lowering.posture().is_import()
    {
        lowering.leave_of(schema, "propertyNames", &start(names));
    } else if let Some(names) = &schema.property_names {
        let message = "`propertyNames` beside `properties` is not supported yet";
        lowering.diagnostics.push(Diagnostic::error("JSC001", &start(names), message));
    }
    TypeKind::Struct(Struct {
        fields: fields(lowering, schema),
        extra: extra(lowering, schema),
        min_properties: least.map(|bound| bound.value).filter(|count| *count > 0),
        max_properties: most.map(|bound| bound.value),
    })
}

fn fields<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for property in &schema.properties {
        let used = lowering.lower(&property.site);
        fields.push(Field {
            name: Name::new(property.key.value.clone(), property.key.span.clone()),
            ty: used.ty,
            required: schema.required.iter().any(|name| name.value == property.key.value),
            nullable: used.nullable,
            default: used.default.map(crate::reader::Node::to_json),
            personal: used.personal || schema.personal,
            access: used.access,
            docs: used.docs,
            span: property.key.span.clone(),
        });
    }
    if lowering.posture().is_import() {
        asked(lowering, schema, &mut fields);
    }
    Name::distinguish(fields.iter_mut().map(|field| &mut field.name));
    fields
}

/// Properties that must be there although nobody describes them: of what `additionalProperties` says, or of anything.
fn asked<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>, fields: &mut Vec<Field>) {
    for name in &schema.required {
        if fields.iter().any(|field| field.name.wire == name.value) {
            continue;
        }
        let (ty, nullable) = match schema.additional.as_ref().map(|says| &says.value) {
            Some(Additional::Schema(site)) => {
                let used = lowering.lower(site);
                (used.ty, used.nullable)
            }
            _ => (any_type(lowering, &name.span), false),
        };
        fields.push(Field {
            name: Name::new(name.value.clone(), name.span.clone()),
            ty,
            required: true,
            nullable,
            default: None,
            personal: false,
            access: Default::default(),
            docs: Default::default(),
            span: name.span.clone(),
        });
    }
}

fn extra<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> Extra {
    let says = schema.additional.as_ref().map(|says| &says.value);
    let says = says.filter(|says| !(matches!(says, Additional::Refused) && is_overruled(lowering, schema)));
    if patterns(schema).is_some() {
        return Extra::Kept(any_type(lowering, &schema.span()));
    }
    match says {
        None => Extra::Ignored,
        Some(Additional::Refused) => Extra::Refused,
        Some(Additional::Any(node)) => Extra::Kept(any_type(lowering, &node.span)),
        Some(Additional::Schema(site)) => Extra::Kept(lowering.lower_with_null(site)),
    }
}

fn map<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> TypeKind {
    let (value, nullable_values) = match schema.additional.as_ref().map(|says| &says.value) {
        Some(Additional::Refused) if let Some(value) = only_pattern(schema) => {
            let used = lowering.lower(&value);
            (used.ty, used.nullable)
        }
        _ if patterns(schema).is_some() => (any_type(lowering, &schema.span()), true),
        Some(Additional::Schema(site)) => {
            let used = lowering.lower(site);
            (used.ty, used.nullable)
        }
        Some(Additional::Any(node)) => (any_type(lowering, &node.span), false),
        _ => (any_type(lowering, &schema.span()), false),
    };
    let key = schema.property_names.as_ref().map(|site| lowering.map_key(site));
    TypeKind::Map(Map {
        key,
        value,
        nullable_values,
        min_properties: schema
            .bounds
            .min_properties
            .as_ref()
            .map(|bound| bound.value)
            .filter(|count| *count > 0),
        max_properties: schema.bounds.max_properties.as_ref().map(|bound| bound.value),
    })
}

/// `patternProperties`, which a type doesn't say: properties that match are kept, whatever they are.
fn patterns<'s, 'd>(schema: &'s Schema<'d>) -> Option<&'s Unsaid<'d>> {
    schema.unsaid.iter().find(|unsaid| unsaid.keyword.value == "patternProperties")
}

/// The schema of all values, where the names of all properties match one pattern.
fn only_pattern<'d>(schema: &Schema<'d>) -> Option<Site<'d>> {
    let [entry] = patterns(schema)?.node.get("patternProperties")?.entries()? else { return None };
    let name = Name::new("value", entry.key.span.clone());
    schema.properties.is_empty().then(|| schema.site.part(&entry.value, &name))
}

pub(super) fn any_type(lowering: &mut Lowering<'_>, span: &stipule_ir::Span) -> TypeId {
    lowering.types.add(Type { declaration: None, kind: TypeKind::Scalar(Scalar::Any), span: span.clone() })
}

/// A required name without a property can't be said by a type with named fields.
fn check_required(lowering: &mut Lowering<'_>, schema: &Schema<'_>) {
    let known: Vec<&str> = schema.properties.iter().map(|property| property.key.value.as_str()).collect();
    for name in schema.required.iter().filter(|name| !known.contains(&name.value.as_str())) {
        let message = format!("`{}` is required but not among the properties", name.value);
        let fault = Diagnostic::error("JSC013", &name.span, message);
        lowering.diagnostics.push(fault.help(suggest::help(&name.value, &known)));
    }
}

/// Whether `additionalProperties: false` stands in a branch of `allOf` that others extend: taken at its word, no value
/// would be valid, which nobody meant.
fn is_overruled(lowering: &Lowering<'_>, schema: &Schema<'_>) -> bool {
    let outside = |names: &BTreeSet<String>| {
        schema.properties.iter().any(|property| !names.contains(&property.key.value))
    };
    lowering.posture().is_import() && schema.closed.iter().any(|(_, names)| outside(names))
}

/// `additionalProperties` of one branch of `allOf` is about the properties of the others too.
fn check_closed(lowering: &mut Lowering<'_>, schema: &Schema<'_>) {
    for (place, names) in &schema.closed {
        let outside: BTreeSet<&str> = schema
            .properties
            .iter()
            .map(|property| property.key.value.as_str())
            .filter(|name| !names.contains(*name))
            .collect();
        if let Some(first) = outside.iter().next() {
            let message = format!("`additionalProperties` here is about `{first}` of another branch too");
            let fault = Diagnostic::error("JSC009", place, message)
                .related(&schema.span(), "both must hold here")
                .help("move `additionalProperties` out of the branch that others extend");
            lowering.diagnostics.push(fault);
        }
    }
}

pub(super) fn start(site: &Site<'_>) -> stipule_ir::Span {
    stipule_ir::Span { end: site.node.span.start, ..site.node.span.clone() }
}

impl<'d> Lowering<'d> {
    /// The type of the keys of a map. Keys are text, said or not.
    fn map_key(&mut self, site: &Site<'d>) -> TypeId {
        let ty = self.lower(site).ty;
        self.key_types.push((start(site), ty));
        ty
    }
}

/// Keys of JSON are text: a type of keys must be text too.
pub(super) fn check_keys(lowering: &mut Lowering<'_>) {
    for (place, ty) in std::mem::take(&mut lowering.key_types) {
        let is_text = match &lowering.types.get(ty).kind {
            TypeKind::Scalar(scalar) => is_text(*scalar),
            TypeKind::Newtype(newtype) => is_text(newtype.base),
            TypeKind::Enum(of) => of.values.iter().all(|value| matches!(value.value, EnumLiteral::String(_))),
            _ => false,
        };
        if !is_text && lowering.posture().is_import() {
            lowering.types.get_mut(ty).kind = TypeKind::Scalar(Scalar::String);
            lowering.types.get_mut(ty).declaration = None;
        }
        if !is_text {
            let message = "`propertyNames` must describe text";
            lowering
                .diagnostics
                .push(Diagnostic::error("JSC005", &place, message).help("write `type: string`"));
        }
    }
}

fn is_text(scalar: Scalar) -> bool {
    !matches!(
        scalar,
        Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 | Scalar::Any | Scalar::Null
    )
}
