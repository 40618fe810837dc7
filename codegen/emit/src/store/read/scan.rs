//! Scans: everything that is stored of an entity.

use stipule_ir::table::Scan;

use super::{CURSOR_ERRORS, Part, about};
use crate::rust::{Text, quoted_words};
use crate::store::scene::Scene;

impl Part<'_> {
    pub(super) fn scan(&self, scan: &Scan, text: &mut Text) {
        let entity = self.scene.entity(scan.entity);
        let (result, module) = (self.stored(scan.entity), Scene::module(entity));
        self.scan_words(scan, text);
        let mut arguments = Vec::new();
        arguments.extend(scan.segments.map(|_| "segment: u32".to_owned()));
        arguments.push("page: PageRequest<'_>".to_owned());
        self.signature(&arguments, &format!("Paged<{result}>"), text);
        let keys = [(entity, self.key_in(scan.entity))];
        self.pattern("pattern", &keys, scan.page, scan.max_page, text);
        let mut call = match scan.index {
            None => "Scan::table()".to_owned(),
            Some(index) => format!("Scan::index({}.name)", self.scene.index(index).name.constant()),
        };
        if let Some(segments) = scan.segments {
            call.push_str(&format!(".segment(segment, {segments})"));
        }
        if scan.index.is_none() && !scan.consistent.value {
            call.push_str(".eventual()");
        }
        call.push_str(&self.selecting());
        text.code(2, &format!("let scan = {call};"));
        let page = format!("page::scan(self.cx, &pattern, &entity::{module}::ENTITY, scan, page).await?");
        text.code(2, &format!("{page}.try_map(|item| {}(&item))", self.reader(scan.entity)));
    }

    fn scan_words(&self, scan: &Scan, text: &mut Text) {
        let entity = self.scene.entity(scan.entity);
        let whole = match scan.index {
            None => "the whole table".to_owned(),
            Some(index) => format!("the whole index `{}`", self.scene.index(index).name),
        };
        let mut words = format!(
            "Each `{}`, in no order; {} per page unless asked otherwise. Why: {}.\n\n\
             Expensive: it reads {whole}, of every tenant, whatever it keeps. A page may have fewer items than asked for, \
             even none, and not be the last: `next` says.",
            entity.name,
            scan.page,
            quoted_words(scan.reason.value.trim_end_matches('.')),
        );
        let mut errors = vec![CURSOR_ERRORS.to_owned()];
        if let Some(segments) = scan.segments {
            words.push_str(&format!(
                " There are {segments} segments, from 0 on, which may be read at the same time."
            ));
            errors.push(format!("[`StoreFailure::Invalid`] for a segment from {segments} on."));
        }
        about(&words, &errors.iter().map(String::as_str).collect::<Vec<_>>(), text);
    }
}
