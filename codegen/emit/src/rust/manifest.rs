//! `Cargo.toml` of generated crates.

use std::fmt::Write as _;

use crate::files::Files;

/// A generated crate: its manifest and the settings beside it.
pub(crate) struct Crate<'a> {
    /// Folder of the crate: `generated/model`.
    pub(crate) root: &'a str,
    /// `commerce-model`.
    pub(crate) name: String,
    /// One sentence.
    pub(crate) description: String,
    /// In the order they are written.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency of a generated crate.
pub(crate) enum Dependency {
    /// Taken from the workspace.
    Workspace(&'static str),
    /// Another generated crate, by name and relative folder.
    Generated(String, &'static str),
}

impl Crate<'_> {
    /// Adds the manifest, and the setting that keeps `cargo fmt` from reformatting generated text.
    pub(crate) fn emit(&self, files: &mut Files) {
        files.add(&format!("{}/Cargo.toml", self.root), "contracts", &self.manifest());
        files.add(&format!("{}/rustfmt.toml", self.root), "contracts", "disable_all_formatting = true\n");
    }

    fn manifest(&self) -> String {
        let mut text = String::from("[package]\n");
        let mut line = |args: std::fmt::Arguments<'_>| {
            text.write_fmt(args).expect("a String takes any text");
            text.push('\n');
        };
        line(format_args!("name = {}", toml_string(&self.name)));
        line(format_args!("description = {}", toml_string(&self.description)));
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            line(format_args!("{key}.workspace = true"));
        }
        line(format_args!("\n[lib]\ndoctest = false"));
        line(format_args!("\n[lints]\nworkspace = true"));
        line(format_args!("\n[dependencies]"));
        for dependency in &self.dependencies {
            match dependency {
                Dependency::Workspace(name) => line(format_args!("{name}.workspace = true")),
                Dependency::Generated(name, folder) => {
                    line(format_args!("{name} = {{ path = {} }}", toml_string(folder)));
                }
            }
        }
        text
    }
}

/// A basic string of TOML.
pub(crate) fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if control.is_control() => {
                write!(out, "\\u{:04X}", u32::from(control)).expect("a String takes any text");
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(toml_string("a \"b\" \\ \n\u{1}"), "\"a \\\"b\\\" \\\\ \\n\\u0001\"");
    }
}
