//! `commerce --watch` over a repository of its own: two programs that stand for the generator and the shop, of a few lines
//! each, so that cargo has something to compile. The first platform is the real one.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// How long a line may take; compiling a few lines is quick, but not on a machine that does other things.
const PATIENCE: Duration = Duration::from_secs(120);

/// Writes the word of the contract into a source, or says that it is none.
const GENERATOR: &str = r#"
fn main() {
    let word = std::fs::read_to_string("contracts/word.txt").unwrap();
    if word.contains('?') {
        eprintln!("error[TXT001]: `{}` is a question", word.trim());
        std::process::exit(1);
    }
    std::fs::write("generated/word.rs", format!("pub const WORD: &str = {:?};\n", word.trim())).unwrap();
}
"#;

/// Says its word and how it was started, and stops when it is let go.
const SHOP: &str = r#"
#[path = "../generated/word.rs"]
mod word;
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("shop {} {}", word::WORD, arguments.join(" "));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    println!("shop {} let go", word::WORD);
}
"#;

/// A repository with a watching `commerce` in it. It is killed at the end.
struct Watching {
    repository: TempDir,
    data: TempDir,
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(arguments: &[&str]) -> Self {
        let (repository, data) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let root = repository.path();
        let package =
            |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        for (file, text) in [
            ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"tool\", \"shop\"]\n".to_owned()),
            ("contracts/word.txt", "morning\n".to_owned()),
            ("generated/word.rs", "pub const WORD: &str = \"morning\";\n".to_owned()),
            ("tool/Cargo.toml", package("stipule")),
            ("tool/src/main.rs", GENERATOR.to_owned()),
            ("shop/Cargo.toml", package("commerce")),
            ("shop/src/main.rs", SHOP.replace("../generated", "../../generated")),
        ] {
            write(root, file, &text);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_commerce"));
        command.args(["--watch", "--port", "0", "--print-address", "json", "--data"]).arg(data.path());
        command.args(arguments).current_dir(root).env("STIPULE_LOG", "off").env_remove("CARGO_TARGET_DIR");
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let (sender, lines) = channel();
        let output: Box<dyn Read + Send> = Box::new(child.stdout.take().expect("it is piped"));
        let faults: Box<dyn Read + Send> = Box::new(child.stderr.take().expect("it is piped"));
        for stream in [output, faults] {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // The test may be over.
                    let _ = sender.send(line);
                }
            });
        }
        Self { repository, data, child, lines }
    }

    /// Everything up to a line that says this.
    fn until(&self, wanted: &str) -> Vec<String> {
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.contains(wanted)) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(error) => panic!("`{wanted}` didn't come ({error}) after:\n{}", said.join("\n")),
            }
        }
        said
    }

    fn write(&self, file: &str, text: &str) {
        write(self.repository.path(), file, text);
    }

    /// Asks it to stop, and waits.
    fn stop(mut self) -> Vec<String> {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a kill command").success());
        assert!(self.child.wait().expect("it is ours").success());
        self.lines.iter().collect()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder");
    fs::write(file, text).expect("it can be written");
}

#[test]
fn a_change_of_contracts_starts_what_comes_of_it_and_faults_leave_what_runs() {
    let watching = Watching::start(&["--reset"]);
    let first = watching.until("address").pop().expect("a line");
    let first: Value = serde_json::from_str(&first).expect("the real platform says where it is");
    let port = first["address"].as_str().and_then(|it| it.rsplit(':').next()).expect("a port").to_owned();

    watching.write("contracts/word.txt", "noon\n");
    let noon = watching.until("shop noon").pop().expect("a line");
    assert!(noon.contains("--watched=again") && noon.contains(&format!("--port={port}")), "{noon}");
    assert!(!noon.contains("--reset"), "the data is kept: {noon}");
    assert!(watching.data.path().join("table.sqlite").exists());

    watching.write("contracts/word.txt", "noon?\n");
    let said = watching.until("what ran before goes on");
    assert!(said.iter().any(|line| line.contains("error[TXT001]: `noon?` is a question")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("let go")), "{said:?}");

    watching.write("contracts/word.txt", "evening\n");
    let said = watching.until("shop evening");
    let (over, begun) = (place(&said, "shop noon let go"), place(&said, "shop evening"));
    assert!(over < begun, "one at a time: {said:?}");

    let shop = SHOP.replace("../generated", "../../generated");
    watching
        .write("shop/src/main.rs", &shop.replace("fn main() {", "fn main() {\n    let nothing: u8 = \"\";"));
    let said = watching.until("what ran before goes on");
    assert!(said.iter().any(|line| line.contains("mismatched types")), "{said:?}");

    watching.write("shop/src/main.rs", &shop.replace("let go", "let off"));
    watching.until("shop evening let go");
    watching.until("shop evening");
    let rest = watching.stop();
    assert!(
        rest.iter().any(|line| line.contains("shop evening let off")),
        "it stops with who watches: {rest:?}"
    );
    let twice = rest.iter().filter(|line| line.contains("--watched=again")).count();
    assert_eq!(twice, 0, "what generate and cargo write starts nothing: {rest:?}");
}

fn place(said: &[String], wanted: &str) -> usize {
    said.iter().position(|line| line.contains(wanted)).unwrap_or_else(|| panic!("`{wanted}` in {said:?}"))
}

#[test]
fn a_platform_that_cant_start_is_said_so_and_nothing_is_watched() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut watching = Watching::start(&["--port", &port]);
    watching.until("is taken");
    assert_eq!(watching.child.wait().expect("it is ours").code(), Some(2));
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_watch() {
    let nowhere = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_commerce"))
        .arg("--watch")
        .current_dir(nowhere.path())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("start it inside of the repository"), "{said}");
}
