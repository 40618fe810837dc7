//! The pages of the codes of references.

use stipule_ir::Page;

/// One row per code.
pub(crate) const PAGES: &[Page] = &[
    Page { code: "REF001", title: "A reference can't be read", text: include_str!("pages/REF001.md") },
    Page {
        code: "REF002",
        title: "A reference names a file that isn't there",
        text: include_str!("pages/REF002.md"),
    },
    Page { code: "REF003", title: "A reference leads nowhere", text: include_str!("pages/REF003.md") },
    Page {
        code: "REF004",
        title: "A URI names no file of this repository",
        text: include_str!("pages/REF004.md"),
    },
    Page {
        code: "REF005",
        title: "A reference does not lead to a schema",
        text: include_str!("pages/REF005.md"),
    },
    Page { code: "REF006", title: "A reference leads back to itself", text: include_str!("pages/REF006.md") },
];
