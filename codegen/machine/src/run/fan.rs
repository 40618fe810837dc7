//! Branches side by side: those of `Parallel` and those of `Map`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::branch::{Branch, End, Item};
use super::{Cx, Happening};
use crate::definition::{Scope, Work};
use crate::fault::{Failure, RUNTIME};

/// Branches and how many may run at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fan {
    members: Vec<Member>,
    /// 0 for all.
    limit: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Member {
    /// Not begun, with its input and, in a map, its item.
    Idle(Value, Option<Value>),
    Running(Box<Branch>),
    Done(Value),
}

impl Fan {
    pub(super) fn of_branches(count: usize, input: &Value) -> Self {
        Self { members: (0..count).map(|_| Member::Idle(input.clone(), None)).collect(), limit: 0 }
    }

    /// Each item with the input that is made of it.
    pub(super) fn of_items(items: Vec<(Value, Value)>, limit: u64) -> Self {
        let members = items.into_iter().map(|(input, value)| Member::Idle(input, Some(value))).collect();
        Self { members, limit }
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.members.iter().filter_map(|member| match member {
            Member::Running(branch) => Some(&**branch),
            Member::Idle(..) | Member::Done(_) => None,
        })
    }

    /// Begins as many as may run; the result when all are done already.
    pub(super) fn start(&mut self, work: &Work, previous: &mut u64, cx: &mut Cx<'_>) -> Option<End> {
        loop {
            let running = self.branches().count() as u64;
            if self.limit > 0 && running >= self.limit {
                return None;
            }
            let Some(at) = self.members.iter().position(|member| matches!(member, Member::Idle(..))) else {
                return self.joined(work, previous, cx);
            };
            let Some(scope) = scope_of(work, at) else { return Some(Err(changed())) };
            let Member::Idle(input, item) =
                std::mem::replace(&mut self.members[at], Member::Done(Value::Null))
            else {
                continue;
            };
            let item = item.map(|value| Item { index: at, value });
            let of_map = item.is_some();
            let mut branch = Branch::new(&scope.start, input, item);
            branch.previous = match of_map {
                true => cx.event(*previous, "MapIterationStarted", None, json!({ "index": at })),
                false => *previous,
            };
            let end = branch.run(scope, cx);
            let last = branch.previous;
            self.members[at] = Member::Running(Box::new(branch));
            if let Some(failure) = self.ended(at, end, last, cx) {
                return self.failed(failure, work, previous, cx);
            }
        }
    }

    pub(super) fn go_on(
        &mut self,
        work: &Work,
        previous: &mut u64,
        cx: &mut Cx<'_>,
        happening: &mut Happening,
    ) -> Option<End> {
        for at in 0..self.members.len() {
            let Member::Running(branch) = &mut self.members[at] else { continue };
            let Some(scope) = scope_of(work, at) else { return Some(Err(changed())) };
            let end = branch.go_on(scope, cx, happening);
            let last = branch.previous;
            if let Some(failure) = self.ended(at, end, last, cx) {
                return self.failed(failure, work, previous, cx);
            }
        }
        self.start(work, previous, cx)
    }

    /// Notes the end of a branch; its failure, if it failed.
    fn ended(&mut self, at: usize, end: Option<End>, last: u64, cx: &mut Cx<'_>) -> Option<Failure> {
        let of_map = matches!(&self.members[at], Member::Running(branch) if branch.item.is_some());
        match end? {
            Ok(output) => {
                if of_map {
                    cx.event(last, "MapIterationSucceeded", None, json!({ "index": at }));
                }
                self.members[at] = Member::Done(output);
                None
            }
            Err(failure) => {
                if of_map {
                    cx.event(last, "MapIterationFailed", None, json!({ "index": at }));
                }
                self.members[at] = Member::Done(Value::Null);
                Some(failure)
            }
        }
    }

    fn failed(&mut self, failure: Failure, work: &Work, previous: &mut u64, cx: &mut Cx<'_>) -> Option<End> {
        self.cancel(cx);
        *previous = cx.event(*previous, format!("{}StateFailed", work.kind()), None, json!(failure));
        Some(Err(failure))
    }

    /// The outputs of all, if all are done.
    fn joined(&self, work: &Work, previous: &mut u64, cx: &mut Cx<'_>) -> Option<End> {
        let output = |member: &Member| match member {
            Member::Done(output) => Some(output.clone()),
            Member::Idle(..) | Member::Running(_) => None,
        };
        let outputs: Vec<Value> = self.members.iter().map(output).collect::<Option<_>>()?;
        *previous = cx.event(*previous, format!("{}StateSucceeded", work.kind()), None, Value::Null);
        Some(Ok(Value::Array(outputs)))
    }

    pub(super) fn cancel(&mut self, cx: &mut Cx<'_>) {
        for member in &mut self.members {
            if let Member::Running(branch) = member {
                branch.cancel(cx);
            }
        }
    }
}

/// The states of a branch.
fn scope_of(work: &Work, at: usize) -> Option<&Scope> {
    match work {
        Work::Parallel(branches) => branches.get(at),
        Work::Map(map) => Some(&map.scope),
        _ => None,
    }
}

fn changed() -> Failure {
    Failure::new(RUNTIME, "the machine hasn't the branches any more that the run is in")
}
