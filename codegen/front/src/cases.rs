//! Golden cases: small repositories with every diagnostic that they give.
//!
//! A case is a file of `cases/`: the files of the repository, each after a line `=== path`, and the expected text
//! after `=== expected`. A platform of a library is added unless the case has one. `STIPULE_BLESS=1` rewrites the
//! expected texts; the difference is then for a person to judge.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::PAGES;
use crate::testing::load;

const PLATFORM: &str = "name: library
tenant: {name: branch, claim: branch_id}
token: {issuer: https://library.example/, audience: library, scopes: {\"books:read\": Read books}}
services: {lending: {description: Lends books}}
";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The files of a case, with their paths; the expected text is the last.
fn parts(text: &str) -> Vec<(&str, &str)> {
    text.split("=== ").skip(1).map(|part| part.split_once('\n').unwrap()).collect()
}

#[test]
fn every_case_gives_its_diagnostics() {
    let bless = std::env::var_os("STIPULE_BLESS").is_some();
    let mut wrong = String::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let mut files = parts(&text);
        let (last, expected) = files.pop().unwrap();
        assert_eq!(last, "expected", "{}", case.display());
        if !files.iter().any(|(path, _)| path.starts_with("contracts/platform")) {
            files.push(("contracts/platform.yaml", PLATFORM));
        }
        let (contract, found) = load(&files);
        assert_eq!(contract.is_none(), found.lines().any(is_error), "{}", case.display());
        if bless {
            let end = text.rfind("=== expected\n").unwrap();
            fs::write(&case, format!("{}=== expected\n{found}", &text[..end])).unwrap();
        } else if found != expected {
            wrong += &format!("{}:\n{found}instead of\n{expected}\n", case.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The codes of warnings; all others are errors.
fn is_error(line: &str) -> bool {
    !line.starts_with(' ')
        && !["JSC016", "JSC017", "OAS020", "OAS021"].iter().any(|code| line.starts_with(code))
}

#[test]
fn every_code_has_a_case() {
    let texts: Vec<String> = cases().iter().map(|case| fs::read_to_string(case).unwrap()).collect();
    let shown: BTreeSet<&str> =
        texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.split(' ').next()).collect();
    let rooms = ["SYN", "REF", "JSC", "OAS"];
    let missing: Vec<&str> = PAGES
        .iter()
        .map(|page| page.code)
        .filter(|code| rooms.iter().any(|room| code.starts_with(room)) && !shown.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

/// Cuts, doubles and swaps pieces of the files of all cases.
#[test]
fn no_change_of_a_repository_makes_loading_panic() {
    let rounds = if std::env::var_os("STIPULE_DEEP").is_some() { 300 } else { 3 };
    let mut random = 1_u64;
    let mut next = |most: usize| {
        // Xorshift64: the same changes on every machine.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % 1_000_003).unwrap() % most.max(1)
    };
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        for _ in 0..rounds {
            let files: Vec<(&str, String)> = parts(&text)
                .into_iter()
                .filter(|(path, _)| *path != "expected")
                .map(|(path, text)| (path, changed(text, &mut next)))
                .collect();
            let mut files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (*path, text.as_str())).collect();
            files.push(("contracts/platform.yaml", PLATFORM));
            load(&files);
        }
    }
}

fn changed(text: &str, next: &mut impl FnMut(usize) -> usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (from, to) = (next(letters.len()), next(letters.len()));
    let (from, to) = (from.min(to), from.max(to));
    let piece: String = letters[from..to].iter().collect();
    let (before, after): (String, String) =
        (letters[..from].iter().collect(), letters[to..].iter().collect());
    match next(4) {
        0 => before + &after,
        1 => before + &piece + &piece + &after,
        2 => before + &after + &piece,
        _ => before + ["{", "]", ": ", "\n", "$ref: '#'", "&a *a", "é", "- "][next(8)] + &piece + &after,
    }
}
