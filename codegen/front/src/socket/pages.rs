use stipule_ir::Page;

/// Pages of the codes of sockets.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "SOC001",
        title: "An AsyncAPI version that isn't supported",
        text: "`contracts/sockets` holds AsyncAPI 3.0 documents.\n\n\
               Bad: `asyncapi: 2.6.0`\n\n\
               Good: `asyncapi: 3.0.0`",
    },
    Page {
        code: "SOC002",
        title: "Sockets of a service that doesn't exist",
        text: "A file of `contracts/sockets` has the name of the service that decides who may listen.\n\n\
               Bad: `contracts/sockets/lendings.yaml`\n\n\
               Good: `contracts/sockets/lending.yaml`",
    },
    Page {
        code: "SOC003",
        title: "There is nothing to listen to",
        text: "A document has channels, and a channel tells at least one message.\n\n\
               Bad: `channels: {}`\n\n\
               Good: `channels: {book: {address: \"book/{bookId}\", messages: {bookLent: {$ref: …}}, …}}`",
    },
    Page {
        code: "SOC004",
        title: "Nobody says who may listen",
        text: "A listener needs every scope of `x-stipule-scopes`; then the service is asked whether this topic is theirs. Scopes are \
               those of the platform.\n\n\
               Bad: a channel without `x-stipule-scopes`\n\n\
               Good: `x-stipule-scopes: [\"loans:read\"]`",
    },
    Page {
        code: "SOC005",
        title: "An address that nothing can be matched with",
        text: "An address is words and parameters between slashes. It begins with a word, and mentions every declared parameter once.\n\n\
               Bad: `address: \"{bookId}\"`\n\n\
               Good: `address: \"book/{bookId}\"`",
    },
    Page {
        code: "SOC006",
        title: "A parameter that isn't written as text",
        text: "What a parameter stands for is a part of a topic's name: an id, a code, a number.\n\n\
               Bad: `x-stipule-type` refers to an object\n\n\
               Good: `x-stipule-type: \"../types/ids.yaml#/$defs/BookId\"`",
    },
    Page {
        code: "SOC007",
        title: "A topic that belongs to two channels",
        text: "Whoever listens to a topic is told the messages of one channel, and one channel says who may.\n\n\
               Bad: `book/{bookId}` and `book/{isbn}`\n\n\
               Good: `book/{bookId}` and `edition/{isbn}`",
    },
    Page {
        code: "SOC008",
        title: "A name that can't be the name of a message",
        text: "Clients tell messages apart by their names, so each has its own: what it is about and what happened, in small letters.\n\n\
               Bad: `name: BookLent`\n\n\
               Good: `name: book.lent`",
    },
    Page {
        code: "SOC009",
        title: "A message that isn't there, or is told nowhere",
        text: "Messages are declared under `components/messages`, and channels refer to them.\n\n\
               Bad: `messages: {bookLend: {$ref: \"#/components/messages/bookLend\"}}` where it is called `bookLent`\n\n\
               Good: `messages: {bookLent: {$ref: \"#/components/messages/bookLent\"}}`",
    },
    Page {
        code: "SOC010",
        title: "A payload that isn't an object of its own",
        text: "A payload refers to a schema of an object with properties: it must grow without breaking those who read it, and gets a type \
               with a name.\n\n\
               Bad: `payload: {type: string}`\n\n\
               Good: `payload: {$ref: \"#/components/schemas/BookLent\"}`",
    },
    Page {
        code: "SOC011",
        title: "A rate of sockets or messages is none",
        text: "How many sockets are opened and for how long (`x-stipule-connections`), how often somebody begins to listen to \
               a channel and how often listeners are told a message (`x-stipule-rate`): averages over a day, which \
               `stipule cost` reckons with.\n\n\
               Bad: `x-stipule-rate: 1000`\n\n\
               Good: `x-stipule-rate: 1000/d`",
    },
];
