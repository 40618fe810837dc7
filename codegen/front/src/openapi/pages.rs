use stipule_ir::Page;
pub(crate) const PAGES: &[Page] = &[];
