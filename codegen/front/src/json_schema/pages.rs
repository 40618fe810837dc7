//! The pages of the codes of JSON Schema.

use stipule_ir::Page;

/// One row per code.
pub(crate) const PAGES: &[Page] = &[
    Page { code: "JSC001", title: "A keyword is not supported yet", text: include_str!("pages/JSC001.md") },
    Page { code: "JSC002", title: "A keyword does not exist", text: include_str!("pages/JSC002.md") },
    Page { code: "JSC003", title: "A type does not exist", text: include_str!("pages/JSC003.md") },
    Page { code: "JSC004", title: "No value is valid", text: include_str!("pages/JSC004.md") },
    Page { code: "JSC005", title: "A keyword has no effect", text: include_str!("pages/JSC005.md") },
    Page {
        code: "JSC006",
        title: "Limits contradict each other or the type",
        text: include_str!("pages/JSC006.md"),
    },
    Page { code: "JSC007", title: "A pattern can't be used", text: include_str!("pages/JSC007.md") },
    Page { code: "JSC008", title: "An enum can't be used", text: include_str!("pages/JSC008.md") },
    Page { code: "JSC009", title: "Schemas can't be merged", text: include_str!("pages/JSC009.md") },
    Page { code: "JSC010", title: "A schema is nothing but itself", text: include_str!("pages/JSC010.md") },
    Page { code: "JSC011", title: "Keywords stand beside a union", text: include_str!("pages/JSC011.md") },
    Page { code: "JSC012", title: "A discriminator does not work", text: include_str!("pages/JSC012.md") },
    Page {
        code: "JSC013",
        title: "A required property is not declared",
        text: include_str!("pages/JSC013.md"),
    },
    Page { code: "JSC014", title: "A default does not fit its type", text: include_str!("pages/JSC014.md") },
    Page { code: "JSC015", title: "Two schemas have the same name", text: include_str!("pages/JSC015.md") },
    Page { code: "JSC016", title: "A format is not known", text: include_str!("pages/JSC016.md") },
    Page { code: "JSC017", title: "A schema has no type", text: include_str!("pages/JSC017.md") },
    Page { code: "JSC018", title: "Null can't stand here", text: include_str!("pages/JSC018.md") },
    Page {
        code: "JSC019",
        title: "A keyword beside `$ref` has no effect",
        text: include_str!("pages/JSC019.md"),
    },
    Page { code: "JSC020", title: "A dialect is not supported", text: include_str!("pages/JSC020.md") },
    Page { code: "JSC022", title: "A tuple has no fixed length", text: include_str!("pages/JSC022.md") },
    Page {
        code: "JSC023",
        title: "Transitions don't fit their states",
        text: include_str!("pages/JSC023.md"),
    },
];
