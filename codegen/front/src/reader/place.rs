//! From the characters that the YAML scanner counts to the bytes that spans count.

use super::indent::Shifted;
use super::offset;

/// Byte offset of every character, kept only when some character takes several bytes.
pub(super) struct Places<'s> {
    shifted: &'s Shifted,
    /// Empty for ASCII text, where the two counts are the same.
    bytes: Vec<u32>,
    /// Bytes before the first character: a byte order mark.
    skipped: usize,
    /// Length of the text in bytes.
    length: usize,
}

impl<'s> Places<'s> {
    pub(super) fn new(shifted: &'s Shifted, skipped: usize) -> Self {
        let text = &shifted.text;
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(byte, _)| offset(byte)).collect()
        };
        Self { shifted, bytes, skipped, length: text.len() }
    }

    /// The byte offset in the file of the character with this index.
    pub(super) fn byte(&self, character: usize) -> u32 {
        offset(self.shifted.original(self.within(character)) + self.skipped)
    }

    /// The byte offset in the text that is scanned.
    pub(super) fn within(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            character.min(self.length)
        } else {
            self.bytes.get(character).map_or(self.length, |byte| *byte as usize)
        }
    }
}
