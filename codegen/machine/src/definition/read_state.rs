//! One state of a definition.

use serde_json::Value;

use super::read::{MOST_SECONDS, Object, scope};
use super::read_choice;
use super::{Catcher, Limit, Map, Next, Placement, Retrier, Scope, Seconds, State, Task, Text, Until, Work};
use crate::data::function::Call;
use crate::data::instant;
use crate::data::path::Path;
use crate::data::template::Template;
use crate::fault::{ALL, Fault};

/// What kinds of states have, beside `Type` and `Comment`.
struct Has {
    paths: bool,
    parameters: bool,
    selector: bool,
    result: bool,
    next: bool,
    errors: bool,
}

impl Has {
    fn of(kind: &str) -> Option<Self> {
        let (paths, parameters, selector, result, next, errors) = match kind {
            "Task" | "Parallel" => (true, true, true, true, true, true),
            // The parameters of a map are those of its items: they are read there.
            "Map" => (true, false, true, true, true, true),
            "Pass" => (true, true, false, true, true, false),
            "Wait" => (true, false, false, false, true, false),
            "Choice" | "Succeed" => (true, false, false, false, false, false),
            "Fail" => (false, false, false, false, false, false),
            _ => return None,
        };
        Some(Self { paths, parameters, selector, result, next, errors })
    }
}

pub(super) fn state(object: &mut Object<'_, '_>) -> Option<State> {
    let kind = object.required_text("Type")?;
    object.text("Comment");
    let Some(has) = Has::of(&kind) else {
        object.fault(
            "Type",
            format!("there is no type `{kind}`: Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map"),
        );
        return None;
    };
    let (input, output) = match has.paths {
        true => (filter(object, "InputPath"), filter(object, "OutputPath")),
        false => (root(), root()),
    };
    let parameters = if has.parameters { template(object, "Parameters") } else { None };
    let selector = if has.selector { template(object, "ResultSelector") } else { None };
    let result = if has.result { placement(object) } else { Placement::At(Path::read("$").ok()?) };
    let next = if has.next { next(object) } else { Some(Next::End) };
    let (retry, catch) = match has.errors {
        true => (retriers(object), catchers(object)),
        false => (Vec::new(), Vec::new()),
    };
    let work = work(&kind, object)?;
    Some(State { work, input, output, parameters, selector, result, next: next?, retry, catch })
}

fn work(kind: &str, object: &mut Object<'_, '_>) -> Option<Work> {
    Some(match kind {
        "Task" => Work::Task(task(object)?),
        "Pass" => Work::Pass { result: object.get("Result").cloned() },
        "Choice" => {
            let rules = read_choice::rules(object);
            Work::Choice { rules, default: object.text("Default") }
        }
        "Wait" => Work::Wait(until(object)?),
        "Succeed" => Work::Succeed,
        "Fail" => Work::Fail {
            error: failure_text(object, "Error", "ErrorPath"),
            cause: failure_text(object, "Cause", "CausePath"),
        },
        "Parallel" => Work::Parallel(branches(object)),
        _ => Work::Map(map(object)?),
    })
}

fn root() -> Option<Path> {
    Path::read("$").ok()
}

/// `InputPath` and `OutputPath`: `null` for nothing at all.
fn filter(object: &mut Object<'_, '_>, name: &'static str) -> Option<Path> {
    match object.get(name) {
        None => root(),
        Some(Value::Null) => None,
        Some(_) => object.path(name),
    }
}

fn template(object: &mut Object<'_, '_>, name: &'static str) -> Option<Template> {
    let value = object.get(name)?;
    let place = object.place(name);
    let faults = &mut *object.faults;
    Some(Template::read(value, &place, &mut |pointer, message| faults.push(Fault { pointer, message })))
}

fn placement(object: &mut Object<'_, '_>) -> Placement {
    let whole = || Placement::At(Path::read("$").expect("the root is a path"));
    match object.get("ResultPath") {
        None => whole(),
        Some(Value::Null) => Placement::Discard,
        Some(_) => match object.path("ResultPath") {
            Some(path) if path.is_reference() => Placement::At(path),
            Some(path) => {
                object.fault("ResultPath", format!("`{}` doesn't name one place of the input", path.text()));
                whole()
            }
            None => whole(),
        },
    }
}

