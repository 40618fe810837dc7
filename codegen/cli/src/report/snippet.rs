//! A source line with carets under it, however wide the line and however narrow the terminal.

use stipule_ir::{Sources, Span};
use unicode_width::UnicodeWidthChar;

/// Longest source line shown whole when nothing limits the width: a minified document is one line of a megabyte.
const WIDEST_PLAIN: usize = 160;

/// Tabs are shown as so many blanks, so that the carets stand where the reader sees the text.
const TAB: &str = "    ";

/// The first line of a place, as it is shown.
pub(crate) struct Excerpt {
    /// Line, from 1.
    pub(crate) line: u32,
    /// The text, cut to the room there is, with `…` where it was cut.
    pub(crate) text: String,
    /// Column of the first caret in `text`, from 0.
    pub(crate) caret: usize,
    /// Number of carets, at least 1.
    pub(crate) carets: usize,
}

/// The line on which `span` starts, in at most `room` columns.
pub(crate) fn excerpt(sources: &Sources, span: &Span, room: Option<usize>) -> Excerpt {
    let text = &sources.get(span.file).text;
    let start = floor_boundary(text, span.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = text[line_start..line_end].trim_end();
    let end = floor_boundary(text, (span.end as usize).max(start)).min(line_start + line.len());

    let mut shown = String::new();
    let mut cells: Vec<Cell> = Vec::new();
    let (mut caret, mut caret_end) = (None, None);
    let mut column = 0;
    for (at, letter) in line.char_indices() {
        let at = line_start + at;
        if at == start {
            caret = Some(column);
        }
        if at == end {
            caret_end = Some(column);
        }
        let form = visible(letter);
        let width: usize = form.chars().map(|c| c.width().unwrap_or(1)).sum();
        cells.push(Cell { column, offset: shown.len() });
        shown.push_str(&form);
        column += width;
    }
    let caret = caret.unwrap_or(column);
    let caret_end = caret_end.unwrap_or(column).max(caret + 1);
    let line_number = sources.line_column(span).line;
    let room = room.unwrap_or(WIDEST_PLAIN).max(8);
    if column.max(caret + 1) <= room {
        return Excerpt { line: line_number, text: shown, caret, carets: caret_end - caret };
    }
    window(&Whole { text: shown, cells, width: column }, line_number, caret..caret_end, room)
}

/// Where a character of the line stands: its column and its byte in the shown text.
struct Cell {
    column: usize,
    offset: usize,
}

struct Whole {
    text: String,
    cells: Vec<Cell>,
    width: usize,
}

/// The part of a too long line around its carets, a third of the room before them.
fn window(whole: &Whole, line: u32, carets: std::ops::Range<usize>, room: usize) -> Excerpt {
    let mut from = carets.start.saturating_sub(room / 3);
    if carets.end > from + room - 2 {
        from = carets.start.saturating_sub(2).min(carets.end.saturating_sub(room - 2)).max(from);
    }
    from = from.min(whole.width.saturating_sub(room - 1));
    let cut_before = from > 0;
    let start = whole.cells.partition_point(|cell| cell.column < from + usize::from(cut_before));
    let first_column = whole.cells.get(start).map_or(whole.width, |cell| cell.column);
    let cut_after = whole.width - first_column > room - usize::from(cut_before);
    let last_column = first_column + room - usize::from(cut_before) - usize::from(cut_after);
    let end = if cut_after {
        whole.cells.partition_point(|cell| cell.column < last_column)
    } else {
        whole.cells.len()
    };
    let byte = |cell: usize| whole.cells.get(cell).map_or(whole.text.len(), |cell| cell.offset);
    let mut text = String::new();
    if cut_before {
        text.push('…');
    }
    text.push_str(&whole.text[byte(start)..byte(end.max(start))]);
    if cut_after {
        text.push('…');
    }
    let shift = |column: usize| (column + usize::from(cut_before)).saturating_sub(first_column);
    let caret = shift(carets.start).min(room - 1);
    let carets_end = shift(carets.end).min(room).max(caret + 1);
    Excerpt { line, text, caret, carets: carets_end - caret }
}

/// Where a place ends, as a person counts: line from 1, column in characters from 1, one past the last.
pub(crate) fn end_of(sources: &Sources, span: &Span) -> stipule_ir::LineColumn {
    let end = Span::new(span.file, span.end.max(span.start), span.end.max(span.start), span.pointer.clone());
    sources.line_column(&end)
}

/// Text from a file or from a name, safe to print: no control character reaches the terminal and no
/// bidirectional override changes the order in which a line reads.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(letter: char) -> String {
    match letter {
        '\t' => TAB.to_owned(),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {
            '\u{fffd}'.to_string()
        }
        letter if letter.is_control() => '\u{fffd}'.to_string(),
        letter => letter.to_string(),
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::{FileId, Source};

    fn sources(text: &str) -> Sources {
        Sources::new([Source { path: "contracts/a.yaml".to_owned(), text: text.to_owned() }])
    }

    fn shown(text: &str, marked: &str, room: Option<usize>) -> (String, String) {
        let start = u32::try_from(text.find(marked).unwrap()).unwrap();
        let span = Span::new(FileId(0), start, start + u32::try_from(marked.len()).unwrap(), "");
        let excerpt = excerpt(&sources(text), &span, room);
        let letters: Vec<char> = excerpt.text.chars().collect();
        let end = (excerpt.caret + excerpt.carets).min(letters.len());
        let under = letters[excerpt.caret.min(letters.len())..end].iter().collect();
        (excerpt.text, under)
    }

    #[test]
    fn a_short_line_is_shown_whole_with_the_carets_under_the_place() {
        let (text, under) = shown("one: 1\ntwo: here  \nthree: 3\n", "here", None);
        assert_eq!((text.as_str(), under.as_str()), ("two: here", "here"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_carets() {
        let long = format!("{}needle{}", "a, ".repeat(200), ", b".repeat(200));
        for room in [10, 24, 40, 79] {
            let (text, under) = shown(&long, "needle", Some(room));
            assert!(text.chars().count() <= room, "{text:?} is wider than {room}");
            assert_eq!(under, "needle", "carets in {text:?}");
        }
    }

    #[test]
    fn a_place_that_spans_lines_is_marked_to_the_end_of_the_first() {
        let (_, under) = shown("key: {a: 1,\n  b: 2}\n", "{a: 1,\n  b: 2}", None);
        assert_eq!(under, "{a: 1,");
    }

    #[test]
    fn no_control_character_of_a_file_reaches_the_terminal() {
        let (text, _) = shown("a: \u{1b}[31mred\u{202e}\tx", "red", None);
        assert_eq!(text, "a: \u{fffd}[31mred\u{fffd}    x");
    }

    #[test]
    fn the_end_of_a_file_without_text_gets_one_caret() {
        let span = Span::new(FileId(0), 99, 99, "");
        let excerpt = excerpt(&sources("a: 1\n"), &span, None);
        assert_eq!((excerpt.line, excerpt.caret, excerpt.carets), (2, 0, 1));
    }
}
