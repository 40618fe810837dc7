//! The context object, `$$`.

use serde_json::{Value, json};

use super::Cx;
use super::branch::Branch;
use crate::data::{Roots, instant};

impl Branch {
    /// `$$` in the state of this branch. Source: "Accessing execution data from the Context object" of the guide.
    pub(super) fn context(&self, token: Option<&str>, cx: &Cx<'_>) -> Value {
        let facts = cx.facts;
        let mut context = json!({
            "Execution": {
                "Id": format!("{}:{}", facts.machine, facts.name),
                "Input": facts.input,
                "Name": facts.name,
                "StartTime": instant::text(facts.started),
            },
            "State": {
                "EnteredTime": instant::text(self.entered),
                "Name": self.state,
                "RetryCount": self.retries,
            },
            "StateMachine": {"Id": facts.machine, "Name": facts.machine},
        });
        if let Some(token) = token {
            context["Task"] = json!({ "Token": token });
        }
        if let Some(item) = &self.item {
            context["Map"] = json!({"Item": {"Index": item.index, "Value": item.value}});
        }
        context
    }
}

/// Both roots.
pub(super) fn roots<'v>(input: &'v Value, context: &'v Value) -> Roots<'v> {
    Roots { input, context }
}