fn next(object: &mut Object<'_, '_>) -> Option<Next> {
    let (next, end) = (object.text("Next"), object.flag("End"));
    match (next, end) {
        (Some(next), None | Some(false)) => Some(Next::State(next)),
        (None, Some(true)) => Some(Next::End),
        (Some(_), Some(true)) => {
            object.fault("End", "a state has `Next` or `End`, not both");
            None
        }
        (None, _) => {
            object.fault("", "`Next` or `End: true` is missing");
            None
        }
    }
}

fn task(object: &mut Object<'_, '_>) -> Option<Task> {
    let resource = object.required_text("Resource");
    let timeout = seconds(object, "TimeoutSeconds", "TimeoutSecondsPath");
    let heartbeat = seconds(object, "HeartbeatSeconds", "HeartbeatSecondsPath");
    if let (Some(Seconds::Constant(timeout)), Some(Seconds::Constant(heartbeat))) = (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        object.fault("HeartbeatSeconds", "a heartbeat is due before the timeout");
    }
    object.get("Credentials");
    let resource = resource?;
    let callback = resource.ends_with(".waitForTaskToken");
    Some(Task { resource, callback, timeout, heartbeat })
}

fn seconds(object: &mut Object<'_, '_>, name: &'static str, path: &'static str) -> Option<Seconds> {
    let (constant, found) = (object.whole(name, 1, MOST_SECONDS), object.path(path));
    match (constant, found) {
        (Some(_), Some(_)) => {
            object.fault(path, format!("`{name}` and `{path}` exclude each other"));
            None
        }
        (Some(seconds), None) => Some(Seconds::Constant(seconds)),
        (None, path) => path.map(Seconds::Path),
    }
}

fn until(object: &mut Object<'_, '_>) -> Option<Until> {
    let mut found = Vec::new();
    found.extend(
        object.whole("Seconds", 0, MOST_SECONDS).map(|seconds| Until::Seconds(Seconds::Constant(seconds))),
    );
    found.extend(object.path("SecondsPath").map(|path| Until::Seconds(Seconds::Path(path))));
    if let Some(text) = object.text("Timestamp") {
        match instant::read(&text) {
            Some(instant) => found.push(Until::Instant(instant)),
            None => object.fault("Timestamp", format!("`{text}` is no instant such as 2026-01-02T03:04:05Z")),
        }
    }
    found.extend(object.path("TimestampPath").map(Until::InstantPath));
    let named =
        ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"].into_iter().filter(|name| object.has(name));
    if named.count() != 1 {
        object.fault("", "a wait has exactly one of `Seconds`, `SecondsPath`, `Timestamp`, `TimestampPath`");
        return None;
    }
    found.pop()
}

fn failure_text(object: &mut Object<'_, '_>, name: &'static str, path: &'static str) -> Text {
    let constant = object.text(name);
    let Some(text) = object.text(path) else { return Text::Constant(constant.unwrap_or_default()) };
    if constant.is_some() {
        object.fault(path, format!("`{name}` and `{path}` exclude each other"));
    }
    let read = match Call::is_meant(&text) {
        true => Call::read(&text).map(Text::Call),
        false => Path::read(&text).map(Text::Path),
    };
    read.unwrap_or_else(|reason| {
        object.fault(path, reason);
        Text::Constant(String::new())
    })
}

fn branches(object: &mut Object<'_, '_>) -> Vec<Scope> {
    object.required("Branches");
    let place = object.place("Branches");
    let branches = object.list("Branches").unwrap_or_default();
    let mut scopes = Vec::new();
    for (at, branch) in branches.iter().enumerate() {
        if let Some(mut branch) = Object::of(branch, format!("{place}/{at}"), object.faults) {
            scopes.push(scope(&mut branch));
            branch.finish();
        }
    }
    scopes
}

