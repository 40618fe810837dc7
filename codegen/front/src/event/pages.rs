use stipule_ir::Page;

/// Pages of the codes of events and subscriptions.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "EVT001",
        title: "An event's schema has no header",
        text: "Every file of `contracts/events` is the schema of one version of one event. Its header says which.\n\n\
               Bad: a schema without `x-stipule-event`.\n\n\
               Good:\n\n\
               ```yaml\n\
               x-stipule-event: {name: Book.Lent, version: 1, source: library.lending, aggregate: Book, id: bookId}\n\
               title: Book lent\n\
               type: object\n\
               ```",
    },
    Page {
        code: "EVT002",
        title: "A name can't be the name of an event",
        text: "An event's name says what it is about and what happened, each part with a capital: it becomes the \
               detail-type on the bus and the name of a Rust type.\n\n\
               Bad: `name: lend_book`\n\n\
               Good: `name: Book.Lent`",
    },
    Page {
        code: "EVT003",
        title: "The payload of an event is not an object",
        text: "A payload has fields: at least the id of the aggregate. It must grow without breaking its readers, which \
               only an object can.\n\n\
               Bad: `type: string`\n\n\
               Good: `type: object` with `properties`",
    },
    Page {
        code: "EVT004",
        title: "The header of an event names a field that isn't there",
        text: "`id` is the payload field with the id of the aggregate, `order` the one that orders delivery. Both are \
               wire names of properties.\n\n\
               Bad: `id: book_id` where the property is `bookId`\n\n\
               Good: `id: bookId`",
    },
    Page {
        code: "EVT005",
        title: "A field can't identify or order an event",
        text: "The sequence of an aggregate and the order of delivery are kept by these fields. An event without them, \
               or with `null`, would belong nowhere; an object, a list or a fraction has no single way to be written.\n\n\
               Bad: `id: note`, where `note` is optional\n\n\
               Good: a required property that is text, an id, a date, an enum or a whole number",
    },
    Page {
        code: "EVT006",
        title: "A version of an event is declared twice",
        text: "Consumers find the schema of an event by name and version. With two, nobody could say which holds.\n\n\
               Bad: `version: 1` in both `book-lent.yaml` and `book-lent-2.yaml`\n\n\
               Good: `version: 2` in the second",
    },
    Page {
        code: "SUB001",
        title: "A subscription of a service that doesn't exist",
        text: "`service` names one of the services of `contracts/platform.yaml`; its crate gets the handler.\n\n\
               Bad: `service: lendings`\n\n\
               Good: `service: lending`",
    },
    Page {
        code: "SUB002",
        title: "A subscription to an event that doesn't exist",
        text: "`event` is the name in the header of one of the files of `contracts/events`.\n\n\
               Bad: `event: Book.Lended`\n\n\
               Good: `event: Book.Lent`",
    },
    Page {
        code: "SUB003",
        title: "A subscription to a version that doesn't exist",
        text: "`versions` lists what the handler accepts; each must be declared. Without it the newest is accepted.\n\n\
               Bad: `versions: [1, 2]` where only version 1 is declared\n\n\
               Good: `versions: [1]`",
    },
    Page {
        code: "SUB004",
        title: "A subscription without dead letters",
        text: "An event that can't be handled after all attempts must be kept for a person, not dropped: that is what the \
               dead-letter queue is for. Several subscriptions may share one.\n\n\
               Bad: `{event: Book.Lent, delivery: queue}`\n\n\
               Good: `{event: Book.Lent, delivery: queue, dead_letters: lending-dead}`",
    },
    Page {
        code: "SUB005",
        title: "A setting that this delivery doesn't have",
        text: "Deliveries differ in what can be set. `queue` and `ordered_queue` have everything. `direct` hands each event \
               to the function at once: there are no batches and no queue to hold a burst back, and the service itself \
               tries again after one minute and then two, three tries at most. Only `fan_out` has a `topic`, only \
               `ordered_queue` a `gap`.\n\n\
               Bad: `{event: Book.Lent, delivery: direct, batch: 10, dead_letters: lending-dead}`\n\n\
               Good: `{event: Book.Lent, delivery: queue, batch: 10, dead_letters: lending-dead}`",
    },
    Page {
        code: "SUB006",
        title: "The first wait is longer than the longest",
        text: "Waits between tries start at `backoff`, double each time and never exceed `max_backoff`.\n\n\
               Bad: `{backoff: 10m, max_backoff: 5m}`\n\n\
               Good: `{backoff: 1s, max_backoff: 5m}`",
    },
    Page {
        code: "SUB007",
        title: "A service subscribes to one event twice",
        text: "A service has one handler per event. Two subscriptions would handle every event twice.\n\n\
               Bad: `event: Book.Lent` with `versions: [1]`, and again with `versions: [2]`\n\n\
               Good: once, with `versions: [1, 2]`",
    },
    Page {
        code: "SUB008",
        title: "A pattern that EventBridge would refuse",
        text: "`pattern` of a subscription is an event pattern of EventBridge: fields, each with a list of values or \
               operators of which one must pass. The whole rule, with the event's name and versions, has at most 2,048 \
               characters.\n\n\
               Bad: `pattern: {detail: {data: {shelf: A7}}}`\n\n\
               Good: `pattern: {detail: {data: {shelf: [A7, {prefix: B}]}}}`",
    },
    Page {
        code: "SUB009",
        title: "A pattern asks for something that isn't the event's",
        text: "On the bus an event is `source`, `detail-type` and `detail`. The first two, and the version, are what \
               `event` and `versions` of the subscription say; a pattern is about `detail`, the envelope: the payload is \
               `detail.data`. Account, region and resources differ from place to place, and handlers don't see them.\n\n\
               Bad: `pattern: {source: [library.lending]}`\n\n\
               Good: `pattern: {detail: {data: {days: [{numeric: ['>', 28]}]}}}`",
    },
    Page {
        code: "SUB010",
        title: "The topic of a fan-out",
        text: "`fan_out` sends an event through a topic to the queues of all that subscribe to the topic: one rule of the \
               bus for many subscribers. It needs the topic's name, the same for all of them, and a topic carries one \
               event: its rule could not tell apart what each queue is to get.\n\n\
               Bad: `{event: Book.Lent, delivery: fan_out, dead_letters: lending-dead}`\n\n\
               Good: `{event: Book.Lent, delivery: fan_out, topic: book-lent, dead_letters: lending-dead}`",
    },
    Page {
        code: "SUB011",
        title: "A pattern that a topic can't filter by",
        text: "With `fan_out`, the pattern becomes the filter policy of the topic's subscription, which knows less than the \
               bus: it has no `wildcard`, `anything-but` takes values and prefixes only, at most five fields can be \
               asked for, and the numbers of values of all fields multiply to at most 150.\n\n\
               Bad: `{delivery: fan_out, topic: book-lent, pattern: {detail: {data: {shelf: [{wildcard: 'A*7'}]}}}}`\n\n\
               Good: `{delivery: queue, pattern: {detail: {data: {shelf: [{wildcard: 'A*7'}]}}}}`",
    },
];
