//! One walk through the table.

use futures_util::{StreamExt, stream};

use super::Migration;
use super::progress::{Progress, tenant};
use crate::failure::StoreFailure;
use crate::item::Item;
use crate::ports::Ports;
use crate::store::{
    Action, Cancellation, Expression, Get, PrimaryKey, QueryPage, Scan, StoreError, TransactError,
    Transaction,
};
use crate::write::Backoff;

/// Items of a page, at most; between two pages the walk can be stopped without loss.
const PAGE: u32 = 100;

/// Items changed at the same time.
const AT_ONCE: usize = 8;

/// What became of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It was right.
    Right,
    /// It was changed; or would be.
    Changed,
    /// It is gone.
    Gone,
    /// It can't be read.
    Unreadable,
}

/// Walks on from where the last walk of the migration stopped, to the end. `watch` is told after each page, when it is
/// noted. Dropping the future stops the walk; so does the end of the process.
///
/// Two walks at the same time do no harm, and no good.
///
/// # Errors
/// [`StoreFailure::Busy`] when the store throttles for long, [`StoreFailure::Unavailable`]: run it again.
pub async fn run(
    ports: &Ports,
    migration: &Migration,
    mut watch: impl FnMut(&Progress),
) -> Result<Progress, StoreFailure> {
    let mut progress = Progress::load(ports, migration).await?;
    while !progress.finished {
        page(ports, migration, &mut progress, true).await?;
        progress.save(ports, migration).await?;
        watch(&progress);
    }
    Ok(progress)
}

/// Walks through the whole table and changes nothing: what it counts as changed is what is wrong.
///
/// # Errors
/// As [`run`].
pub async fn check(ports: &Ports, migration: &Migration) -> Result<Progress, StoreFailure> {
    let mut progress = Progress::default();
    while !progress.finished {
        page(ports, migration, &mut progress, false).await?;
    }
    Ok(progress)
}

/// Forgets how far the migration is: the next [`run`] begins at the beginning.
///
/// # Errors
/// As [`run`].
pub async fn restart(ports: &Ports, migration: &Migration) -> Result<(), StoreFailure> {
    Progress::forget(ports, migration).await
}

async fn page(
    ports: &Ports,
    migration: &Migration,
    progress: &mut Progress,
    change: bool,
) -> Result<(), StoreFailure> {
    let QueryPage { items, next } = read(ports, migration, progress.start.clone()).await?;
    let steps =
        stream::iter(items).map(|item| right(ports, migration, item, change)).buffer_unordered(AT_ONCE);
    let steps: Vec<Result<Step, StoreFailure>> = steps.collect().await;
    for step in steps {
        match step? {
            Step::Right => progress.seen += 1,
            Step::Changed => {
                progress.seen += 1;
                progress.changed += 1;
            }
            Step::Unreadable => {
                progress.seen += 1;
                progress.unreadable += 1;
            }
            Step::Gone => {}
        }
    }
    progress.finished = next.is_none();
    progress.start = next;
    Ok(())
}

async fn read(ports: &Ports, migration: &Migration, start: Option<Item>) -> Result<QueryPage, StoreFailure> {
    let ours = Expression::new("#t = :t")
        .name("#t", ports.table.type_attribute)
        .value(":t", migration.entity.name.into());
    let scan = Scan { limit: Some(PAGE), start, ..Scan::table().filtered(ours) };
    let mut backoff = Backoff::new(ports);
    loop {
        match ports.store.scan(scan.clone()).await {
            Ok(page) => return Ok(page),
            Err(StoreError::Throttled | StoreError::Unavailable(_)) if backoff.again().await => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Puts one item right.
async fn right(ports: &Ports, migration: &Migration, item: Item, change: bool) -> Result<Step, StoreFailure> {
    let mut backoff = Backoff::new(ports);
    let mut item = item;
    loop {
        let Some((tenant, key)) = tenant(&item, ports.table).zip(PrimaryKey::of(&item, ports.table)) else {
            tracing::error!(migration = migration.name, "an item has a key that nothing here writes");
            return Ok(Step::Unreadable);
        };
        let wanted = match (migration.key)(&tenant, &item) {
            Ok(wanted) => wanted,
            Err(failure) => {
                tracing::error!(migration = migration.name, item = ?key, "an item can't be read: {failure}");
                return Ok(Step::Unreadable);
            }
        };
        if is_there(migration, &item, wanted.as_ref()) {
            return Ok(Step::Right);
        }
        if !change {
            return Ok(Step::Changed);
        }
        let actions = vec![action(ports, migration, &item, key.clone(), wanted.as_ref())];
        match ports.store.transact(Transaction { actions }).await {
            Ok(()) => return Ok(Step::Changed),
            Err(TransactError::Cancelled(reasons)) => {
                if let Some(Cancellation::Invalid(why)) = reasons.into_iter().next() {
                    return Err(StoreFailure::Invalid(why));
                }
            }
            Err(TransactError::Store(error @ StoreError::Invalid(_))) => return Err(error.into()),
            Err(TransactError::Store(_)) => {}
        }
        if !backoff.again().await {
            return Err(StoreFailure::Busy);
        }
        // Somebody wrote it meanwhile, or nobody knows what happened.
        match ports.store.get(Get { key, consistent: true }).await {
            Ok(Some(found)) if migration.entity.owns(&found) => item = found,
            Ok(_) => return Ok(Step::Gone),
            Err(error @ StoreError::Invalid(_)) => return Err(error.into()),
            Err(_) => {}
        }
    }
}

fn is_there(migration: &Migration, item: &Item, wanted: Option<&PrimaryKey>) -> bool {
    let attributes = migration.place.attributes(wanted);
    attributes.into_iter().all(|(name, value)| item.get(name) == value.as_ref())
}

/// The change of an item whose key is made of what was read.
fn action(
    ports: &Ports,
    migration: &Migration,
    item: &Item,
    key: PrimaryKey,
    wanted: Option<&PrimaryKey>,
) -> Action {
    let (mut set, mut removed) = (Vec::new(), Vec::new());
    let mut update = Expression::new("");
    for (number, (name, value)) in migration.place.attributes(wanted).into_iter().enumerate() {
        let placeholder = format!("#i{number}");
        match value {
            Some(value) => {
                set.push(format!("{placeholder} = :i{number}"));
                update = update.value(format!(":i{number}"), value);
            }
            None => removed.push(placeholder.clone()),
        }
        update = update.name(placeholder, name);
    }
    let clause =
        |verb: &str, terms: Vec<String>| (!terms.is_empty()).then(|| format!("{verb} {}", terms.join(", ")));
    let clauses = [clause("SET", set), clause("REMOVE", removed)];
    update.text = clauses.into_iter().flatten().collect::<Vec<_>>().join(" ").into();
    let mut tests = vec!["#t = :t".to_owned()];
    let mut condition =
        Expression::new("").name("#t", ports.table.type_attribute).value(":t", migration.entity.name.into());
    for (number, field) in migration.fields.iter().enumerate() {
        let name = format!("#f{number}");
        match item.get(field) {
            Some(value) => {
                tests.push(format!("{name} = :f{number}"));
                condition = condition.value(format!(":f{number}"), value.clone());
            }
            None => tests.push(format!("attribute_not_exists({name})")),
        }
        condition = condition.name(name, *field);
    }
    condition.text = tests.join(" AND ").into();
    Action::Update { key, update, condition: Some(condition) }
}
