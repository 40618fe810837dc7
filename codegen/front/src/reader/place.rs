//! From the characters that the YAML scanner counts to the bytes that spans count.

use super::offset;

/// Byte offset of every character, kept only when some character takes several bytes.
pub(super) struct Places {
    /// Empty for ASCII text, where the two counts are the same.
    bytes: Vec<u32>,
    /// Bytes before the first character: a byte order mark.
    skipped: usize,
    /// Length of the text in bytes.
    length: usize,
}

impl Places {
    pub(super) fn new(text: &str, skipped: usize) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(byte, _)| offset(byte)).collect()
        };
        Self { bytes, skipped, length: text.len() }
    }

    /// The byte offset in the file of the character with this index.
    pub(super) fn byte(&self, character: usize) -> u32 {
        let within = if self.bytes.is_empty() {
            character.min(self.length)
        } else {
            self.bytes.get(character).map_or(self.length, |byte| *byte as usize)
        };
        offset(within + self.skipped)
    }
}
