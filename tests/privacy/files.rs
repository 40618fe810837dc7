//! What can be read in the files of a folder, in whatever they leave lying about too.

use std::fs;
use std::path::Path;

use crate::canaries::WORD;

/// Each file with what it says: its bytes as text, and what is written in it in base64 where that has a canary. Bytes of a
/// store in the form of JSON are in base64, so that what a row hides from a reader it doesn't hide from this.
pub(crate) fn texts_in(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("it can be listed");
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().expect("it has a type").is_dir() {
            texts.extend(
                texts_in(&entry.path()).into_iter().map(|(file, text)| (format!("{name}/{file}"), text)),
            );
            continue;
        }
        let bytes = fs::read(entry.path()).expect("the file can be read");
        let plain = String::from_utf8_lossy(&bytes).into_owned();
        let hidden = hidden_in(&plain);
        texts.push((name, plain + &hidden));
    }
    texts.sort();
    texts
}

/// The texts in base64 that have a canary, read.
fn hidden_in(text: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/');
    let mut found = String::new();
    for run in text.split(|letter| !is_digit(letter)).filter(|run| run.len() >= 12) {
        // Where it begins isn't known: what stands before it may be of the same letters.
        for from in 0..4 {
            let bytes = decoded(&run.as_bytes()[from..]);
            let read = String::from_utf8_lossy(&bytes);
            if read.contains(WORD) {
                found.push('\n');
                found.push_str(&read);
            }
        }
    }
    found
}

/// As much of it as is base64 in whole groups. Source: RFC 4648, section 4.
fn decoded(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let bits = group.iter().fold(0u32, |bits, digit| bits << 6 | u32::from(value(*digit)));
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend(bits.to_be_bytes()[1..].iter().take(group.len() * 6 / 8));
    }
    bytes
}

#[test]
fn a_canary_is_found_wherever_it_lies() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    let file = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    file("plain", b"\0\xff kanari1 \0");
    // «{"a":"kanari2"}», «x{"a":"kanari3"}» and «xy{"a":"kanari4"}»: it begins at each place of a group.
    file("in/bytes", br#"{"B":"eyJhIjoia2FuYXJpMiJ9"} eHsiYSI6ImthbmFyaTMifQ== eHl7ImEiOiJrYW5hcmk0In0="#);
    file("none", b"canary");
    let contract = platform_tests::contracts::contract(crate::root());
    let canaries = crate::canaries::Canaries::new(&contract);
    let found: Vec<(String, Vec<String>)> = texts_in(folder.path())
        .into_iter()
        .map(|(file, text)| (file, canaries.found_in(&text).into_iter().collect()))
        .collect();
    let of = |file: &str, canaries: &[&str]| {
        (file.to_owned(), canaries.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(found, [of("in/bytes", &["2", "3", "4"]), of("none", &[]), of("plain", &["1"])]);
}
