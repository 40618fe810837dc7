//! Whatever changes something is undone, or is the pivot.

use stipule_ir::workflow::Effect;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::walk;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG101",
        title: "A step changes something and nothing undoes it",
        text: "When a later step fails, what was done before is undone in reverse order. A step that changes something \
says what undoes it, or is the pivot: the one from which on the saga goes forward only. A step that changes nothing says \
`effect: none`.

Bad:

```yaml
flow:
  - {do: take_book, with: {bookId: $input.bookId}}
  - {do: tell_member, with: {memberId: $input.memberId}, pivot: true}
```

Good:

```yaml
flow:
  - {do: take_book, with: {bookId: $input.bookId}, undo: {do: put_book_back, with: {bookId: $input.bookId}}}
  - {do: tell_member, with: {memberId: $input.memberId}, pivot: true}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        walk::steps(&workflow.flow, &mut |it, past_pivot| {
            let step = &workflow.steps[it.act.step.0 as usize];
            let stays = step.effect == Effect::Changes && it.undo.is_none() && !it.pivot;
            if past_pivot || !stays {
                return;
            }
            let message = format!("nothing undoes `{}`", step.name);
            let fault = Diagnostic::error("SAG101", &it.act.span, message)
                .related(&step.span, "it changes something")
                .proof(format!("when a step after `{}` fails, what it changed stays", step.name))
                .help("say what undoes it: `undo: {do: …}`; or `pivot: true`; or `effect: none` if it changes nothing");
            diagnostics.push(fault);
        });
    }
}
