//! Our signatures are those that AWS's own client for Python makes.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stipule_deploy::call::credentials::Keys;
use stipule_deploy::call::sign::{query, sign};

/// How many requests are signed.
const REQUESTS: usize = 2_000;

const SEED: u64 = 8;

fn word(random: &mut fastrand::Rng, letters: &str, most: usize) -> String {
    let letters: Vec<char> = letters.chars().collect();
    (0..random.usize(1..=most)).map(|_| letters[random.usize(..letters.len())]).collect()
}

const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
const FREE: &str = "abcXYZ019-_.~/+=&?% *'()!:;,<>\"|äß漢\u{1F600}";

/// A request, what it is signed with, and what the judge reads of it.
struct Case {
    request: Request<Bytes>,
    keys: Keys,
    region: String,
    service: &'static str,
    now: SystemTime,
    told: Value,
}

fn case(random: &mut fastrand::Rng) -> Case {
    let service = ["cloudformation", "s3", "lambda", "sts", "monitoring"][random.usize(..5)];
    let pairs: Vec<(String, String)> =
        (0..random.usize(..6)).map(|_| (word(random, PLAIN, 12), word(random, FREE, 60))).collect();
    let form = query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let (method, path, body) = match service {
        "s3" if random.bool() => {
            let query = if form.is_empty() { form } else { format!("?{form}") };
            ("GET", format!("/{query}"), Vec::new())
        }
        "s3" => {
            let body = (0..random.usize(..4_000)).map(|_| random.u8(..)).collect();
            ("PUT", format!("/{}/{}.json", word(random, PLAIN, 9), word(random, PLAIN, 64)), body)
        }
        "lambda" => {
            let (function, alias) = (word(random, PLAIN, 60), word(random, PLAIN, 9));
            ("GET", format!("/2015-03-31/functions/{function}/aliases/{alias}"), Vec::new())
        }
        _ => ("POST", "/".to_owned(), form.into_bytes()),
    };
    let region = ["eu-central-1", "us-gov-west-1", "cn-north-1", "us-east-1"][random.usize(..4)].to_owned();
    let port = if random.bool() { ":5000" } else { "" };
    let host = format!("{}.{region}.example.com{port}", word(random, "abcdefg", 9));
    let url = format!("https://{host}{path}");
    let mut headers = vec![("host", host)];
    if method == "POST" {
        headers.push(("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned()));
    }
    if method == "PUT" && random.bool() {
        headers.push(("if-none-match", "*".to_owned()));
    }
    let (id, secret) = (word(random, PLAIN, 20), word(random, "abc/+XYZ019=", 40));
    let token = random.bool().then(|| word(random, "abc/+XYZ019=", 400));
    // Whole seconds from 2001 to 2033.
    let seconds = random.u64(1_000_000_000..2_000_000_000);
    let date = jiff::Timestamp::from_second(i64::try_from(seconds).expect("it can be")).expect("it can be");
    let date = date.strftime("%Y%m%dT%H%M%SZ").to_string();
    let hex: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
    let told = json!({
        "method": method, "url": url, "headers": headers, "body": hex, "id": id, "secret": secret, "token": token,
        "region": region, "service": service, "date": date,
    });
    let mut request = Request::builder().method(method).uri(&url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Bytes::from(body)).expect("it can be");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    Case { request, keys: Keys::new(id, secret, token), region, service, now, told }
}

/// What the judge says of requests, in their order.
fn judged(cases: &[Case]) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut judge = Command::new(root.join(".tools/python/bin/python"))
        .arg(root.join("codegen/deploy/tests/judges/sign.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the judge can't be started (run tests/setup): {error}"));
    let mut pipe = judge.stdin.take().expect("it can be");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            for case in cases {
                writeln!(pipe, "{}", case.told).expect("the judge reads");
            }
        });
        judge.wait_with_output().expect("it can be")
    });
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).expect("it can be");
    said.lines().map(|line| serde_json::from_str(line).expect("it can be")).collect()
}

#[test]
fn requests_are_signed_as_by_aws_s_own_client() {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut cases: Vec<Case> = (0..REQUESTS).map(|_| case(&mut random)).collect();
    let wanted = judged(&cases);
    assert_eq!(wanted.len(), REQUESTS);
    for (case, wanted) in cases.iter_mut().zip(wanted) {
        sign(&mut case.request, &case.keys, &case.region, case.service, case.now).unwrap();
        let header = |name: &str| case.request.headers().get(name).map(|it| it.to_str().unwrap());
        assert_eq!(header("authorization"), wanted["authorization"].as_str(), "seed {SEED}: {}", case.told);
        assert_eq!(header("x-amz-content-sha256"), wanted["hash"].as_str(), "seed {SEED}: {}", case.told);
        assert_eq!(header("x-amz-security-token"), case.told["token"].as_str());
    }
}
