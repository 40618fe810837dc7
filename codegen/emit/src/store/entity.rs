//! `entity/<name>.rs`: keys and items of one entity.

use stipule_ir::table::{Entity, FieldRef, Unique};
use stipule_ir::types::{EnumLiteral, Field, Scalar, TypeKind};

use super::convert::Convert;
use super::fields::Fields;
use super::imports::Imports;
use super::index_key::index_of;
use super::key;
use super::scene::{Scene, free};
use super::value::{self, Value};
use crate::rust::{Source, Text};
use crate::store::doc;
use crate::types::{Form, Paths, Presence};

/// The module over all of them.
pub(super) fn library(scene: &Scene<'_>) -> Source {
    let mut text = Text::default();
    doc::inner(&mut text, "Keys and items, one module per entity.");
    for (place, entity) in scene.table.entities.iter().enumerate() {
        if place > 0 {
            text.part();
        }
        text.doc(0, &format!("`{}`.", entity.name));
        text.line(0, format_args!("pub mod {};", Scene::module(entity)));
    }
    text.into()
}

/// The file of one entity.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>, entity: &Entity) -> Source {
    let paths = Paths::outside(scene.types, Form::Closed);
    let it = Part { scene, convert, paths: &paths, entity };
    let mut items = Text::default();
    it.constant(&mut items);
    it.primary_key(&mut items);
    it.key_of(&mut items);
    it.parser(&mut items);
    entity.composed().for_each(|key| it.index_key(key, &mut items));
    entity.unique.iter().for_each(|unique| it.lock(unique, &mut items));
    entity.expiry.iter().for_each(|expiry| it.expiry(expiry, &mut items));
    it.item(&mut items);
    it.read(&mut items);
    Imports::file(&it.about(), scene, &paths, items)
}

/// One entity while its file is written.
pub(super) struct Part<'a> {
    pub(super) scene: &'a Scene<'a>,
    convert: &'a Convert<'a>,
    pub(super) paths: &'a Paths<'a, 'a>,
    pub(super) entity: &'a Entity,
}

impl Part<'_> {
    fn about(&self) -> String {
        let key = key::templates(self.scene, self.entity, &self.entity.key);
        format!("Keys and items of `{}`, stored under {key}.", self.entity.name)
    }

    /// The type of the values.
    pub(super) fn ty(&self) -> String {
        self.paths.text(self.entity.ty)
    }

    /// The argument with the value: `loan`.
    pub(super) fn subject(&self) -> String {
        free(&self.entity.name.field(), ["tenant", "version", "item", "fields"])
    }

    fn constant(&self, text: &mut Text) {
        text.part();
        text.doc(0, "What its items have in common.");
        text.line(0, format_args!("pub static ENTITY: Entity = Entity {{"));
        text.line(1, format_args!("name: {:?},", self.entity.name.wire));
        text.line(1, format_args!("table: &TABLE,"));
        text.line(1, format_args!("attributes: {},", self.attributes()));
        text.line(0, format_args!("}};"));
    }

    /// Most attributes of an item: fields, the primary key, the entity's name, the version, keys in indexes.
    fn attributes(&self) -> usize {
        self.fields().most()
            + 3
            + usize::from(self.entity.version)
            + usize::from(self.entity.names_tenant())
            + 2 * self.entity.composed().count()
    }

    fn primary_key(&self, text: &mut Text) {
        let fields = key::fields_of(&self.entity.key);
        let names = self.names(&fields);
        let tenant = free("tenant", &names);
        let mut arguments = vec![format!("{tenant}: &str")];
        arguments.extend(fields.iter().zip(&names).map(|(field, name)| {
            let ty = value::argument(self.paths, self.scene.field(self.entity, *field).ty);
            format!("{name}: {ty}")
        }));
        let value_of = |field: FieldRef| {
            let declared = self.scene.field(self.entity, field);
            value::of_argument(self.scene.types, declared.ty, declared.name.field())
        };
        let key = key::primary(self.scene, self.entity, &self.entity.key, &tenant, &value_of);
        text.part();
        text.doc(0, &format!("{}.", key::templates(self.scene, self.entity, &self.entity.key)));
        many_arguments(arguments.len(), text, 0);
        text.list(0, "pub fn key(", &arguments, ") -> PrimaryKey {");
        text.code(1, &key);
        text.code(0, "}");
    }

    pub(super) fn names(&self, fields: &[FieldRef]) -> Vec<String> {
        fields.iter().map(|field| self.scene.field(self.entity, *field).name.field()).collect()
    }

    fn key_of(&self, text: &mut Text) {
        let (ty, subject) = (self.ty(), self.subject());
        let fields = key::fields_of(&self.entity.key);
        let mut arguments = vec!["tenant".to_owned()];
        arguments.extend(fields.iter().map(|field| {
            let declared = self.scene.field(self.entity, *field);
            pass(self.scene, declared.ty, &format!("{subject}.{}", declared.name.field()))
        }));
        let subject = if fields.is_empty() { "_" } else { &subject };
        text.part();
        text.doc(0, "The key of a value.");
        signature(text, "key_of", &[format!("{subject}: &{ty}")], "PrimaryKey");
        text.code(1, &format!("key({})", arguments.join(", ")));
        text.code(0, "}");
    }

    /// The value of an argument, after those that may be absent are known to be there.
    pub(super) fn argument_value(&self, field: FieldRef) -> Value {
        let declared = self.scene.field(self.entity, field);
        let name = declared.name.field();
        match may_be_absent(declared) {
            true => Value::Borrowed(name),
            false => value::of_argument(self.scene.types, declared.ty, name),
        }
    }

    pub(super) fn passed(&self, field: FieldRef, subject: &str) -> String {
        let declared = self.scene.field(self.entity, field);
        pass_field(self.scene, declared, &format!("{subject}.{}", declared.name.field()))
    }

    fn item(&self, text: &mut Text) {
        let (ty, subject) = (self.ty(), self.subject());
        let mut arguments = vec![format!("{subject}: &{ty}")];
        arguments.extend(self.entity.version.then(|| "version: u64".to_owned()));
        let mut made = format!("let mut item = ENTITY.item(key_of(tenant, {subject}))");
        if self.entity.version {
            made.push_str(".with_version(version)");
        }
        for key in self.entity.composed() {
            let index = self.scene.index(key.index);
            let (constant, name) = (index.name.constant(), index_of(&index.name));
            made.push_str(&format!(".with_index(&{constant}, {name}(tenant, {subject}))"));
        }
        text.part();
        text.doc(0, "The item of a value, with its keys in every index that it is in.");
        signature(text, "item", &arguments, "Item");
        text.code(1, &format!("{made};"));
        if self.entity.names_tenant() {
            let tenant = &self.scene.table.tenant;
            text.code(1, &format!("item.put({tenant:?}, Attr::text(tenant));"));
        }
        if let Some(expiry) = &self.entity.expiry {
            let declared = self.scene.field(self.entity, expiry.field);
            let place = format!("{subject}.{}", declared.name.field());
            text.code(
                1,
                &match may_be_absent(declared) {
                    true => {
                        let value = pass_field(self.scene, declared, &place);
                        format!("item.insert_some(TABLE.ttl_attribute(), {value}.map(expiry));")
                    }
                    false => format!("item.insert(TABLE.ttl_attribute(), expiry(&{place}));"),
                },
            );
        }
        text.code(1, &format!("put(&mut item, {subject});"));
        text.code(1, "item");
        text.code(0, "}");
        text.part();
        text.doc(0, "Adds the fields of a value to an item that has none of them.");
        text.code(0, &format!("pub fn put(item: &mut Item, {subject}: &{ty}) {{"));
        let fields = self.fields();
        fields.put(text, "item", &subject, Some(&fields.apart()));
        text.code(0, "}");
    }

    fn fields(&self) -> Fields<'_> {
        Fields { convert: self.convert, id: self.entity.ty, object: self.scene.object(self.entity.ty) }
    }

    fn read(&self, text: &mut Text) {
        let ty = self.ty();
        let (result, call) = match self.entity.version {
            true => (format!("Stored<{ty}>"), "read_versioned"),
            false => (ty.clone(), "read"),
        };
        text.part();
        doc::outer(
            text,
            0,
            "The value of a stored item.\n\n# Errors\n[`StoreFailure::Corrupt`] when the item doesn't fit.",
        );
        text.code(0, &format!("pub fn read(item: &Item) -> Result<{result}, StoreFailure> {{"));
        text.code(1, &format!("ENTITY.{call}(item, value)"));
        text.code(0, "}");
        text.part();
        text.code(0, &format!("fn value(fields: &Fields<'_>) -> Result<{ty}, Misfit> {{"));
        let fields = self.fields();
        fields.read(text, &ty, "fields", Some(&fields.apart()));
        text.code(0, "}");
    }
}

