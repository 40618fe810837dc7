//! Places inside a text that holds more than one thing: `desc(placed_at)`, a condition.

use std::ops::Range;

use stipule_ir::{Sources, Span, Spanned};

/// The place of `range` of the text's bytes. The whole text's where escapes or folding make the file read
/// differently from the value.
pub(super) fn inside(sources: &Sources, text: &Spanned<String>, range: Range<usize>) -> Span {
    let file = &sources.get(text.span.file).text;
    let (start, end) = (text.span.start as usize, text.span.end as usize);
    let Some(raw) = file.get(start..end) else { return text.span.clone() };
    let quote = usize::from(raw.starts_with(['"', '\'']));
    if !raw[quote..].starts_with(&text.value) {
        return text.span.clone();
    }
    let at = |offset: usize| u32::try_from(start + quote + offset).unwrap_or(text.span.end);
    Span::new(text.span.file, at(range.start), at(range.end), text.span.pointer.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::{FileId, Source};

    fn marked(file: &str, raw: &str, value: &str, range: Range<usize>) -> String {
        let sources = Sources::new([Source { path: "contracts/a".to_owned(), text: file.to_owned() }]);
        let start = u32::try_from(file.find(raw).unwrap()).unwrap();
        let span = Span::new(FileId(0), start, start + u32::try_from(raw.len()).unwrap(), "");
        let found = inside(&sources, &Spanned::new(value.to_owned(), span), range);
        file[found.start as usize..found.end as usize].to_owned()
    }

    #[test]
    fn a_part_of_a_text_is_found_behind_its_quote() {
        assert_eq!(marked("if: \"a <= b\"", "\"a <= b\"", "a <= b", 2..4), "<=");
        assert_eq!(marked("order: desc(at)", "desc(at)", "desc(at)", 5..7), "at");
    }

    #[test]
    fn a_text_with_escapes_is_marked_whole() {
        assert_eq!(marked(r#"if: "a \u003c b""#, r#""a \u003c b""#, "a < b", 2..3), r#""a \u003c b""#);
    }
}
