//! A call in the documentation of each operation, which is compiled with the tests of the documentation.

use super::{Act, Scene};
use crate::import::group;
use crate::rust::Text;
use crate::scope::Scope;
use crate::types::Home;

/// Lines of documentation that show the call. `arguments` are those of the function, `name: type` each; `scope` has
/// their names.
pub(super) fn show(
    scene: &Scene<'_, '_>,
    act: &Act<'_>,
    arguments: &[String],
    scope: &mut Scope,
    text: &mut Text,
) {
    let platform = &scene.paths.types.contract.platform.name;
    let (package, client, home, handle) = match scene.paths.types.home {
        Home::Repository => {
            let package = format!("{}_sdk", platform.plain_field());
            (package.clone(), platform.type_name(), package, scene.service.name.field())
        }
        Home::Import => {
            let package = platform.wire.replace('-', "_");
            (package.clone(), "Client".to_owned(), format!("{package}::client"), group(scene))
        }
    };
    let model = match scene.paths.types.model().as_str() {
        "crate" => package.clone(),
        model => model.to_owned(),
    };
    let own = scope.claim(&["client".to_owned(), "api".to_owned()]);
    let answer = scope.claim(&["answer".to_owned(), "answered".to_owned()]);
    let names: Vec<&str> =
        arguments.iter().filter_map(|argument| Some(argument.split_once(':')?.0)).collect();
    let given: String = arguments.iter().map(|argument| format!(", {argument}")).collect();
    let module = &scene.module;
    let (function, names) = (&act.function, names.join(", "));
    for line in [
        String::new(),
        "```no_run".to_owned(),
        "# use std::borrow::Borrow;".to_owned(),
        "# use std::collections::BTreeMap;".to_owned(),
        "# use stipule_wire::*;".to_owned(),
        format!("# use {model}::*;"),
        format!("# use {home}::{module}::*;"),
        format!(
            "# async fn example({own}: {package}::{client}{given}) -> Result<(), Box<dyn std::error::Error>> {{"
        ),
        format!("let {answer} = {own}.{handle}().{function}({names}).send().await?;"),
        format!("# let _ = {answer};"),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ] {
        let line = format!("/// {line}");
        text.line(1, format_args!("{}", line.trim_end()));
    }
}
