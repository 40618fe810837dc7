//! What sockets may listen to, and what they are told.

use stipule_ir::socket::{Part, Topic};

use super::Scene;
use crate::rust::{Text, markdown};

/// A topic with the names of what it becomes.
pub(super) struct Heard<'c> {
    pub(super) topic: &'c Topic,
    /// The struct of its parameters.
    pub(super) name: String,
    /// The function that judges listeners.
    pub(super) function: String,
    /// The function per message.
    pub(super) messages: Vec<String>,
}

/// The trait with a function per topic, the topics for it, and a struct per topic that tells its messages.
pub(super) fn items(scene: &Scene<'_, '_>) -> Text {
    let mut text = Text::default();
    let [context, failure] = ["Context", "Failure"].map(|name| scene.item(name));
    scene.std("std::sync::Arc");
    text.doc(0, &format!("Who may listen to what `{}` tells. A missing topic doesn't compile.", scene.wire));
    text.code(0, &format!("pub trait {}: Send + Sync + 'static {{", scene.topics_name));
    for heard in &scene.topics {
        text.part();
        text.doc(
            1,
            &format!("Whether somebody who has the scopes may listen to `{}`.", heard.topic.address.value),
        );
        let arguments = ["&self".to_owned(), format!("cx: &{context}"), format!("topic: {}", heard.name)];
        let close = format!(") -> impl Future<Output = Result<bool, {failure}>> + Send;");
        text.list(1, &format!("fn {}(", heard.function), &arguments, &close);
    }
    text.code(0, "}");
    handlers(scene, &mut text);
    scene.topics.iter().for_each(|heard| topic(scene, heard, &mut text));
    text
}

fn handlers(scene: &Scene<'_, '_>, text: &mut Text) {
    let (name, topic) = (&scene.topics_name, scene.item("Topic"));
    text.part();
    text.doc(0, "The topics, with who may listen to each.");
    text.code(0, &format!("pub fn topics<S: {name}>(service: &Arc<S>) -> Vec<{topic}> {{"));
    text.code(1, "Vec::from([");
    for heard in &scene.topics {
        let scopes: Vec<_> = heard.topic.scopes.iter().map(|it| format!("{:?}", it.value)).collect();
        text.line(2, format_args!("{topic} {{"));
        text.line(3, format_args!("service: {:?},", scene.wire));
        text.line(3, format_args!("address: {:?},", heard.topic.address.value));
        text.code(3, &format!("scopes: &[{}],", scopes.join(", ")));
        text.line(3, format_args!("shards: {},", heard.topic.shards));
        text.line(3, format_args!("handler: stipule_runtime::socket::topic_handler({{"));
        text.line(4, format_args!("let service = Arc::clone(service);"));
        text.line(4, format_args!("move |cx, topic| {{"));
        text.line(5, format_args!("let service = Arc::clone(&service);"));
        text.code(5, &format!("async move {{ service.{}(&cx, topic).await }}", heard.function));
        text.line(4, format_args!("}}"));
        text.line(3, format_args!("}}),"));
        text.line(2, format_args!("}},"));
    }
    text.code(1, "])");
    text.code(0, "}");
}

fn topic(scene: &Scene<'_, '_>, heard: &Heard<'_>, text: &mut Text) {
    let (name, address) = (&heard.name, &heard.topic.address.value);
    let docs = markdown(&heard.topic.docs);
    text.part();
    text.doc(0, &if docs.is_empty() { format!("`{address}`") } else { format!("{docs}\n\n`{address}`") });
    text.code(0, "#[derive(Clone, Debug, PartialEq, Eq)]");
    if heard.topic.parameters().next().is_none() {
        text.code(0, &format!("pub struct {name};"));
    } else {
        text.code(0, &format!("pub struct {name} {{"));
        for (parameter, ty) in heard.topic.parameters() {
            text.doc(1, &format!("`{}` of the address.", parameter.wire));
            text.code(1, &format!("pub {}: {},", parameter.field(), scene.paths.text(ty)));
        }
        text.code(0, "}");
    }
    text.part();
    text.code(0, &format!("impl {name} {{"));
    let [context, failure] = ["Context", "Failure"].map(|name| scene.item(name));
    for (message, function) in heard.topic.messages.iter().zip(&heard.messages) {
        let docs = markdown(&message.docs);
        let told = format!("Tells `{}` to those who listen.", message.name.wire);
        text.part();
        text.doc(1, &if docs.is_empty() { told } else { format!("{told} {docs}") });
        let arguments = [
            "&self".to_owned(),
            format!("cx: &{context}"),
            format!("message: &{}", scene.paths.text(message.payload)),
        ];
        let open = format!("pub async fn {function}(");
        text.list(1, &open, &arguments, &format!(") -> Result<(), {failure}> {{"));
        let told = format!("stipule_runtime::socket::tell(cx, self, {:?}, message).await", message.name.wire);
        text.code(2, &told);
        text.code(1, "}");
    }
    text.code(0, "}");
    names(scene, heard, text);
}

/// The topic from the parts of its name, and as its name.
fn names(scene: &Scene<'_, '_>, heard: &Heard<'_>, text: &mut Text) {
    let name = &heard.name;
    let fields: Vec<_> = heard.topic.parameters().map(|(parameter, _)| parameter.field()).collect();
    let shown = heard.topic.parts.iter().map(|part| match part {
        Part::Literal(literal) => literal.clone(),
        Part::Parameter(..) => "{}".to_owned(),
    });
    let shown = shown.collect::<Vec<_>>().join("/");
    text.part();
    text.code(0, &format!("impl {} for {name} {{", scene.item("TopicName")));
    text.code(1, "fn read(parameters: &[&str]) -> Option<Self> {");
    text.code(2, &format!("let [{}] = parameters else {{ return None }};", fields.join(", ")));
    let read: Vec<_> = fields.iter().map(|field| format!("{field}: {field}.parse().ok()?")).collect();
    match read.is_empty() {
        true => text.code(2, "Some(Self)"),
        false => text.code(2, &format!("Some(Self {{ {} }})", read.join(", "))),
    }
    text.code(1, "}");
    text.part();
    text.code(1, "fn name(&self) -> String {");
    let values: Vec<_> = fields.iter().map(|field| format!(", self.{field}")).collect();
    match fields.is_empty() {
        true => text.code(2, &format!("{shown:?}.to_owned()")),
        false => text.code(2, &format!("format!({shown:?}{})", values.concat())),
    }
    text.code(1, "}");
    text.code(0, "}");
}
