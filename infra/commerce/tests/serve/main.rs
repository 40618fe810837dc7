//! `commerce` as a person, or a script, starts and stops it.

mod keys;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

fn command(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_commerce"));
    command.args(arguments).arg("--data").arg(data).env("STIPULE_LOG", "off").stdin(Stdio::null());
    for name in ["STIPULE_HOST", "STIPULE_PORT", "STIPULE_DATA", "STIPULE_SETTINGS", "STIPULE_DRAIN"] {
        command.env_remove(name);
    }
    command
}

fn refused(arguments: &[&str], data: &Path) -> String {
    let output = command(arguments, data).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// A platform that has said where it listens. Killed when a test ends without stopping it.
struct Server {
    child: Option<Child>,
    output: BufReader<ChildStdout>,
    /// The line that it printed.
    said: Value,
    address: String,
    token: String,
}

impl Server {
    fn start(arguments: &[&str], data: &Path) -> Self {
        let arguments = [&["--port", "0", "--print-address", "json"], arguments].concat();
        let mut child = command(&arguments, data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let text = |member: &str| said[member].as_str().expect("text").to_owned();
        let (address, token) = (text("address"), text("token"));
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        Self { child: Some(child), output, said, address, token }
    }

    fn id(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.answer(path, "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").expect("head and body");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{body:?}: {error}"))
    }

    /// The whole answer; `headers` are further ones, each with its line's end.
    fn answer(&self, path: &str, headers: &str) -> String {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("it listens");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n{headers}Connection: close\r\n\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// What comes of a POST.
    fn post(&self, path: &str, body: &Value) -> Value {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("it listens");
        let (token, body) = (&self.token, body.to_string());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").expect("head and body");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{body:?}: {error}"))
    }

    /// What it says on standard error, up to a line that says this.
    fn faults_until(&mut self, wanted: &str) -> Vec<String> {
        let faults = self.child.as_mut().and_then(|child| child.stderr.take()).expect("it is piped");
        let mut said = Vec::new();
        for line in BufReader::new(faults).lines() {
            said.push(line.expect("UTF-8"));
            if said.last().is_some_and(|line| line.contains(wanted)) {
                break;
            }
        }
        said
    }

    /// The titles of what is for sale.
    fn titles(&self) -> Vec<String> {
        let products = self.get("/products");
        let items = products["items"].as_array().expect("items");
        items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
    }

    /// Sends it a signal by name and waits for its end.
    #[cfg(unix)]
    fn signal(mut self, name: &str) -> (Output, String) {
        let child = self.child.take().expect("it runs");
        let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(sent.expect("there is a kill command").success());
        let output = child.wait_with_output().expect("it ends");
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("UTF-8");
        (output, rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; the test has its say all the same.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

const SEEDED: [&str; 4] = ["Blue mug", "Cast-iron teapot", "Earl Grey", "Serving tray"];

#[test]
fn a_new_store_has_products_that_the_printed_token_shows() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&[], folder.path());
    assert_eq!(server.titles(), SEEDED);
    let stock = server.get("/stock/MUG-BLUE");
    assert_eq!((&stock["onHand"], &stock["available"]), (&120.into(), &120.into()));
}

#[test]
fn a_script_is_told_all_that_it_needs_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["--no-seed", "--rate", "3"], folder.path());
    let members: Vec<&String> = server.said.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["address", "apiKeys", "consoleKey", "token"]);
    let keys = server.said["apiKeys"].as_object().expect("an object");
    assert_eq!(
        keys.keys().collect::<Vec<_>>(),
        ["partner", "storefront"],
        "one of each plan of the contract"
    );
    let key = keys["partner"].as_str().expect("text");
    let status = |key: &str| {
        let answer = server.answer("/warehouses", &format!("X-Api-Key: {key}\r\n"));
        answer.split(' ').nth(1).expect("a status").to_owned()
    };
    assert_eq!((status(key), status("partner.demo.0")), ("200".to_owned(), "403".to_owned()));
    let taken = (0..20).map(|_| status(key)).filter(|status| status == "200").count();
    assert!(taken < 20, "three a second are taken, and no more");
}

#[test]
fn a_store_that_shall_be_empty_is_empty_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["--no-seed"], folder.path());
    assert_eq!(server.titles(), [""; 0]);
    drop(server);
    let server = Server::start(&[], folder.path());
    assert_eq!(server.titles(), [""; 0], "a store that was in use isn't new");
}

#[test]
fn a_reset_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    drop(Server::start(&["--no-seed"], folder.path()));
    let server = Server::start(&["--reset"], folder.path());
    assert_eq!(server.titles(), SEEDED);
}

#[test]
fn a_kill_while_the_store_is_seeded_is_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    // The marker is what a killed process leaves; the first of the seed's commands may have been done or not.
    drop(Server::start(&["--no-seed"], folder.path()));
    std::fs::write(folder.path().join("seeding"), b"").unwrap();
    let server = Server::start(&[], folder.path());
    assert_eq!(server.titles(), SEEDED);
    assert!(!folder.path().join("seeding").exists(), "it is sown once");
}