/// A function of the tenant and what follows.
pub(super) fn signature(text: &mut Text, name: &str, arguments: &[String], result: &str) {
    let arguments: Vec<_> =
        std::iter::once("tenant: &str".to_owned()).chain(arguments.iter().cloned()).collect();
    text.list(0, &format!("pub fn {name}("), &arguments, &format!(") -> {result} {{"));
}

/// For functions with more arguments than clippy likes.
pub(super) fn many_arguments(count: usize, text: &mut Text, depth: usize) {
    /// As many as clippy lets a function have.
    const MOST: usize = 7;
    if count > MOST {
        text.line(
            depth,
            format_args!("#[allow(clippy::too_many_arguments, reason = \"one for each field of the key\")]"),
        );
    }
}

/// `email_lock`.
pub(super) fn lock_name(unique: &Unique) -> String {
    format!("{}_lock", unique.name.plain_field())
}

/// Whether a value may lack the field.
pub(super) fn may_be_absent(field: &Field) -> bool {
    !matches!(Presence::of(field), Presence::Always | Presence::OrDefault)
}

/// The argument that the key function of an index takes for a field at a place.
pub(super) fn pass_field(scene: &Scene<'_>, field: &Field, place: &str) -> String {
    match Presence::of(field) {
        Presence::Always | Presence::OrDefault => pass(scene, field.ty, place),
        Presence::OrNull | Presence::OrAbsent => format!("{place}.as_ref()"),
        Presence::OrEither => format!("{place}.as_ref().into_option()"),
    }
}

/// The argument that a function takes for a value at a place.
pub(super) fn pass(scene: &Scene<'_>, ty: stipule_ir::TypeId, place: &str) -> String {
    match scene.types.kind(ty) {
        TypeKind::Scalar(Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64) => {
            place.to_owned()
        }
        _ => format!("&{place}"),
    }
}

pub(super) fn shown(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => format!("`{text}`"),
        EnumLiteral::Integer(integer) => format!("`{integer}`"),
        EnumLiteral::Boolean(boolean) => format!("`{boolean}`"),
    }
}
