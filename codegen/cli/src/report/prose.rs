//! Sentences in as many columns as there are.

use unicode_width::UnicodeWidthStr;

/// Breaks `text` at blanks into lines of at most `width` columns; a word that is wider stands alone.
/// Line ends in the text are kept. Without a width nothing is broken: what a program reads stays on one line.
pub(crate) fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return text.lines().map(str::to_owned).collect() };
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// `1 error`, `3 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_move_to_the_next_line_and_wide_words_stand_alone() {
        assert_eq!(wrap("a bb ccc dddddddddd e", Some(6)), ["a bb", "ccc", "dddddddddd", "e"]);
    }

    #[test]
    fn without_a_width_a_sentence_stays_on_one_line() {
        assert_eq!(wrap(&"word ".repeat(50), None).len(), 1);
    }
}
