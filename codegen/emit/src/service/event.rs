//! What a service does about events.

use std::time::Duration;

use stipule_ir::Subscription;
use stipule_ir::event::{Delivery, Gap};

use super::Scene;
use crate::rust::{Text, markdown, tight};
use crate::types::Form;

/// The trait with a function per event, and the subscriptions to it.
pub(super) fn items(scene: &Scene<'_, '_>) -> Text {
    let name = &scene.events_name;
    let [context, failure, received, subscription] =
        ["Context", "Failure", "Received", "Subscription"].map(|name| scene.item(name));
    scene.std("std::sync::Arc");
    let mut text = Text::default();
    text.doc(0, &format!("What `{}` does about events. A missing handler doesn't compile.", scene.wire));
    text.code(0, &format!("pub trait {name}: Send + Sync + 'static {{"));
    for (it, function) in &scene.events {
        let event = scene.paths.types.contract.event(it.event);
        let docs = markdown(&it.docs);
        text.part();
        text.doc(1, &if docs.is_empty() { format!("Handles `{}`.", event.name.wire) } else { docs });
        let payload = tight(&scene.paths.in_form(event.payload, Form::Open));
        let arguments =
            ["&self".to_owned(), format!("cx: &{context}"), format!("event: {received}<{payload}>")];
        let close = format!(") -> impl Future<Output = Result<(), {failure}>> + Send;");
        text.list(1, &format!("fn {function}("), &arguments, &close);
    }
    text.code(0, "}");
    text.part();
    text.doc(0, "A subscription to the handler per event.");
    let result = format!("Vec<{subscription}>");
    text.code(0, &format!("pub fn subscriptions<H: {name}>(handler: &Arc<H>) -> {result} {{"));
    text.code(1, "Vec::from([");
    scene.events.iter().for_each(|(it, function)| subscribe(scene, it, function, &mut text));
    text.code(1, "])");
    text.code(0, "}");
    text
}

fn subscribe(scene: &Scene<'_, '_>, it: &Subscription, function: &str, text: &mut Text) {
    let versions: Vec<_> = it.versions.iter().map(u32::to_string).collect();
    let way = match it.delivery {
        Delivery::Queue => "Queue".to_owned(),
        Delivery::OrderedQueue => {
            let gap = if it.gap == Gap::Park { "Park" } else { "Skip" };
            format!("OrderedQueue {{ gap: {}::{gap} }}", scene.item("Gap"))
        }
        Delivery::Direct => "Direct".to_owned(),
        Delivery::FanOut => {
            let topic = it.topic.as_ref().map_or("", |topic| topic.value.as_str());
            format!("FanOut {{ topic: {topic:?} }}")
        }
    };
    scene.std("std::time::Duration");
    text.line(2, format_args!("{} {{", scene.item("Subscription")));
    text.line(3, format_args!("name: {:?},", it.name.wire));
    text.line(3, format_args!("service: {:?},", it.service.value));
    text.line(3, format_args!("event: {:?},", scene.paths.types.contract.event(it.event).name.wire));
    text.code(3, &format!("versions: &[{}],", versions.join(", ")));
    text.code(3, &format!("rule: {},", raw(&it.rule)));
    text.line(3, format_args!("delivery: {}::{way},", scene.item("Delivery")));
    text.line(3, format_args!("max_attempts: {},", it.max_attempts));
    text.line(3, format_args!("backoff: {},", duration(it.backoff)));
    text.line(3, format_args!("max_backoff: {},", duration(it.max_backoff)));
    text.line(3, format_args!("dead_letters: {:?},", it.dead_letters.value));
    text.line(3, format_args!("concurrency: {},", it.concurrency));
    text.line(3, format_args!("batch: {},", it.batch));
    text.line(3, format_args!("handler: stipule_runtime::subscription::event_handler({{"));
    text.line(4, format_args!("let handler = Arc::clone(handler);"));
    text.line(4, format_args!("move |cx, event| {{"));
    text.line(5, format_args!("let handler = Arc::clone(&handler);"));
    text.code(5, &format!("async move {{ handler.{function}(&cx, event).await }}"));
    text.line(4, format_args!("}}"));
    text.line(3, format_args!("}}),"));
    text.line(2, format_args!("}},"));
}

/// A raw string literal.
fn raw(text: &str) -> String {
    let longest = text
        .match_indices('"')
        .map(|(at, _)| text[at + 1..].bytes().take_while(|byte| *byte == b'#').count());
    let fence = "#".repeat(longest.max().map_or(0, |longest| longest + 1));
    format!("r{fence}\"{text}\"{fence}")
}

/// A duration in the greatest unit that it is a number of.
fn duration(wait: Duration) -> String {
    match wait.subsec_millis() {
        0 => format!("Duration::from_secs({})", wait.as_secs()),
        _ => format!("Duration::from_millis({})", wait.as_millis()),
    }
}