fn map(object: &mut Object<'_, '_>) -> Option<Map> {
    let items = object.path("ItemsPath").or_else(root);
    let selector = template(object, "ItemSelector");
    let older = template(object, "Parameters");
    if selector.is_some() && older.is_some() {
        object.fault("Parameters", "`Parameters` is the older name of `ItemSelector`: one of them");
    }
    let constant = object.whole("MaxConcurrency", 0, MOST_SECONDS);
    let concurrency = match object.path("MaxConcurrencyPath") {
        Some(path) => Limit::Path(path),
        None => Limit::Constant(constant.unwrap_or(0)),
    };
    for name in
        ["ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage"]
    {
        if object.has(name) {
            object.get(name);
            object.fault(name, format!("`{name}` belongs to distributed maps, which are not supported"));
        }
    }
    let name = if object.has("Iterator") { "Iterator" } else { "ItemProcessor" };
    let place = object.place(name);
    let inner = object.required(name)?;
    let mut inner = Object::of(inner, place, object.faults)?;
    if let Some(mode) = inner.get("ProcessorConfig").and_then(|config| config.get("Mode"))
        && mode != "INLINE"
    {
        inner.fault("ProcessorConfig", "only `INLINE` maps are supported");
    }
    let scope = scope(&mut inner);
    inner.finish();
    Some(Map { items: items?, selector: selector.or(older), scope, concurrency })
}

/// `ErrorEquals`; whether it is the last of its list decides what it may say.
fn errors(object: &mut Object<'_, '_>, last: bool) -> Vec<String> {
    object.required("ErrorEquals");
    let items = object.list("ErrorEquals").unwrap_or_default();
    let names: Vec<String> = items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect();
    if names.len() != items.len() {
        object.fault("ErrorEquals", "names of errors are texts");
    }
    if names.iter().any(|name| name == ALL) {
        if names.len() > 1 {
            object.fault("ErrorEquals", "`States.ALL` stands alone");
        }
        if !last {
            object.fault("ErrorEquals", "`States.ALL` comes last: nothing after it is ever reached");
        }
    }
    names
}

fn retriers(object: &mut Object<'_, '_>) -> Vec<Retrier> {
    each(object, "Retry", |object, last| {
        let errors = errors(object, last);
        let interval = object.whole("IntervalSeconds", 1, MOST_SECONDS).unwrap_or(1);
        let attempts = object.whole("MaxAttempts", 0, MOST_SECONDS).unwrap_or(3);
        let longest = object.whole("MaxDelaySeconds", 1, 31_622_400);
        let rate = match object.get("BackoffRate") {
            None => 2.0,
            Some(value) => {
                value.as_f64().filter(|rate| *rate >= 1.0 && rate.is_finite()).unwrap_or_else(|| {
                    object.fault("BackoffRate", "`BackoffRate` is a number from 1");
                    2.0
                })
            }
        };
        if longest.is_some_and(|longest| longest <= interval) {
            object.fault("MaxDelaySeconds", "`MaxDelaySeconds` is greater than `IntervalSeconds`");
        }
        let jitter = match object.text("JitterStrategy").as_deref() {
            None | Some("NONE") => false,
            Some("FULL") => true,
            Some(other) => {
                object.fault("JitterStrategy", format!("`{other}` is neither FULL nor NONE"));
                false
            }
        };
        Some(Retrier { errors, interval, attempts, rate, longest, jitter })
    })
}

fn catchers(object: &mut Object<'_, '_>) -> Vec<Catcher> {
    each(object, "Catch", |object, last| {
        let errors = errors(object, last);
        let next = object.required_text("Next");
        object.text("Comment");
        Some(Catcher { errors, next: next?, result: placement(object) })
    })
}

fn each<T>(
    object: &mut Object<'_, '_>,
    name: &'static str,
    read: impl Fn(&mut Object<'_, '_>, bool) -> Option<T>,
) -> Vec<T> {
    let place = object.place(name);
    let items = object.list(name).unwrap_or_default();
    let mut found = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(mut item) = Object::of(item, format!("{place}/{at}"), object.faults) {
            found.extend(read(&mut item, at + 1 == items.len()));
            item.finish();
        }
    }
    found
}
