//! Where something stands, in the author's own lines.

use crate::finding::Side;

/// A place in a file. Lines and columns count from 1, columns in characters; the end is one past the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path of the file.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last.
    pub end_column: u32,
    /// The lines, as many as are worth showing.
    pub shown: Vec<Shown>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// From 1.
    pub number: u32,
    /// Without its end; of a very long line the part around what it is shown for.
    pub text: String,
    /// What it is shown for begins after so many characters.
    pub at: usize,
}

/// Finds places by their pointers.
pub trait Lines {
    /// The place of what a pointer leads to: with its key, if it has one.
    fn place(&self, side: Side, pointer: &str) -> Option<Place>;
}
