//! Files say one thing and functions fit a screen.

use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

const MOST_LINES_OF_A_FILE: usize = 400;
const MOST_LINES_OF_A_FUNCTION: usize = 75;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is below the root").to_path_buf()
}

/// Hand-written Rust: everything but build folders, generated code and golden files.
fn hand_written(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let skipped = name.starts_with('.')
                || ["target", "generated", "golden", "expected", "node_modules"].contains(&name.as_str());
            if !skipped {
                hand_written(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    hand_written(&root, &mut found);
    found.sort();
    assert!(found.len() > 20, "the walk found the sources");
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("sources are readable");
            (path.strip_prefix(&root).expect("below the root").display().to_string(), text)
        })
        .collect()
}

#[test]
fn files_stay_small() {
    let large: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES_OF_A_FILE)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(large.is_empty(), "split by noun (most: {MOST_LINES_OF_A_FILE} lines):\n{}", large.join("\n"));
}

struct Functions<'p> {
    path: &'p str,
    long: Vec<String>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, body: &syn::Block) {
        let span = body.span();
        let lines = span.end().line.saturating_sub(span.start().line);
        if lines > MOST_LINES_OF_A_FUNCTION {
            self.long.push(format!("{}:{} {name}: {lines} lines", self.path, span.start().line));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_impl_item_fn(self, function);
    }
}

#[test]
fn functions_stay_small() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut functions = Functions { path: &path, long: Vec::new() };
        functions.visit_file(&file);
        long.append(&mut functions.long);
    }
    assert!(long.is_empty(), "split by step (most: {MOST_LINES_OF_A_FUNCTION} lines):\n{}", long.join("\n"));
}

#[test]
fn rooms_have_no_junk_drawers() {
    for (path, _) in sources() {
        let stem = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "helpers", "helper", "common", "misc"].contains(&stem.as_str()),
            "{path}: name the noun"
        );
    }
}
