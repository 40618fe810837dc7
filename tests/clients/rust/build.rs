//! Runs both generators: on the document that `CLIENTS_DOCUMENT` names, and on the schemas of events in the folder that
//! `CLIENTS_SCHEMAS` names.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use typify::{TypeSpace, TypeSpaceSettings};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let [document, schemas] = ["CLIENTS_DOCUMENT", "CLIENTS_SCHEMAS"].map(|name| {
        println!("cargo:rerun-if-env-changed={name}");
        env::var(name)
    });
    let (document, schemas) = (document?, schemas?);
    println!("cargo:rerun-if-changed={document}");
    println!("cargo:rerun-if-changed={schemas}");
    fs::write(out.join("client.rs"), client(Path::new(&document))?)?;
    fs::write(out.join("events.rs"), events(Path::new(&schemas))?)?;
    Ok(())
}

fn client(document: &Path) -> Result<String, Box<dyn Error>> {
    let document = serde_json::from_str(&fs::read_to_string(document)?)?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    Ok(Generator::new(&settings).generate_tokens(&document)?.to_string())
}

/// A module per schema, and `read`, which reads an event with the types of its own.
fn events(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>()?;
    files.sort();
    let (mut modules, mut arms) = (String::new(), String::new());
    for (at, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file)?;
        let schema: serde_json::Value = serde_json::from_str(&text)?;
        let id = schema["$id"].as_str().ok_or("a schema without `$id`")?.to_owned();
        let title = schema["title"].as_str().ok_or("a schema without `title`")?.to_owned();
        let mut space = TypeSpace::new(&TypeSpaceSettings::default());
        space.add_root_schema(serde_json::from_value::<schemars::schema::RootSchema>(schema)?)?;
        write!(modules, "pub mod event{at} {{ {} }}\n", space.to_stream())?;
        write!(arms, "{id:?} => again::<event{at}::{title}>(detail),\n")?;
    }
    Ok(format!(
        "{modules}\nfn read(id: &str, detail: &str) -> Result<String, String> {{\nmatch id {{\n{arms}_ => Err(\"it has no schema\".to_owned()) }} }}"
    ))
}
