//! Each way of a choice can be taken.

use stipule_ir::workflow::{Arm, Is, Node, Test};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::walk;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG108",
        title: "A way of a choice is never taken",
        text: "The first way whose tests hold is taken. One whose tests hold only when those of an earlier one hold is \
never reached.

Bad:

```yaml
arms:
  - {when: {$check.outcome: [FLAGGED, BLOCKED]}, flow: […]}
  - {when: {$check.outcome: FLAGGED}, flow: […]}
```

Good: the narrower way first.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        walk::parts(&workflow.flow, false, &mut |node, _| {
            let Node::Choice(choice) = node else { return };
            for (at, arm) in choice.arms.iter().enumerate() {
                if let Some(earlier) = choice.arms[..at].iter().find(|earlier| covers(earlier, arm)) {
                    let message = format!("this way of `{}` is never taken", choice.name);
                    let fault = Diagnostic::error("SAG108", &arm.span, message)
                        .related(&earlier.span, "whenever its tests hold, those of this one do")
                        .help("put the narrower way first, or remove it");
                    diagnostics.push(fault);
                }
            }
        });
    }
}

/// Whether the earlier way is taken whenever the later one could be: each of its tests follows from one of the later's.
fn covers(earlier: &Arm, later: &Arm) -> bool {
    earlier.when.iter().all(|wide| later.when.iter().any(|narrow| follows(narrow, wide)))
}

fn follows(narrow: &Test, wide: &Test) -> bool {
    if narrow.value.root != wide.value.root || narrow.value.path != wide.value.path {
        return false;
    }
    match (&narrow.is, &wide.is) {
        (Is::OneOf(few), Is::OneOf(many)) => few.iter().all(|value| many.contains(value)),
        (Is::Present(one), Is::Present(other)) => one == other,
        (Is::OneOf(_) | Is::Within(..), Is::Present(true)) => true,
        (Is::Within(least, most), Is::Within(low, high)) => {
            low.is_none_or(|low| least.is_some_and(|least| least >= low))
                && high.is_none_or(|high| most.is_some_and(|most| most <= high))
        }
        _ => false,
    }
}
