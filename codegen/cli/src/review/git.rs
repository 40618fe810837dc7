//! Files of a revision, as git has them: the work tree isn't touched.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use stipule_ir::Source;

use crate::failure::Failure;
use crate::gather::LARGEST;

/// A file of a revision.
struct Listed {
    object: String,
    path: String,
}

/// The files below some folders of a revision, with paths relative to `root`.
pub(crate) fn files(
    root: &Path,
    revision: &str,
    folders: &[&str],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Source>, Failure> {
    let name = format!("{revision}^{{commit}}");
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name])
        .map_err(|_| Failure::new(format!("git has no revision `{revision}` in {}", root.display())))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let mut arguments = vec!["ls-tree", "-r", "-z", "-l", &commit, "--"];
    arguments.extend(folders);
    let listing = git(root, &arguments)?;
    let mut listed = Vec::new();
    for line in listing.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        listed.extend(entry(line, revision, &wanted)?);
    }
    texts(root, listed)
}

/// `100644 blob <object> <size>\t<path>`
fn entry(line: &[u8], revision: &str, wanted: &impl Fn(&str) -> bool) -> Result<Option<Listed>, Failure> {
    let line = std::str::from_utf8(line)
        .map_err(|_| Failure::new(format!("a file of {revision} has a name that isn't UTF-8")))?;
    let Some((head, path)) = line.split_once('\t') else { return Ok(None) };
    if path.split('/').any(|part| part.starts_with('.')) || !wanted(path) {
        return Ok(None);
    }
    let mut head = head.split_whitespace();
    let (mode, kind, object, size) = (head.next(), head.next(), head.next(), head.next());
    if mode == Some("120000") {
        return Err(Failure::new(format!("`{path}` of {revision} is a link; links are not followed")));
    }
    if size.and_then(|size| size.parse::<u64>().ok()).is_some_and(|size| size > LARGEST) {
        return Err(Failure::new(format!("`{path}` of {revision} has more than {LARGEST} bytes")));
    }
    let object = object.filter(|_| kind == Some("blob"));
    Ok(object.map(|object| Listed { object: object.to_owned(), path: path.to_owned() }))
}

/// What the files say, all from one process.
fn texts(root: &Path, listed: Vec<Listed>) -> Result<Vec<Source>, Failure> {
    let failed = |error: std::io::Error| Failure::io("read from git", &error);
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Failure::io("run git", &error))?;
    let mut asked = child.stdin.take().ok_or_else(|| Failure::new("git takes no input"))?;
    let mut answered = child.stdout.take().ok_or_else(|| Failure::new("git gives no output"))?;
    let names: String = listed.iter().map(|file| format!("{}\n", file.object)).collect();
    // It answers while it is asked: a pipe that is full would stop both.
    let asking = std::thread::spawn(move || asked.write_all(names.as_bytes()));
    let mut all = Vec::new();
    answered.read_to_end(&mut all).map_err(failed)?;
    let written = asking.join().map_err(|_| Failure::new("git could not be asked"))?;
    child.wait().map_err(failed)?;
    written.map_err(failed)?;
    let mut rest = all.as_slice();
    let mut sources = Vec::new();
    for file in listed {
        let broken = || Failure::new(format!("git doesn't give `{}`", file.path));
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size = head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok()).ok_or_else(broken)?;
        let text = rest.get(end + 1..end + 1 + size).ok_or_else(broken)?;
        rest = rest.get(end + 2 + size..).unwrap_or_default();
        let text = String::from_utf8(text.to_vec())
            .map_err(|_| Failure::new(format!("`{}` is not UTF-8", file.path)))?;
        sources.push(Source { path: file.path, text });
    }
    Ok(sources)
}

/// What git prints.
fn git(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| Failure::io("run git", &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("git {} failed: {}", arguments.first().unwrap_or(&""), said.trim())))
}
