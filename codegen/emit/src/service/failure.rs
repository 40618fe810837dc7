//! How an operation may fail.

use stipule_ir::service::{Media, Outcome};

use super::outcome::{arm, status, variant};
use super::{Act, Scene};
use crate::rust::{Text, tight};

const PROBLEM: &str = "application/problem+json";

/// The enum of failures with their constructors, and each as an answer.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let (name, failed) = (&act.error, failed(act));
    let [failed_type, store_failure, refused, response, context] =
        ["Failed", "StoreFailure", "Refused", "Response", "Context"].map(|name| scene.item(name));
    text.doc(0, &format!("How `{}` fails.", act.operation.id.wire));
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{"));
    for outcome in act.failures() {
        variant(scene, outcome, true, text);
    }
    text.doc(1, "For reasons that no contract names: the platform answers, and logs why.");
    text.line(0, format_args!("    {failed}({failed_type}),\n}}\n"));
    text.line(0, format_args!("impl {name} {{"));
    for outcome in act.failures() {
        scene.problems.constructor(scene, outcome, text);
    }
    let uses_context = act.failures().any(|outcome| outcome.media.iter().any(|it| is_problem(scene, it)));
    let cx = if uses_context { "cx" } else { "_" };
    text.line(1, format_args!("fn response(&self, {cx}: &{context}) -> Result<{response}, {refused}> {{"));
    text.line(2, format_args!("match self {{"));
    for outcome in act.failures() {
        arm(scene, outcome, &made(scene, outcome), true, text);
    }
    text.line(3, format_args!("Self::{failed}(failed) => Err(failed.clone().into()),"));
    text.line(0, format_args!("        }}\n    }}\n}}\n"));
    text.line(0, format_args!("impl From<{failed_type}> for {name} {{"));
    text.line(1, format_args!("fn from(failed: {failed_type}) -> Self {{"));
    text.line(0, format_args!("        Self::{failed}(failed)\n    }}\n}}\n"));
    text.line(0, format_args!("impl From<{store_failure}> for {name} {{"));
    text.line(1, format_args!("fn from(failure: {store_failure}) -> Self {{"));
    text.line(0, format_args!("        Self::{failed}(failure.into())\n    }}\n}}\n"));
}

/// The variant for what isn't declared.
fn failed(act: &Act<'_>) -> &'static str {
    let taken = act.failures().any(|outcome| outcome.name.variant() == "Failed");
    if taken { "FailedOtherwise" } else { "Failed" }
}

/// The call that makes an answer of a failure.
fn made(scene: &Scene<'_, '_>, outcome: &Outcome) -> String {
    match outcome.media.first() {
        Some(media) if is_problem(scene, media) => {
            let ids = tight(&scene.problems.ids(scene, media.ty));
            format!("{}(cx, {}, body, {ids})", scene.http_item("declared_problem"), status(outcome))
        }
        _ => super::outcome::made(scene, outcome),
    }
}

/// Whether a body is a problem document of our own contracts, which the platform completes.
fn is_problem(scene: &Scene<'_, '_>, media: &Media) -> bool {
    media.media_type == PROBLEM && !scene.paths.types.is_shared()
}
