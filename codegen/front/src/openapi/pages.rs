//! The pages of the codes of OpenAPI.

use stipule_ir::Page;

/// One row per code.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "OAS001",
        title: "A part of OpenAPI is not supported yet",
        text: include_str!("pages/OAS001.md"),
    },
    Page { code: "OAS002", title: "A document has no paths", text: include_str!("pages/OAS002.md") },
    Page {
        code: "OAS003",
        title: "A version of OpenAPI is not supported",
        text: include_str!("pages/OAS003.md"),
    },
    Page { code: "OAS004", title: "A document belongs to no service", text: include_str!("pages/OAS004.md") },
    Page { code: "OAS005", title: "A path can't be matched", text: include_str!("pages/OAS005.md") },
    Page { code: "OAS006", title: "A parameter is given twice", text: include_str!("pages/OAS006.md") },
    Page {
        code: "OAS007",
        title: "A path and its parameters disagree",
        text: include_str!("pages/OAS007.md"),
    },
    Page { code: "OAS008", title: "A header is described elsewhere", text: include_str!("pages/OAS008.md") },
    Page { code: "OAS009", title: "A message can't have a body", text: include_str!("pages/OAS009.md") },
    Page { code: "OAS010", title: "A media type is not one", text: include_str!("pages/OAS010.md") },
    Page { code: "OAS011", title: "Responses are not complete", text: include_str!("pages/OAS011.md") },
    Page { code: "OAS012", title: "Nothing says who may call", text: include_str!("pages/OAS012.md") },
    Page {
        code: "OAS013",
        title: "A security scheme or scope does not exist",
        text: include_str!("pages/OAS013.md"),
    },
    Page { code: "OAS014", title: "An idempotency key is not needed", text: include_str!("pages/OAS014.md") },
    Page { code: "OAS015", title: "An event does not exist", text: include_str!("pages/OAS015.md") },
    Page { code: "OAS016", title: "A parameter is no text", text: include_str!("pages/OAS016.md") },
    Page {
        code: "OAS017",
        title: "Paging does not fit the operation",
        text: include_str!("pages/OAS017.md"),
    },
    Page {
        code: "OAS018",
        title: "Two operations have the same name",
        text: include_str!("pages/OAS018.md"),
    },
    Page {
        code: "OAS019",
        title: "Two operations answer the same calls",
        text: include_str!("pages/OAS019.md"),
    },
    Page { code: "OAS020", title: "A media type is left out", text: include_str!("pages/OAS020.md") },
    Page {
        code: "OAS021",
        title: "The parts of a body have no names",
        text: include_str!("pages/OAS021.md"),
    },
    Page {
        code: "OAS022",
        title: "A body can't be given with its bytes",
        text: include_str!("pages/OAS022.md"),
    },
    Page { code: "OAS023", title: "An answer can't be kept", text: include_str!("pages/OAS023.md") },
    Page { code: "OAS024", title: "A limit of calls is none", text: include_str!("pages/OAS024.md") },
    Page { code: "OAS025", title: "A rate of calls is none", text: include_str!("pages/OAS025.md") },
];
