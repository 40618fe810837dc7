//! Calls that came to nothing because others were faster: the platform tries again, where nobody can be harmed by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use http::{Method, Request};
use stipule_runtime::http as runtime;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{App, Call, Caller, Context, Operation, Principal, Refused, Route, StoreFailure};

use crate::world::{LOANS, Loan, Returned, World, block_on, put_loan};

static REPLACE: Operation = Operation {
    id: "replaceLoan",
    service: "loans",
    method: Method::PUT,
    template: "/loans",
    ..Operation::NEW
};

/// How a call goes whose first handlings, as many as are said, find the store busy: its status, the times at which it
/// was handled, and the ids that were made.
struct Scene {
    busy: u32,
    /// Whether each handling writes something before it finds that.
    writes: bool,
}

impl Scene {
    fn call(&self, operation: &'static Operation, key: Option<&str>) -> (u16, Vec<DateTime>, Vec<String>) {
        let world = World::new();
        let handled = Arc::new(AtomicU32::new(0));
        let seen = Arc::new(std::sync::Mutex::new((Vec::new(), Vec::new())));
        let (busy, writes, noted) = (self.busy, self.writes, seen.clone());
        let handle = move |cx: Context, _: Arc<Call>| {
            let number = handled.fetch_add(1, Ordering::Relaxed);
            let noted = noted.clone();
            async move {
                {
                    let mut noted = noted.lock().unwrap();
                    noted.0.push(cx.now());
                    noted.1.push(cx.new_id().to_string());
                }
                if writes {
                    let loan = format!("loan-{number}");
                    let answer = Returned(Loan { loan: loan.clone(), fine: 0 });
                    put_loan(&cx, &[&loan]).answer(answer).await.unwrap();
                }
                if number < busy {
                    return Err(Refused::from(StoreFailure::Busy));
                }
                Ok(runtime::json(200, "done")?)
            }
        };
        let app = App::new([Route::new(operation, handle)], []).unwrap();
        let path = operation.template.replace("{loan}", "moby");
        let mut request = Request::builder().method(operation.method.clone()).uri(path);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let caller =
            Caller::Known { tenant: "north".to_owned(), principal: Principal::new("ada", ["loans"]) };
        let answer = block_on(app.handle(request.body(Bytes::new()).unwrap(), caller, &world.ports));
        let (times, ids) = seen.lock().unwrap().clone();
        (answer.status().as_u16(), times, ids)
    }
}

#[test]
fn what_may_be_repeated_is_repeated_until_it_gets_through() {
    for (operation, key) in [(&LOANS[0], Some("k")), (&LOANS[1], None), (&REPLACE, None)] {
        let (status, times, ids) = Scene { busy: 3, writes: false }.call(operation, key);
        assert_eq!((status, times.len()), (200, 4), "{}", operation.id);
        assert!(times.is_sorted() && times[0] < times[3], "each handling has a time of its own: {times:?}");
        // What was begun outside under a key is recognised there.
        assert_eq!(ids.iter().all(|id| *id == ids[0]), key.is_some(), "{}: {ids:?}", operation.id);
    }
}

#[test]
fn a_command_without_a_key_is_left_to_its_caller() {
    let (status, times, _) = Scene { busy: 1, writes: false }.call(&LOANS[0], None);
    assert_eq!((status, times.len()), (503, 1));
}

#[test]
fn what_has_written_is_never_done_again() {
    for (operation, key) in [(&LOANS[0], Some("k")), (&REPLACE, None)] {
        let (status, times, _) = Scene { busy: 1, writes: true }.call(operation, key);
        assert_eq!((status, times.len()), (503, 1), "{}", operation.id);
    }
}

#[test]
fn patience_ends() {
    let (status, times, _) = Scene { busy: u32::MAX, writes: false }.call(&REPLACE, None);
    assert_eq!(status, 503);
    assert!(times.len() > 2, "it was tried again: {times:?}");
    let passed = times[times.len() - 1].since(times[0]).unwrap();
    assert!(passed.as_secs() < 2, "{passed:?}");
}
