//! `Cargo.toml` of an imported crate.

use std::fmt::Write as _;

use stipule_ir::Contract;

use crate::rust::toml_string;

/// What the crate is called, and where what it stands on comes from.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name, as Cargo writes it.
    pub name: String,
    /// Where the crates of Stipule come from.
    pub stipule: Stipule,
}

/// Where the crates of Stipule come from.
#[derive(Clone, Debug)]
pub enum Stipule {
    /// A checkout of the repository: the path of its root.
    Path(String),
    /// A published version.
    Version(String),
}

/// The crates it stands on, with their folders.
const CLIENT: (&str, &str) = ("stipule-client", "codegen/client");
const RUNTIME: (&str, &str) = ("stipule-runtime", "codegen/runtime");
const SERVER: (&str, &str) = ("stipule-server", "codegen/server");
const WIRE: (&str, &str) = ("stipule-wire", "codegen/wire");

/// The text of the manifest.
pub(super) fn manifest(contract: &Contract, package: &Package, has_example: bool) -> String {
    let mut text = String::new();
    let mut line = |args: std::fmt::Arguments<'_>| {
        text.write_fmt(args).expect("a String takes any text");
        text.push('\n');
    };
    let title = contract.platform.docs.title.as_deref().unwrap_or(&contract.platform.name.wire);
    let description =
        format!("Types, client and server of {}", title.split_whitespace().collect::<Vec<_>>().join(" "));
    line(format_args!("[package]\nname = {}", toml_string(&package.name)));
    line(format_args!("version = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.95\""));
    line(format_args!("description = {}\npublish = false", toml_string(&description)));
    line(format_args!("\n[lib]\ndoctest = false"));
    line(format_args!("\n[features]\ndefault = [\"client\", \"server\", \"tls\"]"));
    line(format_args!("# A builder per operation."));
    line(format_args!("client = [\"dep:{}\"]", CLIENT.0));
    line(format_args!("# Traits to implement, with routes to them."));
    line(format_args!("server = [\"dep:{}\", \"dep:http\"]", RUNTIME.0));
    line(format_args!("# Serves them over HTTP/1.1."));
    line(format_args!("serve = [\"server\", \"dep:{}\"]", SERVER.0));
    line(format_args!("# `https://` through rustls, with the certificates that the system trusts."));
    line(format_args!("tls = [\"client\", \"{}/tls\"]", CLIENT.0));
    line(format_args!("\n[dependencies]"));
    line(format_args!("http = {{ version = \"1\", optional = true }}"));
    line(format_args!("serde = {{ version = \"1\", features = [\"derive\"] }}"));
    line(format_args!(
        "{}",
        dependency(&package.stipule, CLIENT, "default-features = false, optional = true")
    ));
    line(format_args!("{}", dependency(&package.stipule, RUNTIME, "optional = true")));
    line(format_args!("{}", dependency(&package.stipule, SERVER, "optional = true")));
    line(format_args!("{}", dependency(&package.stipule, WIRE, "")));
    if has_example {
        let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }";
        line(format_args!("\n[dev-dependencies]\n{tokio}"));
        line(format_args!("\n[[example]]\nname = \"call\"\nrequired-features = [\"client\"]"));
    }
    line(format_args!("\n[lints.rust]\nunsafe_code = \"forbid\""));
    line(format_args!("\n# It belongs to no workspace around it.\n[workspace]"));
    text
}

fn dependency(stipule: &Stipule, (name, folder): (&str, &str), more: &str) -> String {
    let source = match stipule {
        Stipule::Path(root) => format!("path = {}", toml_string(&format!("{root}/{folder}"))),
        Stipule::Version(version) => format!("version = {}", toml_string(version)),
    };
    let more = if more.is_empty() { String::new() } else { format!(", {more}") };
    format!("{name} = {{ {source}{more} }}")
}
