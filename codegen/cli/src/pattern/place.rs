//! From a line and a column to the bytes of the JSON value or key that starts there.

use stipule_ir::{FileId, Sources, Span};

/// The span of what starts at `line` and `column`, both from 1, the column in characters.
pub(crate) fn span(sources: &Sources, file: FileId, line: usize, column: usize, pointer: &str) -> Span {
    let text = &sources.get(file).text;
    let start = byte(text, line, column);
    let end = start + extent(&text[start..]);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(file, offset(start), offset(end), pointer)
}

fn byte(text: &str, line: usize, column: usize) -> usize {
    let mut from = 0;
    for _ in 1..line {
        let Some(end) = text[from..].find('\n') else { return text.len() };
        from += end + 1;
    }
    text[from..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| from + at)
}

/// Bytes of the value that `text` starts with: a whole string, object or array, or the word up to a delimiter. What
/// isn't closed or no value at all gets its first character.
fn extent(text: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    match text.as_bytes().first() {
        Some(b'"') => string(text.as_bytes()).unwrap_or(first),
        Some(b'{' | b'[') => container(text.as_bytes()).unwrap_or(first),
        _ => {
            let is_word = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
            text.find(|letter| !is_word(letter)).unwrap_or(text.len()).max(first)
        }
    }
}

fn string(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn container(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += string(&bytes[at..])? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_ir::Source;

    fn marked(text: &str, line: usize, column: usize) -> String {
        let sources = Sources::new([Source { path: "p.json".to_owned(), text: text.to_owned() }]);
        let span = span(&sources, FileId(0), line, column, "");
        text[span.start as usize..span.end as usize].to_owned()
    }

    #[test]
    fn a_place_covers_the_value_that_starts_there() {
        let text = "{\n \"é\\\"\": [1.5e+3, {\"b\": \"]\"}], \"c\": true}";
        assert_eq!(marked(text, 2, 2), r#""é\"""#);
        assert_eq!(marked(text, 2, 9), r#"[1.5e+3, {"b": "]"}]"#);
        assert_eq!(marked(text, 2, 10), "1.5e+3");
        assert_eq!(marked(text, 2, 36), "true");
    }

    #[test]
    fn what_is_no_value_gets_one_character_and_the_end_gets_none() {
        assert_eq!(marked("{,}", 1, 2), ",");
        assert_eq!(marked("{é}", 1, 2), "é");
        assert_eq!(marked("[\"open", 1, 1), "[");
        assert_eq!(marked("[\"open", 1, 2), "\"");
        assert_eq!(marked("{", 1, 2), "");
        assert_eq!(marked("{", 7, 1), "");
    }
}
