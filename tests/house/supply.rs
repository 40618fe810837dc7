//! What we depend on: where it comes from, under which licence, and how often.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// Licences under which what we ship may stand beside MIT and Apache-2.0 (SPDX names).
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that come in several versions, and why that can't be mended here. A new one is looked at, then named or mended.
const SEVERAL: [(&str, &str); 15] = [
    ("base64", "the HTTP client and a judge of the tests each have another one than ours"),
    ("block-buffer", "with digest"),
    ("cpufeatures", "with digest; ciphers use the older one"),
    ("crypto-common", "with digest"),
    ("digest", "our hashes and the signatures of the AWS SDK are one release apart"),
    ("foldhash", "with hashbrown"),
    ("getrandom", "ring, the sockets and tempfile each have another one"),
    ("hashbrown", "SQLite's bindings, a cache of the gateway and indexmap are a release apart each"),
    ("hmac", "with digest"),
    ("r-efi", "with getrandom, for machines that we don't build for"),
    ("rand", "the sockets and proptest are one release apart"),
    ("rand_core", "with rand"),
    ("sha2", "with digest"),
    ("syn", "derive macros of others and the generator's printer are one release apart"),
    ("windows-sys", "for machines that we don't build for"),
];

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    command.other_options(["--locked".to_owned()]).exec().expect("cargo tells what the workspace is made of")
}

fn foreign(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata.packages.iter().filter(|package| package.source.is_some())
}

/// Whether one may choose allowed licences only: `MIT OR (Apache-2.0 AND ISC)`.
fn is_allowed(expression: &str) -> bool {
    let (mut depth, mut splits) = (0_i32, Vec::new());
    let expression = expression.trim();
    for (at, letter) in expression.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => {
                for (word, any) in [(" OR ", true), ("/", true), (" AND ", false)] {
                    if expression[at..].starts_with(word) {
                        splits.push((at, word.len(), any));
                    }
                }
            }
            _ => {}
        }
    }
    // `AND` binds more closely than `OR`.
    let splits_or: Vec<_> = splits.iter().filter(|(.., any)| *any).collect();
    let (splits, any) =
        if splits_or.is_empty() { (splits.iter().collect(), false) } else { (splits_or, true) };
    if splits.is_empty() {
        let inner = expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        return inner.map_or_else(|| ALLOWED.contains(&expression), is_allowed);
    }
    let (mut from, mut parts) = (0, Vec::new());
    for (at, length, _) in splits {
        parts.push(&expression[from..*at]);
        from = at + length;
    }
    parts.push(&expression[from..]);
    if any { parts.into_iter().any(is_allowed) } else { parts.into_iter().all(is_allowed) }
}

#[test]
fn expressions_of_licences_are_understood() {
    for good in
        ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR GPL-2.0) AND ISC", "MIT OR GPL-2.0 AND ISC"]
    {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-2.0 OR AGPL-3.0) AND MIT", ""] {
        assert!(!is_allowed(bad), "{bad}");
    }
}

#[test]
fn licences_fit_those_that_we_ship_under() {
    let metadata = metadata();
    let unfit: Vec<String> = foreign(&metadata)
        .filter(|package| !package.license.as_deref().is_some_and(is_allowed))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    assert!(unfit.is_empty(), "{unfit:#?}");
}

#[test]
fn everything_comes_from_the_registry_and_is_known_by_its_checksum() {
    let metadata = metadata();
    let elsewhere: Vec<&str> = foreign(&metadata)
        .filter(|package| !package.source.as_ref().is_some_and(cargo_metadata::Source::is_crates_io))
        .map(|package| package.name.as_str())
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"));
    let (sources, checksums) = (lock.matches("\nsource = ").count(), lock.matches("\nchecksum = ").count());
    assert!(sources > 100 && sources == checksums, "{sources} sources, {checksums} checksums");
}

#[test]
fn a_crate_in_several_versions_has_a_reason() {
    let metadata = metadata();
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in foreign(&metadata) {
        versions.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    let several: Vec<_> = versions.into_iter().filter(|(_, versions)| versions.len() > 1).collect();
    let unexplained: Vec<_> =
        several.iter().filter(|(name, _)| !SEVERAL.iter().any(|(known, _)| known == name)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    for (name, _) in SEVERAL {
        assert!(
            several.iter().any(|(found, _)| *found == name),
            "{name} comes in one version now: take it off"
        );
    }
}

#[test]
fn nothing_of_ours_is_unsafe() {
    let metadata = metadata();
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} takes the lints of the workspace",
            package.name
        );
    }
    let root =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).expect("a manifest");
    assert!(root.contains("unsafe_code = \"forbid\""), "the lints forbid it");
}
