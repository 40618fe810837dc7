//! What a person writes for an endpoint. `cargo test -p platform-tests --test house effort -- --nocapture` prints it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use platform_tests::contracts::contract;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Lines of the function that an endpoint is, as the median over all.
const MOST_OF_A_FUNCTION: usize = 30;

/// Lines of all that is written for the services, tests and comments left out, divided by their endpoints; the median
/// over the services.
const MOST_OF_A_SERVICE: usize = 200;

/// Functions of traits that the contracts ask for, by name, and lines of code, tests left out.
#[derive(Default)]
struct Written {
    functions: BTreeMap<String, usize>,
    lines: usize,
}

impl<'ast> Visit<'ast> for Written {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if item.trait_.is_some() {
            for function in &item.items {
                let syn::ImplItem::Fn(function) = function else { continue };
                let (from, to) = (function.span().start().line, function.span().end().line);
                self.functions.insert(function.sig.ident.to_string(), to - from + 1);
            }
        }
        visit::visit_item_impl(self, item);
    }
}

/// Lines with code before the tests of a file.
fn lines_of(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

fn read(folder: &Path, written: &mut Written) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            read(&path, written);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("samples.rs") {
            let text = std::fs::read_to_string(&path).expect("sources are readable");
            written.lines += lines_of(&text);
            written.visit_file(&syn::parse_file(&text).expect("sources are Rust"));
        }
    }
}

fn median(mut of: Vec<usize>) -> usize {
    of.sort_unstable();
    of[of.len() / 2]
}

#[test]
fn an_endpoint_takes_few_lines() {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("below the root").to_owned();
    let (mut functions, mut services) = (Vec::new(), Vec::new());
    for service in contract(&root).services {
        let mut written = Written::default();
        read(&root.join("services").join(service.name.kebab()).join("src"), &mut written);
        for operation in &service.operations {
            let lines = written.functions.get(&operation.id.field().to_string());
            functions.push(*lines.unwrap_or_else(|| panic!("{} is written", operation.id)));
        }
        if let Some(each) = written.lines.checked_div(service.operations.len()) {
            services.push(each);
        }
    }
    let endpoints = functions.len();
    let (function, all) = (median(functions), median(services));
    println!("{endpoints} endpoints: the function of one has {function} lines (median);");
    println!(
        "with the logic, events and steps behind it a service has {all} for each of its endpoints (median)"
    );
    assert!(function <= MOST_OF_A_FUNCTION && all <= MOST_OF_A_SERVICE, "{function} and {all}");
}
