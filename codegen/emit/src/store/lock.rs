//! Locks of unique values, and when items expire.

use stipule_ir::table::{Expiry, Normalize, Unique};

use super::entity::{Part, lock_name, may_be_absent, pass_field, signature};
use super::value::{self, Value};
use crate::rust::Text;

impl Part<'_> {
    /// When an item expires, from the field that says so.
    pub(super) fn expiry(&self, expiry: &Expiry, text: &mut Text) {
        let declared = self.scene.field(self.entity, expiry.field);
        let (name, ty) = (declared.name.field(), self.paths.text(declared.ty));
        let inner = value::inner(self.scene.types, declared.ty, &Value::Borrowed(name.clone()));
        let call = if value::is_day(self.scene.types, declared.ty) { "after_day" } else { "after" };
        let seconds = expiry.after.as_secs_f64();
        let (about, time) = match (expiry.after.subsec_millis(), expiry.after.as_secs()) {
            (0, 0) => (format!("at `{}`", declared.name), "Duration::ZERO".to_owned()),
            (0, whole) => (
                format!("{whole} seconds after `{}`", declared.name),
                format!("Duration::from_secs({whole})"),
            ),
            _ => {
                let millis = expiry.after.as_millis();
                (
                    format!("{seconds} seconds after `{}`", declared.name),
                    format!("Duration::from_millis({millis})"),
                )
            }
        };
        text.part();
        text.doc(0, &format!("When an item expires: {about}."));
        text.list(0, "pub fn expiry(", &[format!("{name}: &{ty}")], ") -> Attr {");
        text.code(1, &format!("expiry::{call}({inner}, {time})"));
        text.code(0, "}");
    }

    /// The key of the lock that keeps a value unique; `None` for a value that lacks a part of it.
    pub(super) fn lock(&self, unique: &Unique, text: &mut Text) {
        let (name, ty, subject) = (lock_name(unique), self.ty(), self.subject());
        let fields: Vec<_> =
            unique.parts.iter().map(|part| self.scene.field(self.entity, part.field)).collect();
        let mut unwrapped = Vec::new();
        let mut values = Vec::new();
        for (number, (part, declared)) in unique.parts.iter().zip(&fields).enumerate() {
            let place = format!("{subject}.{}", declared.name.field());
            let value = if may_be_absent(declared) {
                let local =
                    if fields.len() == 1 { "value".to_owned() } else { format!("part{}", number + 1) };
                unwrapped.push(format!("let {local} = {}?;", pass_field(self.scene, declared, &place)));
                Value::Borrowed(local)
            } else {
                Value::Place(place)
            };
            values
                .push(self.normalized(&value::text(self.scene.types, declared.ty, &value), &part.normalize));
        }
        let shown: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
        let (owner, wire) = (&self.entity.name.wire, &unique.name.wire);
        let key = format!("unique_lock(tenant, {owner:?}, {wire:?}, &[{}])", values.join(", "));
        text.part();
        let unless = if unwrapped.is_empty() { "" } else { "; `None` where there is none" };
        text.doc(0, &format!("The key of the lock that keeps {} unique{unless}.", shown.join(", ")));
        let result = if unwrapped.is_empty() { "PrimaryKey" } else { "Option<PrimaryKey>" };
        signature(text, &name, &[format!("{subject}: &{ty}")], result);
        unwrapped.iter().for_each(|line| text.code(1, line));
        text.code(1, &if unwrapped.is_empty() { key } else { format!("Some({key})") });
        text.code(0, "}");
    }

    fn normalized(&self, value: &str, steps: &[Normalize]) -> String {
        if steps.is_empty() {
            return value.to_owned();
        }
        let steps: Vec<&str> = steps
            .iter()
            .map(|step| match step {
                Normalize::Trim => "Normalize::Trim",
                Normalize::Lowercase => "Normalize::Lowercase",
                Normalize::Nfc => "Normalize::Nfc",
                Normalize::Nfkc => "Normalize::Nfkc",
                Normalize::Casefold => "Normalize::Casefold",
            })
            .collect();
        format!("&normalized({value}, &[{}])", steps.join(", "))
    }
}
