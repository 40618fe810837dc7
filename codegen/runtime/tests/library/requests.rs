//! Calls from a request to its answer.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use stipule_runtime::http::{self as runtime, Form, In, Style};
use stipule_runtime::{App, Caller, Failed, Principal, Refused, Response, Route};

use crate::world::{LOANS, Loan, World, block_on};

/// Reads its input and gives it back.
fn app() -> App {
    let give_back = Route::new(&LOANS[0], |_, call| async move {
        let (loan, body) = call.read(|read| {
            let loan = read.required::<String>(In::Path, "loan", Form::Text);
            let body = read.body::<Loan>();
            Some((loan?, body?))
        })?;
        match loan.as_str() {
            "panic" => panic!("on purpose"),
            "broken" => Err(Refused::from(Failed::internal("password=1234"))),
            "away" => Err(Failed::unavailable("db-7.internal").into()),
            _ => Ok(runtime::json(201, &body)?),
        }
    });
    let list = Route::new(&LOANS[1], |_, call| async move {
        let (limit, tags, open, codes) = call.read(|read| {
            let limit = read.defaulted::<i32>(In::Query, "limit", Form::Integer, || 25);
            let tags = read.optional_list::<Vec<String>>(In::Query, "tag", Form::Text, Style::Repeated);
            let open = read.optional::<bool>(In::Query, "open", Form::Boolean);
            let codes = read.optional_list::<Vec<i64>>(In::Query, "codes", Form::Integer, Style::Commas);
            Some((limit?, tags?, open?, codes?))
        })?;
        Ok(runtime::json(200, &json!({"limit": limit, "tags": tags, "open": open, "codes": codes}))?)
    });
    App::new([give_back, list], []).unwrap()
}

fn ada() -> Caller {
    Caller::Known { tenant: "north".to_owned(), principal: Principal::new("ada", ["loans"]) }
}

fn send(request: Request<Bytes>, caller: Caller) -> Response {
    block_on(app().handle(request, caller, &World::new().ports))
}

fn post(path: &str, body: &str) -> Request<Bytes> {
    let request =
        Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    request.body(Bytes::from(body.to_owned())).unwrap()
}

fn get(path: &str) -> Request<Bytes> {
    Request::builder().uri(path).body(Bytes::new()).unwrap()
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// Code, place and pointer or name of each violation.
fn violations(response: &Response) -> Vec<String> {
    let body = body(response);
    let list = body["violations"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|violation| {
            let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}{}", text("code"), text("in"), text("name"), text("pointer"))
        })
        .collect()
}

const GOOD: &str = r#"{"loan":"moby","fine":3}"#;

#[test]
fn a_good_call_is_answered() {
    let response = send(post("/loans/moby/return", GOOD), ada());
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(body(&response), json!({"loan": "moby", "fine": 3}));
    assert!(response.headers().contains_key("x-request-id"));
}

