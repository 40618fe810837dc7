//! Limits of the service that the engine doesn't know.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::key::{MAX_PK_BYTES, MAX_SK_BYTES};
use stipule_runtime::store::{Action, Expression, StoreError, TableSchema};

/// A key in an index has the limits of the table's own key.
///
/// # Errors
/// [`StoreError::Invalid`] when an action would store a longer one.
pub(super) fn index_keys(schema: &TableSchema, actions: &[Action]) -> Result<(), StoreError> {
    for action in actions {
        match action {
            Action::Put { item, .. } => of_item(schema, item)?,
            Action::Update { update, .. } => {
                for (name, value) in assignments(update) {
                    of_attribute(schema, name, value)?;
                }
            }
            Action::Delete { .. } | Action::Check { .. } => {}
        }
    }
    Ok(())
}

/// As [`index_keys`], of one item.
pub(super) fn of_item(schema: &TableSchema, item: &Item) -> Result<(), StoreError> {
    item.iter().try_for_each(|(name, value)| of_attribute(schema, name, value))?;
    // Of an index over fields all attributes of a part count together; an update knows but one of them.
    for index in schema.native {
        for (what, attributes, most) in
            [("partition", index.pk, MAX_PK_BYTES), ("sort", index.sk, MAX_SK_BYTES)]
        {
            let bytes = attributes.iter().filter_map(|it| Some(item.get(it.name)?.size_bytes()));
            within(index.name, what, bytes.sum(), most)?;
        }
    }
    Ok(())
}

fn within(index: &str, what: &str, bytes: usize, most: usize) -> Result<(), StoreError> {
    if bytes <= most {
        return Ok(());
    }
    let fault = format!("a {what} key in `{index}` has {bytes} bytes, and may have {most}");
    Err(StoreError::Invalid(fault))
}

fn of_attribute(schema: &TableSchema, name: &str, value: &Attr) -> Result<(), StoreError> {
    let part = |index: &stipule_runtime::store::IndexSchema| {
        let pk = (index.pk == name).then_some(("partition", MAX_PK_BYTES));
        let part = pk.or_else(|| (index.sk == name).then_some(("sort", MAX_SK_BYTES)))?;
        Some((index.name, part))
    };
    let Some((index, (what, most))) = schema.indexes.iter().find_map(part) else { return Ok(()) };
    within(index, what, value.as_text().map_or(0, str::len), most)
}

/// Names and values of `#name = :value` and `#name = if_not_exists(#name, :value)` in an update.
fn assignments(update: &Expression) -> impl Iterator<Item = (&str, &Attr)> {
    let words = update.text.split([' ', ',', '(', ')']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let assigned = |at: usize| {
        let value = if words.get(at + 1) == Some(&"if_not_exists") { at + 3 } else { at + 1 };
        Some((words[at.checked_sub(1)?], *words.get(value)?))
    };
    let signs = words.iter().enumerate().filter(|(_, word)| **word == "=");
    let pairs: Vec<(&str, &str)> = signs.filter_map(|(at, _)| assigned(at)).collect();
    pairs.into_iter().filter_map(|(name, value)| {
        let (_, name) = update.names.iter().find(|(placeholder, _)| placeholder == name)?;
        let (_, value) = update.values.iter().find(|(placeholder, _)| placeholder == value)?;
        Some((name.as_ref(), value))
    })
}
