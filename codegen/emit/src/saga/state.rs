//! The states of a scope while they are put together.

use serde_json::{Map, Value, json};

/// States by name.
#[derive(Debug, Default)]
pub(super) struct States {
    states: Map<String, Value>,
}

impl States {
    /// Adds a state that goes on as `next` says: `{"Next": …}` or `{"End": true}`.
    pub(super) fn add(&mut self, name: String, mut state: Map<String, Value>, next: &Value) {
        if let Some(next) = next.as_object() {
            state.extend(next.clone());
        }
        self.states.insert(name, Value::Object(state));
    }

    /// Adds a state that says itself where it goes.
    pub(super) fn add_last(&mut self, name: String, state: Value) {
        self.states.insert(name, state);
    }

    /// All states, as `States` of a scope that starts with this one.
    pub(super) fn scope(self, start: &str) -> Value {
        json!({"StartAt": start, "States": self.states})
    }

    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}
