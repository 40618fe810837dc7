//! What types leave unsaid, as a schema that is run on the JSON tree (`stipule_wire::Schema`).
//!
//! The schema is one of 2020-12, whatever dialect its parts are written in, and holds all that it refers to: every
//! reference leads into its `$defs`.

mod bundle;
mod normal;
mod residue;
mod resources;
mod uri;

pub(super) use residue::write;

pub use suite::whole;

mod suite {
    use stipule_ir::FileId;

    use super::bundle::Bundle;
    use super::resources::Resources;
    use crate::documents::Documents;

    /// The schema that a whole file is, as JSON text for `stipule_wire::Rules`; `None` where it refers to something that
    /// isn't there. `uri` gives the address that each file is known by.
    pub fn whole(documents: &Documents<'_>, file: FileId, uri: &dyn Fn(&str) -> String) -> Option<String> {
        let resources = Resources::of(documents, uri);
        let mut bundle = Bundle::new(&resources);
        let root = bundle.schema(documents.root(file)?);
        let text = bundle.finish(&[root]);
        bundle.is_whole().then_some(text)
    }
}
