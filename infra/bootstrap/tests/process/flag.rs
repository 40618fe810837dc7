//! `commerce --functions process`, as a person or a script starts it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use stipule_runtime::auth::{Algorithm, SKEW, Signer};

/// What a call and its events go through.
const CALLED: [&str; 5] =
    ["platform.authorizer", "platform.publisher", "customers.api", "loyalty.events", "loyalty.api"];

/// The shop's binary, which is built with all tests, beside the one of the functions.
fn commerce() -> PathBuf {
    let shop = Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("commerce");
    assert!(shop.is_file(), "{} isn't there: `cargo build` makes it", shop.display());
    shop
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(commerce());
    command.arg("--data").arg(data).args(["--port", "0", "--print-address", "json"]).stdin(Stdio::null());
    for name in ["STIPULE_SETTINGS", "STIPULE_LOG", "STIPULE_FUNCTIONS", "STIPULE_BOOTSTRAP"] {
        command.env_remove(name);
    }
    command
}

/// What is said on standard error by a platform that doesn't start.
fn refused(data: &Path, bootstrap: &str) -> String {
    let options = ["--functions", "process", "--bootstrap", bootstrap];
    let Output { status, stderr, stdout } = command(data).args(options).output().expect("it runs");
    assert_eq!((status.code(), stdout.is_empty()), (Some(2), true));
    String::from_utf8(stderr).expect("UTF-8")
}

#[test]
fn a_binary_that_cannot_be_one_of_functions_is_refused_with_a_way_out() {
    let data = tempfile::tempdir().expect("a folder");
    let said = refused(data.path(), "/nowhere/bootstrap");
    assert!(
        said.contains("/nowhere/bootstrap")
            && said.contains("cargo build -p commerce-bootstrap")
            && said.contains("--bootstrap FILE"),
        "{said}"
    );
    let text = data.path().join("text");
    std::fs::write(&text, "no program").expect("a file");
    for strange in [&*text.to_string_lossy(), "/"] {
        let said = refused(data.path(), strange);
        assert!(said.contains(strange) && said.contains("no file that may be executed"), "{said}");
    }
    // It ends at once, without a word of the Runtime API.
    let said = refused(data.path(), "/bin/true");
    assert!(
        said.contains("/bin/true isn't the binary of these functions") && said.contains("ended"),
        "{said}"
    );
    let short = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let bootstrap = env!("CARGO_BIN_EXE_bootstrap");
    let options = ["--functions", "process", "--bootstrap", bootstrap, "--webhook-secret", short];
    let said = command(data.path()).args(options).output().expect("it runs").stderr;
    let said = String::from_utf8(said).expect("UTF-8");
    assert!(said.contains("32 bytes, not of 24") && said.contains("--webhook-secret"), "{said}");
}

struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended can't be killed again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the shop starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        output.read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let text = |name: &str| said[name].as_str().expect("text").to_owned();
        Self { child, address: text("address"), token: text("token") }
    }

    /// The status of an answer, and its body.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("it listens");
        let body = body.map(Value::to_string).unwrap_or_default();
        let (token, length) = (&self.token, body.len());
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nX-Stipule-Console: 1\r\n\
             {kind}\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// The first answer that is as wanted.
    fn until(&self, path: &str, wanted: impl Fn(u16, &Value) -> bool) -> Value {
        let end = std::time::Instant::now() + Duration::from_secs(60);
        loop {
            let (status, body) = self.call("GET", path, None);
            if wanted(status, &body) {
                return body;
            }
            assert!(std::time::Instant::now() < end, "{path}: {status} {body}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Milliseconds that the generated stacks let each function run, but for those that try new versions.
fn stacked() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stacks");
    let files = std::fs::read_dir(folder).expect("the stacks").map(|it| it.expect("a file").path());
    let texts = files.filter(|it| it.extension().is_some_and(|it| it == "json")).map(std::fs::read);
    let mut found = BTreeMap::new();
    for text in texts {
        let stack: Value = serde_json::from_slice(&text.expect("a file")).expect("JSON");
        for resource in stack["Resources"].as_object().expect("resources").values() {
            let about = &resource["Properties"];
            if resource["Type"] == "AWS::Lambda::Function" {
                let seconds = about["Timeout"].as_u64().expect("seconds");
                found.insert(about["Handler"].as_str().expect("a name").to_owned(), json!(1000 * seconds));
            }
        }
    }
    found.retain(|handler, _| !matches!(handler.as_str(), "platform.before" | "platform.after"));
    found
}

#[test]
fn a_variable_is_enough_and_calls_and_events_go_through_processes_that_the_console_counts() {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = command(data.path());
    command.env("STIPULE_FUNCTIONS", "process").env("STIPULE_FUNCTION_CONCURRENCY", "3").arg("--no-seed");
    let mut server = Server::start(command);
    let ada = json!({ "email": "ada@example.com", "name": "Ada Moreau", "marketing": false });
    let (status, made) = server.call("POST", "/customers", Some(&ada));
    assert_eq!(status, 201, "{made}");
    let id = made["customerId"].as_str().expect("an id");
    server.until(&format!("/loyalty/{id}"), |status, _| status == 200);
    let state = server.until("/console/api/state", |_, _| true);
    let functions = state["functions"].as_array().expect("functions");
    let of = |name: &str| functions.iter().find(|it| it["name"] == name).expect("a function");
    for name in CALLED {
        let one = of(name);
        assert!(one["coldStarts"].as_u64() > Some(0) && one["lastStart"].as_u64() > Some(0), "{one}");
        assert_eq!(one["concurrency"], json!(3));
    }
    let here =
        functions.iter().map(|it| (it["name"].as_str().expect("a name").to_owned(), it["timeout"].clone()));
    assert_eq!(
        here.collect::<BTreeMap<_, _>>(),
        stacked(),
        "functions are those of the stacks, and end as soon"
    );
    assert_eq!((&of("search.api")["coldStarts"], &of("search.api")["warm"]), (&json!(0), &json!(0)));
    server.child.kill().expect("it runs");
    let mut said = String::new();
    let mut faults = server.child.stderr.take().expect("it is piped");
    faults.read_to_string(&mut said).expect("UTF-8");
    let is_start = |line: &str, name: &str| line.contains("\"a cold start\"") && line.contains(name);
    for name in CALLED {
        assert!(said.lines().any(|line| is_start(line, name)), "no line for {name}:\n{said}");
    }
}

/// A key of another issuer.
fn signer(kid: &str) -> Signer {
    let key = Signer::generate(Algorithm::Es256).expect("randomness");
    Signer::new(kid, Algorithm::Es256, &key).expect("a key")
}

/// A token that this key signed, good for an hour from so many seconds on.
fn token(signer: &Signer, wait: u64) -> String {
    let platform = &commerce_service::PLATFORM;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let from = since.as_secs() + wait;
    let mut claims = json!({
        "iss": platform.issuer, "aud": platform.audience, "sub": "staff|ada", "token_use": "access",
        "nbf": from, "exp": from + 3600, "scope": commerce::scopes().join(" "),
    });
    claims[platform.tenant_claim] = "maple".into();
    signer.sign(&claims).expect("it signs")
}

#[test]
fn keys_of_an_issuer_are_let_in_by_the_authorizer_and_what_it_said_of_old_ones_is_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("jwks.json");
    let write = |signer: &Signer| {
        let document = json!({ "keys": [signer.jwk()] }).to_string();
        let new = file.with_extension("new");
        std::fs::write(&new, document)
            .and_then(|()| std::fs::rename(&new, &file))
            .expect("it can be written");
    };
    let [old, new] = ["old", "new"].map(signer);
    write(&old);
    let mut command = command(&folder.path().join("data"));
    command.args(["--functions", "process", "--no-seed", "--jwks"]).arg(&file);
    let mut server = Server::start(command);
    let own = server.token.clone();
    let mut with = |token: &str| {
        server.token = token.to_owned();
        server.call("GET", "/products", None).0
    };
    // Clocks may differ by a minute: what begins later is refused, for no longer than that.
    let early = token(&old, SKEW.as_secs() + 2);
    assert_eq!(with(&early), 401);
    let [old, newer] = [token(&old, 0), token(&new, 0)];
    assert_eq!([with(&own), with(&old), with(&newer)], [200, 200, 401]);
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while with(&early) == 401 {
        assert!(std::time::Instant::now() < end, "what was refused once is refused for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    write(&new);
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while with(&old) == 200 {
        assert!(std::time::Instant::now() < end, "a token of the old key is let in for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!([with(&own), with(&old), with(&newer)], [200, 401, 200]);
}

#[test]
fn bad_weather_strikes_the_table_of_processes_too_and_what_was_asked_is_done_once() {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = command(data.path());
    command.args(["--functions", "process", "--no-seed", "--chaos", "0.3", "--chaos-seed", "7"]);
    let mut server = Server::start(command);
    for number in 0..20 {
        let ada =
            json!({ "email": format!("ada{number}@example.com"), "name": "Ada Moreau", "marketing": false });
        let mut tries = 0;
        while !matches!(server.call("POST", "/customers", Some(&ada)).0, 201 | 409) {
            tries += 1;
            assert!(tries < 60, "customer {number} is never registered");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    let mut said = String::new();
    server.child.kill().expect("it runs");
    server.child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("UTF-8");
    let struck: Vec<Value> = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["target"] == "chaos")
        .collect();
    for (on, strikes) in [("get", 2), ("transaction", 3)] {
        let mut kinds: Vec<&str> =
            struck.iter().filter(|it| it["on"] == on).filter_map(|it| it["strike"].as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert!(kinds.len() >= strikes, "{on}: {kinds:?}\n{said}");
    }
}
