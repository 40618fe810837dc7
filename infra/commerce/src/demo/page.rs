//! Where the story is written: as wide as the terminal, coloured if somebody sees it.

use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const AGAIN: Style = AnsiColor::Yellow.on_default();

/// Columns where nothing says how many there are.
const USUAL: usize = 80;

/// Fewest columns that are tried to be kept to.
const FEWEST: usize = 24;

/// Below this a page is narrow: what would stand side by side stands line by line.
const NARROW: usize = 64;

/// Stands for a space that no line ends at.
pub(crate) const TIE: char = '\u{a0}';

/// Text in one style.
pub(crate) type Span = (Style, String);

/// Where the story is written.
pub(crate) struct Page<W: Write = AutoStream<io::Stdout>> {
    out: W,
    width: usize,
    /// Nobody reads any more: `demo | head` closes the pipe. The story goes on, its end is the exit code.
    closed: bool,
}

impl Page {
    /// Standard output.
    pub(crate) fn standard() -> Self {
        Self::over(anstream::stdout(), columns())
    }
}

/// Columns of the terminal; of `COLUMNS`, where the output is no terminal.
fn columns() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let said = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(said).unwrap_or(USUAL)
}

impl<W: Write> Page<W> {
    /// A page of so many columns.
    pub(crate) fn over(out: W, width: usize) -> Self {
        Self { out, width: width.clamp(FEWEST, 100), closed: false }
    }

    /// Whether what would stand side by side must stand line by line.
    pub(crate) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.write("\n");
    }

    /// The title of a chapter.
    pub(crate) fn title(&mut self, text: &str) {
        self.gap();
        self.flow(&[], 2, &[(BOLD, text.to_owned())]);
    }

    /// A line that begins with `lead`; words that don't fit follow on lines indented by `indent`.
    pub(crate) fn flow(&mut self, lead: &[Span], indent: usize, text: &[Span]) {
        let mut line = String::new();
        let mut column = 0;
        for (style, part) in lead {
            line.push_str(&styled(*style, part));
            column += part.width();
        }
        // No lead is deeper than half a page: words need room.
        let indent = indent.min(self.width / 2);
        if lead.is_empty() {
            line.push_str(&" ".repeat(indent));
            column = indent;
        }
        let mut fresh = true;
        for (style, part) in text {
            for word in part.split(' ').filter(|word| !word.is_empty()) {
                let room = self.width.saturating_sub(column + usize::from(!fresh));
                if word.width() > room && column > indent {
                    line.push('\n');
                    line.push_str(&" ".repeat(indent));
                    column = indent;
                    fresh = true;
                }
                if !fresh {
                    line.push(' ');
                    column += 1;
                }
                line.push_str(&styled(*style, &word.replace(TIE, " ")));
                column += word.width();
                fresh = false;
            }
        }
        line.push('\n');
        self.write(&line);
    }

    fn write(&mut self, text: &str) {
        if !self.closed {
            self.closed = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).is_err();
        }
    }
}

fn styled(style: Style, text: &str) -> String {
    if style == PLAIN { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: usize, lead: &str, indent: usize, text: &str) -> String {
        let mut bytes = Vec::new();
        let mut page = Page::over(&mut bytes, width);
        page.flow(&[(PLAIN, lead.to_owned())], indent, &[(PLAIN, text.to_owned())]);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_that_do_not_fit_follow_below_the_first() {
        let text = written(24, "  ✓ stock  ", 11, "on hand is reserved and available");
        assert_eq!(text, "  ✓ stock  on hand is\n           reserved and\n           available\n");
    }

    #[test]
    fn a_word_longer_than_the_page_is_not_cut() {
        assert_eq!(
            written(24, "> ", 2, "Inventory.ReservationReleased"),
            "> Inventory.ReservationReleased\n"
        );
    }
}
