use stipule_ir::Page;

/// Pages of the codes of sagas.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "SAG001",
        title: "A step names a service that isn't there",
        text: "Every step is done by one service of the platform, whose generated trait gets a function for it.\n\n\
               Bad: `service: inventroy`\n\n\
               Good: `service: inventory`",
    },
    Page {
        code: "SAG002",
        title: "A flow names a step that isn't there",
        text: "What a flow does is declared under `steps`, with its service, its types and its timeout.\n\n\
               Bad: `- {do: reserve}` where the step is `reserve_stock`\n\n\
               Good: `- {do: reserve_stock}`",
    },
    Page {
        code: "SAG003",
        title: "What goes into a step is no object",
        text: "Inputs and outputs grow without breaking anybody, which only objects can.\n\n\
               Bad: `input: ../types/ids.yaml#/$defs/OrderId`, a text\n\n\
               Good: `input: ../types/checkout.yaml#/$defs/ReserveStock`, an object with properties",
    },
    Page {
        code: "SAG004",
        title: "A reference leads nowhere",
        text: "`$input` is what the saga was started with, `$reserve_stock` what a step gave that was done before for \
               certain, `$line` the item of a list around. In what undoes a step only what was known before that step \
               can be named, because the step itself may have failed.\n\n\
               Bad: `with: {orderId: $inptu.orderId}`\n\n\
               Good: `with: {orderId: $input.orderId}`",
    },
    Page {
        code: "SAG005",
        title: "A value doesn't fit the field that it is given to",
        text: "Every value of the one type must be a value of the other, or the run would break off where it is least \
               expected.\n\n\
               Bad: a free text for a field with a pattern\n\n\
               Good: both refer to the same schema",
    },
    Page {
        code: "SAG006",
        title: "A step isn't given what it takes",
        text: "Each required field of a step's input is given, and nothing that it doesn't have.\n\n\
               Bad: `- {do: release_stock, with: {order: $input.orderId}}`\n\n\
               Good: `- {do: release_stock, with: {orderId: $input.orderId}}`",
    },
    Page {
        code: "SAG007",
        title: "A value may be missing where it is needed",
        text: "A state machine stops with an error that nothing catches when a path leads nowhere.\n\n\
               Bad: `with: {coupon: $input.coupon}` where `coupon` is optional\n\n\
               Good: `coupon` required, or the object around it handed over",
    },
    Page {
        code: "SAG008",
        title: "Two parts of a saga have one name",
        text: "Names become names of states, and a step's name is part of the key by which its service knows that it was \
               done already. A step that is done at two places would be skipped at the second.\n\n\
               Bad: `do: notify` twice\n\n\
               Good: two steps, `notify_packed` and `notify_sent`",
    },
    Page {
        code: "SAG009",
        title: "A part of a flow has no form that is known",
        text: "A flow is a list of parts, each of one kind: `do` a step, make a `choice`, go `parallel` ways, do something \
               for `each` item of a list, `wait`.\n\n\
               Bad: `- reserve_stock`\n\n\
               Good: `- {do: reserve_stock, with: {orderId: $input.orderId}}`",
    },
    Page {
        code: "SAG010",
        title: "A test can't hold",
        text: "A test names values that the tested field can have: one, a list of them, `{present: true}`, or bounds of a \
               number.\n\n\
               Bad: `when: {$check_fraud.outcome: FLAGED}`\n\n\
               Good: `when: {$check_fraud.outcome: FLAGGED}`",
    },
    Page {
        code: "SAG011",
        title: "What starts a saga isn't there",
        text: "An event starts a saga, and a field that each of them has names the run: a second event with the same value \
               starts nothing. The run's input is the payload; `with` gives fields of the input by another name.\n\n\
               Bad: `starts_on: [{event: Cart.CheckdOut, name: cartId}]`\n\n\
               Good: `starts_on: [{event: Cart.CheckedOut, name: cartId, with: {buyerId: customerId}}]`",
    },
    Page {
        code: "SAG012",
        title: "Something is to be done for each item of what is no list",
        text: "`in` refers to a list that is always there.\n\n\
               Bad: `each: parcel, in: $input.order`\n\n\
               Good: `each: parcel, in: $input.parcels`",
    },
    Page {
        code: "SAG013",
        title: "A rate, a share or a typical number is none",
        text: "`rate` is how many runs are expected on average, where no event says it; `share` is how many of the runs that \
               come to a choice go a way, from 0 to 1; `typical` is how many items a list mostly has. `stipule cost` \
               reckons with them, and nothing else does.\n\n\
               Bad: `rate: often`, `share: 20`, `typical: -1`\n\n\
               Good: `rate: 3000/d`, `share: 0.2`, `typical: 1.1`",
    },
];
