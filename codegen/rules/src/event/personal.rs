//! What events carry can't be taken back.

use stipule_ir::{Contract, Diagnostics, Page};

use crate::Rule;
use crate::personal::{Kept, fault};

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT106",
        title: "An event carries personal data",
        text: "An event is kept as it was said: by the archive, by dead letters, by queues, and by whoever consumes it. Rows \
can be redacted when somebody wants to be forgotten; an archive of EventBridge can't, and a replay would bring back what was \
erased. So events carry ids, and who needs more reads it by them; after an erasure there is nothing to read. What is personal \
is marked by `x-stipule-pii`.

Where an id won't do, `personal` in the header says why. Then what is personal in the event stays until its `retention` ends, \
and in dead letters until they are redriven or dropped. (A `personal` that isn't needed is a warning.)

Bad: `x-stipule-event: {name: Member.Joined, …}` over a payload with `email`

Good: `memberId`, by which the consumer reads the member

Good, if it has to be: `x-stipule-event: {name: Member.Joined, …, retention: 1d, personal: the partner that gets it reads nothing here}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for event in &contract.events {
        let kept = Kept {
            code: "EVT106",
            name: format!("`{}`", event.name),
            span: &event.span,
            keepers: "archives and dead letters",
            carries: vec![(String::new(), event.payload)],
            why: event.personal.as_ref(),
        };
        if let Some(fault) = fault(contract, &kept) {
            diagnostics.push(fault);
        }
    }
}
