//! Arrows between the rooms, read from `cargo metadata`.

use std::collections::BTreeMap;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand, PackageId};

/// Room of a package by its folder, and the rooms it may depend on. The longest matching folder counts.
const ROOMS: &[(&str, &[&str])] = &[
    ("codegen/ir", &[]),
    ("codegen/wire", &[]),
    ("codegen/pattern", &[]),
    ("codegen/machine", &[]),
    ("codegen/graph", &["codegen/ir", "codegen/pattern"]),
    ("codegen/front", &["codegen/ir", "codegen/wire", "codegen/pattern"]),
    ("codegen/rules", &["codegen/ir", "codegen/wire", "codegen/pattern"]),
    ("codegen/table", &["codegen/ir", "codegen/rules", "codegen/wire", "codegen/runtime"]),
    // What is there whether anybody calls or not is counted in what is emitted.
    ("codegen/cost", &["codegen/ir", "codegen/table", "codegen/emit"]),
    ("codegen/deploy", &[]),
    ("codegen/emit", &["codegen/ir", "codegen/table"]),
    ("codegen/review", &["codegen/ir", "codegen/wire", "codegen/cost"]),
    (
        "codegen/cli",
        &[
            "codegen/ir",
            "codegen/front",
            "codegen/rules",
            "codegen/table",
            "codegen/cost",
            "codegen/deploy",
            "codegen/emit",
            "codegen/review",
            "codegen/pattern",
            "codegen/graph",
        ],
    ),
    ("codegen/fuzz", &["codegen"]),
    ("codegen/runtime", &["codegen/wire"]),
    ("codegen/client", &["codegen/wire"]),
    ("codegen/server", &["codegen/runtime"]),
    ("generated/model", &["codegen/wire"]),
    ("generated/service", &["generated/model", "codegen/runtime", "codegen/wire"]),
    ("generated/store", &["generated/model", "codegen/runtime", "codegen/wire"]),
    ("sdk", &["generated/model", "codegen/wire", "codegen/client"]),
    ("services", &["generated", "codegen/runtime", "codegen/wire"]),
    ("infra/lambda", &["codegen/runtime", "codegen/wire", "codegen/pattern"]),
    ("infra/aws", &["infra/lambda", "codegen/runtime", "codegen/wire"]),
    (
        "infra/bootstrap",
        &["infra/lambda", "infra/aws", "infra/commerce", "services", "generated", "codegen/runtime"],
    ),
    ("infra/local", &["codegen/runtime", "codegen/wire", "codegen/machine", "codegen/pattern"]),
    ("infra/commerce", &["infra/local", "services", "generated", "sdk", "codegen/runtime", "codegen/wire"]),
];

fn room(folder: &str) -> Option<(&'static str, &'static [&'static str])> {
    ROOMS
        .iter()
        .filter(|(room, _)| folder == *room || folder.starts_with(&format!("{room}/")))
        .max_by_key(|(room, _)| room.len())
        .copied()
}

#[test]
fn every_dependency_between_rooms_is_an_arrow_of_the_plan() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let root = metadata.workspace_root.clone();
    let folders: BTreeMap<String, String> = metadata
        .packages
        .iter()
        .map(|package| {
            let folder = package.manifest_path.parent().expect("a manifest has a folder");
            let relative = folder.strip_prefix(&root).expect("members are below the root");
            (package.name.to_string(), relative.to_string())
        })
        .collect();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let folder = &folders[package.name.as_str()];
        if folder.starts_with("tests") {
            continue;
        }
        let Some((own, allowed)) = room(folder) else {
            faults.push(format!("{folder} has no room in the plan"));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development) {
            let Some(target) = folders.get(&dependency.name) else { continue };
            let inside = target.starts_with(own) && own != "services";
            if !inside && !allowed.iter().any(|room| Path::new(target).starts_with(room)) {
                faults.push(format!("{folder} must not depend on {target}"));
            }
        }
    }
    assert!(faults.is_empty(), "arrows against the plan (HOUSE in the README):\n{}", faults.join("\n"));
}

/// What signs requests, alone: a client of a few calls stands on it, and no SDK comes with it.
const SIGNERS: [&str; 2] = ["aws-credential-types", "aws-sigv4"];

#[test]
fn nothing_outside_infra_aws_depends_on_an_aws_sdk() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    for package in &metadata.packages {
        if package.manifest_path.as_str().contains("/infra/aws/") {
            continue;
        }
        let signs = package.manifest_path.as_str().contains("/codegen/deploy/");
        for dependency in &package.dependencies {
            let signer = signs && SIGNERS.contains(&dependency.name.as_str());
            assert!(
                signer || !dependency.name.starts_with("aws-"),
                "{} depends on {}: AWS SDKs belong to infra/aws alone",
                package.name,
                dependency.name
            );
        }
    }
}

/// `cargo run` builds the default members and everything below them.
#[test]
fn what_a_newcomer_builds_has_no_aws_sdk() {
    // From the root: in a member's folder that member would be the default.
    let metadata = MetadataCommand::new().current_dir("..").exec().expect("cargo metadata runs");
    let resolve = metadata.resolve.as_ref().expect("dependencies are resolved");
    let mut reached: Vec<&PackageId> = metadata.workspace_default_members.iter().collect();
    let mut next = 0;
    while let Some(id) = reached.get(next) {
        let node = resolve.nodes.iter().find(|node| node.id == **id).expect("every package has a node");
        // Dependencies of tests and benches aren't built by `cargo run`.
        let built = node.deps.iter().filter(|dependency| {
            dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
        });
        let new: Vec<_> =
            built.map(|dependency| &dependency.pkg).filter(|id| !reached.contains(id)).collect();
        reached.extend(new);
        next += 1;
    }
    let names = reached.iter().map(|id| metadata[*id].name.as_str());
    let sdks: Vec<&str> = names.filter(|name| name.starts_with("aws-") || *name == "stipule-aws").collect();
    assert!(reached.len() > 50, "the walk went through the dependencies");
    assert!(sdks.is_empty(), "`cargo run` builds {sdks:?}");
}

#[test]
fn a_service_never_sees_another_service() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let services: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| package.manifest_path.as_str().contains("/services/"))
        .map(|package| package.name.to_string())
        .collect();
    for package in metadata.packages.iter().filter(|p| services.contains(&p.name.to_string())) {
        for dependency in &package.dependencies {
            assert!(!services.contains(&dependency.name), "{} sees {}", package.name, dependency.name);
        }
    }
}
