//! The pages of the codes of the reader.

use stipule_ir::Page;

/// One row per code.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "SYN001",
        title: "The text is neither YAML nor JSON",
        text: include_str!("pages/SYN001.md"),
    },
    Page { code: "SYN002", title: "A key is given twice", text: include_str!("pages/SYN002.md") },
    Page { code: "SYN003", title: "A file holds several documents", text: include_str!("pages/SYN003.md") },
    Page { code: "SYN004", title: "A file is empty", text: include_str!("pages/SYN004.md") },
    Page { code: "SYN005", title: "Values are nested too deeply", text: include_str!("pages/SYN005.md") },
    Page { code: "SYN006", title: "A file holds too many values", text: include_str!("pages/SYN006.md") },
    Page { code: "SYN007", title: "A key is not text", text: include_str!("pages/SYN007.md") },
    Page {
        code: "SYN008",
        title: "An alias stands inside the value it repeats",
        text: include_str!("pages/SYN008.md"),
    },
    Page {
        code: "SYN009",
        title: "A number reads differently elsewhere",
        text: include_str!("pages/SYN009.md"),
    },
    Page {
        code: "SYN010",
        title: "`<<` merges something that is no mapping",
        text: include_str!("pages/SYN010.md"),
    },
    Page { code: "SYN011", title: "A tag does not fit", text: include_str!("pages/SYN011.md") },
    Page { code: "SYN012", title: "Nothing reads a file", text: include_str!("pages/SYN012.md") },
    Page { code: "SYN013", title: "A line stands too far left", text: include_str!("pages/SYN013.md") },
    Page { code: "SYN020", title: "A value is of the wrong kind", text: include_str!("pages/SYN020.md") },
    Page { code: "SYN021", title: "A key is missing", text: include_str!("pages/SYN021.md") },
    Page { code: "SYN022", title: "A key does not exist", text: include_str!("pages/SYN022.md") },
    Page { code: "SYN023", title: "A value is not allowed", text: include_str!("pages/SYN023.md") },
];
