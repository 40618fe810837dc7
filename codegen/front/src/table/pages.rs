use stipule_ir::Page;

/// Pages of the codes of tables; their words are in the folder beside.
pub(crate) const PAGES: &[Page] = &[
    Page { code: "TBL001", title: "There is no such entity", text: include_str!("pages/TBL001.md") },
    Page { code: "TBL002", title: "There is no such field", text: include_str!("pages/TBL002.md") },
    Page {
        code: "TBL003",
        title: "There is no such index, or the entity isn't in it",
        text: include_str!("pages/TBL003.md"),
    },
    Page { code: "TBL004", title: "A key segment isn't understood", text: include_str!("pages/TBL004.md") },
    Page { code: "TBL005", title: "A field can't be part of a key", text: include_str!("pages/TBL005.md") },
    Page {
        code: "TBL006",
        title: "A key starts with a word of the platform",
        text: include_str!("pages/TBL006.md"),
    },
    Page {
        code: "TBL007",
        title: "An entity's schema is not an object",
        text: include_str!("pages/TBL007.md"),
    },
    Page { code: "TBL008", title: "A condition isn't understood", text: include_str!("pages/TBL008.md") },
    Page { code: "TBL009", title: "Two things can't be compared", text: include_str!("pages/TBL009.md") },
    Page { code: "TBL010", title: "A name is used twice", text: include_str!("pages/TBL010.md") },
    Page {
        code: "TBL011",
        title: "Too many indexes, or a key that can't migrate",
        text: include_str!("pages/TBL011.md"),
    },
    Page {
        code: "TBL012",
        title: "An index waits for a value that never comes",
        text: include_str!("pages/TBL012.md"),
    },
    Page { code: "TBL013", title: "A value can't be unique", text: include_str!("pages/TBL013.md") },
    Page { code: "TBL014", title: "A field can't be a counter", text: include_str!("pages/TBL014.md") },
    Page {
        code: "TBL015",
        title: "A read or an operation doesn't say what it is",
        text: include_str!("pages/TBL015.md"),
    },
    Page {
        code: "TBL016",
        title: "An item would be replaced unguarded",
        text: include_str!("pages/TBL016.md"),
    },
    Page {
        code: "TBL017",
        title: "A field can't be written this way",
        text: include_str!("pages/TBL017.md"),
    },
    Page {
        code: "TBL018",
        title: "A list in a transaction has no bound",
        text: include_str!("pages/TBL018.md"),
    },
    Page { code: "TBL019", title: "A rate isn't understood", text: include_str!("pages/TBL019.md") },
    Page { code: "TBL020", title: "There is no such event", text: include_str!("pages/TBL020.md") },
    Page {
        code: "TBL021",
        title: "A query doesn't bind its partition",
        text: include_str!("pages/TBL021.md"),
    },
    Page {
        code: "TBL022",
        title: "The rows don't come in this order",
        text: include_str!("pages/TBL022.md"),
    },
    Page {
        code: "TBL023",
        title: "A range isn't over the next segment",
        text: include_str!("pages/TBL023.md"),
    },
    Page {
        code: "TBL024",
        title: "Shards and their merging don't match",
        text: include_str!("pages/TBL024.md"),
    },
    Page {
        code: "TBL025",
        title: "An argument would mean two things",
        text: include_str!("pages/TBL025.md"),
    },
    Page { code: "TBL026", title: "A write does nothing", text: include_str!("pages/TBL026.md") },
    Page { code: "TBL027", title: "A name can't be that of an error", text: include_str!("pages/TBL027.md") },
    Page {
        code: "TBL028",
        title: "A field has the name of the table's own attribute",
        text: include_str!("pages/TBL028.md"),
    },
    Page {
        code: "TBL029",
        title: "An index can't be over these fields",
        text: include_str!("pages/TBL029.md"),
    },
    Page {
        code: "TBL041",
        title: "Entities of a read stand in different places",
        text: include_str!("pages/TBL041.md"),
    },
    Page {
        code: "TBL042",
        title: "A page is larger than the largest",
        text: include_str!("pages/TBL042.md"),
    },
    Page {
        code: "TBL043",
        title: "Fields are asked of an entity that isn't read",
        text: include_str!("pages/TBL043.md"),
    },
    Page {
        code: "TBL044",
        title: "A batch has nothing to tell its items apart",
        text: include_str!("pages/TBL044.md"),
    },
    Page { code: "TBL050", title: "An upsert can't make the item", text: include_str!("pages/TBL050.md") },
    Page {
        code: "TBL051",
        title: "A batch can't keep what is promised of an entity",
        text: include_str!("pages/TBL051.md"),
    },
    Page { code: "TBL052", title: "Items can't expire so", text: include_str!("pages/TBL052.md") },
    Page { code: "TBL060", title: "There is no such service", text: include_str!("pages/TBL060.md") },
    Page {
        code: "TBL061",
        title: "More is typical than there may be",
        text: include_str!("pages/TBL061.md"),
    },
];
