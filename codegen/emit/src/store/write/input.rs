//! What the caller of a write gives: stored values as arguments of their own, all else in one struct.

use stipule_ir::table::{Each, EntityId};

use crate::rust::Text;
use crate::store::doc;
use crate::store::names::Names;
use crate::store::plural::singular;
use crate::store::scene::{Scene, free};
use crate::types::Paths;

/// A stored value that the write changes or removes.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) name: String,
    /// `Stored<Loan>`, or `Loan` where there is no version.
    pub(super) ty: String,
    pub(super) entity: EntityId,
}

impl Subject {
    pub(super) fn new(
        scene: &Scene<'_>,
        paths: &Paths<'_, '_>,
        entity: EntityId,
        others: &[Subject],
    ) -> Self {
        let taken: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
        let inner = paths.text(scene.entity(entity).ty);
        let ty = if scene.entity(entity).version { format!("Stored<{inner}>") } else { inner };
        Self { name: super::local(scene, entity, &taken), ty, entity }
    }
}

/// What a field of an input is for: two uses may share a field only if they mean the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// `$name`, or the amount of a counter: wherever the name stands, it is one value.
    Argument,
    /// What a field of an entity becomes. Fields of one name and type of different entities are one value: the copy
    /// of a title.
    Field(EntityId),
    /// Part of the key of an item. Keys that two items share are one value; one that another item's field has yet to
    /// become is not the key's: the next cycle isn't the one that is over.
    Key(EntityId),
    /// A whole value, an event, a list: never shared.
    Whole,
}

/// A field of an input.
struct Slot {
    name: String,
    /// What it was asked for as, before it was set apart from others.
    wanted: String,
    ty: String,
    /// The words about it, as Markdown.
    doc: String,
    uses: Vec<Use>,
    /// Whether it is never shown.
    personal: bool,
}

/// Fields of one struct.
#[derive(Default)]
pub(super) struct Slots(Vec<Slot>);

impl Slots {
    /// The field of this name and type; a new one, under another name if need be, when the name is taken by
    /// something else. `owner` sets it apart.
    pub(super) fn field(
        &mut self,
        wanted: &str,
        owner: &str,
        ty: String,
        of: Use,
        personal: bool,
        doc: String,
    ) -> String {
        let shared = self
            .0
            .iter_mut()
            .find(|slot| slot.wanted == wanted && slot.ty == ty && may_share(&slot.uses, of));
        if let Some(slot) = shared {
            slot.uses.push(of);
            slot.personal |= personal;
            return slot.name.clone();
        }
        let plain = wanted.strip_prefix("r#").unwrap_or(wanted);
        let taken = |name: &str| self.0.iter().any(|slot| slot.name == *name);
        let mut name = wanted.to_owned();
        let mut number = 1;
        while taken(&name) {
            name = if number == 1 { format!("{owner}_{plain}") } else { format!("{owner}_{plain}_{number}") };
            number += 1;
        }
        self.0.push(Slot {
            name: name.clone(),
            wanted: wanted.to_owned(),
            ty,
            doc,
            uses: vec![of],
            personal,
        });
        name
    }

    fn definition(&self, name: &str, about: &str, text: &mut Text) {
        let is_personal = self.0.iter().any(|slot| slot.personal);
        text.part();
        doc::outer(text, 0, about);
        text.code(
            0,
            if is_personal { "#[derive(Clone, PartialEq)]" } else { "#[derive(Clone, Debug, PartialEq)]" },
        );
        text.code(0, &format!("pub struct {name} {{"));
        for Slot { name, ty, doc, .. } in &self.0 {
            text.doc(1, doc);
            text.line(1, format_args!("pub {name}: {ty},"));
        }
        text.code(0, "}");
        if is_personal {
            self.debug(name, text);
        }
    }