#[test]
fn every_violation_of_a_body_is_told_at_once() {
    let response = send(post("/loans/moby/return", r#"{"fine":"x","shelf":1}"#), ada());
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(violations(&response), ["missing body /loan", "type body /fine", "unknown-field body /shelf"]);
    let problem = body(&response);
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["instance"], "/loans/moby/return");
    assert_eq!(problem["requestId"], response.headers()["x-request-id"].to_str().unwrap());
    assert_eq!(problem["traceId"].as_str().unwrap().len(), 32);
}

#[test]
fn malformed_json_is_a_400_with_its_place() {
    for (sent, expected) in [
        ("{\"loan\": \"a\",\n  \"loan\": \"b\"}", "malformed body /loan"),
        ("{", "malformed body "),
        ("", "missing body "),
        ("\u{feff}{}", "malformed body "),
        (r#"{"loan":"\ud800"}"#, "malformed body "),
    ] {
        let response = send(post("/loans/moby/return", sent), ada());
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{sent}");
        let found = violations(&response);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{sent}: {found:?}");
    }
}

#[test]
fn query_parameters_are_read_by_their_form() {
    let response = send(get("/loans?limit=7&tag=a%2Cb&tag=c+d&open=true&codes=1,2"), Caller::Anonymous);
    let expected = json!({"limit": 7, "tags": ["a,b", "c d"], "open": true, "codes": [1, 2]});
    assert_eq!(body(&response), expected);
    let response = send(get("/loans"), Caller::Anonymous);
    assert_eq!(body(&response), json!({"limit": 25, "tags": null, "open": null, "codes": null}));
}

#[test]
fn everything_wrong_with_parameters_is_told_at_once() {
    let response =
        send(get("/loans?limit=x&limti=1&open=1&open=0&codes=1,b&tag=%zz&limti=2"), Caller::Anonymous);
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        violations(&response),
        [
            "unknown-parameter query limti",
            "type query limit",
            "encoding query tag",
            "repeated query open",
            "type query codes/1"
        ]
    );
    let response = send(get("/loans?limit=+7"), Caller::Anonymous);
    assert_eq!(violations(&response), ["type query limit"]);
    let response = send(get("/loans?limit=99999999999"), Caller::Anonymous);
    assert_eq!(violations(&response), ["range query limit"]);
}

#[test]
fn who_may_not_call_is_told_no_more_than_that() {
    let call = || post("/loans/moby/return", GOOD);
    let nobody = send(call(), Caller::Anonymous);
    assert_eq!(
        (nobody.status(), &nobody.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
    let refused = send(call(), Caller::Refused("expired"));
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(!String::from_utf8_lossy(refused.body()).contains("expired"));
    let stranger = Caller::Known { tenant: "north".to_owned(), principal: Principal::new("eve", ["read"]) };
    let forbidden = send(call(), stranger);
    assert_eq!(forbidden.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        forbidden.headers()["www-authenticate"],
        "Bearer error=\"insufficient_scope\", scope=\"loans\""
    );
    assert_eq!(
        send(get("/loans"), Caller::Refused("expired")).status(),
        StatusCode::OK,
        "public all the same"
    );
}

#[test]
fn a_public_operation_is_not_told_who_calls() {
    let told = Route::new(&LOANS[1], |cx, _| async move {
        let scopes = cx.principal().scopes.len();
        Ok(runtime::json(200, &json!([cx.tenant(), cx.principal().subject, scopes]))?)
    });
    let app = App::new([told], []).unwrap();
    for caller in [Caller::Anonymous, Caller::Refused("expired"), ada()] {
        let response = block_on(app.handle(get("/loans"), caller, &World::new().ports));
        assert_eq!(body(&response), json!(["", "", 0]), "in an account no authorizer stands before it");
    }
}

#[test]
fn media_types_sizes_and_methods_are_checked() {
    let mut xml = post("/loans/moby/return", GOOD);
    xml.headers_mut().insert("content-type", "text/xml".parse().unwrap());
    assert_eq!(send(xml, ada()).status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut packed = post("/loans/moby/return", GOOD);
    packed.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(send(packed, ada()).status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut picky = post("/loans/moby/return", GOOD);
    picky.headers_mut().insert("accept", "text/html".parse().unwrap());
    assert_eq!(send(picky, ada()).status(), StatusCode::NOT_ACCEPTABLE);
    let large = post("/loans/moby/return", &" ".repeat(2001));
    assert_eq!(send(large, ada()).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(get("/nowhere"), ada()).status(), StatusCode::NOT_FOUND);
    assert_eq!(send(get("/loans/%zz/return"), ada()).status(), StatusCode::BAD_REQUEST);
    let wrong = send(get("/loans/moby/return"), ada());
    assert_eq!(
        (wrong.status(), &wrong.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"OPTIONS, POST".parse().unwrap())
    );
    let mut surprising = get("/loans");
    *surprising.body_mut() = Bytes::from_static(b"x");
    assert_eq!(send(surprising, ada()).status(), StatusCode::BAD_REQUEST);
}

#[test]
fn head_and_options_come_by_themselves() {
    let mut head = get("/loans");
    *head.method_mut() = Method::HEAD;
    let answer = send(head, Caller::Anonymous);
    let length = send(get("/loans"), Caller::Anonymous).body().len();
    assert!(answer.body().is_empty());
    assert_eq!(answer.headers()["content-length"], length.to_string());
    let mut options = get("/loans");
    *options.method_mut() = Method::OPTIONS;
    let answer = send(options, Caller::Anonymous);
    assert_eq!(
        (answer.status(), &answer.headers()["allow"]),
        (StatusCode::NO_CONTENT, &"GET, HEAD, OPTIONS".parse().unwrap())
    );
}

#[test]
fn failures_show_nothing_of_the_inside() {
    for (loan, status) in [("panic", 500), ("broken", 500), ("away", 503)] {
        let response = send(post(&format!("/loans/{loan}/return"), GOOD), ada());
        assert_eq!(response.status().as_u16(), status, "{loan}");
        let shown = String::from_utf8_lossy(response.body()).into_owned();
        for secret in ["1234", "db-7", "purpose"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(response.headers().contains_key("retry-after"), status == 503, "{loan}");
    }
}

#[test]
fn ids_of_the_caller_are_taken_over_when_they_are_plain() {
    let mut request = get("/loans?x=1");
    request.headers_mut().insert("x-request-id", "req-42".parse().unwrap());
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    request.headers_mut().insert("traceparent", format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap());
    let response = send(request, Caller::Anonymous);
    assert_eq!(response.headers()["x-request-id"], "req-42");
    assert_eq!(body(&response)["traceId"], trace);
    let mut request = get("/loans");
    request.headers_mut().insert("x-request-id", "a b".parse().unwrap());
    assert_ne!(send(request, Caller::Anonymous).headers()["x-request-id"], "a b");
}

#[test]
fn a_header_with_a_line_break_is_a_failure_not_a_panic() {
    let mut response = runtime::empty(204).unwrap();
    let failed = runtime::header(&mut response, "location", "a\r\nset-cookie: x").unwrap_err();
    assert!(!failed.to_string().contains("cookie"), "{failed}");
}
