//! The pages of every code that loading can give.

use stipule_ir::Page;

/// All pages, by language; within one by code.
pub const PAGES: &[Page] = &ALL;

const GROUPS: [&[Page]; 9] = [
    crate::reader::pages::PAGES,
    crate::documents::PAGES,
    crate::json_schema::pages::PAGES,
    crate::openapi::pages::PAGES,
    crate::platform::PAGES,
    crate::event::PAGES,
    crate::table::PAGES,
    crate::saga::PAGES,
    crate::socket::PAGES,
];

const COUNT: usize = {
    let mut count = 0;
    let mut group = 0;
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

const ALL: [Page; COUNT] = {
    let mut all = [Page { code: "", title: "", text: "" }; COUNT];
    let (mut at, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut page = 0;
        while page < GROUPS[group].len() {
            all[at] = GROUPS[group][page];
            at += 1;
            page += 1;
        }
        group += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_code_of_its_own_and_says_something() {
        let mut codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), PAGES.len(), "a code has two pages");
        for page in PAGES {
            assert!(!page.title.is_empty() && !page.title.ends_with('.'), "title of {}", page.code);
            assert!(page.text.contains("Good:"), "an example for {}", page.code);
        }
    }
}
