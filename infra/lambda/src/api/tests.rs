use http::header::HOST;
use lambda_http::RequestExt;

use stipule_runtime::Caller;

use super::*;

/// The gateway repeats the last value of `X-Many` in `headers`. It isn't there because the judge lets it replace the
/// whole list (lambda_http 1: `multi_value_headers` extended by `headers`), where we take the list.
const EVENT: &str = r#"{
    "resource": "/orders/{orderId}", "path": "/orders/a%2Fb", "httpMethod": "POST",
    "headers": { "Content-Type": "application/json", "Host": "shop.example" },
    "multiValueHeaders": { "Content-Type": ["application/json"], "Host": ["shop.example"], "X-Many": ["one", "two"] },
    "queryStringParameters": { "q": "a b&c", "tag": "y" },
    "multiValueQueryStringParameters": { "q": ["a b&c"], "tag": ["x", "y"] },
    "pathParameters": { "orderId": "a/b" }, "stageVariables": null,
    "requestContext": {
        "accountId": "1", "apiId": "api", "httpMethod": "POST", "path": "/orders/a%2Fb", "requestId": "r",
        "resourceId": "x", "resourcePath": "/orders/{orderId}", "identity": { "sourceIp": "192.0.2.1" },
        "authorizer": {
            "principalId": "somebody", "tenant": "maple", "scopes": "orders:read orders:write",
            "expires": "2026-11-27T12:00:00Z", "integrationLatency": 7
        }
    },
    "body": "{\"note\": \"gr\u00fc\u00df dich\"}", "isBase64Encoded": false
}"#;

fn ours(event: &str) -> Request<Bytes> {
    request(&serde_json::from_str(event).expect("an event"), None).expect("a request")
}

/// The judge reads the same event.
fn theirs(event: &str) -> lambda_http::Request {
    lambda_http::request::from_str(event).expect("the judge reads it")
}

#[test]
fn a_request_is_what_lambda_http_makes_of_it() {
    let binary = EVENT.replace(
        r#""body": "{\"note\": \"gr\u00fc\u00df dich\"}", "isBase64Encoded": false"#,
        r#""body": "AP8A", "isBase64Encoded": true"#,
    );
    assert_ne!(binary, EVENT);
    let bare = EVENT.replace(r#""tag": ["x", "y"]"#, r#""tag": ["", "ä+%"]"#);
    assert_ne!(bare, EVENT);
    for event in [EVENT, &binary, &bare] {
        let (ours, theirs) = (ours(event), theirs(event));
        assert_eq!(ours.method(), theirs.method());
        assert_eq!(ours.uri().path(), theirs.uri().path());
        let said: Vec<(String, String)> = stipule_pairs(ours.uri().query().unwrap_or_default());
        let parameters = theirs.query_string_parameters();
        let known: Vec<(String, String)> =
            parameters.iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        assert_eq!(sorted(said), sorted(known));
        let headers = |headers: &HeaderMap| {
            let all = headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}")));
            sorted(all.collect())
        };
        assert_eq!(headers(ours.headers()), headers(theirs.headers()));
        assert_eq!(ours.headers()[HOST], "shop.example");
        assert_eq!(ours.headers().get_all("x-many").iter().count(), 2);
        assert_eq!(&ours.body()[..], theirs.body().as_ref());
    }
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

/// A query as names and values, decoded.
fn stipule_pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, more @ ..] = rest {
            rest = more;
            if let (b'%', [high, low, more @ ..]) = (first, more) {
                let digits = String::from_utf8(vec![*high, *low]).expect("digits");
                bytes.push(u8::from_str_radix(&digits, 16).expect("hexadecimal"));
                rest = more;
            } else {
                bytes.push(*first);
            }
        }
        String::from_utf8(bytes).expect("UTF-8")
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

#[test]
fn a_header_of_many_values_keeps_them_though_its_last_one_is_repeated() {
    let real = EVENT.replace(r#""Host": "shop.example" },"#, r#""Host": "shop.example", "X-Many": "two" },"#);
    assert_ne!(real, EVENT);
    let values: Vec<_> = ours(&real).headers().get_all("x-many").iter().cloned().collect();
    assert_eq!(values, ["one", "two"]);
}

#[test]
fn a_list_in_one_value_keeps_the_commas_between_its_items() {
    let listed = EVENT.replace(r#""q": ["a b&c"]"#, r#""q": ["a b,c&d", "e"]"#);
    assert_ne!(listed, EVENT);
    let query = ours(&listed).uri().query().unwrap_or_default().to_owned();
    assert!(query.starts_with("q=a%20b,c%26d&q=e&"), "{query}");
}

#[test]
fn the_caller_is_whom_the_authorizer_names_and_otherwise_nobody() {
    let of = |event: &str| {
        let proxy: Proxy<'_> = serde_json::from_str(event).expect("an event");
        authorizer::caller(proxy.request_context.authorizer.as_ref())
    };
    let Caller::Known { tenant, principal } = of(EVENT) else { panic!("somebody is known") };
    assert_eq!((tenant.as_str(), principal.subject.as_str()), ("maple", "somebody"));
    assert!(principal.may("orders:write") && !principal.may("orders"));
    assert_eq!(principal.expires.map(|it| it.to_string()).as_deref(), Some("2026-11-27T12:00:00Z"));
    assert_eq!(of(&EVENT.replace("principalId", "other")), Caller::Anonymous);
    assert_eq!(of(&EVENT.replace(r#""tenant": "maple""#, r#""tenant": """#)), Caller::Refused("no tenant"));
    assert_eq!(of(&EVENT.replace("\"authorizer\": {", "\"x\": {")), Caller::Anonymous);
}

#[test]
fn a_trace_of_x_ray_goes_on_unless_the_caller_has_one() {
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let mut headers = HeaderMap::new();
    go_on(Some(trace), &mut headers);
    assert_eq!(headers["traceparent"], "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01");
    headers.insert("traceparent", HeaderValue::from_static("mine"));
    go_on(Some(trace), &mut headers);
    assert_eq!(headers["traceparent"], "mine");
}

#[test]
fn an_answer_carries_every_header_and_bytes_that_are_no_text() {
    let mut response = Response::new(Bytes::from_static(b"{}"));
    response.headers_mut().append("x-many", HeaderValue::from_static("one"));
    response.headers_mut().append("x-many", HeaderValue::from_static("two"));
    let written = |response: &Response| serde_json::to_value(Answer::of(response)).expect("JSON");
    let said = written(&response);
    assert_eq!(said["statusCode"], 200);
    assert_eq!(said["multiValueHeaders"]["x-many"], serde_json::json!(["one", "two"]));
    assert_eq!((&said["body"], &said["isBase64Encoded"]), (&"{}".into(), &false.into()));
    *response.body_mut() = Bytes::from_static(&[0, 255]);
    let said = written(&response);
    assert_eq!((&said["body"], &said["isBase64Encoded"]), (&"AP8=".into(), &true.into()));
}
