//! The pages of the rules, and the changes they show.

use std::sync::LazyLock;

use stipule_ir::Page;

/// The texts: sections that begin with `# CODE name`, a line that says what happens, why it matters, and two changes.
const TEXTS: &[&str] = &[
    include_str!("pages/general.md"),
    include_str!("pages/operations.md"),
    include_str!("pages/parameters.md"),
    include_str!("pages/requests.md"),
    include_str!("pages/responses.md"),
    include_str!("pages/security.md"),
    include_str!("pages/callbacks.md"),
    include_str!("pages/extensions.md"),
    include_str!("pages/values.md"),
    include_str!("pages/numbers.md"),
    include_str!("pages/texts.md"),
    include_str!("pages/arrays.md"),
    include_str!("pages/objects.md"),
    include_str!("pages/alternatives.md"),
    include_str!("pages/members.md"),
    include_str!("pages/events.md"),
    include_str!("pages/tables.md"),
    include_str!("pages/writes.md"),
    include_str!("pages/sagas.md"),
    include_str!("pages/infrastructure.md"),
    include_str!("pages/costs.md"),
    include_str!("pages/platform.md"),
    include_str!("pages/repository.md"),
];

/// A change that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// YAML.
    pub before: &'static str,
    /// YAML.
    pub after: &'static str,
}

/// What a page says, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// `REV118`.
    pub code: &'static str,
    /// As the rule is named.
    pub name: &'static str,
    /// What happens, without a full stop.
    pub title: &'static str,
    /// Markdown.
    pub text: &'static str,
    /// A change that the rule reports.
    pub reported: Option<Change>,
    /// One that it doesn't.
    pub passed: Option<Change>,
}

static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let mut sections: Vec<Section> = TEXTS.iter().flat_map(|text| split(text)).collect();
    sections.sort_by_key(|section| section.code);
    sections
});

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let page = |section: &Section| Page { code: section.code, title: section.title, text: section.text };
    SECTIONS.iter().map(page).collect()
});

/// The pages of all rules, by code.
pub fn pages() -> &'static [Page] {
    &PAGES
}

/// What happens, in a sentence without a full stop; the code itself if it has no page.
pub fn title(code: &'static str) -> &'static str {
    let sections = sections();
    let found = sections.binary_search_by_key(&code, |section| section.code);
    found.map_or(code, |index| sections[index].title)
}

/// What all pages say, by code.
pub fn sections() -> &'static [Section] {
    &SECTIONS
}

fn split(text: &'static str) -> Vec<Section> {
    text.split("\n# ").filter_map(section).collect()
}

fn section(text: &'static str) -> Option<Section> {
    let text = text.strip_prefix("# ").unwrap_or(text).trim();
    let (head, rest) = text.split_once('\n')?;
    let (code, name) = head.split_once(' ')?;
    let (title, text) = rest.trim_start().split_once('\n')?;
    let changes = |marks: [&str; 2]| marks.into_iter().find_map(|mark| change(text, mark));
    Some(Section {
        code,
        name: name.trim(),
        title: title.trim(),
        text: text.trim(),
        reported: changes(["\nBad:\n", "\nExample:\n"]),
        passed: changes(["\nGood:\n", "\nNot this:\n"]),
    })
}

/// The two blocks after a mark.
fn change(text: &'static str, mark: &str) -> Option<Change> {
    let rest = &text[text.find(mark)? + mark.len()..];
    let (before, rest) = block(rest)?;
    let (after, _) = block(rest)?;
    Some(Change { before, after })
}

fn block(text: &'static str) -> Option<(&'static str, &'static str)> {
    let start = text.find("```yaml\n")? + "```yaml\n".len();
    let end = start + text[start..].find("```")?;
    Some((&text[start..end], &text[end + 3..]))
}
