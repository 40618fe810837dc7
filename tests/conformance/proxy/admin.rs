//! Makes and reads what adapters only write to: calls of the services as they are, without an SDK, past the proxy.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What MiniStack calls every account.
pub(crate) const ACCOUNT: &str = "000000000000";

/// Looks at a queue in which nothing more comes.
const PATIENCE: usize = 200;

pub(crate) struct Admin {
    address: String,
}

impl Admin {
    pub(crate) fn new(endpoint: &str) -> Self {
        Self { address: endpoint.trim_start_matches("http://").to_owned() }
    }

    /// Where the judge listens: `127.0.0.1:4566`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    async fn ask(&self, service: &str, target: &str, body: &Value) -> Value {
        let kind = format!("X-Amz-Target: {target}\r\nContent-Type: application/x-amz-json-1.0\r\n");
        self.post(service, "/", &kind, body).await
    }

    /// A call of a service that has paths instead of operations.
    pub(crate) async fn rest(&self, service: &str, path: &str, body: &Value) -> Value {
        self.post(service, path, "Content-Type: application/json\r\n", body).await
    }

    async fn post(&self, service: &str, path: &str, fields: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).await.expect("it listens");
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{fields}\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 20"), "{path} {fields}: {answer}");
        let (_, said) = answer.split_once("\r\n\r\n").expect("head and body");
        serde_json::from_str(said).unwrap_or(Value::Null)
    }

    /// The address of a queue without its name.
    pub(crate) fn queue_base(&self) -> String {
        format!("http://{}/{ACCOUNT}/", self.address)
    }

    pub(crate) async fn make_queue(&self, name: &str) {
        let attributes = if name.ends_with(".fifo") { json!({ "FifoQueue": "true" }) } else { json!({}) };
        let queue = json!({ "QueueName": name, "Attributes": attributes });
        self.ask("sqs", "AmazonSQS.CreateQueue", &queue).await;
    }

    /// A bus whose every event comes to a queue.
    pub(crate) async fn make_bus(&self, name: &str, queue: &str) {
        self.make_queue(queue).await;
        self.ask("events", "AWSEvents.CreateEventBus", &json!({ "Name": name })).await;
        let rule = json!({ "Name": "all", "EventBusName": name, "EventPattern": "{\"source\":[{\"exists\":true}]}" });
        self.ask("events", "AWSEvents.PutRule", &rule).await;
        let arn = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}");
        let targets =
            json!({ "Rule": "all", "EventBusName": name, "Targets": [{ "Id": "queue", "Arn": arn }] });
        self.ask("events", "AWSEvents.PutTargets", &targets).await;
    }

    /// Takes what is in a queue, at least so many different ones.
    pub(crate) async fn receive(&self, queue: &str, least: u64) -> Vec<String> {
        let url = format!("{}{queue}", self.queue_base());
        let (mut found, mut empty) = (Vec::new(), 0);
        while empty < 3 || (found.len() as u64) < least {
            assert!(empty < PATIENCE, "{} of {least} came", found.len());
            let wanted = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
            let said = self.ask("sqs", "AmazonSQS.ReceiveMessage", &wanted).await;
            let messages = said["Messages"].as_array().cloned().unwrap_or_default();
            empty = if messages.is_empty() { empty + 1 } else { 0 };
            for message in messages {
                found.push(message["Body"].as_str().expect("a body").to_owned());
                let taken = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
                self.ask("sqs", "AmazonSQS.DeleteMessage", &taken).await;
            }
        }
        found
    }

    /// A state machine of one state; what its ARN begins with.
    pub(crate) async fn make_machine(&self, prefix: &str, saga: &str) -> String {
        self.make(prefix, saga, &json!({ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } }))
            .await
    }

    async fn make(&self, prefix: &str, saga: &str, definition: &Value) -> String {
        let machine = json!({
            "name": format!("{prefix}{saga}"), "definition": definition.to_string(),
            "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/none"),
        });
        let made = self.ask("states", "AWSStepFunctions.CreateStateMachine", &machine).await;
        let arn = made["stateMachineArn"].as_str().expect("an ARN");
        arn.strip_suffix(saga).expect("it ends with its name").to_owned()
    }

    /// A state machine of one state that says its run's name and token in a queue, and waits; what its ARN begins with.
    pub(crate) async fn make_waiting_machine(&self, prefix: &str, saga: &str, queue: &str) -> String {
        self.make_queue(queue).await;
        let said = json!({ "run.$": "$$.Execution.Name", "token.$": "$$.Task.Token" });
        let ask = json!({
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
            "Parameters": { "QueueUrl": format!("{}{queue}", self.queue_base()), "MessageBody": said },
        });
        self.make(prefix, saga, &json!({ "StartAt": "Ask", "States": { "Ask": ask } })).await
    }

    /// How a run ended, and what it says: its output, or its error and the cause.
    pub(crate) async fn ended(&self, machine: &str, run: &str) -> Value {
        let arn = format!("arn:aws:states:us-east-1:{ACCOUNT}:execution:{machine}:{run}");
        for _ in 0..PATIENCE {
            let said = self
                .ask("states", "AWSStepFunctions.DescribeExecution", &json!({ "executionArn": arn }))
                .await;
            let text = |name: &str| said[name].as_str().unwrap_or_default();
            match text("status") {
                "RUNNING" => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                "SUCCEEDED" => return json!({ "status": "SUCCEEDED", "said": text("output") }),
                status => {
                    let why = format!("{}: {}", text("error"), text("cause"));
                    return json!({ "status": status, "said": why });
                }
            }
        }
        panic!("{run} doesn't end");
    }

    /// The names of all runs of a machine.
    pub(crate) async fn executions(&self, machine: &str) -> Vec<String> {
        let arn = format!("arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{machine}");
        let (mut names, mut next) = (Vec::new(), Value::Null);
        loop {
            let mut wanted = json!({ "stateMachineArn": arn, "maxResults": 1000 });
            if !next.is_null() {
                wanted["nextToken"] = next;
            }
            let said = self.ask("states", "AWSStepFunctions.ListExecutions", &wanted).await;
            let runs = said["executions"].as_array().cloned().unwrap_or_default();
            names.extend(runs.iter().map(|run| run["name"].as_str().expect("a name").to_owned()));
            next = said["nextToken"].clone();
            if next.is_null() {
                return names;
            }
        }
    }
}
