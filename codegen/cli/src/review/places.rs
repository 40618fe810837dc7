//! Where things stand, in the author's own lines.

use stipule_front::reader::{Node, Value, pointer};
use stipule_ir::{FileId, Sources, Span};
use stipule_review::report::{Lines, Place, Shown};
use stipule_review::{Documents, Side};

use super::files::Version;
use crate::report::snippet::end_of;

/// Most lines that are shown of one place.
const MOST_LINES: usize = 6;

/// Longest line that is shown, in characters.
const LONGEST: usize = 160;

/// Both versions.
pub(crate) struct Places<'v> {
    pub(crate) base: (&'v Version, &'v Documents<'v>),
    pub(crate) revision: (&'v Version, &'v Documents<'v>),
}

impl Lines for Places<'_> {
    fn place(&self, side: Side, pointer: &str) -> Option<Place> {
        let (version, documents) = match side {
            Side::Base => self.base,
            Side::Revision => self.revision,
        };
        let (path, rest) = documents.split(pointer);
        let (file, root) = version.trees.get(&path?)?;
        Some(place(&version.sources, *file, root, rest))
    }
}

/// The place of a pointer in a file; of the nearest value around it, if nothing is there.
pub(crate) fn place(sources: &Sources, file: FileId, root: &Node, pointer: &str) -> Place {
    let mut span = root.span.clone();
    let mut node = root;
    for token in pointer.split('/').skip(1) {
        let token = pointer::unescape(token);
        let next = match &node.value {
            Value::Mapping(_) => node.entry(&token).map(|entry| {
                // What an alias stands for is elsewhere.
                let key = &entry.key.span;
                let end = entry.value.span.end.max(key.end);
                let value = &entry.value.span;
                let beside = value.file == key.file && value.start >= key.start;
                (Span { end: if beside { end } else { key.end }, ..key.clone() }, &entry.value)
            }),
            Value::Sequence(items) => {
                let item = token.parse::<usize>().ok().and_then(|index| items.get(index));
                item.map(|item| (item.span.clone(), item))
            }
            _ => None,
        };
        let Some((place, value)) = next else { break };
        (span, node) = (place, value);
    }
    shown(sources, file, &span)
}

fn shown(sources: &Sources, file: FileId, span: &Span) -> Place {
    let source = sources.get(file);
    let start = sources.line_column(span);
    let mut end = end_of(sources, span);
    let mut count = (end.line - start.line) as usize + 1;
    // The line after the last belongs to what follows.
    if end.column == 1 && count > 1 {
        count -= 1;
    }
    let shown: Vec<Shown> = sources
        .from_line(file, start.line)
        .lines()
        .take(count.min(MOST_LINES))
        .enumerate()
        .map(|(index, line)| {
            let at = if index == 0 { start.column as usize - 1 } else { 0 };
            let (text, at) = cut(line, at);
            Shown { number: start.line + index as u32, text, at }
        })
        .collect();
    if count > MOST_LINES {
        // Of something large its first line is pointed at.
        let width = shown.first().map_or(0, |line| line.text.chars().count());
        end = stipule_ir::LineColumn { line: start.line, column: (width as u32 + 1).max(start.column + 1) };
    }
    Place {
        file: source.path.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        shown,
    }
}

/// Of a long line the part around a character, and where in that part it is: a minified document is one line.
fn cut(line: &str, at: usize) -> (String, usize) {
    let line = line.trim_end();
    let length = line.chars().count();
    if length <= LONGEST {
        return (line.to_owned(), at.min(length));
    }
    let from = at.min(length).saturating_sub(LONGEST / 4);
    let part: String = line.chars().skip(from).take(LONGEST).collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if from + LONGEST < length { "…" } else { "" });
    (format!("{before}{part}{after}"), at.min(length) - from + before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_kept() {
        let line = format!("{}here{}", "a,".repeat(400), ",b".repeat(400));
        for at in [0, 100, 800, 1500, 1603] {
            let (text, place) = cut(&line, at);
            let shown: Vec<char> = text.chars().collect();
            assert!(shown.len() <= super::LONGEST + 2, "{text}");
            assert_eq!(shown[place], line.chars().nth(at).unwrap(), "{at}: {text}");
            assert_eq!((text.starts_with('…'), text.ends_with('…')), (at > 40, at < 1484), "{at}: {text}");
        }
    }
}
