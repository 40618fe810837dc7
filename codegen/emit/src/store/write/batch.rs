//! Batches: many items at once, without a transaction.

use stipule_ir::Name;
use stipule_ir::table::{Batch, BatchKind};

use super::Names;
use crate::rust::Text;
use crate::store::entity::pass;
use crate::store::plural::{plural, singular};
use crate::store::scene::Scene;
use crate::store::{doc, key};
use crate::types::Paths;

/// What every batch may fail with.
const ERRORS: &str = "# Errors\n[`StoreFailure::Invalid`] for two of one key: nothing was written. Else as the store \
                      says it; then some may be written.";

/// The method of a batch, and the struct of its elements if it takes keys.
pub(super) fn batch(
    scene: &Scene<'_>,
    paths: &Paths<'_, '_>,
    names: &mut Names,
    batch: &Batch,
    text: &mut Text,
) {
    let entity = scene.entity(batch.entity);
    let (module, max) = (Scene::module(entity), batch.max.value);
    let (item, about, action) = match batch.kind {
        BatchKind::Put => {
            let about = format!("Stores many `{}`s, each in place of one with its key", entity.name);
            let action = format!("BatchAction::Put(entity::{module}::item(tenant, it))");
            (paths.text(entity.ty), about, action)
        }
        BatchKind::Delete => {
            let mut arguments = vec!["tenant".to_owned()];
            for field in key::fields_of(&entity.key) {
                let declared = scene.field(entity, field);
                arguments.push(pass(scene, declared.ty, &format!("it.{}", declared.name.field())));
            }
            let name = names.give(&element(&batch.name));
            let about = format!("Removes many `{}`s, those that are there", entity.name);
            let action = format!("BatchAction::Delete(entity::{module}::key({}))", arguments.join(", "));
            (name, about, action)
        }
    };
    let argument = Name::new(many(&entity.name), entity.name.span.clone()).field();
    let argument = crate::store::scene::free(&argument, ["tenant", "it"]);
    let result = format!("Result<Leftovers<{item}>, StoreFailure>");
    text.part();
    text.code(0, &format!("impl {}<'_> {{", scene.client()));
    doc::outer(
        text,
        1,
        &format!(
            "{about}: each for itself, in any order. What couldn't be written comes back.\n\n\
             No transaction: nothing happens together, and no mark keeps a repetition from doing it again.\n\n{ERRORS}"
        ),
    );
    let arguments = ["&self".to_owned(), format!("{argument}: BoundedVec<{item}, 0, {max}>")];
    text.list(1, &format!("pub async fn {}(", batch.name.field()), &arguments, &format!(") -> {result} {{"));
    text.code(2, "let tenant = self.cx.tenant();");
    text.code(2, &format!("batch::write_values(self.cx, {argument}.into_inner(), |it| {action}).await"));
    text.code(1, "}");
    text.code(0, "}");
    if batch.kind == BatchKind::Delete {
        text.part();
        let (client, method) = (scene.client(), batch.name.field());
        let method = method.trim_start_matches("r#");
        doc::outer(text, 0, &format!("The key of one `{}` for [`{client}::{method}`].", entity.name));
        let fields: Vec<_> =
            key::fields_of(&entity.key).into_iter().map(|field| scene.field(entity, field)).collect();
        let personal = fields.iter().any(|field| field.personal);
        text.code(
            0,
            if personal { "#[derive(Clone, PartialEq)]" } else { "#[derive(Clone, Debug, PartialEq)]" },
        );
        text.code(0, &format!("pub struct {item} {{"));
        for field in &fields {
            text.doc(1, &format!("`{}` of the `{}`.", field.name, entity.name));
            text.line(1, format_args!("pub {}: {},", field.name.field(), paths.text(field.ty)));
        }
        text.code(0, "}");
    }
}

/// `ForgetVisitsKey`
fn element(name: &Name) -> String {
    let words = name.words();
    let (last, before) = words.split_last().expect("a name has at least one word");
    let one = before.iter().cloned().chain([singular(last)]).collect::<Vec<_>>().join("_");
    Name::new(one, name.span.clone()).suffixed("key").type_name()
}

/// `order_lines` for `OrderLine`.
fn many(name: &Name) -> String {
    let words = name.words();
    let (last, before) = words.split_last().expect("a name has at least one word");
    // `visits` are many already.
    let last = if plural(&singular(last)) == *last { last.clone() } else { plural(last) };
    before.iter().cloned().chain([last]).collect::<Vec<_>>().join("_")
}