#[test]
#[cfg(unix)]
fn asked_to_stop_it_stops_with_a_word() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let (output, rest) = Server::start(&["--no-seed"], folder.path()).signal(signal);
        assert_eq!(output.status.code(), Some(0), "{signal}: {output:?}");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("stopping: finishing what has begun") && words.contains("stopped"), "{words}");
        assert_eq!(rest, "", "one line of JSON is all that is printed");
    }
}

#[test]
fn a_taken_port_is_said_with_another_one() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let words = refused(&["--port", &port], folder.path());
    assert!(words.contains(&format!("port {port} on 127.0.0.1 is taken")), "{words}");
    assert!(words.contains("is free: --port"), "{words}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no data was touched");
}

#[test]
fn a_second_process_on_the_same_data_is_refused_with_the_id_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&[], folder.path());
    for arguments in [&["--port", "0"][..], &["--port", "0", "--reset"]] {
        let words = refused(arguments, folder.path());
        assert!(words.contains(&format!("is in use by process {}", server.id())), "{words}");
    }
    assert_eq!(server.titles(), SEEDED, "nothing happened to the first");
}

#[test]
fn people_are_told_how_to_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut child =
        command(&["--port", "0"], folder.path()).stdout(Stdio::piped()).spawn().expect("the binary starts");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut said = Vec::new();
    for line in output.lines() {
        let line = line.expect("UTF-8");
        said.push(line.clone());
        if line.contains("Ctrl-C stops") {
            break;
        }
    }
    child.kill().expect("it runs");
    child.wait().expect("it is ours");
    let said = said.join("\n");
    for wanted in
        ["Stipule commerce", "services", "endpoints", "ready in", "API      http://127.0.0.1:", "(kept;"]
    {
        assert!(said.contains(wanted), "`{wanted}` is missing in:\n{said}");
    }
    assert!(said.contains("export TOKEN=eyJ"), "{said}");
    assert_eq!(said.matches("curl -H \"Authorization: Bearer $TOKEN\"").count(), 3, "{said}");
}

#[test]
fn an_unknown_argument_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let words = refused(&["--no-sed"], folder.path());
    assert!(words.contains("unexpected argument '--no-sed'") && words.contains("--no-seed"), "{words}");
}

/// Status of the answer to a call without a token.
#[cfg(unix)]
fn status(address: &str, path: &str) -> u16 {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status")
}

#[cfg(unix)]
#[test]
fn a_platform_that_drains_is_not_ready_and_answers_until_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("stipule.env");
    std::fs::write(&settings, "STIPULE_DRAIN=600\n").unwrap();
    let settings = settings.to_str().expect("a path in UTF-8");
    let server = Server::start(&["--settings", settings], &folder.path().join("data"));
    assert_eq!((status(&server.address, "/health"), status(&server.address, "/ready")), (200, 200));
    let sent = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    assert!(sent.expect("there is a kill command").success());
    while status(&server.address, "/ready") != 503 {
        std::thread::yield_now();
    }
    assert_eq!(server.titles(), SEEDED, "who comes all the same is answered");
    let (output, _) = server.signal("TERM");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn what_was_recorded_is_replayed_under_the_names_of_another_store() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("traffic.jsonl");
    let name = tape.to_str().expect("a path in UTF-8").to_owned();
    let server = Server::start(&["--record", &name], &folder.path().join("then"));
    let ada = serde_json::json!({ "email": "ada.lovelace@example.com", "name": "Ada Lovelace" });
    let customer = server.post("/customers", &ada)["customerId"].as_str().expect("an id").to_owned();
    assert_eq!(server.get(&format!("/customers/{customer}"))["name"], "Ada Lovelace");
    server.get("/stock/MUG-BLUE");
    let token = server.token.clone();
    drop(server);
    let written = std::fs::read_to_string(&tape).unwrap();
    assert_eq!(written.lines().count(), 3, "{written}");
    assert!(!written.contains(&token), "no token is written down");

    let mut now = Server::start(&["--replay", &name], &folder.path().join("now"));
    let said = now.faults_until("replayed");
    assert!(
        said.last().is_some_and(|line| line.ends_with("replayed 3 calls, 3 answered as then")),
        "{said:?}"
    );
    assert_eq!(now.titles(), SEEDED, "it goes on serving");
    drop(now);

    let mut empty = Server::start(&["--replay", &name, "--no-seed"], &folder.path().join("empty"));
    let said = empty.faults_until("GET /stock/MUG-BLUE: 404, was 200");
    assert!(said.iter().any(|line| line.ends_with("replayed 3 calls, 2 answered as then")), "{said:?}");
}

#[test]
fn a_file_without_calls_is_refused_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("traffic.jsonl");
    std::fs::write(&tape, "{}\nnothing\n").unwrap();
    let name = tape.to_str().expect("a path in UTF-8");
    let output =
        command(&["--port", "0", "--print-address", "json", "--replay", name], &folder.path().join("data"))
            .output()
            .expect("the binary runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("no calls in the lines 1, 2"), "{words}");
}
