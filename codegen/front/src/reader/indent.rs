//! Lines of YAML that stand too far left. Inside brackets and quotes the white space before a line means nothing,
//! yet YAML asks for more of it than the mapping around has, and many writers and readers don't know.

use stipule_ir::{Diagnostic, FileId, Span};

/// Most text that is read again for the sake of its lines, in bytes: a line more each time.
const READ_AGAIN: usize = 4 << 20;

/// Most lines or scalars that are moved.
const MOVED: usize = 200;

/// Lines or scalars that are moved in however long a text.
const LEAST: usize = 3;

/// A text with white space put before some of its lines.
pub(super) struct Shifted {
    pub(super) text: String,
    /// What was put in, in order: where it begins in `text`, and its length.
    inserted: Vec<(usize, usize)>,
    /// Bytes of the original text where something was moved, in order.
    moved: Vec<usize>,
    left: usize,
}

impl Shifted {
    pub(super) fn new(text: &str) -> Self {
        let left = (READ_AGAIN / text.len().max(1)).clamp(LEAST, MOVED);
        Self { text: text.to_owned(), inserted: Vec::new(), moved: Vec::new(), left }
    }

    /// The byte of the original text for one of `text`; what was put in stands for what follows it.
    pub(super) fn original(&self, byte: usize) -> usize {
        let mut before = 0;
        for (at, length) in &self.inserted {
            if byte < at + length {
                return byte.min(*at) - before;
            }
            before += length;
        }
        byte - before
    }

    /// Moves the line that begins with the byte, or the later lines of the quoted text that begins there. `false` where
    /// that has been done too often, or would help nothing.
    pub(super) fn shift(&mut self, byte: usize) -> bool {
        if self.left == 0 || !self.text.is_char_boundary(byte) {
            return false;
        }
        self.left -= 1;
        let line = self.text[..byte].rfind('\n').map_or(0, |at| at + 1);
        let lines = match self.text[byte..].chars().next() {
            Some(quote @ ('"' | '\'')) if !self.text[line..byte].trim().is_empty() => {
                let end = byte + quoted(&self.text[byte..], quote);
                let breaks = self.text[byte..end].match_indices('\n');
                breaks.map(|(at, _)| byte + at + 1).filter(|at| !is_blank(&self.text[*at..])).collect()
            }
            _ => vec![line],
        };
        let widest = self.text[..byte].lines().map(indentation).max().unwrap_or(0);
        let moved = self.original(byte);
        let mut changed = false;
        for at in lines.into_iter().rev() {
            let wanted = (widest + 1).max(indentation(&self.text[line..]) + 1);
            let more = wanted.saturating_sub(indentation(&self.text[at..]));
            if more > 0 {
                self.insert(at, more);
                changed = true;
            }
        }
        if changed && self.moved.last() != Some(&moved) {
            self.moved.push(moved);
        }
        changed
    }

    /// `SYN013` for each line and text that was moved; `skipped` bytes of the file come before the text.
    pub(super) fn faults(&self, file: FileId, skipped: usize) -> impl Iterator<Item = Diagnostic> {
        self.moved.iter().map(move |at| {
            let at = super::offset(at + skipped);
            let message = "what begins here has lines that stand too far left for YAML";
            Diagnostic::error("SYN013", &Span::new(file, at, at, ""), message)
                .help("inside brackets and quotes too, lines are indented more than the key around them")
        })
    }

    fn insert(&mut self, at: usize, spaces: usize) {
        self.text.insert_str(at, &" ".repeat(spaces));
        for (later, _) in self.inserted.iter_mut().filter(|(later, _)| *later >= at) {
            *later += spaces;
        }
        let place = self.inserted.partition_point(|(before, _)| *before < at);
        self.inserted.insert(place, (at, spaces));
    }
}

/// Length of the quoted text at the beginning, without its last quote; of everything if it doesn't end.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => drop(characters.next()),
            _ if character != quote => {}
            '\'' if characters.peek().is_some_and(|(_, next)| *next == '\'') => drop(characters.next()),
            _ => return at,
        }
    }
    text.len()
}

fn indentation(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b' ').count()
}

fn is_blank(text: &str) -> bool {
    text.lines().next().is_none_or(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_original() {
        let original = "a:\n  b: [\n1\n]\n";
        let mut shifted = Shifted::new(original);
        assert!(shifted.shift(original.find('1').unwrap()));
        assert_eq!(shifted.text, "a:\n  b: [\n   1\n]\n");
        assert!(shifted.shift(shifted.text.find(']').unwrap()));
        assert_eq!(shifted.text, "a:\n  b: [\n   1\n    ]\n");
        assert_eq!(shifted.moved, [10, 12]);
        for (at, character) in shifted.text.char_indices().filter(|(_, it)| *it != ' ') {
            assert_eq!(original[shifted.original(at)..].chars().next(), Some(character), "{at}");
        }
        assert_eq!(shifted.original(shifted.text.len()), original.len());
    }

    #[test]
    fn quoted_text_moves_with_all_its_lines() {
        let original = "a:\n  - b: \"é \\\" one\ntwo\n\n  three\"\n    c: 'it''s\nfour'\n";
        let mut shifted = Shifted::new(original);
        assert!(shifted.shift(original.find('"').unwrap()));
        assert_eq!(shifted.text, "a:\n  - b: \"é \\\" one\n   two\n\n   three\"\n    c: 'it''s\nfour'\n");
        assert!(shifted.shift(shifted.text.find('\'').unwrap()));
        assert!(shifted.text.ends_with("c: 'it''s\n     four'\n"));
    }

    #[test]
    fn it_ends() {
        let mut shifted = Shifted::new("a: [\n]");
        assert!((0..MOVED).all(|_| shifted.shift(shifted.text.len() - 1)));
        assert!(!shifted.shift(shifted.text.len() - 1));
        let mut long = Shifted::new(&format!("a: [\n]{}", " ".repeat(READ_AGAIN)));
        assert!((0..LEAST).all(|_| long.shift(4)) && !long.shift(4), "much to read again");
    }
}
