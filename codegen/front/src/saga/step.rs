//! Steps: what services do for a saga.

use std::collections::BTreeMap;
use std::time::Duration;

use stipule_ir::types::Docs;
use stipule_ir::workflow::{Effect, Retry, Step, StepId};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned};

use super::{Surroundings, key_of, whole_seconds};
use crate::reader::{Entry, Node};
use crate::shape::Shape;
use crate::suggest;

/// Retries unless the contract says otherwise: a step carries a key, so that trying again is safe.
const RETRY: Retry =
    Retry { attempts: 3, interval: Duration::from_secs(1), backoff: 200, longest: Duration::from_secs(60) };

/// Every step by its place; `None` for one at fault, whose name is known all the same.
pub(super) fn lower(
    entries: &[Entry],
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Option<Step>>, BTreeMap<String, StepId>) {
    let mut ids = BTreeMap::new();
    let mut steps = Vec::new();
    for (id, entry) in (0u32..).map(StepId).zip(entries) {
        ids.insert(entry.key.value.clone(), id);
        steps.push(step(entry, around, diagnostics));
    }
    (steps, ids)
}

fn step(entry: &Entry, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Step> {
    let name = key_of(entry);
    let mut shape = Shape::under(entry, "a step", diagnostics)?;
    let service = shape.required_text("service", diagnostics);
    let service = service.filter(|service| is_service(service, around, diagnostics));
    let description = shape.text("description", diagnostics).map(|text| text.value);
    let input = shape.required_text("input", diagnostics);
    let input = input.and_then(|it| around.payload(&format!("{}/input", name.value), &it, diagnostics));
    let output = shape.text("output", diagnostics);
    let output_meant = output.is_some();
    let output = output.and_then(|it| around.payload(&format!("{}/output", name.value), &it, diagnostics));
    let effects = [("none", Effect::None), ("changes", Effect::Changes)];
    let effect = shape.choice("effect", &effects, diagnostics).map_or(Effect::Changes, |it| it.value);
    shape.required("timeout", diagnostics);
    let timeout = whole_seconds(&mut shape, "timeout", diagnostics);
    let heartbeat = whole_seconds(&mut shape, "heartbeat", diagnostics);
    let callback = shape.boolean("callback", diagnostics).is_some_and(|it| it.value);
    let retry = match shape.entry("retry") {
        None => RETRY,
        Some(entry) => retry(entry, diagnostics).unwrap_or(RETRY),
    };
    let errors = shape.texts("errors", diagnostics).unwrap_or_default();
    let errors = errors.into_iter().filter(|error| is_error_name(error, diagnostics));
    let errors = errors.map(|error| Name::new(error.value, error.span)).collect();
    let span = shape.place().clone();
    shape.finish(diagnostics);
    if output_meant && output.is_none() {
        return None;
    }
    Some(Step {
        name: Name::new(name.value, name.span),
        service: service?,
        docs: Docs { description, ..Docs::default() },
        input: input?,
        output,
        effect,
        timeout: timeout?,
        heartbeat,
        callback,
        retry,
        errors,
        span,
    })
}

fn is_service(service: &Spanned<String>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> bool {
    let names: Vec<&str> = around.services.iter().map(|it| it.name.value.wire.as_str()).collect();
    // Without any service the platform is at fault, which is said there.
    let good = names.is_empty() || names.contains(&service.value.as_str());
    if !good {
        let message = format!("the platform has no service `{}`", service.value);
        let help = suggest::help(&service.value, &names);
        diagnostics.push(Diagnostic::error("SAG001", &service.span, message).help(help));
    }
    good
}

/// `retry: {attempts: 3, interval: 1s, backoff: 2, max: 60s}`
fn retry(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Retry> {
    let mut shape = Shape::under(entry, "a retry", diagnostics)?;
    let attempts = shape.whole_within("attempts", 0, 100, diagnostics);
    let interval = whole_seconds(&mut shape, "interval", diagnostics);
    let backoff = shape.get("backoff").and_then(|node| hundredths(node, diagnostics));
    let longest = whole_seconds(&mut shape, "max", diagnostics);
    shape.finish(diagnostics);
    let interval = interval.map_or(RETRY.interval, |it| it.value);
    if let Some(longest) = longest.as_ref().filter(|longest| longest.value <= interval) {
        let message = "the longest delay is not longer than the first";
        diagnostics.push(Diagnostic::error("SYN023", &longest.span, message));
    }
    let longest = longest.map_or_else(|| RETRY.longest.max(interval * 2), |it| it.value);
    Some(Retry {
        attempts: attempts.map_or(RETRY.attempts, |it| it.value),
        interval,
        backoff: backoff.unwrap_or(RETRY.backoff),
        longest,
    })
}

/// `1.5` as 150; from 1 to 10.
fn hundredths(node: &Node, diagnostics: &mut Diagnostics) -> Option<u32> {
    let parsed = node.as_number().and_then(|text| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{fraction:0<2}");
        let exact = digits.len() == 2 || digits[2..].bytes().all(|digit| digit == b'0');
        let number: u32 = format!("{whole}{}", digits.get(..2)?).parse().ok()?;
        (exact && (100..=1_000).contains(&number)).then_some(number)
    });
    if parsed.is_none() {
        let message = "`backoff` must be a number from 1 to 10 with at most two decimals";
        diagnostics.push(Diagnostic::error("SYN023", &node.span, message));
    }
    parsed
}

/// Errors of Step Functions' own begin with `States.`; ours are names of types.
fn is_error_name(error: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let good = error.value.starts_with(|first: char| first.is_ascii_uppercase())
        && error.value.chars().all(|letter| letter.is_ascii_alphanumeric());
    if !good {
        let message = format!("`{}` is not the name of an error", error.value);
        let fault = Diagnostic::error("SYN023", &error.span, message);
        diagnostics.push(fault.help("letters and digits, a capital first: `OutOfStock`"));
    }
    good
}
