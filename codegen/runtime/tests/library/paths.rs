//! From paths to routes.

use http::Method;
use stipule_runtime::Operation;
use stipule_runtime::http::{self as runtime, Found, Route, Router};

fn route(method: Method, template: &'static str) -> Route {
    // Tests make few operations and run once: leaking them is how they become static.
    let operation: &'static Operation = Box::leak(Box::new(Operation { method, template, ..Operation::NEW }));
    Route::new(operation, |_, _| async { Ok(runtime::empty(204)?) })
}

fn router() -> Router {
    Router::new([
        route(Method::GET, "/"),
        route(Method::GET, "/loans"),
        route(Method::POST, "/loans"),
        route(Method::GET, "/loans/{loan}"),
        route(Method::GET, "/loans/late"),
        route(Method::DELETE, "/loans/{id}/holds/{hold}"),
        route(Method::GET, "/{shelf}/late/{day}"),
        route(Method::GET, "/loans/{loan}/{part}"),
    ])
    .unwrap()
}

/// The template and the values, or what there is instead.
fn find(method: &Method, path: &str) -> String {
    match router().find(method, path) {
        Found::Route(route, values) => {
            let values: Vec<String> = values.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{}{}", route.operation.template, values.concat())
        }
        Found::OtherMethods(methods) => format!("only {methods:?}"),
        Found::Nothing => "nothing".to_owned(),
        Found::Malformed => "malformed".to_owned(),
    }
}

#[test]
fn fixed_text_goes_before_parameters_and_values_stay_as_they_were_sent() {
    for (path, expected) in [
        ("/", "/"),
        ("/loans", "/loans"),
        ("/loans/late", "/loans/late"),
        ("/loans/%6cate", "/loans/late"),
        ("/loans/moby%20dick%2F1", "/loans/{loan} loan=moby%20dick%2F1"),
        ("/loans/late/monday", "/loans/{loan}/{part} loan=late part=monday"),
        ("/a/late/monday", "/{shelf}/late/{day} shelf=a day=monday"),
        ("/loans/", "nothing"),
        ("/loans/a/", "nothing"),
        ("//loans", "nothing"),
        ("/nowhere", "nothing"),
        ("/loans/%zz", "malformed"),
        ("/loans/%00", "malformed"),
        ("/loans/%ff", "malformed"),
    ] {
        assert_eq!(find(&Method::GET, path), expected, "{path}");
    }
}

#[test]
fn each_template_keeps_its_own_names() {
    assert_eq!(find(&Method::DELETE, "/loans/1/holds/2"), "/loans/{id}/holds/{hold} id=1 hold=2");
}

#[test]
fn other_methods_are_told() {
    assert_eq!(find(&Method::PUT, "/loans"), "only [GET, POST]");
    assert_eq!(find(&Method::HEAD, "/loans"), "/loans");
    assert_eq!(find(&Method::HEAD, "/loans/1/holds/2"), "only [DELETE]");
}

#[test]
fn one_path_twice_is_refused() {
    let twice = Router::new([route(Method::GET, "/a/{x}"), route(Method::GET, "/a/{y}")]).unwrap_err();
    assert_eq!(twice.to_string(), "GET /a/{x} and GET /a/{y} are one path");
}
