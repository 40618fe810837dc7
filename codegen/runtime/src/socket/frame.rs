//! What goes over a socket, as JSON texts. It is the same for all contracts.

use serde_json::{Value, json};

use crate::app::NotHeard;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It wants to listen; it has heard everything up to `since` already.
    Subscribe { topic: String, since: Option<u64> },
    /// It doesn't any more.
    Unsubscribe { topic: String },
    /// It has heard everything of the topic up to `seq`.
    Ack { topic: String, seq: u64 },
    /// It is there.
    Ping,
}

/// What a text says; `None` if it says nothing that there is.
pub fn read(text: &str) -> Option<Said> {
    let value: Value = serde_json::from_str(text).ok()?;
    let topic = || value["topic"].as_str().map(str::to_owned);
    Some(match value["type"].as_str()? {
        "subscribe" => {
            let since = match &value["since"] {
                Value::Null => None,
                since => Some(since.as_u64()?),
            };
            Said::Subscribe { topic: topic()?, since }
        }
        "unsubscribe" => Said::Unsubscribe { topic: topic()? },
        "ack" => Said::Ack { topic: topic()?, seq: value["seq"].as_u64()? },
        "ping" => Said::Ping,
        _ => return None,
    })
}

/// It listens now; what follows is after `seq`, without a gap.
pub fn subscribed(topic: &str, seq: u64) -> String {
    json!({ "type": "subscribed", "topic": topic, "seq": seq }).to_string()
}

/// It listens no more.
pub fn unsubscribed(topic: &str) -> String {
    json!({ "type": "unsubscribed", "topic": topic }).to_string()
}

/// It may not listen, and why.
pub fn refused(topic: &str, reason: &str) -> String {
    json!({ "type": "refused", "topic": topic, "reason": reason }).to_string()
}

/// Something was missed: the state has to be read again; what comes later is after `seq`.
pub fn resync(topic: &str, seq: u64) -> String {
    json!({ "type": "resync.required", "topic": topic, "seq": seq }).to_string()
}

/// The answer to a ping.
pub fn pong() -> String {
    json!({ "type": "pong" }).to_string()
}

/// What the service tells. `data` is JSON already.
pub fn told(topic: &str, message: &str, seq: u64, data: &str) -> String {
    let (kind, topic) = (Value::from(message), Value::from(topic));
    format!(r#"{{"type":{kind},"topic":{topic},"seq":{seq},"data":{data}}}"#)
}

/// Why somebody may not listen, as it is told.
pub const fn reason(why: NotHeard) -> &'static str {
    match why {
        NotHeard::Unknown => "unknown",
        NotHeard::Forbidden => "forbidden",
        NotHeard::Unavailable => "unavailable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_say_is_read_or_refused_as_a_whole() {
        let topic = || "order/7".to_owned();
        let good = [
            (r#"{"type":"subscribe","topic":"order/7"}"#, Said::Subscribe { topic: topic(), since: None }),
            (
                r#"{"type":"subscribe","topic":"order/7","since":3}"#,
                Said::Subscribe { topic: topic(), since: Some(3) },
            ),
            (r#"{"type":"unsubscribe","topic":"order/7"}"#, Said::Unsubscribe { topic: topic() }),
            (r#"{"type":"ack","topic":"order/7","seq":9}"#, Said::Ack { topic: topic(), seq: 9 }),
            (r#"{"type":"ping"}"#, Said::Ping),
        ];
        for (text, wanted) in good {
            assert_eq!(read(text), Some(wanted), "{text}");
        }
        for bad in [
            "",
            "[]",
            "ping",
            r#"{"type":"shout"}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","topic":7}"#,
            r#"{"type":"subscribe","topic":"order/7","since":-1}"#,
            r#"{"type":"ack","topic":"order/7"}"#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_told_is_json() {
        let text = told("stock/A\"B", "stock.changed", 4, r#"{"available":3}"#);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&value["topic"], &value["data"]["available"]), (&json!("stock/A\"B"), &json!(3)));
    }
}
