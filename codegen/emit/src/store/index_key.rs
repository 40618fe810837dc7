//! Keys of one entity in indexes, from fields and of a value.

use stipule_ir::table::{FieldRef, IndexKey, When};
use stipule_ir::types::{EnumLiteral, Scalar, TypeKind};

use super::entity::{Part, many_arguments, may_be_absent, shown, signature};
use super::{key, value};
use crate::rust::Text;
use crate::store::scene::free;

impl Part<'_> {
    /// The key in an index, from its fields and of a value: an `Option` if not every value is in it.
    pub(super) fn index_key(&self, index_key: &IndexKey, text: &mut Text) {
        let index = self.scene.index(index_key.index);
        let (name, of) = (index.name.field(), index_of(&index.name));
        let fields = deciding(index_key);
        let names = self.names(&fields);
        let tenant = free("tenant", &names);
        let mut arguments = vec![format!("{tenant}: &str")];
        let mut unwrapped = Vec::new();
        for (field, name) in fields.iter().zip(&names) {
            let declared = self.scene.field(self.entity, *field);
            if may_be_absent(declared) {
                arguments.push(format!("{name}: Option<&{}>", self.paths.text(declared.ty)));
                unwrapped.push(name);
            } else {
                arguments.push(format!("{name}: {}", value::argument(self.paths, declared.ty)));
            }
        }
        let value_of = |field: FieldRef| self.argument_value(field);
        let key = key::primary(self.scene, self.entity, &index_key.key, &tenant, &value_of);
        let tests: Vec<_> = index_key.when.iter().map(|when| self.test(when)).collect();
        let sparse = !tests.is_empty() || !unwrapped.is_empty();
        let result = if sparse { "Option<PrimaryKey>" } else { "PrimaryKey" };
        text.part();
        text.doc(0, &self.index_doc(index_key));
        many_arguments(arguments.len(), text, 0);
        text.list(0, &format!("pub fn {name}("), &arguments, &format!(") -> {result} {{"));
        for name in &unwrapped {
            text.code(1, &format!("let {name} = {name}?;"));
        }
        match tests.as_slice() {
            [] if unwrapped.is_empty() => text.code(1, &key),
            [] => text.code(1, &format!("Some({key})")),
            [test] => self.keyed(test, &key, text),
            tests => self.keyed(&format!("({})", tests.join(" && ")), &key, text),
        }
        text.code(0, "}");
        let (ty, subject) = (self.ty(), self.subject());
        let passed: Vec<_> =
            fields.iter().map(|field| format!(", {}", self.passed(*field, &subject))).collect();
        let argument = if fields.is_empty() { "_" } else { &subject };
        text.part();
        text.doc(0, &format!("The key of a value in `{}`.", index.name));
        signature(text, &of, &[format!("{argument}: &{ty}")], result);
        text.code(1, &format!("{name}(tenant{})", passed.concat()));
        text.code(0, "}");
    }

    /// The key if the test holds.
    fn keyed(&self, test: &str, key: &str, text: &mut Text) {
        text.code(1, &format!("{test}.then(|| {{"));
        text.code(2, key);
        text.code(1, "})");
    }

    fn index_doc(&self, index_key: &IndexKey) -> String {
        let index = self.scene.index(index_key.index);
        let key = key::templates(self.scene, self.entity, &index_key.key);
        let mut doc = format!("In `{}`: {key}", index.name);
        let conditions: Vec<String> = index_key
            .when
            .iter()
            .map(|when| {
                let values: Vec<String> = when.values.iter().map(shown).collect();
                format!("`{}` is {}", self.scene.field(self.entity, when.field).name, values.join(" or "))
            })
            .collect();
        if !conditions.is_empty() {
            doc.push_str(&format!(", while {}", conditions.join(" and ")));
        }
        doc.push('.');
        doc
    }

    /// Whether a field has one of the values of a sparse index.
    fn test(&self, when: &When) -> String {
        let declared = self.scene.field(self.entity, when.field);
        let value = self.argument_value(when.field);
        let (value, patterns): (String, Vec<String>) = match self.scene.types.kind(declared.ty) {
            TypeKind::Enum(it) => {
                let ty = self.paths.text(declared.ty);
                let listed = it.values.iter().filter(|value| when.values.contains(&value.value));
                let patterns = listed.map(|value| format!("{ty}::{}", value.name.variant()));
                (value.receiver().to_owned(), patterns.collect())
            }
            TypeKind::Scalar(Scalar::Boolean) => {
                let wanted = |truth| when.values.contains(&EnumLiteral::Boolean(truth));
                let copied = value.copied();
                return match (wanted(true), wanted(false)) {
                    (true, true) => "true".to_owned(),
                    (true, false) => copied,
                    (false, _) => format!("!{copied}"),
                };
            }
            // Text and integers, with whatever limits: compared as what they are underneath.
            _ => {
                let inner = match value::is_integer(self.scene.types, declared.ty) {
                    true => value::integer(self.scene.types, declared.ty, &value),
                    false => value::text(self.scene.types, declared.ty, &value),
                };
                (inner, when.values.iter().map(literal).collect())
            }
        };
        format!("matches!({value}, {})", patterns.join(" | "))
    }
}

/// `gsi1_of`: the key of a value.
pub(super) fn index_of(index: &stipule_ir::Name) -> String {
    format!("{}_of", index.plain_field())
}

/// The fields that decide about the key in an index, each once.
pub(super) fn deciding(index_key: &IndexKey) -> Vec<FieldRef> {
    let mut fields = key::fields_of(&index_key.key);
    for when in &index_key.when {
        if !fields.contains(&when.field) {
            fields.push(when.field);
        }
    }
    fields
}

fn literal(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => format!("{text:?}"),
        EnumLiteral::Integer(integer) => integer.to_string(),
        EnumLiteral::Boolean(boolean) => boolean.to_string(),
    }
}
