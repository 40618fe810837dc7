//! `Key` and `parse_key` of one entity: what a key says, read back.

use stipule_ir::table::{Codec, FieldRef, Segment, SegmentKind};
use stipule_ir::types::Field;

use super::entity::{Part, pass};
use super::key;
use super::row::Debug;
use super::scene::{Scene, free};
use crate::rust::{Text, tight};
use crate::store::doc;

/// Where the tenant stands.
const TENANT: &str = "tenant";

impl Part<'_> {
    /// Writes both, unless the key has only the shard of a field: then it can't say the value.
    pub(super) fn parser(&self, text: &mut Text) {
        let segments = || self.entity.key.pk.iter().chain(&self.entity.key.sk);
        let stands = |wanted: FieldRef| {
            segments().any(|part| matches!(part.kind, SegmentKind::Field { field, .. } if field == wanted))
        };
        let fields = key::fields_of(&self.entity.key);
        if !fields.iter().all(|field| stands(*field)) {
            return;
        }
        let names: Vec<String> =
            fields.iter().map(|field| self.scene.field(self.entity, *field).name.field()).collect();
        let tenant = free(TENANT, &names);
        self.key_type(&tenant, &fields, text);
        self.parse_key(&tenant, &fields, &names, text);
    }

    fn key_type(&self, tenant: &str, fields: &[FieldRef], text: &mut Text) {
        let declared: Vec<&Field> =
            fields.iter().map(|field| self.scene.field(self.entity, *field)).collect();
        let types = self.scene.types;
        let debug = Debug::with_tenant(types, "Key", tenant, declared.iter().copied());
        text.part();
        text.doc(0, "What a key says: the tenant, and the fields that the key is made of.");
        text.code(0, &debug.derives(declared.iter().all(|field| types.is_eq(field.ty))));
        text.code(0, "pub struct Key {");
        text.doc(1, &format!("The {}.", self.scene.contract.platform.tenant.name));
        text.line(1, format_args!("pub {tenant}: String,"));
        for (field, declared) in fields.iter().zip(&declared) {
            text.docs_and(1, &declared.docs, None);
            let ty = tight(&self.paths.field(Scene::edge(self.entity, *field), declared));
            text.line(1, format_args!("pub {}: {ty},", declared.name.field()));
        }
        text.code(0, "}");
        debug.write(text);
    }

    fn parse_key(&self, tenant: &str, fields: &[FieldRef], names: &[String], text: &mut Text) {
        let local = |name: &str| free(name, names.iter().map(String::as_str).chain([tenant]));
        let (made, pk, sk, parsed) = (local("made"), local("pk"), local("sk"), local("parsed"));
        text.part();
        doc::outer(text, 0, "Takes a key apart; `None` for one that [`key`] doesn't make.");
        text.code(0, &format!("pub fn parse_key({made}: &PrimaryKey) -> Option<Key> {{"));
        let mut read = Vec::new();
        text.code(1, &format!("let mut {pk} = KeyParts::of(&{made}.pk)?;"));
        text.code(1, &format!("let {tenant} = {pk}.value()?;"));
        self.segments(&pk, &self.entity.key.pk, &mut read, text);
        text.code(1, &format!("let mut {sk} = KeyParts::of(&{made}.sk)?;"));
        self.segments(&sk, &self.entity.key.sk, &mut read, text);
        let members: Vec<String> = std::iter::once(tenant.to_owned()).chain(names.iter().cloned()).collect();
        text.list(1, &format!("let {parsed} = Key {{ "), &members, " };");
        let mut arguments = vec![format!("&{parsed}.{tenant}")];
        arguments.extend(fields.iter().zip(names).map(|(field, name)| {
            pass(self.scene, self.scene.field(self.entity, *field).ty, &format!("{parsed}.{name}"))
        }));
        // A field may be called `key` too.
        let make = if names.iter().any(|name| name == "key") { "self::key" } else { "key" };
        text.code(1, &format!("({make}({}) == *{made}).then_some({parsed})", arguments.join(", ")));
        text.code(0, "}");
    }

    fn segments(&self, parts: &str, segments: &[Segment], read: &mut Vec<FieldRef>, text: &mut Text) {
        for segment in segments {
            let line = match &segment.kind {
                SegmentKind::Literal(literal) => format!("{parts}.literal({literal:?})?;"),
                SegmentKind::Field { field, codec } if !read.contains(field) => {
                    read.push(*field);
                    let declared = self.scene.field(self.entity, *field);
                    let (name, call) = (declared.name.field(), self.call(declared, *codec));
                    format!("let {name} = {parts}.{call}?;")
                }
                SegmentKind::Field { .. } | SegmentKind::Shard { .. } => format!("{parts}.skip()?;"),
            };
            text.code(1, &line);
        }
        text.code(1, &format!("{parts}.end()?;"));
    }

    fn call(&self, field: &Field, codec: Codec) -> String {
        match codec {
            Codec::Integer => "integer()".to_owned(),
            Codec::Decimal => "decimal()".to_owned(),
            Codec::Number => "number()".to_owned(),
            Codec::EnumRank => format!("rank({}::ALL)", self.paths.text(field.ty)),
            Codec::Text
            | Codec::PlainText
            | Codec::Boolean
            | Codec::Date
            | Codec::DateTime
            | Codec::Uuid
            | Codec::Ulid
            | Codec::EnumText => "value()".to_owned(),
        }
    }
}
