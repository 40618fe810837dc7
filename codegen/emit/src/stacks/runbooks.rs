//! What to do when an alarm goes off, a page per kind of alarm; alarms name theirs.

/// Pages by their names, with `PLATFORM` for the platform's.
const PAGES: &[(&str, &str)] = &[
    ("dead-letters", include_str!("runbooks/dead-letters.md")),
    ("failing", include_str!("runbooks/failing.md")),
    ("ill", include_str!("runbooks/ill.md")),
    ("release", include_str!("runbooks/release.md")),
    ("rest", include_str!("runbooks/rest.md")),
    ("sagas", include_str!("runbooks/sagas.md")),
    ("slow", include_str!("runbooks/slow.md")),
];

/// Every page for a platform: its name and its text.
pub(super) fn pages(platform: &str) -> impl Iterator<Item = (&'static str, String)> {
    PAGES.iter().map(move |(name, text)| (*name, text.replace("PLATFORM", platform)))
}
