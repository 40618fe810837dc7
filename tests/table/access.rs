//! Services call exactly the reads and writes that the table file grants them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use stipule_table::access::{owner, owner_of_write};
use syn::visit::{self, Visit};

use crate::{contract, root};

/// Methods that are called on the store: on `Commerce::of(…)` itself, or on what it was bound to.
struct Calls {
    client: String,
    bound: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Calls {
    fn is_client(&self, expression: &syn::Expr) -> bool {
        match expression {
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => {
                    let names: Vec<String> =
                        path.path.segments.iter().map(|it| it.ident.to_string()).collect();
                    names.ends_with(&[self.client.clone(), "of".to_owned()])
                }
                _ => false,
            },
            syn::Expr::Path(path) => {
                path.path.get_ident().is_some_and(|it| self.bound.contains(&it.to_string()))
            }
            _ => false,
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (Some(init), syn::Pat::Ident(name)) = (&local.init, &local.pat)
            && self.is_client(&init.expr)
        {
            self.bound.insert(name.ident.to_string());
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if self.is_client(&call.receiver) {
            self.found.insert(call.method.to_string().trim_start_matches("r#").to_owned());
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn calls(folder: &Path, calls: &mut Calls) {
    for entry in std::fs::read_dir(folder).expect("sources can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            self::calls(&path, calls);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are text");
            calls.visit_file(&syn::parse_file(&text).expect("sources are Rust"));
        }
    }
}

#[test]
fn no_service_calls_what_it_is_not_granted() {
    let contract = contract(&root());
    let table = &contract.tables[0];
    let mut granted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for read in &table.reads {
        let own = read.entities().first().and_then(|entity| owner(table, *entity));
        let users = own.into_iter().chain(read.used_by.iter().map(|it| it.value.as_str()));
        granted.insert(read.name.plain_field(), users.collect());
    }
    for write in &table.writes {
        granted.insert(write.name.plain_field(), owner_of_write(table, write).into_iter().collect());
    }
    let mut services = 0;
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(root().join("services")).expect("services").flatten() {
        let service = entry.file_name().to_string_lossy().into_owned();
        let client = contract.platform.name.type_name();
        let mut called = Calls { client, bound: BTreeSet::new(), found: BTreeSet::new() };
        calls(&entry.path().join("src"), &mut called);
        assert!(called.found.len() >= 3, "{service} was looked at: {:?}", called.found);
        services += 1;
        for name in called.found {
            match granted.get(&name) {
                Some(users) if users.contains(service.as_str()) => {}
                Some(_) => faults.push(format!("{service} calls `{name}`: add it to `used_by`")),
                None => faults.push(format!("{service} calls `{name}`, which is no read or write")),
            }
        }
    }
    assert!(services >= 6 && faults.is_empty(), "{}", faults.join("\n"));
}
