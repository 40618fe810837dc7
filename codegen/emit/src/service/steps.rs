//! What a service does for sagas.

use stipule_ir::Workflow;
use stipule_ir::workflow::Step;

use super::Scene;
use crate::rust::{Text, markdown};

/// The steps of one saga that a service takes, with the names of what they become.
pub(super) struct Part<'c> {
    pub(super) workflow: &'c Workflow,
    pub(super) trait_name: String,
    /// The function that gives its steps.
    pub(super) function: String,
    pub(super) steps: Vec<Taken<'c>>,
}

/// A step with the names of what it becomes.
pub(super) struct Taken<'c> {
    pub(super) step: &'c Step,
    pub(super) function: String,
    /// The enum of its errors; none for a step that declares none.
    pub(super) error: Option<Errors>,
    /// The type of its token, for one that waits.
    pub(super) token: Option<String>,
}

/// How a step fails.
pub(super) struct Errors {
    pub(super) name: String,
    /// Per declared error.
    pub(super) variants: Vec<String>,
    /// Everything else.
    pub(super) failed: String,
}

/// The traits with a function per step, and the steps for them.
pub(super) fn items(scene: &Scene<'_, '_>) -> Text {
    let mut text = Text::default();
    for part in &scene.sagas {
        steps_trait(scene, part, &mut text);
        handlers(scene, part, &mut text);
        for taken in &part.steps {
            if let Some(errors) = &taken.error {
                error(scene, part, taken, errors, &mut text);
            }
            if let Some(token) = &taken.token {
                let saga = &part.workflow.name.wire;
                text.part();
                text.doc(
                    0,
                    &format!("What whoever answers `{}` of `{saga}` later shows.", taken.step.name.wire),
                );
                let (output, error) = (output(scene, taken), error_type(scene, taken));
                text.code(0, &format!("pub type {token} = {}<{output}, {error}>;", scene.item("Token")));
            }
        }
    }
    text
}

fn steps_trait(scene: &Scene<'_, '_>, part: &Part<'_>, text: &mut Text) {
    let saga = &part.workflow.name.wire;
    scene.std("std::sync::Arc");
    text.part();
    text.doc(
        0,
        &format!("What `{}` does for the saga `{saga}`. A missing step doesn't compile.", scene.wire),
    );
    text.code(0, &format!("pub trait {}: Send + Sync + 'static {{", part.trait_name));
    for taken in &part.steps {
        text.part();
        let docs = markdown(&taken.step.docs);
        text.doc(
            1,
            &if docs.is_empty() { format!("Takes the step `{}`.", taken.step.name.wire) } else { docs },
        );
        let mut arguments = vec![
            "&self".to_owned(),
            format!("cx: &{}", scene.item("Context")),
            format!("input: {}", scene.paths.text(taken.step.input)),
        ];
        arguments.extend(taken.token.as_ref().map(|token| format!("token: {token}")));
        let output = if taken.token.is_some() { "()".to_owned() } else { output(scene, taken) };
        let close =
            format!(") -> impl Future<Output = Result<{output}, {}>> + Send;", error_type(scene, taken));
        text.list(1, &format!("fn {}(", taken.function), &arguments, &close);
    }
    text.code(0, "}");
}

fn output(scene: &Scene<'_, '_>, taken: &Taken<'_>) -> String {
    taken.step.output.map_or_else(|| "()".to_owned(), |output| scene.paths.text(output))
}

fn error_type(scene: &Scene<'_, '_>, taken: &Taken<'_>) -> String {
    taken.error.as_ref().map_or_else(|| scene.item("Failure"), |error| error.name.clone())
}

fn handlers(scene: &Scene<'_, '_>, part: &Part<'_>, text: &mut Text) {
    let (name, function, step) = (&part.trait_name, &part.function, scene.item("SagaStep"));
    text.part();
    text.doc(0, &format!("The steps of `{}`, by the function that takes each.", part.workflow.name.wire));
    text.code(0, &format!("pub fn {function}<S: {name}>(service: &Arc<S>) -> Vec<{step}> {{"));
    text.code(1, "Vec::from([");
    for taken in &part.steps {
        let (maker, arguments) = match taken.token {
            Some(_) => ("waiting_step_handler", "cx, input, token"),
            None => ("step_handler", "cx, input"),
        };
        text.line(2, format_args!("{step} {{"));
        text.line(3, format_args!("saga: {:?},", part.workflow.name.wire));
        text.line(3, format_args!("step: {:?},", taken.step.name.wire));
        text.line(3, format_args!("service: {:?},", scene.wire));
        text.line(3, format_args!("gives: {},", taken.step.output.is_some() && taken.token.is_none()));
        text.line(3, format_args!("handler: stipule_runtime::saga::{maker}({{"));
        text.line(4, format_args!("let service = Arc::clone(service);"));
        text.line(4, format_args!("move |{arguments}| {{"));
        text.line(5, format_args!("let service = Arc::clone(&service);"));
        let passed = arguments.replacen("cx", "&cx", 1);
        text.code(5, &format!("async move {{ service.{}({passed}).await }}", taken.function));
        text.line(4, format_args!("}}"));
        text.line(3, format_args!("}}),"));
        text.line(2, format_args!("}},"));
    }
    text.code(1, "])");
    text.code(0, "}");
}

fn error(scene: &Scene<'_, '_>, part: &Part<'_>, taken: &Taken<'_>, errors: &Errors, text: &mut Text) {
    let (name, failed) = (&errors.name, &errors.failed);
    text.part();
    text.doc(0, &format!("How `{}` of `{}` fails.", taken.step.name.wire, part.workflow.name.wire));
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq, Eq)]"));
    text.line(0, format_args!("pub enum {name} {{"));
    let declared = || taken.step.errors.iter().zip(&errors.variants);
    for (error, variant) in declared() {
        text.doc(
            1,
            &format!("`{}`: an answer rather than a mishap, never tried again. Says why.", error.wire),
        );
        text.line(1, format_args!("{variant}(String),"));
    }
    text.doc(1, "Anything else.");
    text.line(1, format_args!("{failed}({}),", scene.item("Failure")));
    text.line(0, format_args!("}}"));
    text.part();
    text.line(0, format_args!("stipule_runtime::step_error!({name}, {failed}, {{"));
    for (error, variant) in declared() {
        text.line(1, format_args!("{variant} => {:?},", error.wire));
    }
    text.line(0, format_args!("}});"));
}
