//! The console's files, as they stand in `infra/local/console`. Colours and type are those of the reference
//! documentation.

/// A file.
pub(super) struct Asset {
    path: &'static str,
    /// Its media type.
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! assets {
    ($($kind:ident $file:literal)*) => {
        &[$(Asset { path: concat!("/", $file), kind: $kind, text: include_str!(concat!("../../console/", $file)) }),*]
    };
}

const ASSETS: &[Asset] = assets! {
    HTML "index.html"
    CSS "console.css"
    SVG "icon.svg"
    SCRIPT "main.js"
    SCRIPT "dom.js"
    SCRIPT "data.js"
    SCRIPT "parts.js"
    SCRIPT "map.js"
    SCRIPT "story.js"
    SCRIPT "table.js"
    SCRIPT "events.js"
    SCRIPT "letters.js"
    SCRIPT "sagas.js"
    SCRIPT "sockets.js"
    SCRIPT "health.js"
    SCRIPT "reference.js"
    SCRIPT "coverage.js"
};

const STYLE: Asset = Asset {
    path: "/style.css",
    kind: CSS,
    text: include_str!("../../../../codegen/cli/templates/docs/style.css"),
};

/// The file at a path below `/console`.
pub(super) fn find(path: &str) -> Option<&'static Asset> {
    let path = if path.is_empty() || path == "/" { "/index.html" } else { path };
    ASSETS.iter().chain([&STYLE]).find(|asset| asset.path == path)
}
