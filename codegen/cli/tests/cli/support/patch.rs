//! Small changes of a base, written down so that a reader sees what is wrong with a case and nothing else.
//!
//! ```text
//! @ contracts/platform.yaml           edits a file, or makes one
//!  name: library                      a line that must be there
//! -title: A small library             a line that goes
//! +titel: A small library             a line that comes
//! @ contracts/types/ids.yaml removed
//! @ contracts/types/a.yaml link ids.yaml
//! @ contracts/types/b.yaml hex ff00
//! @ contracts/types/c.yaml blanks 20000000
//! ```
//!
//! Lines that stay, go and come form a hunk until the next line that comes is over. The lines of a hunk that stay or
//! go must stand in the file together, exactly once.

use std::fs;
use std::path::Path;

/// Applies a patch to the repository at `root`.
///
/// # Panics
/// When the patch doesn't fit: the case is at fault.
pub(crate) fn apply(root: &Path, patch: &str) {
    let mut path = None;
    let mut hunk: Vec<&str> = Vec::new();
    for line in patch.lines().chain(["@ "]) {
        let starts_hunk = !line.starts_with('+') && hunk.last().is_some_and(|last| last.starts_with('+'));
        if line.starts_with("@ ") || starts_hunk {
            if let Some(path) = path.filter(|_| !hunk.is_empty()) {
                edit(root, path, &hunk);
            }
            hunk.clear();
        }
        if let Some(heading) = line.strip_prefix("@ ") {
            path = open(root, heading);
        } else {
            hunk.push(line);
        }
    }
}

/// Does what a heading says; gives the path if lines follow.
fn open<'p>(root: &Path, heading: &'p str) -> Option<&'p str> {
    let words: Vec<&str> = heading.split(' ').collect();
    let file = root.join(words[0]);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).expect("a folder can be made");
    }
    match words[1..] {
        [] if heading.is_empty() => return None,
        [] => return Some(heading),
        ["removed"] => fs::remove_file(&file).expect("a removed file was there"),
        ["link", target] => link(target, &file),
        ["hex", digits] => {
            let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
            let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
            fs::write(&file, bytes).expect("a file can be written");
        }
        ["blanks", number] => {
            let number = number.parse().expect("a number");
            fs::write(&file, " ".repeat(number)).expect("a file can be written");
        }
        _ => panic!("a heading says no such thing: {heading}"),
    }
    None
}

#[cfg(unix)]
fn link(target: &str, file: &Path) {
    std::os::unix::fs::symlink(target, file).expect("a link can be made");
}

#[cfg(not(unix))]
fn link(_target: &str, file: &Path) {
    panic!("{} needs a system with links", file.display());
}

fn edit(root: &Path, path: &str, hunk: &[&str]) {
    let side = |signs: [char; 2]| -> String {
        hunk.iter().filter(|line| line.starts_with(signs)).map(|line| format!("{}\n", &line[1..])).collect()
    };
    let strange = hunk.iter().find(|line| !line.starts_with([' ', '-', '+']));
    assert!(strange.is_none(), "a line of a patch starts with a blank, - or +: {strange:?}");
    let (old, new) = (side([' ', '-']), side([' ', '+']));
    let file = root.join(path);
    let text =
        if file.exists() { fs::read_to_string(&file).expect("a base file is UTF-8") } else { String::new() };
    let text = if old.is_empty() {
        text + &new
    } else {
        assert_eq!(text.matches(&old).count(), 1, "these lines of {path} stand together once:\n{old}");
        text.replace(&old, &new)
    };
    fs::write(file, text).expect("a file can be written");
}
