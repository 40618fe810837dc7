//! The pages, each a template over a part of the description.

use std::borrow::Borrow;

use askama::Template;
use askama::filters::Safe;

use super::prose::{inline, markdown, paragraphs};
use super::said::Said;
use super::schema;
use crate::failure::Failure;

/// What every page knows.
#[derive(Clone, Copy)]
struct Frame<'t> {
    whole: Said<'t>,
    /// The way from the page to the root of the site: empty or `../`.
    up: &'static str,
    title: &'t str,
    /// Which of the sections is shown.
    section: &'static str,
}

impl<'t> Frame<'t> {
    fn name(&self) -> &'t str {
        let platform = self.whole.at("platform");
        if platform.has("title") { platform.text("title") } else { platform.text("name") }
    }

    fn current(&self, section: &str) -> Safe<&'static str> {
        Safe(if section == self.section { " aria-current=\"true\"" } else { "" })
    }
}

macro_rules! pages {
    ($($name:ident $path:literal { $($field:ident: $kind:ty),* })*) => { $(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'t> {
            frame: Frame<'t>,
            $($field: $kind,)*
        }
    )* };
}

pages! {
    Index "docs/index.html" {}
    Service "docs/service.html" { it: Said<'t> }
    Events "docs/events.html" {}
    Event "docs/event.html" { it: Said<'t>, versions: Vec<Said<'t>> }
    Entities "docs/entities.html" {}
    Entity "docs/entity.html" { it: Said<'t> }
    Sagas "docs/sagas.html" {}
    Saga "docs/saga.html" { it: Said<'t> }
    Sockets "docs/sockets.html" {}
    Glossary "docs/glossary.html" {}
    Changelog "docs/changelog.html" { since: &'t str, text: &'t str }
}

/// Every page, by its path.
pub(super) fn all<'t>(
    whole: Said<'t>,
    changes: Option<(&'t str, &'t str)>,
) -> Result<Vec<(String, String)>, Failure> {
    let frame = |title: &'t str, section: &'static str, up: &'static str| Frame { whole, up, title, section };
    let mut files = Vec::new();
    let mut add = |path: String, page: &dyn askama::DynTemplate| {
        let text = page.dyn_render().map_err(|error| Failure::new(format!("can't make {path}: {error}")))?;
        files.push((path, text));
        Ok::<(), Failure>(())
    };
    add("index.html".to_owned(), &Index { frame: frame("Reference", "home", "") })?;
    for it in whole.list("services") {
        let name = it.text("name");
        add(format!("services/{name}.html"), &Service { frame: frame(name, "services", "../"), it })?;
    }
    add("events/index.html".to_owned(), &Events { frame: frame("Events", "events", "../") })?;
    for it in whole.list("events") {
        let versions = whole.whole("events", "name", it.text("name"));
        // A page per name: that of the newest version, which stands last.
        if versions.last().is_some_and(|last| last.text("version") == it.text("version")) {
            let page = Event { frame: frame(it.text("name"), "events", "../"), it, versions };
            add(format!("events/{}.html", it.text("name")), &page)?;
        }
    }
    add("entities/index.html".to_owned(), &Entities { frame: frame("Entities", "entities", "../") })?;
    for it in whole.at("table").list("entities") {
        let name = it.text("name");
        add(format!("entities/{name}.html"), &Entity { frame: frame(name, "entities", "../"), it })?;
    }
    add("sagas/index.html".to_owned(), &Sagas { frame: frame("Sagas", "sagas", "../") })?;
    for it in whole.list("sagas") {
        add(
            format!("sagas/{}.html", it.text("file")),
            &Saga { frame: frame(it.text("name"), "sagas", "../"), it },
        )?;
    }
    add("sockets.html".to_owned(), &Sockets { frame: frame("Sockets", "sockets", "") })?;
    add("glossary.html".to_owned(), &Glossary { frame: frame("Glossary", "glossary", "") })?;
    let (since, text) = changes.unwrap_or_default();
    add("changelog.html".to_owned(), &Changelog { frame: frame("Changelog", "changelog", ""), since, text })?;
    Ok(files)
}

/// `Order placed`: the first letter of a name, in capitals.
fn words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    (first + letters.as_str()).replace(['_', '-'], " ")
}

/// The segments of a key.
fn key<'t>(segments: impl AsRef<[Said<'t>]>) -> String {
    let segment = |it: &Said<'_>| match (it.has("literal"), it.has("shards")) {
        (true, _) => it.text("literal").to_owned(),
        (_, true) => format!("shard of {} ({})", it.text("field"), it.text("shards")),
        _ => format!("{{{}}}", it.text("field")),
    };
    segments.as_ref().iter().map(segment).collect::<Vec<_>>().join(" # ")
}

/// The reads or writes of the table that are about an entity.
fn about<'t>(whole: impl Borrow<Said<'t>>, list: &str, entity: &str) -> Vec<Said<'t>> {
    let mentions = |it: &Said<'t>| {
        it.list("entities").iter().any(|one| one.word() == entity)
            || it.list("operations").iter().any(|one| one.text("what") == entity)
    };
    whole.borrow().at("table").list(list).into_iter().filter(mentions).collect()
}

/// Events by service, each once.
fn told<'t>(whole: impl Borrow<Said<'t>>, service: &str) -> Vec<&'t str> {
    let mut names: Vec<&str> =
        whole.borrow().whole("events", "service", service).iter().map(|it| it.text("name")).collect();
    names.dedup();
    names
}

/// Whether a status is a success.
fn is_success(status: &str) -> bool {
    status.starts_with('2') || status.starts_with('3')
}

/// Milliseconds or seconds for people.
fn time(amount: &str, per_second: u64) -> String {
    let amount: u64 = amount.parse().unwrap_or(0);
    let (seconds, rest) = (amount / per_second, amount % per_second);
    if rest > 0 {
        return format!("{amount} ms");
    }
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (length, unit) = units.into_iter().find(|(length, _)| seconds % length == 0).unwrap_or((1, "second"));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

// Templates pass variables by reference, and what they make by value.

fn view<'t>(schema: impl Borrow<Said<'t>>) -> Safe<String> {
    schema::view(*schema.borrow())
}

/// As [`view`], on a page at the root of the site.
fn near<'t>(schema: impl Borrow<Said<'t>>) -> Safe<String> {
    Safe(view(schema).0.replace("../glossary.html", "glossary.html"))
}

fn type_of<'t>(schema: impl Borrow<Said<'t>>) -> String {
    schema::type_of(*schema.borrow())
}

/// The states of a schema and their ways.
fn states<'t>(name: impl AsRef<str>, schema: impl Borrow<Said<'t>>) -> Safe<String> {
    super::states::view(name.as_ref(), *schema.borrow())
}
