//! `examples/call.rs` of an imported crate: a call that anybody can make, which its README shows.

use stipule_ir::service::SchemeKind;

use super::{Package, client};
use crate::sdk;
use crate::types::Types;

/// A call of the first operation that needs nothing said; `None` where every operation needs something.
pub(super) fn call(types: &Types<'_>, package: &Package) -> Option<String> {
    let contract = types.contract;
    let scenes = sdk::scenes(types);
    let (scene, (operation, function)) =
        scenes.iter().find_map(|scene| scene.bare_call().map(|call| (scene, call)))?;
    let start = match client::default_url(contract) {
        Some(_) => "Client::default_server()",
        None => "Client::builder(std::env::var(\"BASE_URL\")?)",
    };
    let takes_token = contract.schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::Bearer));
    let token = if takes_token { ".token(std::env::var(\"TOKEN\")?)" } else { "" };
    let (name, group) = (package.name.replace('-', "_"), client::group(scene));
    let (method, path) = (operation.method.as_str(), &operation.path.template);
    let body = [
        format!("    let client = {start}{token}.build()?;"),
        format!("    let answer = client.{group}().{function}().send().await?;"),
        "    println!(\"{answer:?}\");".to_owned(),
        "    Ok(())".to_owned(),
    ];
    let head = format!(
        "//! Calls `{method} {path}`.\n\nuse {name}::Client;\n\n#[tokio::main(flavor = \"current_thread\")]"
    );
    let main = "async fn main() -> Result<(), Box<dyn std::error::Error>> {";
    Some(format!("{head}\n{main}\n{}\n}}\n", body.join("\n")))
}
