//! The files of a contract repository, read once by the caller and never touched again.

use crate::span::{FileId, Span};

/// One file: where it is and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the root, with `/` between parts: `contracts/http/orders.yaml`.
    pub path: String,
    /// The text. Bytes that are not UTF-8 are refused by whoever reads the file.
    pub text: String,
}

/// Every input file, ordered by path so that the same files give the same output on any machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<Source>,
    /// By file, the byte at which each line begins.
    lines: Vec<Vec<u32>>,
}

/// A place as a person counts it: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Sources {
    /// Takes files in any order; of two with one path the later wins.
    pub fn new(files: impl IntoIterator<Item = Source>) -> Self {
        let by_path: std::collections::BTreeMap<String, String> =
            files.into_iter().map(|file| (file.path, file.text)).collect();
        let files: Vec<Source> = by_path.into_iter().map(|(path, text)| Source { path, text }).collect();
        let lines = files.iter().map(|file| line_starts(&file.text)).collect();
        Self { files, lines }
    }

    /// All files with their ids, in path order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// The file with this id.
    ///
    /// # Panics
    /// When the id comes from other sources.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The id of the file at `path`, if it is among them.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        u32::try_from(index).ok().map(FileId)
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Where a span starts, as a person counts lines and columns.
    pub fn line_column(&self, span: &Span) -> LineColumn {
        let text = &self.get(span.file).text;
        let at = (span.start as usize).min(text.len());
        let starts = &self.lines[span.file.0 as usize];
        let line = starts.partition_point(|start| *start as usize <= at).max(1);
        let before = &text.as_bytes()[starts[line - 1] as usize..at];
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// The text of a file from a line on, which is counted from 1; nothing beyond the last.
    pub fn from_line(&self, file: FileId, line: u32) -> &str {
        let start = self.lines[file.0 as usize].get((line as usize).saturating_sub(1));
        start.map_or("", |start| &self.get(file).text[*start as usize..])
    }
}

/// The byte at which each line begins; what is beyond 4 GB belongs to the last line.
fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts = breaks.map_while(|(at, _)| u32::try_from(at + 1).ok());
    std::iter::once(0).chain(starts).collect()
}
