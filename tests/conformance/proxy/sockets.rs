//! What is told to open sockets, over the management API of API Gateway.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use stipule_aws::{ApiConnections, Aws};
use stipule_runtime::socket::table::{Connections as _, NotPosted};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::admin::{ACCOUNT, Admin};
use crate::{MOST_TRIES, commands, everybody, insist};

/// Sockets that are open at the same time.
const OPEN: usize = 8;

/// For how long a text on its way is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A function that tells who says something the name of their connection.
const NAMES: &str = "def handler(event, context):\n    return {'statusCode': 200, 'body': event['requestContext']['connectionId']}\n";

/// An open socket.
struct Client {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    connection: String,
}

impl Client {
    async fn open(address: &str) -> Self {
        let (stream, _) = connect_async(address).await.expect("the judge opens sockets");
        let mut client = Self { stream, connection: String::new() };
        client.stream.send(Message::text("who am I?")).await.expect("it is open");
        client.connection = client.heard().await.expect("an answer");
        client
    }

    /// The next text; none where the socket was closed.
    async fn heard(&mut self) -> Option<String> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("something comes");
            match message {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                None | Some(Err(_) | Ok(Message::Close(_))) => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// An API of sockets that tells everybody their name; where sockets are opened and managed, without the address.
async fn api(admin: &Admin) -> String {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("index.py", SimpleFileOptions::default()).expect("an archive in memory");
    archive.write_all(NAMES.as_bytes()).expect("an archive in memory");
    let code = STANDARD.encode(archive.finish().expect("an archive in memory").into_inner());
    let function = json!({
        "FunctionName": "names", "Runtime": "python3.11", "Handler": "index.handler", "Code": { "ZipFile": code },
        "Role": format!("arn:aws:iam::{ACCOUNT}:role/none"),
    });
    let made = admin.rest("lambda", "/2015-03-31/functions", &function).await;
    let arn = made["FunctionArn"].as_str().expect("an ARN");
    let api = json!({ "name": "live", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action" });
    let api = admin.rest("apigateway", "/v2/apis", &api).await;
    let base = format!("/v2/apis/{}", api["apiId"].as_str().expect("an id"));
    let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
    let asks = json!({ "integrationType": "AWS_PROXY", "integrationUri": uri });
    let asks = admin.rest("apigateway", &format!("{base}/integrations"), &asks).await;
    let target = format!("integrations/{}", asks["integrationId"].as_str().expect("an id"));
    let route = json!({ "routeKey": "$default", "target": target });
    admin.rest("apigateway", &format!("{base}/routes"), &route).await;
    admin.rest("apigateway", &format!("{base}/stages"), &json!({ "stageName": "live" })).await;
    format!("/_aws/execute-api/{}/live", api["apiId"].as_str().expect("an id"))
}

/// What is told comes at least once, to whom it was told; who went or was closed is known to be gone, and nobody else is.
pub(crate) async fn told(aws: &Aws, admin: &Admin, proxy: &str) {
    let path = api(admin).await;
    let address = format!("ws://{}{path}", admin.address());
    let mut clients = Vec::new();
    for _ in 0..OPEN {
        clients.push(Client::open(&address).await);
    }
    let names: Arc<[String]> = clients.iter().map(|client| client.connection.clone()).collect();
    let connections = Arc::new(ApiConnections::new(aws, format!("{proxy}{path}")));
    let shared = Arc::clone(&connections);
    let posted = Arc::clone(&names);
    everybody(move |number| {
        let (connections, names) = (Arc::clone(&shared), Arc::clone(&posted));
        async move {
            let name = &names[number as usize % OPEN];
            insist(|| async {
                let done = connections.post(name, number.to_string()).await;
                assert!(!matches!(done, Err(NotPosted::Gone)), "{name} is open");
                done
            })
            .await;
        }
    })
    .await;
    let mut deliveries = 0;
    for (at, client) in clients.iter_mut().enumerate() {
        let mut wanted: BTreeSet<u64> =
            (0..commands()).filter(|number| *number as usize % OPEN == at).collect();
        while !wanted.is_empty() {
            let number: u64 = client.heard().await.expect("it is open").parse().expect("a number");
            assert_eq!(number as usize % OPEN, at, "it was told to another");
            wanted.remove(&number);
            deliveries += 1;
        }
    }
    let mut closed = clients.swap_remove(1);
    insist(|| connections.close(&closed.connection)).await;
    while closed.heard().await.is_some() {}
    let mut left = clients.swap_remove(0);
    left.stream.close(None).await.expect("it is open");
    for name in [&closed.connection, &left.connection] {
        gone(&connections, name).await;
        insist(|| connections.close(name)).await;
    }
    println!("sockets: {} texts, {deliveries} deliveries at least", commands());
}

/// It takes a moment until the judge knows who left.
async fn gone(connections: &ApiConnections, name: &str) {
    for _ in 0..MOST_TRIES {
        match connections.post(name, "are you there?".to_owned()).await {
            Err(NotPosted::Gone) => return,
            Err(NotPosted::Unavailable(_)) => {}
            Ok(()) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("{name} isn't known to be gone");
}