    /// `Debug` that doesn't show personal data.
    fn debug(&self, name: &str, text: &mut Text) {
        text.part();
        text.code(0, &format!("impl fmt::Debug for {name} {{"));
        text.code(1, "fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {");
        let mut shown = format!("f.debug_struct({name:?})");
        for slot in &self.0 {
            let field = slot.name.trim_start_matches("r#");
            if slot.personal {
                shown.push_str(&format!(".field({field:?}, &Redacted)"));
            } else {
                shown.push_str(&format!(".field({field:?}, &self.{})", slot.name));
            }
        }
        text.code(2, &format!("{shown}.finish()"));
        text.code(1, "}");
        text.code(0, "}");
    }
}

fn may_share(uses: &[Use], with: Use) -> bool {
    uses.iter().all(|one| match (one, with) {
        (Use::Argument, Use::Argument) => true,
        (Use::Field(one), Use::Field(other)) | (Use::Key(one), Use::Key(other)) => *one != other,
        _ => false,
    })
}

/// A list in the input.
struct List {
    argument: String,
    field: String,
    /// The struct of its elements, and their fields; `None` for lists of values or events.
    element: Option<(String, Slots)>,
    max: u32,
}

/// The input of a write.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) slots: Slots,
    lists: Vec<List>,
}

/// What a list is of.
pub(super) enum Elements {
    /// Values of this type.
    Of(String),
    /// Structs made for the purpose.
    Parts,
}

/// A list as the body of the method sees it.
pub(super) struct Loop {
    pub(super) field: String,
    /// The variable for one element.
    pub(super) element: String,
    pub(super) max: u32,
}

impl Input {
    pub(super) fn new(name: String) -> Self {
        Self { name, slots: Slots::default(), lists: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.0.is_empty()
    }

    /// The list of an `each`. Lists of parts with one name are one list.
    pub(super) fn list(
        &mut self,
        each: &Each,
        owner: &str,
        elements: Elements,
        doc: &str,
        prefix: &str,
        names: &mut Names,
    ) -> Loop {
        let (argument, max) = (each.argument.field(), each.max.value);
        let known = self.lists.iter().find(|list| {
            list.argument == argument && list.element.is_some() && matches!(elements, Elements::Parts)
        });
        if let Some(known) = known {
            return Loop { field: known.field.clone(), element: variable(&known.field), max: known.max };
        }
        let (item, element) = match elements {
            Elements::Of(ty) => (ty, None),
            Elements::Parts => {
                let words: Vec<String> = each.argument.words().to_vec();
                let (last, before) = words.split_last().expect("a name has at least one word");
                let parts = before.iter().cloned().chain([singular(last)]).collect::<Vec<_>>().join("_");
                let own = stipule_ir::Name::new(parts, each.argument.span.clone());
                let name = names.give(&format!("{prefix}{}", own.variant()));
                (name.clone(), Some((name, Slots::default())))
            }
        };
        let (ty, limit) = match max {
            1 => (format!("Option<{item}>"), " At most one.".to_owned()),
            _ => (format!("BoundedVec<{item}, 0, {max}>"), String::new()),
        };
        let doc = format!("{doc}{limit}");
        let field = self.slots.field(&argument, owner, ty, Use::Whole, false, doc);
        self.lists.push(List { argument, field: field.clone(), element, max });
        Loop { element: variable(&field), field, max }
    }

    /// The fields of the elements of a list of parts.
    pub(super) fn parts(&mut self, field: &str) -> &mut Slots {
        let list = self.lists.iter_mut().find(|list| list.field == field && list.element.is_some());
        let list = list.expect("the list was made before its parts are asked for");
        &mut list.element.as_mut().expect("a list of parts has a struct for them").1
    }

    /// The structs.
    pub(super) fn definitions(&self, about: &str, text: &mut Text) {
        if self.is_empty() {
            return;
        }
        self.slots.definition(&self.name, about, text);
        for list in &self.lists {
            if let Some((name, slots)) = &list.element {
                let about = format!("One of the `{}` of [`{}`].", list.field, self.name);
                slots.definition(name, &about, text);
            }
        }
    }
}

/// `line` for one of the `lines`.
fn variable(field: &str) -> String {
    let one = singular(field.strip_prefix("r#").unwrap_or(field));
    let one = stipule_ir::Name::new(one, stipule_ir::Span::start_of(stipule_ir::FileId(0)));
    free(&one.field(), super::LOCALS)
}
