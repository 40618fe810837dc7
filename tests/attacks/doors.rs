//! Forged tokens at the doors of a platform, over its port: what each is answered, and what the log says of it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use commerce::scopes;
use serde_json::{Value, json};
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_runtime::auth::{Algorithm, Signer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::log::Log;
use crate::tokens::Forge;

/// Where a token is shown, and what a good one is answered.
const DOORS: [(&str, &str); 2] = [("GET /products", "HTTP/1.1 200"), ("POST /live/ticket", "HTTP/1.1 201")];

/// What the platform signs tokens with: the thief of everything but the server has it.
fn signer(folder: &Path) -> Signer {
    let key = std::fs::read(folder.join("token-key.der")).expect("the platform keeps its key");
    Signer::new("local", Algorithm::EdDsa, &key).expect("a key")
}

fn claims(now: i64) -> Value {
    let platform = &commerce_service::PLATFORM;
    let mut claims = json!({
        "iss": platform.issuer, "aud": platform.audience, "sub": "eve", "iat": now, "exp": now + 600,
        "token_use": "access", "scope": scopes().join(" "),
    });
    claims[platform.tenant_claim] = json!("maple");
    claims
}

/// The whole answer to a request with these values of `Authorization`.
pub(crate) async fn asked(address: SocketAddr, line: &str, authorization: &[String]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let headers: String = authorization.iter().map(|value| format!("Authorization: {value}\r\n")).collect();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("it takes the request");
    let mut said = String::new();
    stream.read_to_string(&mut said).await.expect("it answers");
    said
}

/// What answers differ in however alike they are: ids and times.
fn without_ids(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(object) = body.as_object_mut() {
        object.retain(|name, _| name != "requestId" && name != "traceId");
    }
    let kept = |line: &&str| ["HTTP/", "www-", "content-type"].iter().any(|it| line.starts_with(it));
    let lines: Vec<&str> = head.lines().filter(kept).collect();
    format!("{}\n{body}", lines.join("\n"))
}

/// Shows every forged token at every door of a platform over this folder. None is let in, all are told the same, and the log
/// of this process says why.
pub(crate) async fn attacked(mut local: Local, folder: &Path, log: &Log) {
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let signer = signer(folder);
    let now = local.ports().clock.now().unix_seconds();
    let tenant_claim = commerce_service::PLATFORM.tenant_claim;
    let forge = Forge { signer: &signer, claims: claims(now), tenant_claim, now };
    // The trap works: what the attacks are made of is let in.
    let good = [format!("Bearer {}", forge.good())];
    for (door, status) in DOORS {
        let answer = asked(address, door, &good).await;
        assert!(answer.starts_with(status), "{door}: {answer}");
    }
    let attacks = forge.attacks();
    let (mut wrong, mut answers) = (Vec::new(), BTreeMap::<_, Vec<String>>::new());
    for attack in &attacks {
        for (door, _) in DOORS {
            let before = log.text().len();
            let answer = asked(address, door, &attack.headers).await;
            let logged = log.text().split_off(before);
            let reason = format!("\"reason\":\"{}\"", attack.reason);
            if !answer.starts_with("HTTP/1.1 401") {
                wrong.push(format!("{door}, {}: {answer}", attack.name));
            } else if !logged.lines().any(|line| line.contains("token refused") && line.contains(&reason)) {
                wrong.push(format!("{door}, {}: the log doesn't say {reason}", attack.name));
            }
            answers.entry((door, without_ids(&answer))).or_default().push(attack.name.clone());
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), attacks.len() * DOORS.len(), wrong.join("\n"));
    assert_eq!(answers.len(), DOORS.len(), "attackers learn from what they are told: {answers:#?}");
    assert!(attacks.len() >= 60, "{} attacks", attacks.len());
    println!("{} attacks at {} doors, none let in, each logged with its reason", attacks.len(), DOORS.len());
    local.stop().await;
}
