//! A tale as a tree: below each event its consumers, and what they published because of it.
//!
//! Siblings stand in an order that doesn't depend on who was faster: what leads on stands last.

use std::io::Write;
use std::time::Duration;

use anstyle::Style;
use stipule_local::happening::Outcome;
use stipule_runtime::wire::DateTime;
use unicode_width::UnicodeWidthStr;

use super::detail::{detail, is_bad_news};
use super::page::{AGAIN, BAD, BOLD, DIM, GOOD, PLAIN, Page, Span};
use super::timeline::{Tale, Told};

/// One line of the tree.
struct Twig<'t> {
    /// `✓`, `✗`, `↻`, with its style.
    mark: (Style, &'static str),
    service: Option<&'t str>,
    event: Option<&'t Told>,
    /// What is said beside it.
    words: String,
    leads_to: Vec<Twig<'t>>,
}

/// Writes a tale.
pub(crate) fn draw<W: Write>(page: &mut Page<W>, tale: &Tale) {
    let Some(began) = tale.began() else { return };
    for root in tale.roots() {
        let twig = Twig {
            mark: (PLAIN, ""),
            service: None,
            event: Some(root),
            words: detail(&root.event),
            leads_to: consumers(tale, root),
        };
        write(page, &twig, began, "", "");
    }
}

/// What the consumers of an event made of it.
fn consumers<'t>(tale: &'t Tale, told: &'t Told) -> Vec<Twig<'t>> {
    let mut groups: Vec<Vec<Twig<'t>>> = Vec::new();
    for (service, outcomes) in &told.consumers {
        let mut group: Vec<Twig<'t>> =
            outcomes.iter().filter_map(|outcome| unfinished(service, outcome)).collect();
        let mut answers: Vec<Twig<'t>> = tale
            .answers(&told.event.id, service)
            .into_iter()
            .map(|answer| answer_of(tale, service, answer))
            .collect();
        answers.sort_by_key(order);
        if answers.is_empty() && matches!(outcomes.last(), Some(Outcome::Done | Outcome::Repeated)) {
            let words = String::new();
            let mark = (GOOD, "✓");
            answers.push(Twig { mark, service: Some(service), event: None, words, leads_to: Vec::new() });
        }
        group.extend(answers);
        groups.push(group);
    }
    // A stable sort: groups of one height stay in the order of the services' names.
    groups.sort_by_key(|group| group.iter().map(Twig::height).max());
    // What a saga did about it comes last, one step after the other.
    let steps = tale.steps(told).into_iter().map(|(service, step)| answer_of(tale, service, step));
    groups.into_iter().flatten().chain(steps).collect()
}

fn answer_of<'t>(tale: &'t Tale, service: &'t str, answer: &'t Told) -> Twig<'t> {
    let mark = if is_bad_news(&answer.event) { (BAD, "✗") } else { (GOOD, "✓") };
    Twig {
        mark,
        service: Some(service),
        event: Some(answer),
        words: detail(&answer.event),
        leads_to: consumers(tale, answer),
    }
}

/// A try that didn't succeed.
fn unfinished<'t>(service: &'static str, outcome: &Outcome) -> Option<Twig<'t>> {
    let (mark, words) = match outcome {
        Outcome::Retried { reason } => ((AGAIN, "↻"), format!("{reason}; tried again")),
        Outcome::Parked { reason } => ((BAD, "✗"), format!("parked: {reason}")),
        Outcome::Done | Outcome::Repeated => return None,
    };
    Some(Twig { mark, service: Some(service), event: None, words, leads_to: Vec::new() })
}

/// Leaves first, then by name and by what it is about.
fn order(twig: &Twig<'_>) -> (usize, String, String) {
    let event = twig.event.map(|told| &told.event);
    let name = event.map(|event| event.name.clone()).unwrap_or_default();
    (twig.height(), name, twig.words.clone())
}

impl Twig<'_> {
    /// Events one after the other, from here on.
    fn height(&self) -> usize {
        usize::from(self.event.is_some()) + self.leads_to.iter().map(Twig::height).max().unwrap_or(0)
    }
}

fn write<W: Write>(page: &mut Page<W>, twig: &Twig<'_>, began: DateTime, fork: &str, trunk: &str) {
    let name = twig.event.map(|told| told.event.name.clone());
    let mut lead: Vec<Span> = vec![(DIM, margin(page, twig, began)), (DIM, fork.to_owned())];
    if !twig.mark.1.is_empty() {
        lead.push((twig.mark.0, format!("{} ", twig.mark.1)));
    }
    match (twig.service, &name) {
        // The name of an event begins with what it is about: its service can be told from it.
        (Some(_), Some(name)) if page.is_narrow() => lead.push((BOLD, name.clone())),
        (Some(service), Some(name)) => {
            lead.push((PLAIN, format!("{service} → ")));
            lead.push((BOLD, name.clone()));
        }
        (Some(service), None) => lead.push((PLAIN, service.to_owned())),
        (None, Some(name)) => lead.push((BOLD, name.clone())),
        (None, None) => {}
    }
    let spaces: usize = lead.iter().take(2).map(|(_, text)| text.width()).sum();
    if page.is_narrow() || twig.words.is_empty() {
        page.flow(&lead, 0, &[]);
        if !twig.words.is_empty() {
            page.flow(&[], spaces + 2, &[(DIM, twig.words.clone())]);
        }
    } else {
        lead.push((PLAIN, "  ".to_owned()));
        page.flow(&lead, spaces + 4, &[(DIM, twig.words.clone())]);
    }
    let last = twig.leads_to.len().saturating_sub(1);
    for (at, next) in twig.leads_to.iter().enumerate() {
        let narrow = page.is_narrow();
        let (fork, rest) = match (at == last, narrow) {
            (true, false) => ("└ ", "  "),
            (false, false) => ("├ ", "│ "),
            (true, true) => ("└", " "),
            (false, true) => ("├", "│"),
        };
        write(page, next, began, &format!("{trunk}{fork}"), &format!("{trunk}{rest}"));
    }
}

/// The time since the tale began, where there is room for it.
fn margin<W: Write>(page: &Page<W>, twig: &Twig<'_>, began: DateTime) -> String {
    if page.is_narrow() {
        return "  ".to_owned();
    }
    let since = twig.event.and_then(|told| told.event.time.since(began));
    let since = since.map(|since: Duration| format!("+{} ms", since.as_millis()));
    format!("{:>9}  ", since.unwrap_or_default())
}
