//! Bounds of the reader's work, so that a hostile file costs no more than a large honest one.

use crate::posture::Posture;

/// Deepest nesting of mappings and sequences. An OpenAPI document with inline schemas needs about 30.
pub(super) const MAX_DEPTH: usize = 128;

/// Most values in one file after the expansion of aliases: in a contract, and in somebody else's document, where the
/// largest public ones have two million.
const MAX_NODES: [usize; 2] = [500_000, 4_000_000];

/// Most bytes of JSON pointers in one file: a long key above many values would otherwise be stored for each.
const MAX_POINTER_BYTES: [usize; 2] = [128 << 20, 1 << 30];

/// What is left for one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    nodes: usize,
    pointer_bytes: usize,
}

impl Budget {
    pub(super) fn of(posture: Posture) -> Self {
        let kind = usize::from(posture.is_import());
        Self { nodes: MAX_NODES[kind], pointer_bytes: MAX_POINTER_BYTES[kind] }
    }

    /// Pays for one value; `false` when the file has used everything up.
    pub(super) fn spend(&mut self, pointer: &str) -> bool {
        let (Some(nodes), Some(bytes)) =
            (self.nodes.checked_sub(1), self.pointer_bytes.checked_sub(pointer.len()))
        else {
            return false;
        };
        self.nodes = nodes;
        self.pointer_bytes = bytes;
        true
    }
}
