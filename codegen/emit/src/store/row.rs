//! Structs made of some fields of an entity: what they have in common with those of the model.

use stipule_ir::types::Field;

use crate::rust::Text;
use crate::types::Types;

/// How such a struct shows itself: personal data never.
pub(super) struct Debug<'a> {
    name: &'a str,
    /// As they are spelt, and whether they stay hidden.
    fields: Vec<(String, bool)>,
}

impl<'a> Debug<'a> {
    pub(super) fn of<'f>(
        types: &Types<'_>,
        name: &'a str,
        fields: impl IntoIterator<Item = &'f Field>,
    ) -> Self {
        let fields = fields.into_iter().map(|field| (field.name.field(), types.hides(field)));
        Self { name, fields: fields.collect() }
    }

    /// As [`of`](Self::of), with the tenant before all fields.
    pub(super) fn with_tenant<'f>(
        types: &Types<'_>,
        name: &'a str,
        tenant: &str,
        fields: impl IntoIterator<Item = &'f Field>,
    ) -> Self {
        let mut debug = Self::of(types, name, fields);
        debug.fields.insert(0, (tenant.to_owned(), false));
        debug
    }

    fn hides(&self) -> bool {
        self.fields.iter().any(|(_, hidden)| *hidden)
    }

    /// `#[derive(…)]`.
    pub(super) fn derives(&self, eq: bool) -> String {
        let derives = [("Clone", true), ("Debug", !self.hides()), ("PartialEq", true), ("Eq", eq)];
        let derives: Vec<_> = derives.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
        format!("#[derive({})]", derives.join(", "))
    }

    /// `Debug` by hand, where there is something to hide.
    pub(super) fn write(&self, text: &mut Text) {
        if !self.hides() {
            return;
        }
        text.part();
        text.code(0, &format!("impl fmt::Debug for {} {{", self.name));
        text.code(1, "fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {");
        let mut shown = format!("f.debug_struct({:?})", self.name);
        for (field, hidden) in &self.fields {
            let name = field.trim_start_matches("r#");
            let value = if *hidden { "Redacted".to_owned() } else { format!("self.{field}") };
            shown.push_str(&format!(".field({name:?}, &{value})"));
        }
        text.code(2, &format!("{shown}.finish()"));
        text.code(1, "}");
        text.code(0, "}");
    }
}
