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
    pub(super) fn scope(mut self, start: &str) -> Value {
        self.join_choices(start);
        json!({"StartAt": start, "States": self.states})
    }

    /// A choice that goes on to another one by default asks what that one asks, and goes where it would: each state that
    /// is entered is billed. Nothing happens between the two, so both see the same.
    fn join_choices(&mut self, start: &str) {
        let names: Vec<String> = self.states.keys().cloned().collect();
        let mut asked = Vec::new();
        for name in names {
            while let Some((next, other)) = self.choice_after(&name) {
                let (Some(state), Value::Array(rules)) = (self.states.get_mut(&name), &other["Choices"])
                else {
                    break;
                };
                if let Some(own) = state["Choices"].as_array_mut() {
                    own.extend(rules.iter().cloned());
                }
                state["Default"] = other["Default"].clone();
                asked.push(next);
            }
        }
        for name in asked {
            if name != start && !self.states.values().any(|state| leads_to(state, &name)) {
                self.states.remove(&name);
            }
        }
    }

    /// The choice that a choice goes on to by default.
    fn choice_after(&self, name: &str) -> Option<(String, Value)> {
        let state = self.states.get(name).filter(|state| state["Type"] == "Choice")?;
        let next = state["Default"].as_str().filter(|next| *next != name)?;
        let other = self.states.get(next).filter(|state| state["Type"] == "Choice")?;
        Some((next.to_owned(), other.clone()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}

/// Whether a state may go on to the one of this name.
fn leads_to(state: &Value, name: &str) -> bool {
    let listed = ["Choices", "Catch"].into_iter().filter_map(|key| state[key].as_array()).flatten();
    state["Next"] == name || state["Default"] == name || listed.into_iter().any(|it| it["Next"] == name)
}
