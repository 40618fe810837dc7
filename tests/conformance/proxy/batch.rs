//! Batches of which a part fails, as each service says it.

use serde_json::{Value, json};

/// A request that leaves the last entry of a batch out, and what its answer says of that.
pub(crate) struct Part {
    /// With head and body.
    pub(crate) request: Vec<u8>,
    service: Service,
    left_out: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    /// `PutEvents` of EventBridge. Source: its API reference: entries of the answer stand in the order of the request's.
    Events,
    /// `BatchWriteItem` of DynamoDB: what isn't processed comes back.
    Table,
}

/// The request without its last entry; `None` for one that is no batch, or has one entry only.
pub(crate) fn without_last(request: &[u8]) -> Option<Part> {
    let (head, body) = split(request)?;
    let target = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("x-amz-target").then(|| value.trim().to_ascii_lowercase())
    })?;
    let service = match target.as_str() {
        "awsevents.putevents" => Service::Events,
        "dynamodb_20120810.batchwriteitem" => Service::Table,
        _ => return None,
    };
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let left_out = match service {
        Service::Events => last(&mut body["Entries"])?,
        Service::Table => {
            let (table, entries) = body["RequestItems"].as_object_mut()?.iter_mut().next()?;
            let name = table.clone();
            json!({ name: [last(entries)?] })
        }
    };
    let body = body.to_string();
    let kept = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let head: Vec<&str> = kept.collect();
    let request =
        format!("{}\r\nContent-Length: {}\r\n\r\n{body}", head.join("\r\n"), body.len()).into_bytes();
    Some(Part { request, service, left_out })
}

/// Takes the last of several entries.
fn last(entries: &mut Value) -> Option<Value> {
    let entries = entries.as_array_mut().filter(|entries| entries.len() > 1)?;
    entries.pop()
}

fn split(message: &[u8]) -> Option<(&str, &[u8])> {
    let at = message.windows(4).position(|it| it == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&message[..at]).ok()?, &message[at + 4..]))
}

impl Part {
    /// The answer of the service, with what was left out; the service's own where it refuses all of it.
    pub(crate) fn answer(self, said: &[u8]) -> Vec<u8> {
        let whole = split(said).filter(|(head, _)| head.starts_with("HTTP/1.1 200"));
        let Some(mut body) = whole.and_then(|(_, body)| serde_json::from_slice::<Value>(body).ok()) else {
            return said.to_vec();
        };
        match self.service {
            Service::Events => {
                let failed = json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded" });
                body["FailedEntryCount"] = (body["FailedEntryCount"].as_u64().unwrap_or(0) + 1).into();
                if let Some(entries) = body["Entries"].as_array_mut() {
                    entries.push(failed);
                }
            }
            Service::Table => body["UnprocessedItems"] = self.left_out,
        }
        let body = body.to_string();
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n\
             {body}",
            body.len()
        )
        .into_bytes()
    }
}
